"""Figures from which the health of an installation is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import func, text
from sqlmodel import Session, select

from server.db.queries.dead_letters import outstanding
from server.db.tables import Message


@dataclass(frozen=True, slots=True)
class Pulse:
    """Signs of life of planning and delivery; None where there is nothing."""

    last_tick: datetime | None
    oldest_ready: datetime | None
    """Since when the longest waiting message could have gone out."""


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """What in the ledger somebody has to see to."""

    dead: int
    """Mails that did not arrive and that nobody has seen to yet."""
    uncertain: int
    units_alone: int
    """Active units with nobody to write to."""


def pulse(session: Session) -> Pulse:
    """Return the signs of life, as they are now."""
    row = session.connection().execute(
        text("""
SELECT (SELECT max(minute) FROM tick),
       (SELECT min(next_attempt_at) FROM message WHERE state = 'queued' AND channel_id IS NULL)
""")
    )
    return Pulse(*row.one())


def ledger_figures(session: Session) -> LedgerFigures:
    """Return the figures, counted now."""
    dead = session.exec(select(func.count()).select_from(Message).where(outstanding())).one()
    row = session.connection().execute(
        text("""
SELECT (SELECT count(*) FROM message WHERE state = 'uncertain' AND on_uncertain = 'resend'
        AND channel_id IS NULL),
       (SELECT count(*) FROM unit u WHERE u.active
        AND NOT EXISTS (SELECT FROM contact c WHERE c.unit_id = u.id AND c.active))
""")
    )
    return LedgerFigures(dead, *row.one())


def answers(session: Session) -> bool:
    """Return whether the database carries out a statement."""
    return bool(session.connection().execute(text("SELECT 1")).scalar_one())
