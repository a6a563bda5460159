"""Reading reports and what was read from them."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, delete, func, text
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Entry, EntryPair, Figure, Finding, Report, Unit, Waiver
from server.domain.access import Scope


@dataclass(frozen=True, slots=True)
class ReportFilter:
    """What the list of reports shows; None or empty means everything."""

    year: int | None = None
    state: str = ""
    """A report's state, or `unread` for waiting and reading."""
    words: str = ""
    unit_id: int | None = None


@dataclass(frozen=True, slots=True)
class EntryCounts:
    """What was read from one report; errors are those that nobody waived."""

    problems: int
    measures: int
    errors: int


def same_file(session: Session, unit_id: int, year: int, sha256: str) -> Report | None:
    """Return the report that holds exactly this file for this unit and year."""
    statement = select(Report).where(
        Report.unit_id == unit_id, Report.report_year == year, Report.sha256 == sha256
    )
    return session.exec(statement).first()


def last_version(session: Session, unit_id: int, year: int) -> int:
    """Return the number of the newest version, 0 for none."""
    statement = select(func.coalesce(func.max(Report.version), 0)).where(
        Report.unit_id == unit_id, Report.report_year == year
    )
    return session.exec(statement).one()


def claim_unread(session: Session, *, now: datetime, lease: timedelta) -> Report | None:
    """Take the oldest waiting file, or one whose reader died, for one reader only."""
    row = (
        session.connection()
        .execute(
            text(
                "UPDATE report SET state = 'reading', lease_until = :until,"
                " read_attempts = read_attempts + 1 WHERE id = (SELECT id FROM report"
                " WHERE state = 'waiting' OR (state = 'reading' AND lease_until < :now)"
                " ORDER BY id LIMIT 1 FOR UPDATE SKIP LOCKED) RETURNING id"
            ),
            {"now": now, "until": now + lease},
        )
        .first()
    )
    return session.get(Report, row.id) if row else None


def visible(session: Session, scope: Scope, report_id: int) -> tuple[Report, Unit] | None:
    """Return a report with its unit if it lies within the scope."""
    statement = (
        select(Report, Unit)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(Report.id == report_id, within(scope))
        .options(defer(Report.content))  # type: ignore[arg-type]  # SQLModel types columns as values
    )
    return session.exec(statement).first()


def page_of(
    session: Session, scope: Scope, wanted: ReportFilter, *, after: int = 0, limit: int | None = 50
) -> list[tuple[Report, Unit]]:
    """Return reports within the scope, last imported first, without their files and texts.

    `after` is the last id seen.
    """
    statement = (
        select(Report, Unit)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(within(scope), *_conditions(wanted))
        .options(defer(Report.content), defer(Report.text))  # type: ignore[arg-type]  # the same
        .order_by(col(Report.id).desc())
    )
    if after:
        statement = statement.where(col(Report.id) < after)
    return list(session.exec(statement.limit(limit) if limit else statement))


def _conditions(wanted: ReportFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.year:
        yield col(Report.report_year) == wanted.year
    if wanted.state == "unread":
        yield col(Report.state).in_(("waiting", "reading"))
    elif wanted.state:
        yield col(Report.state) == wanted.state
    if wanted.unit_id:
        yield col(Report.unit_id) == wanted.unit_id
    if wanted.words:
        yield col(Unit.name).icontains(wanted.words, autoescape=True)


def years(session: Session, scope: Scope) -> list[int]:
    """Return the years that have reports within the scope, newest first."""
    statement = (
        select(Report.report_year)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(within(scope))
        .distinct()
        .order_by(col(Report.report_year).desc())
    )
    return list(session.exec(statement))


def counts(session: Session, report_ids: list[int]) -> dict[int, EntryCounts]:
    """Return how many problems, measures and errors were read from each report."""
    held = col(Entry.state) != "dropped"
    entries = (
        select(
            Entry.report_id,
            func.count().filter(held, col(Entry.kind) == "problem"),
            func.count().filter(held, col(Entry.kind) == "measure"),
        )
        .where(col(Entry.report_id).in_(report_ids))
        .group_by(col(Entry.report_id))
    )
    faults = (
        select(Finding.report_id, func.count())
        .where(col(Finding.report_id).in_(report_ids), Finding.severity == "error", ~_waived())
        .group_by(col(Finding.report_id))
    )
    errors = dict(session.exec(faults).all())
    found = {number: (problems, measures) for number, problems, measures in session.exec(entries)}
    return {
        number: EntryCounts(*found.get(number, (0, 0)), errors.get(number, 0))
        for number in report_ids
    }


def _waived() -> ColumnElement[bool]:
    """Return the condition that a person decided that a finding needs no correction."""
    return (
        select(Waiver.id)
        .where(Waiver.report_id == Finding.report_id, Waiver.key == Finding.key)
        .exists()
    )


def locked(session: Session, report_id: int) -> Report:
    """Return a report held for this transaction: its entries are edited one act after another."""
    return session.exec(
        select(Report)
        .where(Report.id == report_id)
        .with_for_update()
        .execution_options(populate_existing=True)
        .options(defer(Report.content))  # type: ignore[arg-type]  # SQLModel types columns as values
    ).one()


def confirmed_before(session: Session, report: Report) -> Report | None:
    """Return another version of the same report that is already in the ledger."""
    statement = (
        select(Report)
        .where(
            Report.unit_id == report.unit_id,
            Report.report_year == report.report_year,
            Report.state == "confirmed",
            Report.id != report.id,
        )
        .options(defer(Report.content), defer(Report.text))  # type: ignore[arg-type]  # the same
    )
    return session.exec(statement).first()


def version_before(session: Session, report: Report) -> int | None:
    """Return the latest earlier version of the same report that could be read."""
    statement = (
        select(Report.id)
        .where(
            Report.unit_id == report.unit_id,
            Report.report_year == report.report_year,
            Report.version < report.version,
            col(Report.state).in_(("read", "confirmed")),
        )
        .order_by(col(Report.version).desc())
    )
    return session.exec(statement).first()


def entries(session: Session, report_id: int) -> list[Entry]:
    """Return a report's problems and measures, problems first, in order of the text.

    What a person added without a place in the text comes last.
    """
    statement = (
        select(Entry)
        .where(Entry.report_id == report_id)
        .order_by(col(Entry.kind).desc(), col(Entry.end) == 0, col(Entry.start), col(Entry.id))
    )
    return list(session.exec(statement))


def pairs(session: Session, report_id: int) -> list[EntryPair]:
    """Return which measure answers which problem."""
    statement = (
        select(EntryPair)
        .join(Entry, col(Entry.id) == col(EntryPair.problem_id))
        .where(Entry.report_id == report_id)
    )
    return list(session.exec(statement))


def forget_pairs(session: Session, *, measure_id: int) -> None:
    """Drop what was said about which problems a measure answers."""
    session.exec(delete(EntryPair).where(col(EntryPair.measure_id) == measure_id))


def findings(session: Session, report_id: int) -> list[Finding]:
    """Return a report's findings, errors first."""
    statement = (
        select(Finding)
        .where(Finding.report_id == report_id)
        .order_by(
            func.array_position(["error", "question", "information"], Finding.severity),
            col(Finding.id),
        )
    )
    return list(session.exec(statement))


def units_of(session: Session, scope: Scope, report_ids: list[int]) -> dict[int, Unit]:
    """Return the unit of each of these reports that lies within the scope, by report."""
    statement = (
        select(Report.id, Unit)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(col(Report.id).in_(report_ids), within(scope))
    )
    return dict(session.exec(statement).all())


def figures(session: Session, report_id: int) -> list[Figure]:
    """Return a report's figures in the order of its tables."""
    statement = select(Figure).where(Figure.report_id == report_id).order_by(col(Figure.id))
    return list(session.exec(statement))


def forget_reading(session: Session, report_id: int) -> None:
    """Drop the figures and findings read before, so that reading again starts clean."""
    for table in (Figure, Finding):
        session.exec(delete(table).where(col(table.report_id) == report_id))


def forget_entries(session: Session, report_id: int) -> None:
    """Drop every entry of a report, a person's too: of a secret file nothing may stay."""
    session.exec(delete(Entry).where(col(Entry.report_id) == report_id))


def of_unit(session: Session, unit_id: int) -> list[Report]:
    """Return a unit's reports, newest year and version first, without their files and texts."""
    statement = (
        select(Report)
        .where(Report.unit_id == unit_id)
        .options(defer(Report.content), defer(Report.text))  # type: ignore[arg-type]  # the same
        .order_by(col(Report.report_year).desc(), col(Report.version).desc())
    )
    return list(session.exec(statement))
