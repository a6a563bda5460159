"""The delivery ledger: the fenced intent, outcomes, and what becomes of a message's lines.

Every statement that ends an attempt names the lease's token, so that a process whose lease is
over can neither send nor record.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

from server.db.queries.claims import Claimed
from server.db.queries.reminders import OPEN

_INTEND = text(f"""
UPDATE message m SET phase = 'committing', lease_expires_at = clock_timestamp() + :patience
FROM unnest(CAST(:ids AS bigint[]), CAST(:tokens AS bigint[])) AS held(id, token)
WHERE m.id = held.id AND m.lease_token = held.token AND m.state = 'leased'
  AND m.lease_expires_at > clock_timestamp()
  AND NOT EXISTS (
    SELECT FROM reminder r JOIN matter t ON t.id = r.matter_id
    WHERE r.message_id = m.id AND r.outcome = 'pending' AND m.uncertain_count = 0
      AND (t.state NOT IN {OPEN} OR t.due_version <> r.due_version))
RETURNING m.id
""")


def intend(session: Session, messages: Sequence[Claimed], *, patience: timedelta) -> frozenset[int]:
    """Mark that final dots are about to go out; return the messages that may have theirs."""
    values = _held(messages) | {"patience": patience}
    return frozenset(session.connection().execute(_INTEND, values).scalars())


def _held(messages: Iterable[Claimed]) -> dict[str, object]:
    """Return the messages with the tokens of our leases as the parameters of a statement."""
    pairs = [(message.id, message.token) for message in messages]
    return {"ids": [number for number, _ in pairs], "tokens": [token for _, token in pairs]}


_FINISH = text("""
WITH ended AS (
    SELECT * FROM unnest(
        CAST(:ids AS bigint[]), CAST(:tokens AS bigint[]), CAST(:states AS text[]),
        CAST(:events AS text[]), CAST(:stages AS text[]), CAST(:codes AS int[]),
        CAST(:details AS text[]), CAST(:replies AS text[]), CAST(:failed AS bool[]),
        CAST(:unsure AS bool[]), CAST(:waits AS interval[]), CAST(:untils AS timestamptz[])
    ) AS e(id, token, state, event, stage, code, detail, reply, failed, unsure, wait, until)
), done AS (
    UPDATE message m
    SET state = e.state, phase = NULL, lease_token = NULL, lease_owner = NULL,
        lease_expires_at = NULL, claims = 0, reply = e.reply,
        failures = failures + e.failed::int, uncertain_count = uncertain_count + e.unsure::int,
        next_attempt_at = COALESCE(e.until, clock_timestamp() + e.wait, next_attempt_at),
        sent_at = CASE e.state WHEN 'sent' THEN clock_timestamp() END,
        payload = CASE WHEN kind = 'sign_in' AND e.state <> 'queued' THEN '{}' ELSE payload END,
        body = CASE WHEN kind = 'sign_in' AND e.state <> 'queued' THEN NULL ELSE body END
    FROM ended e
    WHERE m.id = e.id AND m.lease_token = e.token AND m.state = 'leased'
    RETURNING m.id, m.state, m.payload
), named AS (
    SELECT r.id, NOT done.payload ? 'lines' OR done.payload -> 'lines' @> to_jsonb(r.id) AS told
    FROM reminder r JOIN done ON done.id = r.message_id
    WHERE done.state = 'sent' AND r.outcome = 'pending'
), told AS (
    UPDATE reminder r
    SET outcome = CASE WHEN told THEN 'mailed' ELSE r.outcome END,
        message_id = CASE WHEN told THEN r.message_id END
    FROM named WHERE r.id = named.id
), unhurried AS MATERIALIZED (SELECT set_config('synchronous_commit', 'off', true))
INSERT INTO message_event (message_id, kind, token, stage, code, detail)
SELECT e.id, e.event, e.token, e.stage, e.code, e.detail
FROM done JOIN ended e USING (id), unhurried
RETURNING message_id
""")
"""The commit of an outcome need not wait for the disk, as that of the intent must: if the database
crashes before it is written, the durable intent makes the message uncertain, as it should be."""


@dataclass(frozen=True, slots=True)
class Ending:
    """How an attempt ends: the message's next state and the event that tells why."""

    state: str
    event: str
    stage: str = ""
    code: int | None = None
    detail: str = ""
    reply: str = ""
    failed: bool = False
    unsure: bool = False
    wait: timedelta | None = None
    until: datetime | None = None


def finish(session: Session, endings: Sequence[tuple[Claimed, Ending]]) -> frozenset[int]:
    """End the attempts whose lease is still ours and return their messages; no other changes.

    A message that is sent ends the lines that it names; one that joined it too late waits for the
    next message.
    """
    values = _held(message for message, _ in endings)
    for column, name in _COLUMNS.items():
        values[column] = [getattr(ending, name) for _, ending in endings]
    return frozenset(session.connection().execute(_FINISH, values).scalars())


_COLUMNS = {
    "states": "state",
    "events": "event",
    "stages": "stage",
    "codes": "code",
    "details": "detail",
    "replies": "reply",
    "failed": "failed",
    "unsure": "unsure",
    "waits": "wait",
    "untils": "until",
}


def note(session: Session, message: int, token: int | None, event: str, detail: str) -> None:
    """Write an event that changes no state; `token` is the lease that it belongs to."""
    session.connection().execute(
        text(
            "INSERT INTO message_event (message_id, kind, token, stage, detail)"
            " VALUES (:id, :event, :token, '', :detail)"
        ),
        {"id": message, "token": token, "event": event, "detail": detail},
    )


_CLOSE_LINES = text("""
WITH named AS (
    SELECT r.id, NOT m.payload ? 'lines' OR m.payload -> 'lines' @> to_jsonb(r.id) AS told
    FROM reminder r JOIN message m ON m.id = r.message_id
    WHERE m.id = ANY(:ids) AND r.outcome = 'pending'
)
UPDATE reminder r
SET outcome = CASE WHEN told THEN CAST(:outcome AS varchar) ELSE r.outcome END,
    message_id = CASE WHEN told THEN r.message_id END
FROM named WHERE r.id = named.id
""")


def reopen_lines(session: Session, message: int) -> None:
    """Owe once more what a message that came back had told, as far as it still holds."""
    session.connection().execute(
        text(
            "UPDATE reminder r SET outcome = 'pending' FROM matter t"
            " WHERE r.message_id = :id AND r.outcome = 'mailed' AND t.id = r.matter_id"
            f" AND t.state IN {OPEN} AND t.due_version = r.due_version"
        ),
        {"id": message},
    )


def close_lines(session: Session, messages: Sequence[int], outcome: str) -> None:
    """End the lines that messages name; one that joined too late waits for the next message."""
    session.connection().execute(_CLOSE_LINES, {"ids": messages, "outcome": outcome})


def give_back_lines(session: Session, message: int) -> None:
    """Let the pending lines of a message wait for another one."""
    session.connection().execute(
        text("UPDATE reminder SET message_id = NULL WHERE message_id = :id AND outcome='pending'"),
        {"id": message},
    )


_TELL_OTHERS = text(f"""
WITH owed AS (
    SELECT DISTINCT r.matter_id, r.due_version, r.stage, r.rung, r.recipient_id, r.scheduled_on,
           t.unit_id, o.path AS office_path
    FROM reminder r
    JOIN matter t ON t.id = r.matter_id AND t.state IN {OPEN} AND t.due_version = r.due_version
    JOIN unit u ON u.id = t.unit_id
    JOIN unit o ON o.id = u.office_id
    WHERE r.message_id = :id AND r.outcome = 'pending'
), working AS MATERIALIZED (
    SELECT c.id, c.unit_id, c.role FROM contact c
    WHERE c.active AND NOT EXISTS (
        SELECT FROM suppression s WHERE s.address = lower(c.email) AND s.state = 'suppressed')
), supervising AS (
    -- the nearest office, from the unit's own upwards, in which somebody can be reached
    SELECT DISTINCT ON (owed.matter_id) owed.matter_id, office.id AS unit_id
    FROM owed
    JOIN unit office ON starts_with(owed.office_path, office.path) AND office.active
    WHERE EXISTS (SELECT FROM working w WHERE w.unit_id = office.id AND w.id <> owed.recipient_id
                  AND w.role IN ('office_staff', 'office_head'))
    ORDER BY owed.matter_id, length(office.path) DESC
)
INSERT INTO reminder
    (matter_id, due_version, stage, rung, recipient_id, scheduled_on, outcome, planned_at, late)
SELECT owed.matter_id, owed.due_version, owed.stage, owed.rung, w.id, owed.scheduled_on, 'pending',
       clock_timestamp(), true
FROM owed
LEFT JOIN supervising s ON s.matter_id = owed.matter_id
JOIN working w ON w.id <> owed.recipient_id AND (
    (w.unit_id = owed.unit_id AND w.role IN ('information_officer', 'unit_lead'))
    OR (w.unit_id = s.unit_id AND w.role IN ('office_staff', 'office_head')))
ON CONFLICT (matter_id, due_version, stage, recipient_id) DO NOTHING
""")


def tell_others(session: Session, message: int) -> None:
    """Owe the unit's other people and the office what this message could not tell one of them."""
    session.connection().execute(_TELL_OTHERS, {"id": message})


def database_time(session: Session) -> datetime:
    """Return the database's clock."""
    now: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
    return now
