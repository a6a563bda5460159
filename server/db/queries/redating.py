"""Dates after a new holiday notice: all statements are for whole groups of matters."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session

from server.db.queries.obligations import steps_json
from server.db.queries.reminders import OPEN
from server.domain.deadlines import Deadline
from server.domain.reminders import MOVED


@dataclass(frozen=True, slots=True)
class Dated:
    """One milestone of all units of a kind under one office, as the new calendar dates it."""

    office_id: int
    kind: str
    year: int
    deadline: Deadline


_NEW = """
new AS (
    SELECT * FROM unnest(
        CAST(:offices AS bigint[]), CAST(:kinds AS text[]), CAST(:years AS int[]),
        CAST(:milestones AS text[]), CAST(:dues AS date[]), CAST(:targets AS date[]),
        CAST(:provisionals AS boolean[]), CAST(:steps AS text[]), CAST(:sources AS text[])
    ) AS n(office_id, kind, year, milestone, due_on, target_on, provisional, steps, source)
), dated AS (
    SELECT m.id, n.* FROM new n
    JOIN unit u ON u.office_id = n.office_id AND u.kind = n.kind AND u.active
    JOIN obligation o ON o.unit_id = u.id AND o.report_year = n.year AND o.state = 'open'
    JOIN matter m ON m.obligation_id = o.id AND m.milestone = n.milestone
    WHERE m.state IN {open}
      AND (m.agreed_on IS NULL OR n.due_on > m.agreed_on)
      -- nobody becomes late by a notice
      AND (n.due_on >= :today OR n.due_on >= m.due_on)
)
"""

_NOTE_MILESTONES = text(
    f"WITH {_NEW.format(open=OPEN)}"
    """
INSERT INTO calendar_move (notice_id, matter_id, due_before, due_after, due_version)
SELECT :notice, m.id, m.due_on, dated.due_on, m.due_version + 1
FROM dated JOIN matter m ON m.id = dated.id WHERE m.due_on <> dated.due_on
"""
)

_DATE_MILESTONES = text(
    f"WITH {_NEW.format(open=OPEN)}"
    """
UPDATE matter m
SET due_on = d.due_on, target_on = d.target_on, provisional = d.provisional,
    steps = CAST(d.steps AS jsonb), source = d.source,
    agreed_on = CASE WHEN m.due_on = d.due_on THEN m.agreed_on END,
    due_moved_at = CASE WHEN m.due_on = d.due_on THEN m.due_moved_at ELSE now() END,
    due_version = m.due_version + (m.due_on <> d.due_on)::int,
    row_version = m.row_version + (m.due_on <> d.due_on)::int
FROM dated d
WHERE m.id = d.id AND (m.due_on, m.target_on, m.provisional, m.steps)
    IS DISTINCT FROM (d.due_on, d.target_on, d.provisional, CAST(d.steps AS jsonb))
"""
)


def date_milestones(
    session: Session, notice: int, dated: Sequence[Dated], *, today: date
) -> tuple[int, int]:
    """Give open milestones the dates of the new calendar and note which moved.

    Returns how many moved, and how many were written at all (another target, no longer 暂定).
    Answered and closed ones keep their date, as does one granted to a unit alone until the common
    one is later. No date moves into the past.
    """
    values = {
        "offices": [each.office_id for each in dated],
        "kinds": [each.kind for each in dated],
        "years": [each.year for each in dated],
        "milestones": [each.deadline.milestone.value for each in dated],
        "dues": [each.deadline.due_on for each in dated],
        "targets": [each.deadline.target_on for each in dated],
        "provisionals": [each.deadline.provisional for each in dated],
        "steps": [steps_json(each.deadline) for each in dated],
        "sources": [each.deadline.source for each in dated],
        "today": today,
    }
    connection = session.connection()
    moved = connection.execute(_NOTE_MILESTONES, values | {"notice": notice}).rowcount
    return moved, connection.execute(_DATE_MILESTONES, values).rowcount


def commitment_dates(session: Session, today: date) -> list[date]:
    """Return the coming dates of open commitments and of their items."""
    rows = session.connection().execute(
        text(
            "SELECT due_on FROM matter WHERE kind = 'commitment' AND due_on >= :today"
            f" AND state IN {OPEN} UNION SELECT i.by_when FROM checklist_item i"
            " WHERE i.active AND i.ticked_at IS NULL AND i.by_when >= :today ORDER BY 1"
        ),
        {"today": today},
    )
    return [row[0] for row in rows]


_SHIFT = (
    "WITH shift AS (SELECT * FROM unnest(CAST(:befores AS date[]), CAST(:afters AS date[]))"
    " AS s(before, after)) "
)
_OPEN_COMMITMENT = f"m.kind = 'commitment' AND m.state IN {OPEN} AND m.agreed_on IS NULL"


def shift_commitments(session: Session, notice: int, shifts: Sequence[tuple[date, date]]) -> int:
    """Move open commitments and their open items, each from a date to another; note and count."""
    values: dict[str, object] = {
        "befores": [before for before, _ in shifts],
        "afters": [after for _, after in shifts],
        "notice": notice,
    }
    connection = session.connection()
    moved = connection.execute(
        text(
            f"{_SHIFT} INSERT INTO calendar_move"
            " (notice_id, matter_id, due_before, due_after, due_version)"
            " SELECT :notice, m.id, m.due_on, s.after, m.due_version + 1"
            f" FROM matter m JOIN shift s ON s.before = m.due_on WHERE {_OPEN_COMMITMENT}"
        ),
        values,
    ).rowcount
    connection.execute(
        text(
            f"{_SHIFT} UPDATE matter m SET due_on = s.after, due_version = m.due_version + 1,"
            " due_moved_at = now(), row_version = m.row_version + 1"
            f" FROM shift s WHERE s.before = m.due_on AND {_OPEN_COMMITMENT}"
        ),
        values,
    )
    connection.execute(
        text(
            f"{_SHIFT} UPDATE checklist_item i SET by_when = s.after,"
            " row_version = i.row_version + 1 FROM shift s"
            " WHERE s.before = i.by_when AND i.active AND i.ticked_at IS NULL"
        ),
        values,
    )
    return moved


def mark_commitments(session: Session, provisional_from: date) -> None:
    """Say of every open commitment whether its date lies where a notice is still to come."""
    session.connection().execute(
        text(
            "UPDATE matter SET provisional = (due_on >= :first) WHERE kind = 'commitment'"
            f" AND state IN {OPEN} AND provisional <> (due_on >= :first)"
        ),
        {"first": provisional_from},
    )


@dataclass(frozen=True, slots=True)
class Waiting:
    """Open matters that share policy and due date."""

    policy: str
    due_on: date


def waiting(session: Session) -> list[Waiting]:
    """Return the groups of all open matters."""
    rows = session.connection().execute(
        text(f"SELECT policy, due_on FROM matter WHERE state IN {OPEN} GROUP BY 1, 2 ORDER BY 2, 1")
    )
    return [Waiting(*row) for row in rows]


def reschedule(
    session: Session, days: Sequence[tuple[Waiting, date | None]], *, today: date
) -> None:
    """Give groups of open matters the next day on which their policy has something to say.

    Matters that planning has yet to look at keep their day.
    """
    session.connection().execute(
        text(
            "UPDATE matter m SET next_stage_on = g.next_on FROM unnest("
            " CAST(:policies AS text[]), CAST(:dues AS date[]), CAST(:nexts AS date[])"
            ") AS g(policy, due_on, next_on)"
            " WHERE m.policy = g.policy AND m.due_on = g.due_on"
            f" AND m.state IN {OPEN} AND (m.next_stage_on > :today OR m.next_stage_on IS NULL)"
            " AND m.next_stage_on IS DISTINCT FROM g.next_on"
        ),
        {
            "policies": [group.policy for group, _ in days],
            "dues": [group.due_on for group, _ in days],
            "nexts": [next_on for _, next_on in days],
            "today": today,
        },
    )


_TELL = text(f"""
INSERT INTO reminder
    (matter_id, due_version, stage, rung, recipient_id, scheduled_on, outcome, planned_at, late,
     held_for)
SELECT v.matter_id, v.due_version, '{MOVED}', 0, c.id, :today, 'pending', :now, false, ''
FROM calendar_move v
JOIN matter m ON m.id = v.matter_id
JOIN unit u ON u.id = m.unit_id
JOIN contact c ON c.active AND (
    (c.unit_id = u.id AND c.role IN ('information_officer', 'unit_lead') AND NOT c.is_substitute)
    OR (c.unit_id = u.office_id AND c.role IN ('office_staff', 'office_head')))
WHERE v.notice_id = :notice
ON CONFLICT (matter_id, due_version, stage, recipient_id) DO NOTHING
""")


def tell(session: Session, notice: int, *, today: date, now: datetime) -> int:
    """Owe everybody whose date moved one line about it; return how many people hear of it."""
    connection = session.connection()
    connection.execute(_TELL, {"notice": notice, "today": today, "now": now})
    told: int = connection.execute(
        text(
            "SELECT count(DISTINCT r.recipient_id) FROM reminder r JOIN calendar_move v"
            " ON v.matter_id = r.matter_id AND v.due_version = r.due_version"
            f" WHERE v.notice_id = :notice AND r.stage = '{MOVED}'"
        ),
        {"notice": notice},
    ).scalar_one()
    return told
