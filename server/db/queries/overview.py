"""What the office sees at a glance, counted in the database."""

from dataclasses import dataclass
from datetime import date

from sqlalchemy import func
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from server.db.queries.units import within
from server.db.tables import Commitment, Contact, Matter, Message, Obligation, Report, Unit
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE


@dataclass(frozen=True, slots=True)
class MilestoneCount:
    """How many units stand alike at one milestone, answered or closed on the same day."""

    milestone: str
    due_on: date
    state: str
    done_on: date | None
    units: int


@dataclass(frozen=True, slots=True)
class HeatFilter:
    """Which units the heat map shows; empty means all."""

    words: str = ""
    late: bool = False


def years(session: Session, scope: Scope) -> list[int]:
    """Return the report years with obligations within the scope, newest first."""
    statement = (
        select(Obligation.report_year)
        .join(Unit, col(Unit.id) == col(Obligation.unit_id))
        .where(within(scope))
        .distinct()
        .order_by(col(Obligation.report_year).desc())
    )
    return list(session.exec(statement))


def milestone_counts(session: Session, scope: Scope, year: int) -> list[MilestoneCount]:
    """Return units counted by milestone, date, state and day of doing for one report year."""
    done_at = func.coalesce(col(Matter.answered_at), col(Matter.closed_at))
    done_on = func.date(func.timezone(OFFICE_ZONE.key, done_at))
    statement = (
        select(  # type: ignore[call-overload]  # mixed columns
            Matter.milestone, Matter.due_on, Matter.state, done_on, func.count()
        )
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope), Matter.report_year == year, Matter.kind == "milestone")
        .group_by(col(Matter.milestone), col(Matter.due_on), col(Matter.state), done_on)
    )
    return [MilestoneCount(name or "", *rest) for name, *rest in session.exec(statement)]


def heat_units(
    session: Session,
    scope: Scope,
    year: int,
    wanted: HeatFilter,
    *,
    today: date,
    after: tuple[int, int] | None,
    limit: int,
) -> list[Unit]:
    """Return a page of units that owe a report of this year; `after` is the last (sort, id)."""
    statement = (
        select(Unit)
        .join(Obligation, col(Obligation.unit_id) == col(Unit.id))
        .where(within(scope), Obligation.report_year == year)
        .order_by(col(Unit.sort), col(Unit.id))
        .limit(limit)
    )
    if wanted.words:
        statement = statement.where(col(Unit.name).icontains(wanted.words, autoescape=True))
    if wanted.late:
        statement = statement.where(col(Unit.id).in_(_late_units(year, today)))
    if after:
        statement = statement.where(func.row(col(Unit.sort), col(Unit.id)) > func.row(*after))
    return list(session.exec(statement))


def _late_units(year: int, today: date) -> SelectOfScalar[int]:
    return select(Matter.unit_id).where(
        Matter.report_year == year,
        Matter.kind == "milestone",
        col(Matter.state).in_(("open", "acknowledged", "returned")),
        Matter.due_on < today,
    )


def cells(session: Session, unit_ids: list[int], year: int) -> list[Matter]:
    """Return the milestones of these units for one report year."""
    statement = select(Matter).where(
        col(Matter.unit_id).in_(unit_ids),
        Matter.report_year == year,
        Matter.kind == "milestone",
    )
    return list(session.exec(statement))


def commitments_by_heading(session: Session, scope: Scope) -> list[tuple[str, str, int]]:
    """Return (heading, matter state, count) of the ledger within the scope."""
    statement = (
        select(Commitment.heading, Matter.state, func.count())
        .join(Matter, col(Matter.commitment_id) == col(Commitment.id))
        .join(Unit, col(Unit.id) == col(Commitment.unit_id))
        .where(within(scope))
        .group_by(col(Commitment.heading), col(Matter.state))
    )
    return [(heading, state, count) for heading, state, count in session.exec(statement)]


def reports_in_state(session: Session, scope: Scope, state: str) -> int:
    """Return how many reports within the scope stand in this state."""
    statement = (
        select(func.count())
        .select_from(Report)
        .join(Unit, col(Unit.id) == col(Report.unit_id))
        .where(within(scope), Report.state == state)
    )
    return session.exec(statement).one()


def messages_in_state(session: Session, scope: Scope, state: str) -> int:
    """Return how many messages to people within the scope stand in this state."""
    statement = (
        select(func.count())
        .select_from(Message)
        .join(Contact, col(Contact.id) == col(Message.recipient_id))
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(within(scope), Message.state == state)
    )
    return session.exec(statement).one()


def work(session: Session, scope: Scope, today: date) -> tuple[int, int]:
    """Return how many matters within the scope are overdue, and how many wait for the office."""
    is_open = col(Matter.state).in_(("open", "acknowledged", "returned"))
    statement = (
        select(
            func.count().filter(is_open, col(Matter.due_on) < today),
            func.count().filter(col(Matter.state) == "answered"),
        )
        .select_from(Matter)
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope))
    )
    late, answered = session.exec(statement).one()
    return late, answered


def late_matters(
    session: Session, scope: Scope, today: date, limit: int
) -> list[tuple[Matter, Unit]]:
    """Return what is overdue within the scope, the oldest first."""
    statement = (
        select(Matter, Unit)
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(
            within(scope),
            col(Matter.state).in_(("open", "acknowledged", "returned")),
            Matter.due_on < today,
        )
        .order_by(col(Matter.due_on), col(Unit.sort), col(Matter.id))
        .limit(limit)
    )
    return list(session.exec(statement))


def years_of_unit(session: Session, unit_id: int) -> list[int]:
    """Return the report years in which this unit owes a report, newest first."""
    statement = (
        select(Obligation.report_year)
        .where(Obligation.unit_id == unit_id)
        .order_by(col(Obligation.report_year).desc())
    )
    return list(session.exec(statement))
