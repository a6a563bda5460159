"""What will be sent, worked out like planning and written nowhere."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Protocol

from sqlalchemy import text
from sqlmodel import Session

from server.db.queries.reminders import OPEN, STAGES, stage_rows
from server.domain.access import Scope
from server.domain.reminders import PlannedStage


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One reminder that somebody will get."""

    on: date
    recipient: str
    email: str
    role: str
    unit_id: int
    unit: str
    matter_id: int
    matter: str
    due_on: date
    policy: str
    stage: str
    rung: int
    on_behalf_of: str = ""
    """Who is away, when the recipient stands in."""
    held: bool = False
    """It waits for a person's release."""


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Open matters that share policy, due date and the day on which planning takes them up.

    `own_office` is their office where it keeps hours of its own, else None.
    """

    policy: str
    due_on: date
    starts_on: date
    own_office: int | None


class Sending(Protocol):
    """A stage with the day on which planning writes it and the one on which it goes out."""

    @property
    def stage(self) -> PlannedStage:
        """The stage."""
        ...

    @property
    def told_on(self) -> date:
        """The day of planning."""
        ...

    @property
    def sent_on(self) -> date:
        """The day of sending."""
        ...


def groups_open(
    session: Session, scope: Scope, today: date, own_hours: Sequence[int] = ()
) -> list[OpenGroup]:
    """Return the groups of open matters within the scope that have reminders to come.

    `own_hours` are the offices that keep hours of their own.
    """
    rows = session.connection().execute(
        text(
            "SELECT m.policy, m.due_on, greatest(m.next_stage_on, :today),"
            " CASE WHEN u.office_id = ANY(:own) THEN u.office_id END"
            " FROM matter m JOIN unit u ON u.id = m.unit_id"
            f" WHERE m.state IN {OPEN} AND m.next_stage_on IS NOT NULL AND u.path LIKE :path"
            " GROUP BY 1, 2, 3, 4 ORDER BY 2, 1, 3, 4"
        ),
        {"path": _pattern(scope), "today": today, "own": list(own_hours)},
    )
    return [OpenGroup(*row) for row in rows]


def rows_of(
    session: Session,
    scope: Scope,
    group: OpenGroup,
    sendings: Sequence[Sending],
    today: date,
    limit: int,
) -> list[ForecastRow]:
    """Return the reminders of these stages that are not in the ledger yet."""
    # With the stale statistics of a fresh year, joins row by row would take hours.
    session.connection().execute(text("SET LOCAL enable_nestloop = off"))
    rows = session.connection().execute(
        text(f"""
WITH due AS MATERIALIZED (
    SELECT m.id, m.due_version, u.id AS unit_id, u.office_id
    FROM matter m JOIN unit u ON u.id = m.unit_id
    WHERE m.state IN {OPEN} AND m.policy = :policy AND m.due_on = :due_on
      AND greatest(m.next_stage_on, :today) = :starts_on AND u.path LIKE :path
      AND (CAST(:own AS bigint) IS NULL OR u.office_id = :own)
), {STAGES}
, once AS (
    SELECT DISTINCT ON (matter_id, key, recipient_id) * FROM owed
    ORDER BY matter_id, key, recipient_id, outcome DESC
)
SELECT stage.sent_on, c.name, c.email, c.role, u.id, u.name, m.id, m.title, m.due_on,
       m.policy, owed.key, owed.rung, COALESCE(b.name, ''), owed.outcome = 'held'
       AND NOT EXISTS (SELECT FROM slip s WHERE s.matter_id = owed.matter_id AND s.rung = owed.rung
                       AND s.due_version = owed.due_version AND s.state = 'released')
FROM once owed
JOIN stage ON stage.key = owed.key
JOIN contact c ON c.id = owed.recipient_id
LEFT JOIN contact b ON b.id = owed.on_behalf_of
JOIN matter m ON m.id = owed.matter_id
JOIN unit u ON u.id = m.unit_id
WHERE NOT EXISTS (SELECT FROM reminder r WHERE r.matter_id = owed.matter_id
                  AND r.due_version = owed.due_version AND r.stage = owed.key
                  AND r.recipient_id = owed.recipient_id)
ORDER BY stage.sent_on, u.sort, c.id
LIMIT :most
"""),
        {
            "policy": group.policy,
            "due_on": group.due_on,
            "starts_on": group.starts_on,
            "today": today,
            "path": _pattern(scope),
            "own": group.own_office,
            "most": limit,
            **stage_rows(
                [each.stage for each in sendings],
                told_on=[each.told_on for each in sendings],
                sent_on=[each.sent_on for each in sendings],
            ),
        },
    )
    return [ForecastRow(*row) for row in rows]


def pending(
    session: Session, scope: Scope, today: date, limit: int
) -> list[tuple[ForecastRow, bool, int | None]]:
    """Return the reminders planned, not yet mailed and still true, by the day of planning.

    With each, whether a message holds it already, and its matter's office.
    """
    rows = session.connection().execute(
        text(f"""
SELECT greatest(r.scheduled_on, :today), c.name, c.email, c.role, u.id, u.name, m.id, m.title,
       m.due_on, m.policy, r.stage, r.rung, COALESCE(b.name, ''), r.outcome = 'held',
       r.message_id IS NOT NULL, u.office_id
FROM reminder r
JOIN contact c ON c.id = r.recipient_id AND c.active
LEFT JOIN contact b ON b.id = r.on_behalf_of
JOIN matter m ON m.id = r.matter_id AND m.due_version = r.due_version AND m.state IN {OPEN}
JOIN unit u ON u.id = m.unit_id
WHERE r.outcome IN ('pending', 'held') AND u.path LIKE :path
ORDER BY r.scheduled_on, u.sort, c.id
LIMIT :most
"""),
        {"path": _pattern(scope), "today": today, "most": limit},
    )
    return [(ForecastRow(*row[:-2]), row[-2], row[-1]) for row in rows]


def _pattern(scope: Scope) -> str:
    """Return the LIKE pattern of a scope; paths hold digits and slashes only."""
    return scope.path + "%" if scope.subtree else scope.path
