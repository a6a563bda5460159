"""Two reports side by side, the passages that stand in both marked on either side."""

from dataclasses import dataclass

from sqlmodel import Session

from server.db.tables import Report, Unit
from server.domain.access import Scope
from server.domain.reports.copied import ProblemPart
from server.domain.reports.marks import Line, Mark, marked_lines
from server.domain.similarity import Passage, copied_share, likeness, shared_passages
from server.services import reports
from server.services.stored import part_of


@dataclass(frozen=True, slots=True)
class Side:
    """One report of the two: its lines, each passage under its number, the share of its letters."""

    report: Report
    unit: Unit
    lines: tuple[Line, ...]
    share: float


@dataclass(frozen=True, slots=True)
class SideBySide:
    """Both reports and how much they have in common; passages count from 1."""

    one: Side
    other: Side
    share: float
    passages: int
    whole: bool


def side_by_side(
    session: Session, scope: Scope, report_id: int, other_id: int, *, whole: bool = False
) -> SideBySide:
    """Return two reports within the scope against each other: the problem part, or the `whole`."""
    report, unit = reports.visible(session, scope, report_id)
    other, other_unit = reports.visible(session, scope, other_id)
    one, two = (_text(session, each, whole=whole) for each in (report, other))
    passages = shared_passages(one.text, two.text)
    turned = [Passage(p.other_start, p.other_end, p.start, p.end) for p in passages]
    return SideBySide(
        _side(report, unit, one, passages),
        _side(other, other_unit, two, turned),
        likeness(one.text, two.text),
        len(passages),
        whole,
    )


def _text(session: Session, report: Report, *, whole: bool) -> ProblemPart:
    return ProblemPart(report.text) if whole else part_of(session, report)


def _side(report: Report, unit: Unit, part: ProblemPart, passages: list[Passage]) -> Side:
    marks = [Mark(str(number), p.start, p.end) for number, p in enumerate(passages, start=1)]
    share = min(copied_share(part.text, passages), 1.0)
    return Side(report, unit, marked_lines(part.text, marks), share)
