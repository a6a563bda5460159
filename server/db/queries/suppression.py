"""Addresses that refused mail: suspect at first, suppressed when it happens again soon."""

from datetime import timedelta

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Contact, Suppression, Unit
from server.domain.access import Scope

_NOTE = text("""
INSERT INTO suppression AS s (address, state, failures, reason, message_id, first_at, last_at)
VALUES (lower(:address), 'suspect', 1, :reason, :message, clock_timestamp(), clock_timestamp())
ON CONFLICT (address) DO UPDATE SET
    state = CASE WHEN s.state = 'suppressed' OR s.last_at > clock_timestamp() - :memory
                 THEN 'suppressed' ELSE 'suspect' END,
    failures = CASE WHEN s.state = 'suppressed' OR s.last_at > clock_timestamp() - :memory
                    THEN s.failures + 1 ELSE 1 END,
    reason = excluded.reason, message_id = excluded.message_id, last_at = excluded.last_at
WHERE s.message_id IS DISTINCT FROM excluded.message_id
""")


def note_failure(
    session: Session, address: str, *, reason: str, message: int, memory: timedelta
) -> None:
    """Count one message refused for its address; a second within `memory` suppresses it.

    The same message counts once, however often its refusal is reported.
    """
    values = {"address": address, "reason": reason, "message": message, "memory": memory}
    session.connection().execute(_NOTE, values)


def listed(session: Session, scope: Scope) -> list[tuple[Suppression, Contact, Unit]]:
    """Return the bad addresses of active people within the scope, the suppressed first."""
    statement = (
        select(Suppression, Contact, Unit)
        .join(Contact, col(Suppression.address) == func.lower(Contact.email))
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(within(scope), Contact.active)
        .order_by(col(Suppression.state).desc(), col(Suppression.last_at).desc())
        .limit(500)
    )
    return list(session.exec(statement))


def of_contact(session: Session, contact: Contact) -> Suppression | None:
    """Return what is held against a person's present address, locked against other changes."""
    return session.get(Suppression, contact.email.lower(), with_for_update=True)
