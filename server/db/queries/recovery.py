"""Putting right what interrupted processes and outages leave behind in the delivery ledger."""

from datetime import datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session

_REAP = text("""
WITH lost AS (
    SELECT id, phase, lease_token AS token FROM message
    WHERE state = 'leased' AND lease_expires_at < clock_timestamp()
    ORDER BY lease_expires_at LIMIT 500 FOR UPDATE SKIP LOCKED
), freed AS (
    UPDATE message m
    SET state = CASE lost.phase WHEN 'committing' THEN 'uncertain' ELSE 'queued' END,
        uncertain_count = uncertain_count + (lost.phase = 'committing')::int,
        next_attempt_at = clock_timestamp()
            + CASE lost.phase WHEN 'committing' THEN :rest ELSE interval '0' END,
        payload = CASE WHEN kind = 'sign_in' AND lost.phase = 'committing'
                       THEN '{}' ELSE payload END,
        body = CASE WHEN kind = 'sign_in' AND lost.phase = 'committing' THEN NULL ELSE body END,
        phase = NULL, lease_token = NULL, lease_owner = NULL, lease_expires_at = NULL
    FROM lost WHERE m.id = lost.id
)
INSERT INTO message_event (message_id, kind, token, stage, detail)
SELECT id, CASE phase WHEN 'committing' THEN 'uncertain' ELSE 'reclaimed' END, token, '', ''
FROM lost RETURNING kind
""")


def reap(session: Session, *, rest: timedelta) -> tuple[int, int]:
    """End leases that ran out; return how many messages went back and how many are uncertain.

    A message whose dot may have gone out rests for `rest` before anything is done about it.
    """
    kinds = session.connection().execute(_REAP, {"rest": rest}).scalars().all()
    return kinds.count("reclaimed"), kinds.count("uncertain")


_RESEND = text("""
WITH rested AS (
    UPDATE message SET state = 'queued'
    WHERE id IN (
        SELECT id FROM message
        WHERE state = 'uncertain' AND on_uncertain = 'resend' AND uncertain_count <= :most
          AND next_attempt_at <= COALESCE(:at, clock_timestamp())
        LIMIT 500 FOR UPDATE SKIP LOCKED)
    RETURNING id
)
INSERT INTO message_event (message_id, kind, stage, detail) SELECT id, 'resend', '', '' FROM rested
""")


def resend_uncertain(session: Session, *, most: int, at: datetime | None) -> int:
    """Queue again what may have been lost, the same bytes; at most `most` times each."""
    return session.connection().execute(_RESEND, {"most": most, "at": at}).rowcount


def hopeless(session: Session, *, most: int, at: datetime | None) -> list[int]:
    """Return the messages that stayed uncertain more than `most` times, now dead."""
    rows = session.connection().execute(
        text("""
WITH hopeless AS (
    UPDATE message SET state = 'dead'
    WHERE state = 'uncertain' AND on_uncertain = 'resend' AND uncertain_count > :most
      AND next_attempt_at <= COALESCE(:at, clock_timestamp())
    RETURNING id
)
INSERT INTO message_event (message_id, kind, stage, detail)
SELECT id, 'dead', '', '多次发出都没有收到答复' FROM hopeless RETURNING message_id
"""),
        {"most": most, "at": at},
    )
    return list(rows.scalars())


_MERGE = text("""
WITH crowded AS (
    SELECT recipient_id FROM message
    WHERE kind = 'reminder' AND state = 'queued' AND uncertain_count = 0
    GROUP BY recipient_id HAVING count(*) > 1
), held AS (
    SELECT m.id, m.recipient_id FROM message m JOIN crowded USING (recipient_id)
    WHERE m.kind = 'reminder' AND m.state = 'queued' AND m.uncertain_count = 0
    FOR UPDATE OF m SKIP LOCKED
), keeper AS (
    SELECT recipient_id, max(id) AS id FROM held GROUP BY recipient_id HAVING count(*) > 1
), absorbed AS (
    SELECT held.id, keeper.id AS keeper FROM held JOIN keeper USING (recipient_id)
    WHERE held.id <> keeper.id
), moved AS (
    UPDATE reminder r SET message_id = absorbed.keeper FROM absorbed
    WHERE r.message_id = absorbed.id AND r.outcome = 'pending'
), cancelled AS (
    UPDATE message m SET state = 'cancelled' FROM absorbed WHERE m.id = absorbed.id
), reopened AS (
    UPDATE message m SET body = NULL FROM keeper WHERE m.id = keeper.id
)
INSERT INTO message_event (message_id, kind, stage, detail)
SELECT id, 'merged', '', '' FROM absorbed
""")

_SUPERSEDE = text("""
UPDATE reminder r SET outcome = 'superseded'
FROM message m
WHERE m.id = r.message_id AND m.state = 'queued' AND m.body IS NULL AND r.outcome = 'pending'
  AND EXISTS (
    SELECT FROM reminder newer
    WHERE newer.message_id = r.message_id AND newer.matter_id = r.matter_id
      AND newer.outcome = 'pending' AND newer.scheduled_on > r.scheduled_on)
""")


def merge_backlog(session: Session) -> int:
    """Let each person's waiting reminder mails become the newest one; return how many it took in.

    Of several lines about one matter only the latest stays. A mail that may have arrived already
    is left as it is.
    """
    connection = session.connection()
    merged = connection.execute(_MERGE).rowcount
    if merged:
        connection.execute(_SUPERSEDE)
    return merged
