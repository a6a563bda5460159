"""What returned mail changes in the ledger."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from server.db.queries.messages import note


@dataclass(frozen=True, slots=True)
class Sent:
    """A message that may come back: to whom, since when, and what is known of its fate."""

    address: str
    since: datetime
    delivery: str


def locked(session: Session, message: int) -> Sent | None:
    """Return a message that was handed over, locked; None if there is no such one."""
    row = (
        session.connection()
        .execute(
            text(
                "SELECT address, COALESCE(sent_at, next_attempt_at), delivery FROM message"
                " WHERE id = :id AND (state = 'sent' OR uncertain_count > 0) FOR UPDATE"
            ),
            {"id": message},
        )
        .first()
    )
    return Sent(*row) if row else None


def mark(session: Session, message: int, delivery: str, said: str) -> None:
    """Write what became of a message beyond our mail server, with what the other side said."""
    session.connection().execute(
        text("UPDATE message SET delivery = :delivery WHERE id = :id"),
        {"id": message, "delivery": delivery},
    )
    note(session, message, None, delivery, said)


def count(session: Session, day: date, verdict: str) -> None:
    """Count one returned mail by its verdict."""
    session.connection().execute(
        text(
            "INSERT INTO bounce_count AS b (day, verdict, count) VALUES (:day, :verdict, 1)"
            " ON CONFLICT (day, verdict) DO UPDATE SET count = b.count + 1"
        ),
        {"day": day, "verdict": verdict},
    )


def counts(session: Session, since: date) -> list[tuple[str, int]]:
    """Return how many returned mails were judged how since a day, the most frequent first."""
    rows = session.connection().execute(
        text(
            "SELECT verdict, sum(count) FROM bounce_count WHERE day >= :since"
            " GROUP BY verdict ORDER BY sum(count) DESC"
        ),
        {"since": since},
    )
    return [(verdict, int(total)) for verdict, total in rows]
