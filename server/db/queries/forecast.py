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
    recipient_id: int
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
class Place:
    """Behind which reminder of a day a page begins; as it stands, at the day's beginning."""

    on: date
    unit_id: int = 0
    recipient_id: int = 0
    matter_id: int = 0
    stage: str = ""


@dataclass(frozen=True, slots=True)
class Told:
    """How many reminders people get on one day, either freely or once somebody releases them."""

    on: date
    held: bool
    lines: int
    people: Sequence[int]
    """Each of them once."""


@dataclass(frozen=True, slots=True)
class OpenGroup:
    """Open matters that share policy, due date and the day on which planning takes them up.

    `own_office` is their office where it keeps hours of its own, else None.
    """

    policy: str
    due_on: date
    starts_on: date
    own_office: int | None


@dataclass(frozen=True, slots=True)
class Queued:
    """Reminders planned, not yet mailed and still true, that go out or give way together."""

    policy: str
    due_on: date
    stage: str
    planned_for: date
    """The day of planning, today at the earliest."""
    office: int | None
    in_message: bool
    held: bool
    lines: int
    people: Sequence[int]


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


_OWED = f"""
WITH due AS MATERIALIZED (
    SELECT m.id, m.due_version, u.id AS unit_id, u.office_id
    FROM matter m JOIN unit u ON u.id = m.unit_id
    WHERE m.state IN {OPEN} AND m.policy = :policy AND m.due_on = :due_on
      AND greatest(m.next_stage_on, :today) = :starts_on AND u.path LIKE :path
      AND (CAST(:own AS bigint) IS NULL OR u.office_id = :own) AND u.id >= :unit
), {STAGES}
"""
_HELD = """owed.outcome = 'held'
       AND NOT EXISTS (SELECT FROM slip s WHERE s.matter_id = owed.matter_id AND s.rung = owed.rung
                       AND s.due_version = owed.due_version AND s.state = 'released')"""
_NOT_YET = """NOT EXISTS (SELECT FROM reminder r WHERE r.matter_id = owed.matter_id
                  AND r.due_version = owed.due_version AND r.stage = owed.key
                  AND r.recipient_id = owed.recipient_id)"""

_COUNT = text(f"""{_OWED}
, once AS (
    SELECT matter_id, max(due_version) AS due_version, key, max(rung) AS rung, recipient_id,
           max(outcome) AS outcome
    FROM owed GROUP BY matter_id, key, recipient_id
), told AS (
    SELECT stage.sent_on, {_HELD} AS held, owed.recipient_id, count(*) AS lines
    FROM once owed JOIN stage ON stage.key = owed.key
    WHERE {_NOT_YET}
    GROUP BY 1, 2, 3
)
SELECT sent_on, held, sum(lines)::int, array_agg(recipient_id) FROM told GROUP BY 1, 2
""")

_ROWS = text(f"""{_OWED}
, once AS (
    SELECT DISTINCT ON (matter_id, key, recipient_id) * FROM owed
    ORDER BY matter_id, key, recipient_id, outcome DESC
)
SELECT stage.sent_on, c.id, c.name, c.email, c.role, u.id, u.name, m.id, m.title, m.due_on,
       m.policy, owed.key, owed.rung, COALESCE(b.name, ''), {_HELD}
FROM once owed
JOIN stage ON stage.key = owed.key
JOIN contact c ON c.id = owed.recipient_id
LEFT JOIN contact b ON b.id = owed.on_behalf_of
JOIN matter m ON m.id = owed.matter_id
JOIN unit u ON u.id = m.unit_id
WHERE {_NOT_YET} AND (u.id, c.id, m.id, owed.key COLLATE "C") > (:unit, :recipient, :matter, :stage)
ORDER BY stage.sent_on, u.id, c.id, m.id, owed.key COLLATE "C"
LIMIT :most
""")


def counts_of(
    session: Session, scope: Scope, group: OpenGroup, sendings: Sequence[Sending], today: date
) -> list[Told]:
    """Return by day how many reminders of these stages are not in the ledger yet."""
    _join_by_hash(session)
    values = _group_values(scope, group, sendings, today) | {"unit": 0}
    return [Told(*row) for row in session.connection().execute(_COUNT, values)]


def rows_of(
    session: Session,
    scope: Scope,
    group: OpenGroup,
    sendings: Sequence[Sending],
    today: date,
    limit: int,
    after: Place | None = None,
) -> list[ForecastRow]:
    """Return the reminders of these stages that are not in the ledger yet, in a page's order.

    With `after` the sendings are those of its day.
    """
    _join_by_hash(session)
    values = _group_values(scope, group, sendings, today) | _bounds(after, limit)
    return [ForecastRow(*row) for row in session.connection().execute(_ROWS, values)]


def _join_by_hash(session: Session) -> None:
    # With the stale statistics of a fresh year, joins row by row would take hours, and sorts of
    # what is believed to be four rows go through files.
    session.connection().execute(
        text(
            "SELECT set_config(name, value, true) FROM (VALUES ('enable_nestloop', 'off'),"
            " ('enable_sort', 'off'), ('enable_mergejoin', 'off'), ('work_mem', '64MB'))"
            " AS hint(name, value)"
        )
    )


def _group_values(
    scope: Scope, group: OpenGroup, sendings: Sequence[Sending], today: date
) -> dict[str, object]:
    return {
        "policy": group.policy,
        "due_on": group.due_on,
        "starts_on": group.starts_on,
        "today": today,
        "path": _pattern(scope),
        "own": group.own_office,
        **stage_rows(
            [each.stage for each in sendings],
            told_on=[each.told_on for each in sendings],
            sent_on=[each.sent_on for each in sendings],
        ),
    }


def _bounds(after: Place | None, limit: int) -> dict[str, object]:
    return {
        "unit": after.unit_id if after else 0,
        "recipient": after.recipient_id if after else 0,
        "matter": after.matter_id if after else 0,
        "stage": after.stage if after else "",
        "most": limit,
    }


_QUEUED = f"""
FROM reminder r
JOIN contact c ON c.id = r.recipient_id AND c.active
LEFT JOIN contact b ON b.id = r.on_behalf_of
JOIN matter m ON m.id = r.matter_id AND m.due_version = r.due_version AND m.state IN {OPEN}
JOIN unit u ON u.id = m.unit_id
"""
_QUEUED_HERE = "r.outcome IN ('pending', 'held') AND u.path LIKE :path"


def queued(session: Session, scope: Scope, today: date) -> list[Queued]:
    """Return what the ledger holds and nobody was mailed, in groups that are decided alike."""
    rows = session.connection().execute(
        text(f"""
SELECT m.policy, m.due_on, r.stage, greatest(r.scheduled_on, :today), u.office_id,
       r.message_id IS NOT NULL, r.outcome = 'held', count(*), array_agg(DISTINCT c.id)
{_QUEUED} WHERE {_QUEUED_HERE} GROUP BY 1, 2, 3, 4, 5, 6, 7
"""),
        {"path": _pattern(scope), "today": today},
    )
    return [Queued(*row) for row in rows]


def queued_rows(
    session: Session,
    scope: Scope,
    groups: Sequence[tuple[Queued, date]],
    today: date,
    limit: int,
    after: Place | None = None,
) -> list[ForecastRow]:
    """Return the reminders of these groups with the day on which each goes out, in a page's order.

    With `after` the groups are those that go out on its day.
    """
    rows = session.connection().execute(
        text(f"""
SELECT g.sent_on, c.id, c.name, c.email, c.role, u.id, u.name, m.id, m.title, m.due_on, m.policy,
       r.stage, r.rung, COALESCE(b.name, ''), r.outcome = 'held'
{_QUEUED}
JOIN unnest(CAST(:policies AS text[]), CAST(:dues AS date[]), CAST(:stages AS text[]),
            CAST(:days AS date[]), CAST(:offices AS bigint[]), CAST(:mailed AS boolean[]),
            CAST(:helds AS boolean[]), CAST(:sent_on AS date[]))
  AS g(policy, due_on, stage, planned_for, office, in_message, held, sent_on)
  ON (g.policy, g.due_on, g.stage, g.planned_for, g.in_message, g.held)
   = (m.policy, m.due_on, r.stage, greatest(r.scheduled_on, :today), r.message_id IS NOT NULL,
      r.outcome = 'held')
 AND g.office IS NOT DISTINCT FROM u.office_id
WHERE {_QUEUED_HERE}
  AND (u.id, c.id, m.id, r.stage COLLATE "C") > (:unit, :recipient, :matter, :stage)
ORDER BY g.sent_on, u.id, c.id, m.id, r.stage COLLATE "C"
LIMIT :most
"""),
        {
            "path": _pattern(scope),
            "today": today,
            "policies": [group.policy for group, _ in groups],
            "dues": [group.due_on for group, _ in groups],
            "stages": [group.stage for group, _ in groups],
            "days": [group.planned_for for group, _ in groups],
            "offices": [group.office for group, _ in groups],
            "mailed": [group.in_message for group, _ in groups],
            "helds": [group.held for group, _ in groups],
            "sent_on": [on for _, on in groups],
            **_bounds(after, limit),
        },
    )
    return [ForecastRow(*row) for row in rows]


def _pattern(scope: Scope) -> str:
    """Return the LIKE pattern of a scope; paths hold digits and slashes only."""
    return scope.path + "%" if scope.subtree else scope.path
