"""How fast mail may go to a domain, and until when not at all; on the database's clock."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from server.db.tables import MailDomain

_TURNS = text("""
INSERT INTO mail_domain AS d (domain, strikes, reason, free_at)
VALUES (:domain, 0, '', clock_timestamp() + :count * CAST(:gap AS interval))
ON CONFLICT (domain) DO UPDATE
SET free_at = GREATEST(d.free_at, clock_timestamp()) + :count * CAST(:gap AS interval)
RETURNING free_at - :count * CAST(:gap AS interval), clock_timestamp()
""")


def take_turns(
    session: Session, domain: str, count: int, gap: timedelta
) -> tuple[datetime, datetime]:
    """Take the next `count` turns of a domain, `gap` apart; return the first one and the time."""
    values = {"domain": domain, "count": count, "gap": gap}
    first, now = session.connection().execute(_TURNS, values).one()
    return first, now


def held(session: Session, domains: Sequence[str]) -> dict[str, datetime]:
    """Return until when those of the domains rest that asked us to slow down."""
    rows = session.connection().execute(
        text(
            "SELECT domain, held_until FROM mail_domain"
            " WHERE domain = ANY(:domains) AND held_until > clock_timestamp()"
        ),
        {"domains": domains},
    )
    return {row.domain: row.held_until for row in rows}


def strike(session: Session, domain: str, *, reason: str, forgotten: timedelta) -> int:
    """Count one more complaint of a domain; return how many these are in a row."""
    row = session.connection().execute(
        text("""
INSERT INTO mail_domain AS d (domain, strikes, reason) VALUES (:domain, 1, :reason)
ON CONFLICT (domain) DO UPDATE SET reason = excluded.reason, strikes =
    CASE WHEN d.held_until > clock_timestamp() - CAST(:forgotten AS interval)
         THEN d.strikes + 1 ELSE 1 END
RETURNING strikes
"""),
        {"domain": domain, "reason": reason, "forgotten": forgotten},
    )
    return int(row.scalar_one())


_HOLD = text("""
WITH domain AS (
    UPDATE mail_domain SET held_until = clock_timestamp() + :rest WHERE domain = :domain
    RETURNING held_until
), waiting AS (
    SELECT id FROM message
    WHERE state = 'queued' AND lower(split_part(address, '@', 2)) = :domain
    FOR UPDATE SKIP LOCKED
)
UPDATE message m SET next_attempt_at = GREATEST(m.next_attempt_at, domain.held_until)
FROM waiting, domain WHERE m.id = waiting.id
""")


def hold(session: Session, domain: str, rest: timedelta) -> None:
    """Let a domain rest: everything queued for it waits; what comes meanwhile is put off."""
    session.connection().execute(_HOLD, {"domain": domain, "rest": rest})


def give_turn(session: Session, message: int, turn: datetime) -> None:
    """Note the turn that a message under lease waits for."""
    session.connection().execute(
        text("UPDATE message SET turn_at = :turn WHERE id = :id"), {"id": message, "turn": turn}
    )


def resting(session: Session) -> list[MailDomain]:
    """Return the domains that are left in peace now, the longest first."""
    statement = (
        select(MailDomain)
        .where(col(MailDomain.held_until) > func.clock_timestamp())
        .order_by(col(MailDomain.held_until).desc())
    )
    return list(session.exec(statement))
