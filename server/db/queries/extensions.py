"""Requests for a later date."""

from dataclasses import dataclass
from datetime import date

from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Extension, Matter, Unit
from server.domain.access import Scope


@dataclass(frozen=True, slots=True)
class ExtensionRow:
    """A request with its matter and unit."""

    extension: Extension
    matter: Matter
    unit: Unit


def asked(session: Session, scope: Scope) -> list[ExtensionRow]:
    """Return the requests that wait for the office within the scope, oldest first."""
    statement = (
        select(Extension, Matter, Unit)
        .join(Matter, col(Matter.id) == col(Extension.matter_id))
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope), Extension.state == "asked")
        .order_by(col(Extension.id))
    )
    return [ExtensionRow(*row) for row in session.exec(statement)]


def of_matter(session: Session, matter_id: int) -> list[Extension]:
    """Return all requests about a matter, oldest first."""
    statement = select(Extension).where(Extension.matter_id == matter_id)
    return list(session.exec(statement.order_by(col(Extension.id))))


def open_of(session: Session, matter_id: int) -> Extension | None:
    """Return the request about a matter that nobody has decided, held for this transaction."""
    statement = (
        select(Extension)
        .where(Extension.matter_id == matter_id, Extension.state == "asked")
        .with_for_update()
    )
    return session.exec(statement).first()


def statutory_limit(session: Session, matter: Matter) -> date | None:
    """Return the statutory date of the duty to which a milestone belongs, if it has one."""
    if matter.obligation_id is None:
        return None
    statement = select(col(Matter.due_on)).where(
        Matter.obligation_id == matter.obligation_id, col(Matter.statutory)
    )
    return min(session.exec(statement), default=None)
