"""The append-only record of acts: written with the act, sealed into a hash chain afterwards."""

import hashlib
import json
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlmodel import Session

from server.db.queries import audit as queries
from server.db.tables import AuditEvent
from server.domain.access import Person


@dataclass(frozen=True, slots=True)
class Actor:
    """Who acts: a signed-in person, the holder of a reply link, another system, or this one."""

    contact_id: int | None
    label: str
    token_id: int | None = None

    @classmethod
    def of(cls, person: Person) -> "Actor":
        """Return the actor that a signed-in person is."""
        return cls(person.contact_id, f"{person.unit_name} {person.name}")


SYSTEM = Actor(None, "系统")


def record(
    session: Session,
    actor: Actor,
    action: str,
    subject: str,
    subject_id: int | None,
    *,
    now: datetime,
    unit_id: int | None = None,
    **detail: Any,
) -> None:
    """Write one act into the record, in the transaction of the act itself."""
    session.add(
        AuditEvent(
            at=now,
            actor_id=actor.contact_id,
            actor=actor.label,
            action=action,
            subject=subject,
            subject_id=subject_id,
            unit_id=unit_id,
            detail=detail,
        )
    )


def seal(session: Session) -> int:
    """Chain the acts not yet chained, oldest first; return how many.

    One sealer at a time; only acts of finished transactions are taken, so the order never changes.
    """
    if not queries.lock_chain(session):
        return 0
    seq, previous = queries.head(session)
    events = queries.unsealed(session)
    for event in events:
        seq += 1
        event.seq, event.hash = seq, chained(previous, event)
        previous = event.hash
    if events:
        queries.note_head(session, seq, previous)
    return len(events)


def chained(previous: str, event: AuditEvent) -> str:
    """Return the hash of an event on top of the one before it (SHA-256 of canonical JSON)."""
    content = [
        event.id,
        event.at.isoformat(),
        event.actor_id,
        event.actor,
        event.action,
        event.subject,
        event.subject_id,
        event.unit_id,
        event.detail,
    ]
    canonical = json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(f"{previous}\n{canonical}".encode()).hexdigest()


def verify(session: Session) -> tuple[int, int | None]:
    """Return the number of sealed acts and the first broken number, or None when all hold.

    The end of the chain is noted apart, so that acts cut off at the end are missed too.
    """
    previous, count = "", 0
    for event in queries.sealed(session):
        count += 1
        if event.seq != count or event.hash != chained(previous, event):
            return count, count
        previous = event.hash
    noted = queries.noted_head(session)
    return count, None if noted in (None, (count, previous)) else count + 1
