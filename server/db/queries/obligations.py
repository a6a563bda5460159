"""Writing obligations and milestones for whole groups of units at once."""

import json
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from server.db.tables import MilestoneDate
from server.domain.deadlines import Deadline

_GROUP = "u.active AND u.office_id = :office AND u.kind = :kind"


def add_missing(session: Session, office: int, kind: str, year: int, regime: str) -> int:
    """Write the obligation of every unit of a group that lacks it; return how many."""
    return (
        session.connection()
        .execute(
            text(
                "INSERT INTO obligation (unit_id, report_year, regime, state, publication_url,"
                " row_version) SELECT u.id, :year, :regime, 'open', '', 1 FROM unit u"
                f" WHERE {_GROUP} ON CONFLICT (unit_id, report_year) DO NOTHING"
            ),
            {"office": office, "kind": kind, "year": year, "regime": regime},
        )
        .rowcount
    )


def set_milestone(
    session: Session, office: int, kind: str, year: int, deadline: Deadline, *, today: date
) -> int:
    """Write or move one milestone of a whole group; return how many rows changed.

    A changed date raises `due_version`, so that reminders of the old date die; what merely
    explains an unchanged date is renewed, and nobody is reminded again. Answered and closed
    matters keep the date they were answered on.
    """
    return (
        session.connection()
        .execute(
            text(
                "INSERT INTO matter (unit_id, kind, report_year, obligation_id, milestone, title,"
                " due_on, due_version, target_on, statutory, provisional, steps, source, policy,"
                " state, next_stage_on, return_reason, row_version)"
                " SELECT u.id, 'milestone', :year, o.id, :milestone, :title, :due_on, 1,"
                " :target_on, :statutory, :provisional, CAST(:steps AS jsonb), :source,"
                " 'milestone', 'open', :today, '', 1 FROM unit u"
                f" JOIN obligation o ON o.unit_id = u.id AND o.report_year = :year WHERE {_GROUP}"
                " AND o.state = 'open'"
                " ON CONFLICT (obligation_id, milestone) DO UPDATE SET"
                " due_on = excluded.due_on, target_on = excluded.target_on,"
                " provisional = excluded.provisional, steps = excluded.steps,"
                " source = excluded.source, next_stage_on = CASE"
                " WHEN matter.due_on = excluded.due_on THEN matter.next_stage_on"
                " ELSE excluded.next_stage_on END,"
                " due_version = matter.due_version + (matter.due_on <> excluded.due_on)::int,"
                " row_version = matter.row_version + (matter.due_on <> excluded.due_on)::int"
                " WHERE matter.state IN ('open', 'acknowledged', 'returned') AND"
                " (matter.due_on, matter.target_on, matter.provisional, matter.steps)"
                " IS DISTINCT FROM"
                " (excluded.due_on, excluded.target_on, excluded.provisional, excluded.steps)"
            ),
            {
                "office": office,
                "kind": kind,
                "year": year,
                "milestone": deadline.milestone.value,
                "title": f"{year}年度政府信息公开年报{deadline.name}",
                "due_on": deadline.due_on,
                "target_on": deadline.target_on,
                "statutory": deadline.statutory,
                "provisional": deadline.provisional,
                "steps": steps_json(deadline),
                "source": deadline.source,
                "today": today,
            },
        )
        .rowcount
    )


def steps_json(deadline: Deadline) -> str:
    """Return the deadline's steps as they are kept with the matter."""
    steps = [
        {"rule": step.rule, "date": step.on.isoformat(), "note": step.note, "source": step.source}
        for step in deadline.steps
    ]
    return json.dumps(steps, ensure_ascii=False)


def own_dates(session: Session, office: int, kind: str, year: int) -> list[MilestoneDate]:
    """Return the dates that an office set itself for one kind of unit and report year."""
    statement = select(MilestoneDate).where(
        MilestoneDate.office_id == office,
        MilestoneDate.kind == kind,
        MilestoneDate.report_year == year,
    )
    return list(session.exec(statement.order_by(col(MilestoneDate.due_on))))


def open_years(session: Session) -> list[int]:
    """Return the report years that still have open milestones."""
    rows = session.connection().execute(
        text("SELECT DISTINCT report_year FROM obligation WHERE state <> 'confirmed' ORDER BY 1")
    )
    return [row[0] for row in rows]


def set_own_date(session: Session, own: MilestoneDate, *, now: datetime) -> None:
    """Keep the office's own date, replacing an earlier one."""
    for earlier in own_dates(session, own.office_id, own.kind, own.report_year):
        if earlier.milestone == own.milestone:
            session.delete(earlier)
    session.flush()  # the unique key must be free before the new row
    own.set_at = now
    session.add(own)
