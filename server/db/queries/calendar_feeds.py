"""What a person's own calendar shows, and whose it is."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import text
from sqlmodel import Session, col, select

from server.db.queries.letters import OWED, OWED_FROM, Owed
from server.db.queries.reminders import OPEN
from server.db.tables import CalendarFeed, Contact, Unit
from server.domain.access import Scope

MOST = 2000
"""More entries than a calendar can be read with."""


def holder(session: Session, token_hash: str) -> tuple[CalendarFeed, Contact, Unit] | None:
    """Return a live feed with its active person and unit."""
    statement = (
        select(CalendarFeed, Contact, Unit)
        .join(Contact, col(Contact.id) == col(CalendarFeed.contact_id))
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(CalendarFeed.token_hash == token_hash, col(Contact.active), col(Unit.active))
    )
    return session.exec(statement).first()


def note_read(session: Session, contact_id: int, now: datetime, *, at_least: timedelta) -> None:
    """Note that a calendar read the feed, unless that was noted within `at_least`.

    Does not wait for others who note the same.
    """
    session.connection().execute(
        text(
            "UPDATE calendar_feed SET last_read_at = :now WHERE contact_id IN ("
            " SELECT contact_id FROM calendar_feed WHERE contact_id = :contact"
            " AND (last_read_at IS NULL OR last_read_at < :before) FOR UPDATE SKIP LOCKED)"
        ),
        {"contact": contact_id, "now": now, "before": now - at_least},
    )


@dataclass(frozen=True, slots=True)
class Dated(Owed):
    """One open matter of a unit, with how often and when its date moved."""

    due_version: int
    moved_at: datetime


_OF_UNIT = text(f"""
SELECT {OWED}, m.due_version, m.due_moved_at
FROM matter m
{OWED_FROM}
WHERE m.unit_id = :unit AND m.state IN {OPEN}
ORDER BY m.due_on, m.id LIMIT :most
""")


def of_unit(session: Session, unit_id: int) -> list[Dated]:
    """Return what a unit owes now, by date."""
    rows = session.connection().execute(_OF_UNIT, {"unit": unit_id, "most": MOST})
    return [Dated(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Common:
    """What several units owe on one day: one milestone of one year, or promises of any."""

    milestone: str | None
    report_year: int
    due_on: date
    policy: str
    title: str
    source: str
    statutory: bool
    units: int
    matters: int
    names: list[str]
    """Of the first few units, in the office's order."""
    due_version: int
    moved_at: datetime


_OF_OTHERS = text(f"""
WITH owed AS (
    SELECT m.milestone, CASE WHEN m.milestone IS NULL THEN 0 ELSE m.report_year END AS report_year,
           m.due_on, u.id AS unit_id, min(m.policy) AS policy, min(m.title) AS title,
           min(m.source) AS source, bool_or(m.statutory) AS statutory, count(*) AS matters,
           max(m.due_version) AS due_version, max(m.due_moved_at) AS moved_at,
           min(u.name) AS name, min(u.sort) AS sort
    FROM matter m JOIN unit u ON u.id = m.unit_id
    WHERE m.state IN {OPEN} AND u.id <> :own AND starts_with(u.path, :path)
    GROUP BY 1, 2, 3, 4
)
SELECT milestone, report_year, due_on, min(policy), min(title), min(source), bool_or(statutory),
       count(*), sum(matters)::int,
       (array_agg(name ORDER BY sort, unit_id))[1:CAST(:shown AS int)],
       max(due_version), max(moved_at)
FROM owed GROUP BY 1, 2, 3 ORDER BY due_on, report_year, milestone NULLS LAST LIMIT :most
""")


def of_others(session: Session, scope: Scope, own: int, *, shown: int) -> list[Common]:
    """Return what the units below owe now, each day's equal matters as one."""
    values = {"path": scope.path, "own": own, "shown": shown, "most": MOST}
    return [Common(*row) for row in session.connection().execute(_OF_OTHERS, values)]
