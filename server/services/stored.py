"""A stored report as the domain reads it: what was read, as people have left it."""

from sqlmodel import Session

from server.db.queries import reports as queries
from server.db.tables import Entry, Report
from server.domain.reports.copied import ProblemPart, problem_part
from server.domain.reports.parsed import Figure, Item, ParsedReport, Role, Section, State


def stored_report(session: Session, report: Report) -> ParsedReport:
    """Return a report of the database; dropped entries are left out.

    It names no unit: whose report it is, the office said when it took it in.
    """
    entries = [each for each in queries.entries(session, report.id) if each.state != "dropped"]
    return ParsedReport(
        title=report.title,
        unit=None,
        report_year=report.report_year,
        format=report.format or None,
        sections=sections_of(report),
        figures=tuple(figures_of(session, report.id)),
        problems=tuple(_item(each) for each in entries if each.kind == "problem"),
        measures=tuple(_item(each) for each in entries if each.kind == "measure"),
    )


def figures_of(session: Session, report_id: int) -> list[Figure]:
    """Return a report's figures as values."""
    return [
        Figure(
            each.key,
            each.label,
            None if each.value is None else float(each.value),
            _state(each.state),
            each.measured_in,
            each.start,
            each.end,
        )
        for each in queries.figures(session, report_id)
    ]


def part_of(session: Session, report: Report) -> ProblemPart:
    """Return a report's problem part; its entries are asked only where it has no such section."""
    part = problem_part(ParsedReport(None, None, None, None, sections_of(report)), report.text)
    return part if part.text else problem_part(stored_report(session, report), report.text)


def sections_of(report: Report) -> tuple[Section, ...]:
    """Return a report's sections as values."""
    return tuple(Section(**each) for each in report.sections)


def problems_of(session: Session, report: Report) -> tuple[Item, ...]:
    """Return the problems that a report states, as people have left them."""
    return stored_report(session, report).problems


def _item(entry: Entry) -> Item:
    role: Role = "problem" if entry.kind == "problem" else "measure"
    return Item(role, entry.ordinal, entry.start, entry.end, entry.text, tuple(entry.classes))


_STATES: dict[str, State] = {
    "value": "value", "zero": "zero", "blank": "blank", "slash": "slash",
    "untouched": "untouched",
}  # fmt: skip


def _state(state: str) -> State:
    return _STATES[state]
