"""Reading all matters as one list of work: filtered, by date, paged by key."""

from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlalchemy import tuple_
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Commitment, Matter, Unit
from server.db.tables.obligation import OPEN_STATES
from server.domain.access import Scope

TODO, LATE = "todo", "late"
"""States of the filter only: open, and open past its date."""


@dataclass(frozen=True, slots=True)
class WorkFilter:
    """Which matters a list shows; empty means all. `today` is what "late" is measured against."""

    state: str = ""
    kind: str = ""
    unit_words: str = ""
    unit_id: int | None = None
    year: int | None = None
    due_from: date | None = None
    due_to: date | None = None
    today: date = date.max


@dataclass(frozen=True, slots=True)
class Work:
    """One line: a matter, its unit, and the words of the commitment behind it."""

    matter: Matter
    unit: Unit
    promise: str | None


def page_of(
    session: Session,
    scope: Scope,
    wanted: WorkFilter,
    *,
    after: int | None = None,
    limit: int | None,
) -> list[Work]:
    """Return matters within the scope, the earliest date first; `after` is the last one's id."""
    keys = (col(Matter.due_on), col(Matter.id))
    statement = (
        select(Matter, Unit, Commitment.text)
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .join(Commitment, col(Commitment.id) == col(Matter.commitment_id), isouter=True)
        .where(within(scope), *_conditions(wanted))
        .order_by(*keys)
    )
    last = session.get(Matter, after) if after else None
    if last:
        statement = statement.where(tuple_(*keys) > tuple_(last.due_on, last.id))
    return [Work(*row) for row in session.exec(statement.limit(limit) if limit else statement)]


def years(session: Session, scope: Scope) -> list[int]:
    """Return the report years that have matters within the scope, newest first."""
    statement = (
        select(Matter.report_year)
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope))
        .distinct()
        .order_by(col(Matter.report_year).desc())
    )
    return list(session.exec(statement))


def _conditions(wanted: WorkFilter) -> list[Any]:
    conditions: list[Any] = []
    if wanted.state in (TODO, LATE):
        conditions.append(col(Matter.state).in_(OPEN_STATES))
    elif wanted.state:
        conditions.append(Matter.state == wanted.state)
    if wanted.state == LATE:
        conditions.append(col(Matter.due_on) < wanted.today)
    if wanted.kind:
        conditions.append(Matter.kind == wanted.kind)
    if wanted.year:
        conditions.append(Matter.report_year == wanted.year)
    if wanted.unit_id:
        conditions.append(Matter.unit_id == wanted.unit_id)
    if wanted.due_from:
        conditions.append(col(Matter.due_on) >= wanted.due_from)
    if wanted.due_to:
        conditions.append(col(Matter.due_on) <= wanted.due_to)
    if wanted.unit_words:
        conditions.append(col(Unit.name).icontains(wanted.unit_words, autoescape=True))
    return conditions
