"""Holiday notices, version by version, and the dates that each moved."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func, or_, text
from sqlmodel import Session, col, select

from server.db.queries.reminders import OPEN
from server.db.queries.units import within
from server.db.tables import CalendarMove, CalendarNotice, Matter, Unit
from server.domain.access import Scope


def in_force(session: Session) -> list[CalendarNotice]:
    """Return the notices in force, by year."""
    statement = select(CalendarNotice).where(CalendarNotice.state == "in_force")
    return list(session.exec(statement.order_by(col(CalendarNotice.year))))


def history(session: Session, office: int) -> list[CalendarNotice]:
    """Return every version that was in force, and an office's own drafts, newest first.

    What came with the program is listed once it moved something.
    """
    moved = col(CalendarNotice.effect)["moved"].as_integer() > 0
    statement = select(CalendarNotice).where(
        CalendarNotice.state != "dropped",
        or_(col(CalendarNotice.package) == "", moved),
        or_(col(CalendarNotice.state) != "draft", col(CalendarNotice.office_id) == office),
    )
    return list(session.exec(statement.order_by(col(CalendarNotice.id).desc()).limit(50)))


def knows_package(session: Session) -> bool:
    """Return whether what comes with the program was ever kept."""
    kept = select(CalendarNotice.id).where(CalendarNotice.package != "").limit(1)
    return session.exec(kept).first() is not None


def drafts(session: Session, year: int) -> list[CalendarNotice]:
    """Return the drafts of a year."""
    statement = select(CalendarNotice).where(
        CalendarNotice.year == year, CalendarNotice.state == "draft"
    )
    return list(session.exec(statement))


def next_version(session: Session, year: int) -> int:
    """Return the number of a year's next version."""
    newest = select(func.max(CalendarNotice.version)).where(CalendarNotice.year == year)
    return (session.exec(newest).one() or 0) + 1


def locked(session: Session, notice_id: int, office: int) -> CalendarNotice | None:
    """Return a notice held for this transaction; another office's draft is not found."""
    statement = (
        select(CalendarNotice)
        .where(
            CalendarNotice.id == notice_id,
            CalendarNotice.state != "dropped",
            or_(col(CalendarNotice.state) != "draft", col(CalendarNotice.office_id) == office),
        )
        .with_for_update()
        .execution_options(populate_existing=True)
    )
    return session.exec(statement).first()


def hold(session: Session, *, alone: bool) -> None:
    """Keep the calendar as it is until this transaction ends.

    Who computes dates holds it with others; who changes it waits until it is `alone`.
    """
    shared = "" if alone else "_shared"
    session.connection().execute(text(f"SELECT pg_advisory_xact_lock{shared}(480014)"))


@dataclass(frozen=True, slots=True)
class Moved:
    """One date that a notice moves, as lists show it."""

    unit: str
    matter_id: int
    title: str
    before: date
    after: date


def moves(session: Session, scope: Scope, notice: int, *, limit: int) -> list[Moved]:
    """Return what a notice moves within the scope, by unit and date."""
    statement = (
        select(Unit.name, Matter.id, Matter.title, CalendarMove.due_before, CalendarMove.due_after)  # type: ignore[call-overload]  # mixed columns
        .join(Matter, col(Matter.id) == col(CalendarMove.matter_id))
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope), CalendarMove.notice_id == notice)
        .order_by(col(Unit.sort), col(Unit.id), col(CalendarMove.due_after), col(Matter.id))
        .limit(limit)
    )
    return [Moved(*row) for row in session.exec(statement)]


def units_moved(session: Session, notice: int) -> int:
    """Return of how many units a notice moves some date."""
    found: int = (
        session.connection()
        .execute(
            text(
                "SELECT count(DISTINCT m.unit_id) FROM calendar_move v"
                " JOIN matter m ON m.id = v.matter_id WHERE v.notice_id = :notice"
            ),
            {"notice": notice},
        )
        .scalar_one()
    )
    return found


def moves_of(session: Session, matter_id: int) -> list[tuple[CalendarMove, CalendarNotice]]:
    """Return the moves of one matter with the notice that made each, oldest first."""
    statement = (
        select(CalendarMove, CalendarNotice)
        .join(CalendarNotice, col(CalendarNotice.id) == col(CalendarMove.notice_id))
        .where(CalendarMove.matter_id == matter_id)
        .order_by(col(CalendarMove.id))
    )
    return list(session.exec(statement))


def open_from(session: Session, first: date) -> int:
    """Return how many open matters are due on that day or later."""
    found: int = (
        session.connection()
        .execute(
            text(f"SELECT count(*) FROM matter WHERE state IN {OPEN} AND due_on >= :first"),
            {"first": first},
        )
        .scalar_one()
    )
    return found
