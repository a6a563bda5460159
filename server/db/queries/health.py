"""Figures from which the health of an installation is told."""

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session


@dataclass(frozen=True, slots=True)
class LedgerFigures:
    """How planning and delivery stand; moments are None where there is nothing."""

    last_tick: datetime | None
    oldest_ready: datetime | None
    """Since when the longest waiting message could have gone out."""
    dead: int
    uncertain: int
    units_alone: int
    """Active units with nobody to write to."""


def ledger_figures(session: Session) -> LedgerFigures:
    """Return the figures, counted now."""
    row = session.connection().execute(
        text("""
SELECT (SELECT max(minute) FROM tick),
       (SELECT min(next_attempt_at) FROM message WHERE state = 'queued'),
       (SELECT count(*) FROM message WHERE state = 'dead'),
       (SELECT count(*) FROM message WHERE state = 'uncertain'),
       (SELECT count(*) FROM unit u WHERE u.active
        AND NOT EXISTS (SELECT FROM contact c WHERE c.unit_id = u.id AND c.active))
""")
    )
    return LedgerFigures(*row.one())


def answers(session: Session) -> bool:
    """Return whether the database carries out a statement."""
    return bool(session.connection().execute(text("SELECT 1")).scalar_one())
