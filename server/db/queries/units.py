"""Reading units and contacts."""

from dataclasses import dataclass

from sqlalchemy import ColumnElement, func
from sqlmodel import Session, col, select

from server.db.tables import Contact, Unit
from server.domain.access import Scope


@dataclass(frozen=True, slots=True)
class UnitFilter:
    """Which units a list shows; empty means all."""

    words: str = ""
    kind: str = ""


@dataclass(frozen=True, slots=True)
class UnitRow:
    """One line of the units' list."""

    unit: Unit
    contacts: int


def within(scope: Scope) -> ColumnElement[bool]:
    """Return the condition that a row of `unit` lies within the scope; the one place for it."""
    path = col(Unit.path)
    return path.startswith(scope.path, autoescape=True) if scope.subtree else path == scope.path


def by_code(session: Session, code: str) -> Unit | None:
    """Return the unit with this code."""
    return session.exec(select(Unit).where(Unit.code == code)).first()


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
    """Return an active contact with its unit."""
    statement = (
        select(Contact, Unit)
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(Contact.id == contact_id, col(Contact.active))
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


def page_of(
    session: Session, scope: Scope, wanted: UnitFilter, *, after: str, limit: int
) -> list[UnitRow]:
    """Return a page of active units; `after` is the last unit's `sort-id`."""
    people = (
        select(func.count())
        .where(Contact.unit_id == Unit.id, col(Contact.active))
        .correlate(Unit)
        .scalar_subquery()
    )
    statement = (
        select(Unit, people)
        .where(within(scope), col(Unit.active))
        .order_by(col(Unit.sort), col(Unit.id))
        .limit(limit)
    )
    if wanted.words:
        statement = statement.where(col(Unit.name).icontains(wanted.words, autoescape=True))
    if wanted.kind:
        statement = statement.where(Unit.kind == wanted.kind)
    first, _, last = after.partition("-")
    if first.isdigit() and last.isdigit():
        place = func.row(col(Unit.sort), col(Unit.id))
        statement = statement.where(place > func.row(int(first), int(last)))
    return [UnitRow(unit, count) for unit, count in session.exec(statement)]
