"""Planning reminders and gathering them into messages, one statement for all units of a group."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

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


STAGES = """
stage AS (
    SELECT * FROM unnest(
        CAST(:keys AS text[]), CAST(:days AS date[]), CAST(:rungs AS int[]),
        CAST(:outcomes AS text[])
    ) AS s(key, scheduled_on, rung, outcome)
), audience AS (
    SELECT * FROM unnest(
        CAST(:role_keys AS text[]), CAST(:roles AS text[]), CAST(:at_office AS boolean[])
    ) AS a(key, role, at_office)
), heard AS MATERIALIZED (
    SELECT due.id AS matter_id, due.due_version, stage.key, stage.rung, c.id AS recipient_id,
           stage.scheduled_on, stage.outcome
    FROM due
    JOIN contact c ON c.unit_id = due.unit_id AND c.active
    JOIN audience ON audience.role = c.role AND NOT audience.at_office
    JOIN stage ON stage.key = audience.key
    UNION ALL
    SELECT due.id, due.due_version, stage.key, stage.rung, c.id, stage.scheduled_on, stage.outcome
    FROM due
    JOIN contact c ON c.unit_id = due.office_id AND c.active
    JOIN audience ON audience.role = c.role AND audience.at_office
    JOIN stage ON stage.key = audience.key
), unheard AS (
    -- a unit without any recipient at this stage: its office's staff are told instead
    SELECT due.id, due.due_version, stage.key, stage.rung, c.id, stage.scheduled_on, stage.outcome
    FROM due
    CROSS JOIN stage
    JOIN contact c ON c.unit_id = due.office_id AND c.active
     AND c.role IN ('office_staff', 'office_head')
    WHERE NOT EXISTS (SELECT FROM heard h WHERE h.matter_id = due.id AND h.key = stage.key)
), owed AS (SELECT * FROM heard UNION ALL SELECT * FROM unheard)
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
    (matter_id, due_version, stage, rung, recipient_id, scheduled_on, outcome, planned_at, late)
-- late: the day was known before and nobody planned on it; a new matter is late in nothing
SELECT owed.*, :now, owed.scheduled_on < :today AND due.next_stage_on < :today
FROM owed JOIN due ON due.id = owed.matter_id
ON CONFLICT (matter_id, due_version, stage, recipient_id) DO NOTHING
""")

_OVERTAKE = text("""
UPDATE reminder r SET outcome = 'superseded'
FROM matter m
WHERE r.matter_id = m.id AND m.policy = :policy AND m.due_on = :due_on
  AND r.due_version = m.due_version AND r.outcome = 'pending' AND r.message_id IS NULL
  AND r.stage = ANY(:older)
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
        written = connection.execute(
            _PLAN, key | stage_rows(stages) | {"today": today, "now": now}
        ).rowcount
        older = [stage.key for stage in stages if stage.state == "superseded"]
        connection.execute(_OVERTAKE, key | {"older": older})
    connection.execute(_ADVANCE, key | {"today": today, "next": next_on})
    if group.size >= LARGE_GROUP:
        connection.execute(text("SET LOCAL enable_nestloop = on"))
    return written


def stage_rows(stages: Sequence[PlannedStage]) -> dict[str, object]:
    """Return the stages and their audiences as the parameters of `STAGES`."""
    heard = [(stage.key, role) for stage in stages for role in stage.audience]
    return {
        "keys": [stage.key for stage in stages],
        "days": [stage.scheduled_on for stage in stages],
        "rungs": [stage.rung for stage in stages],
        "outcomes": [stage.state for stage in stages],
        "role_keys": [key for key, _ in heard],
        "roles": [role.value for _, role in heard],
        "at_office": [role.at_office for _, role in heard],
    }


def cancel_stale(session: Session) -> int:
    """Cancel pending reminders whose matter closed, was answered or moved; return how many."""
    return (
        session.connection()
        .execute(
            text(
                "UPDATE reminder r SET outcome = 'cancelled' FROM matter m"
                " WHERE r.matter_id = m.id AND r.outcome = 'pending'"
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
    WHERE recipient_id = :contact AND outcome = 'pending' RETURNING matter_id
)
UPDATE matter SET next_stage_on = :today WHERE id IN (SELECT matter_id FROM left_over)
"""),
        {"contact": contact_id, "today": today},
    )


def compose(session: Session, *, slot: str, domain: str, now: datetime, not_after: datetime) -> int:
    """Gather pending reminders into one message per person and slot; return the messages made.

    `slot` is `2026-11-23:morning`. A message already on its way takes no more lines: they wait
    for the next slot.
    """
    connection = session.connection()
    values = {"slot": slot, "domain": domain, "now": now, "not_after": not_after}
    made = connection.execute(
        text("""
INSERT INTO message (slot_key, kind, recipient_id, address, payload, on_uncertain, state,
                     message_id, subject, reply, created_at, next_attempt_at, not_after,
                     claims, failures, uncertain_count)
SELECT 'reminder:' || c.id || ':' || :slot, 'reminder', c.id, c.email, '{}', 'resend', 'queued',
       '<reminder.' || c.id || '.' || replace(:slot, ':', '.') || '@' || :domain || '>', '', '',
       :now, :now, :not_after, 0, 0, 0
FROM (SELECT DISTINCT recipient_id FROM reminder
      WHERE outcome = 'pending' AND message_id IS NULL) r
JOIN contact c ON c.id = r.recipient_id AND c.active
ON CONFLICT (slot_key) DO NOTHING
"""),
        values,
    ).rowcount
    connection.execute(
        text("""
UPDATE reminder r SET message_id = m.id
FROM message m
WHERE r.outcome = 'pending' AND r.message_id IS NULL AND m.recipient_id = r.recipient_id
  AND m.slot_key = 'reminder:' || r.recipient_id || ':' || :slot
  AND m.state = 'queued' AND m.body IS NULL
"""),
        values,
    )
    return made


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
