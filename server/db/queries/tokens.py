"""Reading the tokens of other systems and the answers kept for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import delete, text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import ApiAnswer, ApiToken, Contact, Unit
from server.domain.access import Scope


@dataclass(frozen=True, slots=True)
class TokenRow:
    """One token with the unit that it acts for and who made it."""

    token: ApiToken
    unit: Unit
    maker: Contact | None


def by_hash(session: Session, token_hash: str) -> tuple[ApiToken, Unit] | None:
    """Return the token with this hash, whatever became of it, and its unit."""
    statement = (
        select(ApiToken, Unit)
        .join(Unit, col(Unit.id) == col(ApiToken.unit_id))
        .where(ApiToken.token_hash == token_hash)
    )
    return session.exec(statement).first()


def live_named(session: Session, unit_id: int, name: str) -> ApiToken | None:
    """Return the token of this name that was not revoked."""
    statement = select(ApiToken).where(
        ApiToken.unit_id == unit_id, ApiToken.name == name, col(ApiToken.revoked_at).is_(None)
    )
    return session.exec(statement).first()


def visible(session: Session, scope: Scope, token_id: int) -> ApiToken | None:
    """Return a token if the unit it acts for lies within the scope."""
    statement = (
        select(ApiToken)
        .join(Unit, col(Unit.id) == col(ApiToken.unit_id))
        .where(ApiToken.id == token_id, within(scope))
    )
    return session.exec(statement).first()


def of_scope(session: Session, scope: Scope) -> list[TokenRow]:
    """Return the tokens within the scope, live ones first, the newest first."""
    statement = (
        select(ApiToken, Unit, Contact)
        .join(Unit, col(Unit.id) == col(ApiToken.unit_id))
        .join(Contact, col(Contact.id) == col(ApiToken.created_by), isouter=True)
        .where(within(scope))
        .order_by(col(ApiToken.revoked_at).is_not(None), col(ApiToken.id).desc())
    )
    return [TokenRow(*row) for row in session.exec(statement)]


def lock_key(session: Session, token_id: int, key: str) -> bool:
    """Return whether no other transaction works on this token's key; holds it for this one."""
    statement = text("SELECT pg_try_advisory_xact_lock(480021, hashtext(:key))")
    held = session.connection().execute(statement, {"key": f"{token_id}:{key}"})
    return bool(held.scalar_one())


def answer(session: Session, token_id: int, key: str) -> ApiAnswer | None:
    """Return the answer kept under a key."""
    return session.get(ApiAnswer, (token_id, key))


def forget_answers(session: Session, before: datetime) -> int:
    """Drop answers given before then; return how many."""
    return session.exec(delete(ApiAnswer).where(col(ApiAnswer.at) < before)).rowcount
