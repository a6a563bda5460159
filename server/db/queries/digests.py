"""The weekly digest: queued by one statement, written from counts in the database."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from server.db.queries.gathering import Offices
from server.db.queries.reminders import OPEN
from server.domain.access import Scope

_ALONE = """w.active AND NOT EXISTS (SELECT FROM contact p WHERE p.unit_id = w.id AND p.active)"""

_QUEUE = text(f"""
INSERT INTO message (slot_key, kind, recipient_id, address, payload, on_uncertain, state,
                     message_id, subject, reply, created_at, next_attempt_at, not_after,
                     claims, failures, uncertain_count)
SELECT 'digest:' || c.id || ':' || :week, 'digest', c.id, c.email,
       jsonb_build_object('week', :week), 'resend', 'queued',
       '<digest.' || c.id || '.' || :week || '@' || :domain || '>', '', '',
       :now, :now, :not_after, 0, 0, 0
FROM contact c
JOIN unit u ON u.id = c.unit_id AND u.active
LEFT JOIN digest_choice d ON d.contact_id = c.id
WHERE c.active AND c.role = ANY(:able) AND COALESCE(d.wanted, c.role = ANY(:roles))
  AND (u.id = ANY(:offices)) = :among
  -- who came, or asked for it, in the middle of a week begins with the next
  AND greatest(c.created_at, d.chosen_at) < :starts
  AND NOT EXISTS (SELECT FROM message m WHERE m.slot_key = 'digest:' || c.id || ':' || :week)
  AND (:always
    OR EXISTS (
      SELECT FROM matter m JOIN unit w ON w.id = m.unit_id
      WHERE starts_with(w.path, u.path) AND (
        (m.state IN {OPEN} AND m.due_on <= :until)
        OR m.answered_at >= :since OR m.closed_at >= :since))
    OR EXISTS (SELECT FROM unit w WHERE starts_with(w.path, u.path) AND {_ALONE}))
ON CONFLICT (slot_key) DO NOTHING
""")


_QUEUE_ROBOTS = text("""
INSERT INTO message (slot_key, kind, channel_id, address, payload, on_uncertain, state, message_id,
                     subject, reply, created_at, next_attempt_at, not_after,
                     claims, failures, uncertain_count)
SELECT 'robot:' || c.id || ':digest:' || :week, 'robot', c.id, c.name,
       jsonb_build_object('what', 'digest', 'week', :week), 'resend', 'queued',
       '<robot.' || c.id || '.digest.' || :week || '@' || :domain || '>', '', '',
       :now, :now, :not_after, 0, 0, 0
FROM channel c JOIN unit u ON u.id = c.unit_id AND u.active AND u.is_office
WHERE c.state = 'active' AND c.digest AND (u.id = ANY(:offices)) = :among
ON CONFLICT (slot_key) DO NOTHING
""")


@dataclass(frozen=True, slots=True)
class Week:
    """The days of a digest: it looks back to `since` and ahead to `until`."""

    monday: date
    starts: datetime
    since: datetime
    until: date


def queue(
    session: Session,
    week: Week,
    offices: Offices,
    *,
    able: Collection[str],
    roles: Collection[str],
    always: bool,
    domain: str,
    now: datetime,
    not_after: datetime,
) -> int:
    """Queue the week's digest for everybody at these offices who wants it; return how many.

    Once a week and person, however often it is asked; offices with nothing to tell are left out
    unless `always`.
    """
    values = {
        "week": week.monday.isoformat(),
        "starts": week.starts,
        "since": week.since,
        "until": week.until,
        "offices": list(offices.ids),
        "among": offices.among,
        "able": sorted(able),
        "roles": sorted(roles),
        "always": always,
        "domain": domain,
        "now": now,
        "not_after": not_after,
    }
    return session.connection().execute(_QUEUE, values).rowcount


def queue_robots(
    session: Session,
    week: Week,
    offices: Offices,
    *,
    domain: str,
    now: datetime,
    not_after: datetime,
) -> int:
    """Queue the week's digest for the groups that get one; return how many. Once a week each."""
    values = {
        "week": week.monday.isoformat(),
        "offices": list(offices.ids),
        "among": offices.among,
        "domain": domain,
        "now": now,
        "not_after": not_after,
    }
    return session.connection().execute(_QUEUE_ROBOTS, values).rowcount


@dataclass(frozen=True, slots=True)
class Hearer:
    """One person who gets an office's digest."""

    name: str
    role: str
    chose: bool
    """By an own choice, whatever the setting."""


def hearers(
    session: Session, office: int, *, able: Collection[str], roles: Collection[str]
) -> list[Hearer]:
    """Return who at an office gets the digest when it goes to these roles."""
    rows = session.connection().execute(
        text(
            "SELECT c.name, c.role, d.wanted IS NOT NULL FROM contact c"
            " LEFT JOIN digest_choice d ON d.contact_id = c.id"
            " WHERE c.unit_id = :office AND c.active AND c.role = ANY(:able)"
            " AND COALESCE(d.wanted, c.role = ANY(:roles)) ORDER BY c.id"
        ),
        {"office": office, "able": sorted(able), "roles": sorted(roles)},
    )
    return [Hearer(*row) for row in rows]


@dataclass(frozen=True, slots=True)
class Told:
    """One matter as a digest lists it."""

    unit: str
    title: str
    due_on: date
    state: str
    statutory: bool
    provisional: bool
    total: int
    """How many there are of its list, shown or not."""


@dataclass(frozen=True, slots=True)
class Coming:
    """Equal milestones of several units."""

    title: str
    due_on: date
    statutory: bool
    provisional: bool
    units: int
    names: list[str]


_IN = (
    "FROM matter m JOIN unit u ON u.id = m.unit_id LEFT JOIN commitment k ON k.id = m.commitment_id"
)
_WITHIN = "starts_with(u.path, :path) AND u.active"
_TOLD = f"""
SELECT u.name, COALESCE(k.text, m.title), m.due_on, m.state, m.statutory,
       m.provisional AND NOT m.statutory, count(*) OVER ()
{_IN} WHERE {_WITHIN} AND {{condition}}
ORDER BY {{order}} LIMIT :limit
"""


def due_counts(session: Session, scope: Scope) -> list[tuple[date, int]]:
    """Return how many matters are open at each date."""
    rows = session.connection().execute(
        text(
            f"SELECT m.due_on, count(*) {_IN} WHERE {_WITHIN} AND m.state IN {OPEN}"
            " GROUP BY 1 ORDER BY 1"
        ),
        {"path": scope.path},
    )
    return [(due_on, count) for due_on, count in rows]


def became_late(
    session: Session, scope: Scope, since: date, today: date, *, limit: int
) -> list[Told]:
    """Return what is open and passed its date between those days, the oldest first."""
    condition = f"m.state IN {OPEN} AND m.due_on >= :since AND m.due_on < :today"
    return _told(
        session, scope, condition, "m.due_on, u.sort, m.id", since=since, today=today, limit=limit
    )


def answered(session: Session, scope: Scope, since: datetime, *, limit: int) -> list[Told]:
    """Return what was reported as done or closed since then, the newest first."""
    condition = "(m.answered_at >= :since OR m.closed_at >= :since)"
    order = "greatest(m.answered_at, m.closed_at) DESC, m.id"
    return _told(session, scope, condition, order, since=since, limit=limit)


def promises(session: Session, scope: Scope, today: date, until: date, *, limit: int) -> list[Told]:
    """Return the commitments that come due between those days."""
    condition = (
        f"m.kind = 'commitment' AND m.state IN {OPEN} AND m.due_on BETWEEN :today AND :until"
    )
    order = "m.due_on, u.sort, m.id"
    return _told(session, scope, condition, order, today=today, until=until, limit=limit)


def _told(
    session: Session, scope: Scope, condition: str, order: str, **values: object
) -> list[Told]:
    statement = text(_TOLD.format(condition=condition, order=order))
    return [
        Told(*row) for row in session.connection().execute(statement, {"path": scope.path} | values)
    ]


def coming(session: Session, scope: Scope, today: date, until: date) -> list[Coming]:
    """Return the milestones that come due between those days, equal ones of all units together."""
    rows = session.connection().execute(
        text(
            "SELECT m.title, m.due_on, m.statutory, bool_or(m.provisional AND NOT m.statutory),"
            " count(*), (array_agg(u.name ORDER BY u.sort, u.id))[1:6]"
            f" {_IN} WHERE {_WITHIN} AND m.kind = 'milestone' AND m.state IN {OPEN}"
            " AND m.due_on BETWEEN :today AND :until GROUP BY 1, 2, 3 ORDER BY 2, 1"
        ),
        {"path": scope.path, "today": today, "until": until},
    )
    return [Coming(*row) for row in rows]


def alone(session: Session, scope: Scope) -> list[str]:
    """Return the units that have nobody to hear of anything."""
    rows = session.connection().execute(
        text(
            f"SELECT w.name FROM unit w WHERE starts_with(w.path, :path) AND {_ALONE}"
            " ORDER BY w.sort, w.id"
        ),
        {"path": scope.path},
    )
    return list(rows.scalars())
