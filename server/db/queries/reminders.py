"""Planning reminders, one statement for all units of a group; which minutes were swept."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from server.db.queries.slips import prepare_slips
from server.domain.reminders import PlannedStage

LARGE_GROUP = 1000
OPEN = "('open', 'acknowledged', 'returned')"


@dataclass(frozen=True, slots=True)
class Group:
    """Matters that share a due date and a policy; `size` counts them."""

    policy: str
    due_on: date
    size: int


def groups_due(session: Session, today: date) -> list[Group]:
    """Return the groups in which some matter's next stage has come, earliest due date first."""
    rows = session.connection().execute(
        text(
            f"SELECT policy, due_on, count(*) FROM matter WHERE state IN {OPEN}"
            " AND next_stage_on <= :today GROUP BY policy, due_on ORDER BY due_on, policy"
        ),
        {"today": today},
    )
    return [Group(*row) for row in rows]


ADDRESSEE = """CASE WHEN c.role = 'information_officer' AND c.is_substitute
         THEN 'substitute' ELSE c.role END"""
"""As what a contact `c` is addressed: a unit's substitutes apart from its officers."""

STAGES = f"""
stage AS (
    SELECT * FROM unnest(
        CAST(:keys AS text[]), CAST(:days AS date[]), CAST(:rungs AS int[]),
        CAST(:outcomes AS text[]), CAST(:told_on AS date[]), CAST(:sent_on AS date[])
    ) AS s(key, scheduled_on, rung, outcome, told_on, sent_on)
), audience AS (
    SELECT * FROM unnest(
        CAST(:role_keys AS text[]), CAST(:roles AS text[]), CAST(:at_office AS boolean[]),
        CAST(:role_outcomes AS text[])
    ) AS a(key, role, at_office, outcome)
), away AS MATERIALIZED (
    -- who is away, and who stands in; nobody does where the substitute has left
    SELECT a.contact_id, a.first_on, a.last_on, s.id AS substitute_id
    FROM absence a LEFT JOIN contact s ON s.id = a.substitute_id AND s.active
    WHERE a.last_on >= :today
), addressed AS (
    SELECT due.id AS matter_id, due.due_version, audience.key, c.id AS contact_id, audience.outcome
    FROM due
    JOIN contact c ON c.unit_id = due.unit_id AND c.active
    JOIN audience ON audience.role = {ADDRESSEE} AND NOT audience.at_office
    UNION ALL
    SELECT due.id, due.due_version, audience.key, c.id, audience.outcome
    FROM due
    JOIN contact c ON c.unit_id = due.office_id AND c.active
    JOIN audience ON audience.role = c.role AND audience.at_office
), heard AS MATERIALIZED (
    SELECT a.matter_id, a.due_version, stage.key, stage.rung,
           COALESCE(away.substitute_id, a.contact_id) AS recipient_id, stage.scheduled_on,
           a.outcome,
           CASE WHEN away.substitute_id IS NOT NULL THEN a.contact_id END AS on_behalf_of,
           away.contact_id IS NOT NULL AND away.substitute_id IS NULL AS alone
    FROM addressed a
    JOIN stage ON stage.key = a.key
    LEFT JOIN away ON away.contact_id = a.contact_id
     AND (stage.told_on BETWEEN away.first_on AND away.last_on
          OR stage.sent_on BETWEEN away.first_on AND away.last_on)
), unheard AS (
    -- a unit whose people are none, or away with nobody standing in: its office is told as well
    SELECT due.id, due.due_version, stage.key, stage.rung, c.id, stage.scheduled_on, stage.outcome,
           CAST(NULL AS bigint)
    FROM due
    CROSS JOIN stage
    JOIN contact c ON c.unit_id = due.office_id AND c.active
     AND c.role IN ('office_staff', 'office_head')
    WHERE NOT EXISTS (SELECT FROM heard h
                      WHERE h.matter_id = due.id AND h.key = stage.key AND NOT h.alone)
), owed AS (
    SELECT matter_id, due_version, key, rung, recipient_id, scheduled_on, outcome, on_behalf_of
    FROM heard
    UNION ALL SELECT * FROM unheard
)
"""
"""Who is owed what, given the matters `due` and the stages; shared by planning and forecast."""

_PLAN = text(f"""
WITH due AS MATERIALIZED (
    SELECT m.id, m.due_version, u.id AS unit_id, u.office_id, m.next_stage_on
    FROM matter m JOIN unit u ON u.id = m.unit_id
    WHERE m.state IN {OPEN} AND m.next_stage_on <= :today
      AND m.policy = :policy AND m.due_on = :due_on
), {STAGES}
INSERT INTO reminder
    (matter_id, due_version, stage, rung, recipient_id, scheduled_on, outcome, on_behalf_of,
     held_for, planned_at, late)
-- late: the day was known before and nobody planned on it; a new matter is late in nothing
SELECT owed.*, CASE owed.outcome WHEN 'held' THEN 'slip' ELSE '' END, :now,
       owed.scheduled_on < :today AND due.next_stage_on < :today
FROM owed JOIN due ON due.id = owed.matter_id
ON CONFLICT (matter_id, due_version, stage, recipient_id) DO NOTHING
""")

_OVERTAKE = text("""
UPDATE reminder r SET outcome = 'superseded'
FROM matter m
WHERE r.matter_id = m.id AND m.policy = :policy AND m.due_on = :due_on
  AND r.due_version = m.due_version AND r.outcome IN ('pending', 'held')
  AND r.message_id IS NULL AND r.stage = ANY(:older)
""")

_ADVANCE = text(f"""
UPDATE matter SET next_stage_on = :next
WHERE state IN {OPEN} AND next_stage_on <= :today AND policy = :policy AND due_on = :due_on
""")


def plan_group(
    session: Session,
    group: Group,
    stages: Sequence[PlannedStage],
    next_on: date | None,
    *,
    today: date,
    now: datetime,
) -> int:
    """Write the reminders of a whole group and move it to its next day; return the rows written."""
    key = {"policy": group.policy, "due_on": group.due_on}
    connection = session.connection()
    written = 0
    if group.size >= LARGE_GROUP:
        # Statistics of freshly opened years are stale; row by row joins would take hours.
        connection.execute(text("SET LOCAL enable_nestloop = off"))
    if stages:
        rows = stage_rows(stages, told_on=[today] * len(stages))
        written = connection.execute(_PLAN, key | rows | {"today": today, "now": now}).rowcount
        prepare_slips(session, group.policy, group.due_on, stages[-1], today=today, now=now)
        older = [stage.key for stage in stages if stage.state == "superseded"]
        connection.execute(_OVERTAKE, key | {"older": older})
    connection.execute(_ADVANCE, key | {"today": today, "next": next_on})
    if group.size >= LARGE_GROUP:
        connection.execute(text("SET LOCAL enable_nestloop = on"))
    return written


def stage_rows(
    stages: Sequence[PlannedStage],
    *,
    told_on: Sequence[date],
    sent_on: Sequence[date] | None = None,
) -> dict[str, object]:
    """Return the stages and their audiences as the parameters of `STAGES`.

    `told_on` are the days on which each is planned, `sent_on` those on which it goes out.
    """
    heard = [(stage, role) for stage in stages for role in stage.audience]
    return {
        "keys": [stage.key for stage in stages],
        "days": [stage.scheduled_on for stage in stages],
        "rungs": [stage.rung for stage in stages],
        "outcomes": [stage.state for stage in stages],
        "told_on": list(told_on),
        "sent_on": list(sent_on or told_on),
        "role_keys": [stage.key for stage, _ in heard],
        "roles": [role.value for _, role in heard],
        "at_office": [role.at_office for _, role in heard],
        "role_outcomes": [
            "held" if stage.state == "pending" and role in stage.held else stage.state
            for stage, role in heard
        ],
    }


def cancel_stale(session: Session) -> int:
    """Cancel pending reminders whose matter closed, was answered or moved; return how many."""
    return (
        session.connection()
        .execute(
            text(
                "UPDATE reminder r SET outcome = 'cancelled' FROM matter m"
                " WHERE r.matter_id = m.id AND r.outcome IN ('pending', 'held')"
                f" AND (m.state NOT IN {OPEN} OR m.due_version <> r.due_version)"
            )
        )
        .rowcount
    )


def hand_over(session: Session, contact_id: int, *, today: date) -> None:
    """Cancel what a person who left was still to be told, and plan its matters anew from today.

    Those already planned for stay as they are; where nobody else hears, the office will.
    """
    session.connection().execute(
        text("""
WITH left_over AS (
    UPDATE reminder SET outcome = 'cancelled'
    WHERE recipient_id = :contact AND outcome IN ('pending', 'held') RETURNING matter_id
)
UPDATE matter SET next_stage_on = :today WHERE id IN (SELECT matter_id FROM left_over)
"""),
        {"contact": contact_id, "today": today},
    )


def claim_minute(session: Session, minute: datetime, driver: str) -> bool:
    """Return whether this driver may run the sweep of this minute; at most one ever may."""
    connection = session.connection()
    if not connection.execute(text("SELECT pg_try_advisory_xact_lock(480011)")).scalar_one():
        return False
    return (
        connection.execute(
            text(
                "INSERT INTO tick (minute, driver, planned, superseded, cancelled, composed,"
                " took_ms) VALUES (:minute, :driver, 0, 0, 0, 0, 0) ON CONFLICT DO NOTHING"
            ),
            {"minute": minute, "driver": driver},
        ).rowcount
        == 1
    )


def record_tick(session: Session, minute: datetime, counts: dict[str, int]) -> None:
    """Write what the sweep of this minute did."""
    session.connection().execute(
        text(
            "UPDATE tick SET planned = :planned, cancelled = :cancelled, composed = :composed,"
            " took_ms = :took_ms WHERE minute = :minute"
        ),
        counts | {"minute": minute},
    )
