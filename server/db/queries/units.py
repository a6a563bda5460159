"""Reading units and contacts."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import ColumnElement, func, or_, text
from sqlmodel import Session, col, select

from server.db.tables import Contact, Unit
from server.domain.access import Scope


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """Which units a list shows; empty means all."""

    words: str = ""
    kind: str = ""
    active: bool = True


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the units' list."""

    unit: Unit
    contacts: int


def within(scope: Scope, unit: type[Unit] = Unit) -> ColumnElement[bool]:
    """Return the condition that a row of `unit` lies within the scope; the one place for it.

    `unit` is an alias of the table where a statement reads it twice.
    """
    path = col(unit.path)
    return path.startswith(scope.path, autoescape=True) if scope.subtree else path == scope.path


def by_code(session: Session, code: str) -> Unit | None:
    """Return the unit with this code."""
    return session.exec(select(Unit).where(Unit.code == code)).first()


def root(session: Session) -> Unit | None:
    """Return the topmost office; the first one where there are several trees."""
    statement = select(Unit).where(col(Unit.parent_id).is_(None), col(Unit.is_office))
    return session.exec(statement.order_by(col(Unit.id)).limit(1)).first()


def in_scope(session: Session, scope: Scope) -> list[Unit]:
    """Return the active units within the scope, in the office's own order."""
    statement = (
        select(Unit).where(within(scope), col(Unit.active)).order_by(col(Unit.sort), col(Unit.code))
    )
    return list(session.exec(statement))


def kinds_by_office(session: Session) -> list[tuple[int, str]]:
    """Return each (supervising office, unit kind) that has active units."""
    statement = (
        select(Unit.office_id, Unit.kind)
        .where(col(Unit.active), col(Unit.office_id).is_not(None))
        .distinct()
    )
    return [(office, kind) for office, kind in session.exec(statement) if office is not None]


def contact_by_email(session: Session, email: str) -> Contact | None:
    """Return the contact with this address, active or not, whatever its case."""
    return session.exec(
        select(Contact).where(func.lower(Contact.email) == email.strip().lower())
    ).first()


def contact_with_unit(session: Session, contact_id: int) -> tuple[Contact, Unit] | None:
    """Return an active contact of an active unit, with the unit."""
    statement = (
        select(Contact, Unit)
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(Contact.id == contact_id, col(Contact.active), col(Unit.active))
    )
    return session.exec(statement).first()


def contacts_of(session: Session, unit_id: int) -> list[Contact]:
    """Return a unit's people, active ones first."""
    statement = (
        select(Contact)
        .where(Contact.unit_id == unit_id)
        .order_by(col(Contact.active).desc(), col(Contact.role), col(Contact.is_substitute))
    )
    return list(session.exec(statement))


def people_of(session: Session, unit_ids: Sequence[int]) -> dict[int, list[Contact]]:
    """Return the active people of many units."""
    statement = (
        select(Contact)
        .where(col(Contact.unit_id).in_(unit_ids), col(Contact.active))
        .order_by(col(Contact.role), col(Contact.is_substitute), col(Contact.id))
    )
    found: dict[int, list[Contact]] = {}
    for contact in session.exec(statement):
        found.setdefault(contact.unit_id, []).append(contact)
    return found


def contacts_page(
    session: Session, scope: Scope, unit_id: int | None, *, after: int, limit: int
) -> list[Contact]:
    """Return a page of people of the units within the scope; `after` is the last id seen."""
    statement = (
        select(Contact)
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(within(scope), col(Contact.id) > after)
        .order_by(col(Contact.id))
        .limit(limit)
    )
    if unit_id:
        statement = statement.where(Contact.unit_id == unit_id)
    return list(session.exec(statement))


def page_of(
    session: Session, scope: Scope, wanted: UnitFilter, *, after: str = "", limit: int | None
) -> list[UnitRow]:
    """Return a page of units; `after` is the last unit's `sort-id`, `limit` None means all."""
    people = (
        select(func.count())
        .where(Contact.unit_id == Unit.id, col(Contact.active))
        .correlate(Unit)
        .scalar_subquery()
    )
    statement = (
        select(Unit, people)
        .where(within(scope), col(Unit.active) == wanted.active)
        .order_by(col(Unit.sort), col(Unit.id))
        .limit(limit)
    )
    if wanted.words:
        words = wanted.words
        statement = statement.where(
            or_(
                col(Unit.name).icontains(words, autoescape=True),
                col(Unit.code).icontains(words, autoescape=True),
            )
        )
    if wanted.kind:
        statement = statement.where(Unit.kind == wanted.kind)
    first, _, last = after.partition("-")
    if first.isdigit() and last.isdigit():
        place = func.row(col(Unit.sort), col(Unit.id))
        statement = statement.where(place > func.row(int(first), int(last)))
    return [UnitRow(unit, count) for unit, count in session.exec(statement)]


def active_below(session: Session, unit: Unit) -> int:
    """Return how many active units lie below this one in the tree."""
    below = Scope(unit.path, subtree=True)
    statement = (
        select(func.count())
        .select_from(Unit)
        .where(within(below), col(Unit.active), Unit.id != unit.id)
    )
    return session.exec(statement).one()


def next_sort(session: Session, scope: Scope) -> int:
    """Return the place after the last unit within the scope."""
    last = session.exec(select(func.max(Unit.sort)).where(within(scope))).one()
    return (last or 0) + 1


def cancel_matters(session: Session, unit_id: int) -> int:
    """Cancel what a unit still owes; return how many matters. Answered ones stay to be judged."""
    return (
        session.connection()
        .execute(
            text(
                "UPDATE matter SET state = 'cancelled', next_stage_on = NULL,"
                " row_version = row_version + 1 WHERE unit_id = :unit"
                " AND state IN ('open', 'acknowledged', 'returned')"
            ),
            {"unit": unit_id},
        )
        .rowcount
    )


def restore_matters(session: Session, unit_id: int, *, today: date) -> int:
    """Let a unit owe again what was cancelled with it; return how many matters."""
    return (
        session.connection()
        .execute(
            text(
                "UPDATE matter SET state = 'open', next_stage_on = :today,"
                " due_version = due_version + 1, due_moved_at = now(),"
                " row_version = row_version + 1"
                " WHERE unit_id = :unit AND state = 'cancelled'"
            ),
            {"unit": unit_id, "today": today},
        )
        .rowcount
    )


def wake_matters(session: Session, unit_id: int, *, today: date) -> None:
    """Let the next sweep look at what a unit owes, whenever it was to be looked at next."""
    session.connection().execute(
        text(
            "UPDATE matter SET next_stage_on = :today WHERE unit_id = :unit"
            " AND state IN ('open', 'acknowledged', 'returned') AND next_stage_on > :today"
        ),
        {"unit": unit_id, "today": today},
    )
