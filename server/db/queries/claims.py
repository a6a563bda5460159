"""Claiming messages, and what late binding asks of the ledger.

Leases run on the database's clock alone.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import bindparam, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Session

from server.db.queries.reminders import OPEN

SUSPECT = 3
"""A message claimed so often without outcome is claimed alone: it may be what ends its handler."""


@dataclass(frozen=True, slots=True)
class Claimed:
    """A message under our lease. `body` is None until it is first rendered."""

    id: int
    token: int
    kind: str
    recipient_id: int
    address: str
    message_id: str
    subject: str
    body: bytes | None
    payload: dict[str, Any]
    on_uncertain: str
    created_at: datetime
    not_after: datetime | None
    failures: int
    uncertain_count: int
    claims: int
    expired: bool
    has_turn: bool = False
    """Whether its turn at a domain with a pace has come."""
    channel_id: int = 0
    """The robot it is for; 0 for a mail."""


@dataclass(frozen=True, slots=True)
class Reached:
    """Where a contact is to be reached now."""

    email: str
    active: bool
    suppressed: bool


_CLAIM = """
WITH ready AS (
    SELECT id FROM message
    WHERE state = 'queued' AND channel_id IS {addressee}
      AND next_attempt_at <= COALESCE(:at, clock_timestamp())
      AND (claims >= :suspect) = :suspects
      -- a restored copy sends nothing but what somebody asks for now
      AND (kind = 'sign_in'
           OR NOT EXISTS (SELECT FROM installation WHERE held_since IS NOT NULL))
    ORDER BY next_attempt_at, id LIMIT :limit FOR UPDATE SKIP LOCKED
), lease AS MATERIALIZED (SELECT nextval('lease_seq') AS token)
UPDATE message m
SET state = 'leased', phase = 'claimed', lease_token = lease.token, lease_owner = :owner,
    lease_expires_at = clock_timestamp() + :hold, claims = m.claims + 1
FROM ready, lease WHERE m.id = ready.id
RETURNING m.id, m.lease_token, m.kind, COALESCE(m.recipient_id, 0), m.address, m.message_id,
    m.subject, m.body, m.payload, m.on_uncertain, m.created_at, m.not_after, m.failures,
    m.uncertain_count, m.claims,
    COALESCE(m.not_after <= COALESCE(:at, clock_timestamp()), false),
    COALESCE(m.turn_at BETWEEN clock_timestamp() - interval '10 minutes'
                           AND clock_timestamp() + interval '2 seconds', false),
    COALESCE(m.channel_id, 0)
"""
_CLAIM_MAILS = text(_CLAIM.format(addressee="NULL")).columns(payload=JSONB)
_CLAIM_ROBOTS = text(_CLAIM.format(addressee="NOT NULL")).columns(payload=JSONB)


def claim(
    session: Session,
    *,
    owner: str,
    limit: int,
    hold: timedelta,
    at: datetime | None,
    robots: bool = False,
) -> list[Claimed]:
    """Lease up to `limit` messages whose time has come, oldest first; one suspect if none.

    Mails, or what `robots` are to be told. `at` replaces the database's clock in asking whose time
    has come, never in leasing.
    """
    values = {"owner": owner, "hold": hold, "at": at, "suspect": SUSPECT}
    connection, statement = session.connection(), _CLAIM_ROBOTS if robots else _CLAIM_MAILS
    for suspects, most in ((False, limit), (True, 1)):
        rows = connection.execute(statement, values | {"suspects": suspects, "limit": most})
        claimed = [Claimed(*row) for row in rows]
        if claimed:
            return sorted(claimed, key=lambda message: message.id)
    return []


def cancel_stale_lines(session: Session, ids: Sequence[int]) -> None:
    """Cancel the lines of these messages whose matter closed, was answered, or moved."""
    session.connection().execute(
        text(
            "UPDATE reminder r SET outcome = 'cancelled' FROM matter m"
            " WHERE r.message_id = ANY(:ids) AND r.outcome = 'pending' AND m.id = r.matter_id"
            f" AND (m.state NOT IN {OPEN} OR m.due_version <> r.due_version)"
        ),
        {"ids": ids},
    )


def pending_lines(session: Session, ids: Sequence[int]) -> dict[int, set[int]]:
    """Return the reminders that each message still owes; a message without any has an empty set."""
    lines: dict[int, set[int]] = {message: set() for message in ids}
    rows = session.connection().execute(
        text(
            "SELECT message_id, id FROM reminder WHERE message_id = ANY(:i) AND outcome='pending'"
        ),
        {"i": ids},
    )
    for message, line in rows:
        lines[message].add(line)
    return lines


def recipients(session: Session, ids: Sequence[int]) -> dict[int, Reached]:
    """Return where each contact is to be reached now."""
    rows = session.connection().execute(
        text(
            "SELECT c.id, c.email, c.active, s.state IS NOT NULL FROM contact c"
            " LEFT JOIN suppression s ON s.address = lower(c.email) AND s.state = 'suppressed'"
            " WHERE c.id = ANY(:ids)"
        ),
        {"ids": ids},
    )
    return {contact: Reached(*row) for contact, *row in rows}


def rebuild(session: Session, message: int, address: str) -> None:
    """Forget the bytes of a message under lease, so that it is written anew to this address."""
    session.connection().execute(
        text("UPDATE message SET body = NULL, address = :address WHERE id = :id"),
        {"id": message, "address": address},
    )


_FREEZE = text(
    "UPDATE message SET body = :body, subject = :subject, payload = :payload"
    " WHERE id = :id AND lease_token = :token AND state = 'leased'"
).bindparams(bindparam("payload", type_=JSONB))


def freeze(session: Session, rows: Sequence[dict[str, Any]]) -> None:
    """Keep the bytes of messages: rows of id, token, body, subject, payload."""
    session.connection().execute(_FREEZE, rows)
