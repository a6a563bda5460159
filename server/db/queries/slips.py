"""Supervision slips (督办单): prepared for whole groups, released or withheld one by one."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Matter, Slip, Unit
from server.domain.access import Scope
from server.domain.reminders import PlannedStage

_DUE = """m.state IN ('open', 'acknowledged', 'returned') AND m.next_stage_on <= :today
  AND m.policy = :policy AND m.due_on = :due_on"""

_PREPARE = text(f"""
INSERT INTO slip (office_id, matter_id, due_version, stage, rung, colour, state, prepared_at,
                  demand, decided_by_name, decision_reason)
SELECT u.office_id, m.id, m.due_version, :stage, :rung, :colour, 'prepared', :now, '', '', ''
FROM matter m JOIN unit u ON u.id = m.unit_id AND u.office_id IS NOT NULL
WHERE {_DUE}
ON CONFLICT (matter_id, due_version, rung)
DO UPDATE SET stage = excluded.stage WHERE slip.state = 'prepared'
""")

_OVERTAKE = text(f"""
UPDATE slip s SET state = 'overtaken' FROM matter m
WHERE s.matter_id = m.id AND s.state = 'prepared' AND s.due_version = m.due_version
  AND s.rung < :rung AND {_DUE}
""")

_DECIDED = text(f"""
UPDATE reminder r SET outcome = CASE s.state WHEN 'released' THEN 'pending' ELSE 'cancelled' END
FROM matter m JOIN slip s ON s.matter_id = m.id AND s.due_version = m.due_version
WHERE r.matter_id = m.id AND r.due_version = m.due_version AND r.outcome = 'held'
  AND r.held_for = 'slip' AND r.rung = s.rung AND s.state IN ('released', 'withheld') AND {_DUE}
""")


def prepare_slips(
    session: Session, policy: str, due_on: date, stage: PlannedStage, *, today: date, now: datetime
) -> None:
    """Prepare the slips of a group's newest stage, before the group is moved to its next day.

    One slip a matter and rung. Lower ones that nobody released give way; where a person has
    decided on this rung before, what was just planned follows that decision.
    """
    if not stage.slip:
        return
    values = {"policy": policy, "due_on": due_on, "today": today, "rung": stage.rung}
    connection = session.connection()
    connection.execute(_PREPARE, values | {"stage": stage.key, "colour": stage.slip, "now": now})
    connection.execute(_OVERTAKE, values)
    connection.execute(_DECIDED, {key: values[key] for key in ("policy", "due_on", "today")})


def cancel_stale(session: Session) -> None:
    """Cancel prepared slips whose matter closed, was answered or moved."""
    session.connection().execute(
        text(
            "UPDATE slip s SET state = 'cancelled' FROM matter m WHERE s.matter_id = m.id"
            " AND s.state = 'prepared' AND (m.state NOT IN ('open', 'acknowledged', 'returned')"
            " OR m.due_version <> s.due_version)"
        )
    )


@dataclass(frozen=True, slots=True)
class SlipRow:
    """A slip with its matter and unit."""

    slip: Slip
    matter: Matter
    unit: Unit


def listed(session: Session, scope: Scope, state: str, *, limit: int) -> list[SlipRow]:
    """Return the slips of one state within the scope, latest due date of all last."""
    statement = (
        select(Slip, Matter, Unit)
        .join(Matter, col(Matter.id) == col(Slip.matter_id))
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope), Slip.state == state)
        .order_by(col(Slip.rung).desc(), col(Matter.due_on), col(Slip.id))
        .limit(limit)
    )
    return [SlipRow(*row) for row in session.exec(statement)]


def of_matter(session: Session, matter_id: int) -> list[Slip]:
    """Return the released slips of a matter, oldest first."""
    statement = select(Slip).where(Slip.matter_id == matter_id, Slip.state == "released")
    return list(session.exec(statement.order_by(col(Slip.id))))


def visible(session: Session, scope: Scope, slip_id: int, *, lock: bool = False) -> SlipRow | None:
    """Return a slip within the scope; held for this transaction if so asked."""
    statement = (
        select(Slip, Matter, Unit)
        .join(Matter, col(Matter.id) == col(Slip.matter_id))
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope), Slip.id == slip_id)
    )
    if lock:
        statement = statement.with_for_update(of=Slip)
    row = session.exec(statement.execution_options(populate_existing=True)).first()
    return SlipRow(*row) if row else None


def next_number(session: Session, office_id: int, year: int) -> int:
    """Return the number of an office's next slip; its callers come one after the other."""
    session.connection().execute(
        text("SELECT pg_advisory_xact_lock(480012, CAST(:office AS int))"), {"office": office_id}
    )
    statement = select(func.max(Slip.number)).where(Slip.office_id == office_id, Slip.year == year)
    return (session.exec(statement).one() or 0) + 1


def decide_held(session: Session, slip: Slip, outcome: str) -> int:
    """Give the reminders that waited for this slip their outcome; return how many."""
    return (
        session.connection()
        .execute(
            text(
                "UPDATE reminder SET outcome = :outcome WHERE matter_id = :matter"
                " AND due_version = :version AND rung = :rung AND outcome = 'held'"
                " AND held_for = 'slip'"
            ),
            {
                "outcome": outcome,
                "matter": slip.matter_id,
                "version": slip.due_version,
                "rung": slip.rung,
            },
        )
        .rowcount
    )


def count_prepared(session: Session, scope: Scope) -> int:
    """Return how many slips wait for a person within the scope."""
    statement = (
        select(func.count())
        .select_from(Slip)
        .join(Unit, col(Unit.id) == col(Slip.office_id))
        .where(within(scope), Slip.state == "prepared")
    )
    return session.exec(statement).one()
