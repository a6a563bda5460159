"""Which installation a database belongs to, its epoch, and whether it may send."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class Standing:
    """How the installation stands."""

    name: str
    epoch: int
    held_since: datetime | None
    held_reason: str


_ENSURE = text(
    "INSERT INTO installation (one, name, epoch, held_reason)"
    " VALUES (true, gen_random_uuid()::text, 0, '') ON CONFLICT DO NOTHING"
)


def standing(session: Session) -> Standing:
    """Return how the installation stands; an emptied database becomes a new installation."""
    connection = session.connection()
    wanted = text("SELECT name, epoch, held_since, held_reason FROM installation")
    row = connection.execute(wanted).first()
    if row is None:
        connection.execute(_ENSURE)
        row = connection.execute(wanted).one()
    return Standing(*row)


def advance(session: Session, *, every: str) -> None:
    """Let the epoch grow, at most once in `every` (an SQL interval)."""
    session.connection().execute(
        text(
            "UPDATE installation SET epoch = epoch + 1, advanced_at = clock_timestamp()"
            " WHERE held_since IS NULL AND (advanced_at IS NULL"
            " OR advanced_at < clock_timestamp() - CAST(:every AS interval)"
            " OR advanced_at > clock_timestamp())"
        ),
        {"every": every},
    )


def hold(session: Session, reason: str, *, epoch: int) -> bool:
    """Let nothing leave until a person releases it; tell whether it was not held already.

    The epoch becomes at least `epoch`, so that after the release the two sides agree.
    """
    return (
        session.connection()
        .execute(
            text(
                "UPDATE installation SET held_since = clock_timestamp(), held_reason = :reason,"
                " epoch = GREATEST(epoch, :epoch) WHERE held_since IS NULL"
            ),
            {"reason": reason, "epoch": epoch},
        )
        .rowcount
        == 1
    )


def release(session: Session) -> bool:
    """End the hold; tell whether there was one."""
    ended = text(
        "UPDATE installation SET held_since = NULL, held_reason = '' WHERE held_since IS NOT NULL"
    )
    return session.connection().execute(ended).rowcount == 1


def doubtful(session: Session) -> list[str]:
    """Return the Message-IDs of which the ledger does not know whether they went out.

    Those without an answer; in a held installation also everything that waits, for an older copy
    does not know what was sent after it was made.
    """
    rows = session.connection().execute(
        text(
            "SELECT message_id FROM message WHERE state = 'uncertain' UNION ALL"
            " SELECT message_id FROM message WHERE state = 'queued'"
            " AND (SELECT count(*) FROM installation WHERE held_since IS NOT NULL) > 0"
        )
    )
    return list(rows.scalars())


_PROVE = text("""
WITH proven AS (
    UPDATE message SET state = 'sent', sent_at = clock_timestamp(), reply = :reply
    WHERE message_id = ANY(:ids) AND state IN ('queued', 'uncertain')
    RETURNING id
)
INSERT INTO message_event (message_id, kind, stage, detail)
SELECT id, step.kind, '', :reply
FROM proven, (VALUES (1, 'proven'), (2, 'sent')) AS step(number, kind)
ORDER BY id, step.number
RETURNING message_id
""")


def prove(session: Session, message_ids: Sequence[str], reply: str) -> list[int]:
    """Mark as sent the messages that a send journal names; return those not marked before."""
    values = {"ids": list(message_ids), "reply": reply}
    return sorted(set(session.connection().execute(_PROVE, values).scalars()))
