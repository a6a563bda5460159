"""The ledger as a page, a printed table and a workbook show it."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session

from server.db.queries import ledger as queries
from server.db.queries.ledger import OPEN, LedgerFilter, LedgerOrder, LedgerRow
from server.domain.dates import OFFICE_ZONE
from server.domain.lights import LightReading
from server.rendering import document_contexts
from server.rendering.pages import word
from server.services.overview import Sight


@dataclass(frozen=True, slots=True)
class Line:
    """One line with its light while it is open."""

    row: LedgerRow
    light: LightReading | None

    @property
    def closed_on(self) -> date | None:
        """The day on which the commitment was closed."""
        at = self.row.matter.closed_at
        return at.astimezone(OFFICE_ZONE).date() if at else None


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the ledger; `after` leads to the next one, 0 at the end."""

    lines: list[Line]
    headings: dict[str, int]
    after: int

    @property
    def total(self) -> int:
        """How many lines the filter has under all headings."""
        return sum(self.headings.values())


def ledger_page(
    session: Session,
    sight: Sight,
    wanted: LedgerFilter,
    order: LedgerOrder,
    *,
    after: int = 0,
    limit: int = 50,
) -> Page:
    """Return a page of the filtered ledger."""
    rows = queries.ledger(
        session, sight.scope, wanted, order=order, after=after or None, limit=limit + 1
    )
    more = rows[limit - 1].commitment.id if len(rows) > limit else 0
    headings = queries.headings(session, sight.scope, wanted)
    return Page([_line(row, sight) for row in rows[:limit]], headings, more)


def whole_ledger(
    session: Session, sight: Sight, wanted: LedgerFilter, order: LedgerOrder
) -> list[Line]:
    """Return every line of the filtered ledger, for print and export."""
    rows = queries.ledger(session, sight.scope, wanted, order=order, limit=None)
    return [_line(row, sight) for row in rows]


def _line(row: LedgerRow, sight: Sight) -> Line:
    is_open = row.matter.state in OPEN
    return Line(row, sight.light(row.matter.due_on) if is_open else None)


def filters_in_words(wanted: LedgerFilter, unit_name: str = "") -> str:
    """Return the filter as printed under the title; empty when nothing is filtered."""
    state = "逾期" if wanted.state == queries.LATE else word(wanted.state, "matter")
    parts = (
        f"{wanted.year}年度报告" if wanted.year else "",
        unit_name or (f"单位含“{wanted.unit_words}”" if wanted.unit_words else ""),
        word(wanted.heading, "heading") if wanted.heading else "",
        state,
        f"内容含“{wanted.words}”" if wanted.words else "",
    )
    return "，".join(part for part in parts if part)


def workbook_context(
    lines: list[Line], names: dict[str, str], *, office: str, drawn_on: date, filters: str
) -> document_contexts.Ledger:
    """Return the ledger as the workbook takes it; `names` are the classes' Chinese names."""
    return document_contexts.Ledger(
        title=f"{office}政府信息公开整改台账",
        rows=tuple(_workbook_row(line, names) for line in lines),
        drawn_on=drawn_on,
        filters=filters,
    )


def _workbook_row(line: Line, names: dict[str, str]) -> document_contexts.LedgerRow:
    commitment, matter = line.row.commitment, line.row.matter
    return document_contexts.LedgerRow(
        code=commitment.code,
        unit_name=line.row.unit.name,
        report_year=commitment.report_year,
        kind=word(commitment.kind, "entry"),
        text=commitment.text,
        heading=word(commitment.heading, "heading"),
        classes="、".join(names.get(code, code) for code in commitment.classes),
        provisional=matter.provisional,
        items_done=line.row.ticked,
        items_total=line.row.items,
        due_on=matter.due_on,
        light=line.light.phrase if line.light else "",
        state=word(matter.state, "matter"),
        evidence=line.row.evidence,
        closed_on=line.closed_on,
    )
