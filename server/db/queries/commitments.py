"""Reading commitments, and checklists with their items."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import ScalarSelect, func, text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Checklist, ChecklistItem, Commitment, Contact, Matter, Report, Unit
from server.domain.access import Scope


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One line of the checklists' list; `next_due` is the first date of an item not ticked."""

    checklist: Checklist
    unit: Unit
    items: int
    ticked: int
    next_due: date | None


def count_of(session: Session, unit_id: int, report_year: int) -> int:
    """Return how many commitments this unit already has from this report year."""
    statement = select(func.count()).where(
        Commitment.unit_id == unit_id, Commitment.report_year == report_year
    )
    return session.exec(statement).one()


def of_unit(session: Session, unit_id: int, report_year: int) -> list[Commitment]:
    """Return a unit's commitments of one report year, in their numbering."""
    statement = (
        select(Commitment)
        .where(Commitment.unit_id == unit_id, Commitment.report_year == report_year)
        .order_by(col(Commitment.code))
    )
    return list(session.exec(statement))


def without_checklist(session: Session, year: int) -> list[tuple[int, int]]:
    """Return (unit, year of the checklist) for confirmed reports not yet followed up.

    Up to `year`: what this year's report promises waits for the new year to open.
    """
    has = select(Checklist.id).where(
        Checklist.unit_id == Commitment.unit_id, Checklist.year == Commitment.report_year + 1
    )
    statement = (
        select(Commitment.unit_id, Commitment.report_year + 1)
        .where(Commitment.report_year < year, ~has.exists())
        .distinct()
    )
    return list(session.exec(statement))


def checklist(session: Session, unit_id: int, year: int) -> Checklist | None:
    """Return a unit's checklist of one year."""
    return session.exec(
        select(Checklist).where(Checklist.unit_id == unit_id, Checklist.year == year)
    ).first()


def visible_checklist(
    session: Session, scope: Scope, checklist_id: int
) -> tuple[Checklist, Unit] | None:
    """Return a checklist with its unit if it lies within the scope."""
    statement = (
        select(Checklist, Unit)
        .join(Unit, col(Unit.id) == col(Checklist.unit_id))
        .where(Checklist.id == checklist_id, within(scope))
    )
    return session.exec(statement).first()


def checklists(
    session: Session,
    scope: Scope,
    year: int,
    *,
    words: str = "",
    unit_id: int | None = None,
    after: str = "",
    limit: int = 50,
) -> list[ChecklistRow]:
    """Return a page of one year's checklists within the scope; `after` is the last `sort-id`."""
    columns: tuple[Any, ...] = (Checklist, Unit, *_item_counts())
    statement = (
        select(*columns)
        .join(Unit, col(Unit.id) == col(Checklist.unit_id))
        .where(within(scope), Checklist.year == year)
        .order_by(col(Unit.sort), col(Unit.id))
        .limit(limit)
    )
    if words:
        statement = statement.where(col(Unit.name).icontains(words, autoescape=True))
    if unit_id:
        statement = statement.where(Checklist.unit_id == unit_id)
    first, _, last = after.partition("-")
    if first.isdigit() and last.isdigit():
        place = func.row(col(Unit.sort), col(Unit.id))
        statement = statement.where(place > func.row(int(first), int(last)))
    return [ChecklistRow(*row) for row in session.exec(statement)]


def _item_counts() -> tuple[ScalarSelect[int], ...]:
    """Return the columns of a checklist's items, of the ticked ones, and of the next date."""
    item = (ChecklistItem.checklist_id == Checklist.id, col(ChecklistItem.active))
    ticked = col(ChecklistItem.ticked_at)
    return tuple(
        statement.correlate(Checklist).scalar_subquery()
        for statement in (
            select(func.count()).where(*item),
            select(func.count()).where(*item, ticked.is_not(None)),
            select(func.min(ChecklistItem.by_when)).where(*item, ticked.is_(None)),
        )
    )


def checklist_years(session: Session, scope: Scope) -> list[int]:
    """Return the years that have checklists within the scope, newest first."""
    statement = (
        select(Checklist.year)
        .join(Unit, col(Unit.id) == col(Checklist.unit_id))
        .where(within(scope))
        .distinct()
        .order_by(col(Checklist.year).desc())
    )
    return list(session.exec(statement))


def matters_of_items(session: Session, checklist_id: int) -> list[tuple[Commitment, Matter]]:
    """Return the commitments that a checklist's items follow from, in their numbering."""
    named = select(ChecklistItem.commitment_id).where(ChecklistItem.checklist_id == checklist_id)
    statement = (
        select(Commitment, Matter)
        .join(Matter, col(Matter.commitment_id) == col(Commitment.id))
        .where(col(Commitment.id).in_(named))
        .order_by(col(Commitment.code))
    )
    return list(session.exec(statement))


def items(session: Session, checklist_id: int) -> list[ChecklistItem]:
    """Return a checklist's items in order; withdrawn ones that carry entries come last."""
    statement = (
        select(ChecklistItem)
        .where(ChecklistItem.checklist_id == checklist_id)
        .order_by(col(ChecklistItem.active).desc(), col(ChecklistItem.ordinal))
    )
    return list(session.exec(statement))


def items_with_commitment(
    session: Session, checklist_id: int
) -> list[tuple[ChecklistItem, Commitment]]:
    """Return every item of a checklist, set aside ones too, with what it follows from."""
    statement = (
        select(ChecklistItem, Commitment)
        .join(Commitment, col(Commitment.id) == col(ChecklistItem.commitment_id))
        .where(ChecklistItem.checklist_id == checklist_id)
        .order_by(col(ChecklistItem.ordinal), col(ChecklistItem.id))
    )
    return list(session.exec(statement))


def open_checklists(
    session: Session, office: int, *, year: int | None = None, limit: int
) -> list[tuple[Checklist, Unit]]:
    """Return an office's checklists that have commitments still open, by unit, newest first."""
    unfinished = (
        select(ChecklistItem.id)
        .join(Matter, col(Matter.commitment_id) == col(ChecklistItem.commitment_id))
        .where(
            ChecklistItem.checklist_id == Checklist.id,
            col(Matter.state).not_in(("closed", "cancelled")),
        )
    )
    statement = (
        select(Checklist, Unit)
        .join(Unit, col(Unit.id) == col(Checklist.unit_id))
        .where(
            func.coalesce(Unit.office_id, Unit.id) == office,
            unfinished.correlate(Checklist).exists(),
        )
        .order_by(col(Unit.sort), col(Unit.id), col(Checklist.year).desc())
        .limit(limit)
    )
    if year is not None:
        statement = statement.where(Checklist.year == year)
    return list(session.exec(statement))


def items_of_commitment(session: Session, commitment_id: int) -> list[ChecklistItem]:
    """Return the active items of one commitment in order."""
    statement = (
        select(ChecklistItem)
        .where(ChecklistItem.commitment_id == commitment_id, col(ChecklistItem.active))
        .order_by(col(ChecklistItem.ordinal))
    )
    return list(session.exec(statement))


def report_of(session: Session, commitment: Commitment) -> Report | None:
    """Return the report that a commitment comes from."""
    return session.get(Report, commitment.report_id)


def unmailed(session: Session) -> list[Checklist]:
    """Return the checklists whose newest version nobody was told of yet."""
    statement = (
        select(Checklist)
        .where(col(Checklist.mailed_version) < col(Checklist.version))
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(statement))


def recipients(session: Session, unit_id: int) -> list[Contact]:
    """Return who gets a unit's checklist: its information officers and head in charge."""
    statement = (
        select(Contact)
        .where(
            Contact.unit_id == unit_id,
            col(Contact.active),
            col(Contact.role).in_(("information_officer", "unit_lead", "office_staff")),
        )
        .order_by(col(Contact.id))
    )
    return list(session.exec(statement))


def align_due_dates(
    session: Session, checklist_id: int, *, today: date, provisional_from: date
) -> None:
    """Let each commitment end with its last item, unless it is answered or was extended.

    Dates from `provisional_from` on are marked 暂定.
    """
    session.connection().execute(
        text("""
UPDATE matter m SET due_on = i.last, next_stage_on = :today,
       due_version = due_version + 1, due_moved_at = now(), row_version = row_version + 1
FROM (SELECT commitment_id, max(by_when) AS last FROM checklist_item
      WHERE checklist_id = :checklist AND active GROUP BY commitment_id) i
WHERE m.commitment_id = i.commitment_id AND m.due_on <> i.last
  AND m.state IN ('open', 'acknowledged')
  AND NOT EXISTS (SELECT FROM extension e WHERE e.matter_id = m.id AND e.state = 'granted')
"""),
        {"checklist": checklist_id, "today": today},
    )
    session.connection().execute(
        text(
            "UPDATE matter SET provisional = (due_on >= :first) WHERE kind = 'commitment'"
            " AND commitment_id IN (SELECT commitment_id FROM checklist_item"
            " WHERE checklist_id = :checklist) AND state IN ('open', 'acknowledged', 'returned')"
        ),
        {"checklist": checklist_id, "first": provisional_from},
    )


def checklists_of_unit(session: Session, unit_id: int) -> list[Checklist]:
    """Return a unit's checklists, newest first."""
    statement = (
        select(Checklist).where(Checklist.unit_id == unit_id).order_by(col(Checklist.year).desc())
    )
    return list(session.exec(statement))
