"""Reading reports and what was read from them."""

from datetime import datetime, timedelta

from sqlalchemy import delete, func, text
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Entry, EntryPair, Figure, Finding, Report, Unit
from server.domain.access import Scope


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


def listed(session: Session, scope: Scope, *, year: int | None = None) -> list[tuple[Report, Unit]]:
    """Return the reports within the scope, newest year first, without their files and texts."""
    statement = (
        select(Report, Unit)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(within(scope))
        .options(defer(Report.content), defer(Report.text))  # type: ignore[arg-type]  # the same
        .order_by(col(Report.report_year).desc(), col(Unit.sort), col(Report.version).desc())
    )
    if year:
        statement = statement.where(Report.report_year == year)
    return list(session.exec(statement))


def entries(session: Session, report_id: int) -> list[Entry]:
    """Return a report's problems and measures, problems first, in order of the text."""
    statement = (
        select(Entry)
        .where(Entry.report_id == report_id)
        .order_by(col(Entry.kind).desc(), col(Entry.start), col(Entry.id))
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


def figures(session: Session, report_id: int) -> list[Figure]:
    """Return a report's figures in the order of its tables."""
    statement = select(Figure).where(Figure.report_id == report_id).order_by(col(Figure.id))
    return list(session.exec(statement))


def forget_reading(session: Session, report_id: int) -> None:
    """Drop what was read before, so that reading again starts clean."""
    for table in (Entry, Figure, Finding):
        session.exec(delete(table).where(col(table.report_id) == report_id))


def of_unit(session: Session, unit_id: int) -> list[Report]:
    """Return a unit's reports, newest year and version first, without their files and texts."""
    statement = (
        select(Report)
        .where(Report.unit_id == unit_id)
        .options(defer(Report.content), defer(Report.text))  # type: ignore[arg-type]  # the same
        .order_by(col(Report.report_year).desc(), col(Report.version).desc())
    )
    return list(session.exec(statement))
