"""Putting the delivery ledger right after interruptions; part of every tick, safe to repeat."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from server.db.queries import recovery as queries
from server.services.delivery import DEFAULT_LEASES, Leases, give_up_lines

MOST_COPIES = 3
"""After so many attempts without an answer a message is given up and shown to the office."""


@dataclass(frozen=True, slots=True)
class Recovered:
    """How many messages: given back unsent, now uncertain, queued again, given up, merged."""

    reclaimed: int
    uncertain: int
    resent: int
    dead: int
    merged: int


def recover(
    session: Session, *, leases: Leases = DEFAULT_LEASES, at: datetime | None = None
) -> Recovered:
    """End leases that ran out, send again what rested long enough, merge each person's backlog.

    `at` stands in for the database's clock in asking what has rested (a rehearsed sweep).
    """
    reclaimed, uncertain = queries.reap(session, rest=leases.rest)
    dead = queries.hopeless(session, most=MOST_COPIES, at=at)
    for message in dead:
        give_up_lines(session, message)
    resent = queries.resend_uncertain(session, most=MOST_COPIES, at=at)
    merged = queries.merge_backlog(session)
    return Recovered(reclaimed, uncertain, resent, len(dead), merged)
