"""Reading the ledger (整改台账): commitments with their matters, filtered, sorted, paged by key."""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, func, tuple_
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import ChecklistItem, Commitment, Matter, Reply, Unit
from server.domain.access import Scope

OPEN = ("open", "acknowledged", "returned")
LATE = "late"
"""A state of the filter only: open and past its date."""
STATES = ["returned", "open", "acknowledged", "answered", "closed", "cancelled"]
"""In the order in which they need somebody."""


class LedgerOrder(StrEnum):
    """What the ledger is sorted by; the date decides among equals."""

    DATE = "date"
    UNIT = "unit"
    STATE = "state"


@dataclass(frozen=True, slots=True)
class LedgerFilter:
    """What the ledger page shows; None or empty means everything."""

    commitment_id: int | None = None
    year: int | None = None
    unit_id: int | None = None
    unit_words: str = ""
    heading: str = ""
    state: str = ""
    words: str = ""
    today: date = date.max
    """What "late" is measured against."""


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One line of the ledger."""

    commitment: Commitment
    matter: Matter
    unit: Unit
    items: int
    ticked: int
    evidence: str


def ledger(
    session: Session,
    scope: Scope,
    wanted: LedgerFilter,
    *,
    order: LedgerOrder = LedgerOrder.DATE,
    after: int | None = None,
    limit: int | None = 50,
) -> list[LedgerRow]:
    """Return ledger lines within the scope; `after` is the last commitment's id seen."""
    keys = _keys(order)
    columns: tuple[Any, ...] = (Commitment, Matter, Unit, *_item_columns())
    statement = (
        select(*columns)
        .join(Matter, col(Matter.commitment_id) == col(Commitment.id))
        .join(Unit, col(Unit.id) == col(Commitment.unit_id))
        .where(within(scope), *_conditions(wanted))
        .order_by(*keys)
    )
    place = _place(session, keys, after) if after else None
    if place:
        statement = statement.where(tuple_(*keys) > tuple_(*place))
    rows = session.exec(statement.limit(limit) if limit else statement)
    return [LedgerRow(*row) for row in rows]


def headings(session: Session, scope: Scope, wanted: LedgerFilter) -> dict[str, int]:
    """Return how many lines each heading has, whichever heading the filter names."""
    statement = (
        select(Commitment.heading, func.count())
        .join(Matter, col(Matter.commitment_id) == col(Commitment.id))
        .join(Unit, col(Unit.id) == col(Commitment.unit_id))
        .where(within(scope), *_conditions(replace(wanted, heading="")))
        .group_by(col(Commitment.heading))
    )
    return dict(session.exec(statement).all())


def years(session: Session, scope: Scope) -> list[int]:
    """Return the report years that have commitments within the scope, newest first."""
    statement = (
        select(Commitment.report_year)
        .join(Unit, col(Unit.id) == col(Commitment.unit_id))
        .where(within(scope))
        .distinct()
        .order_by(col(Commitment.report_year).desc())
    )
    return list(session.exec(statement))


def _keys(order: LedgerOrder) -> tuple[Any, ...]:
    last = (col(Matter.due_on), col(Commitment.id))
    match order:
        case LedgerOrder.DATE:
            return last
        case LedgerOrder.UNIT:
            return (col(Unit.sort), col(Unit.id), *last)
        case LedgerOrder.STATE:
            return (func.array_position(STATES, col(Matter.state)), *last)


def _place(session: Session, keys: tuple[Any, ...], after: int) -> Any:
    """Return the sort keys of a line already seen, None when it is gone."""
    statement = (
        select(*keys)
        .select_from(Commitment)
        .join(Matter, col(Matter.commitment_id) == col(Commitment.id))
        .join(Unit, col(Unit.id) == col(Commitment.unit_id))
        .where(Commitment.id == after)
    )
    return session.exec(statement).first()


def _item_columns() -> tuple[ColumnElement[Any], ...]:
    """Return the columns of items, of items ticked, and of the evidence given for them."""
    item = (ChecklistItem.commitment_id == Commitment.id, col(ChecklistItem.active))
    ticked = (*item, col(ChecklistItem.ticked_at).is_not(None))
    of_items = func.string_agg(func.nullif(ChecklistItem.evidence, ""), "；")
    submitted = (Reply.matter_id == Matter.id, Reply.act == "submit", Reply.evidence != "")
    last = select(Reply.evidence).where(*submitted).order_by(col(Reply.id).desc()).limit(1)
    items, done, given = (
        statement.correlate(Commitment).scalar_subquery()
        for statement in (
            select(func.count()).where(*item),
            select(func.count()).where(*ticked),
            select(of_items).where(*item),
        )
    )
    evidence = func.concat_ws("；", given, last.correlate(Matter).scalar_subquery())
    return items, done, evidence


def _conditions(wanted: LedgerFilter) -> Iterator[ColumnElement[bool]]:
    if wanted.commitment_id:
        yield col(Commitment.id) == wanted.commitment_id
    if wanted.year:
        yield col(Commitment.report_year) == wanted.year
    if wanted.unit_id:
        yield col(Commitment.unit_id) == wanted.unit_id
    if wanted.unit_words:
        yield col(Unit.name).icontains(wanted.unit_words, autoescape=True)
    if wanted.heading:
        yield col(Commitment.heading) == wanted.heading
    if wanted.state == LATE:
        yield col(Matter.state).in_(OPEN)
        yield col(Matter.due_on) < wanted.today
    elif wanted.state:
        yield col(Matter.state) == wanted.state
    if wanted.words:
        yield col(Commitment.text).icontains(wanted.words, autoescape=True)
