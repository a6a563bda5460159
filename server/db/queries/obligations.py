"""Reading obligations; writing them and milestones for whole groups of units at once."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Matter, MilestoneDate, Obligation, Unit
from server.domain.access import Scope
from server.domain.deadlines import Deadline

_GROUP = "u.active AND u.office_id = :office AND u.kind = :kind"


@dataclass(frozen=True, slots=True)
class ObligationFilter:
    """Which obligations a list shows; None or empty means all."""

    year: int | None = None
    unit_id: int | None = None
    state: str = ""


def page_of(
    session: Session, scope: Scope, wanted: ObligationFilter, *, before: int, limit: int
) -> list[tuple[Obligation, Unit]]:
    """Return a page of obligations within the scope, newest first; `before` is the last id seen."""
    statement = (
        select(Obligation, Unit)
        .join(Unit, col(Unit.id) == col(Obligation.unit_id))
        .where(within(scope))
        .order_by(col(Obligation.id).desc())
        .limit(limit)
    )
    if before:
        statement = statement.where(col(Obligation.id) < before)
    if wanted.year:
        statement = statement.where(Obligation.report_year == wanted.year)
    if wanted.unit_id:
        statement = statement.where(Obligation.unit_id == wanted.unit_id)
    if wanted.state:
        statement = statement.where(Obligation.state == wanted.state)
    return list(session.exec(statement))


def visible(session: Session, scope: Scope, obligation_id: int) -> tuple[Obligation, Unit] | None:
    """Return an obligation with its unit if it lies within the scope."""
    statement = (
        select(Obligation, Unit)
        .join(Unit, col(Unit.id) == col(Obligation.unit_id))
        .where(Obligation.id == obligation_id, within(scope))
    )
    return session.exec(statement).first()


def milestones_of_all(session: Session, obligation_ids: Sequence[int]) -> dict[int, list[Matter]]:
    """Return the milestones of many obligations, each by date."""
    statement = (
        select(Matter)
        .where(col(Matter.obligation_id).in_(obligation_ids))
        .order_by(col(Matter.due_on), col(Matter.id))
    )
    found: dict[int, list[Matter]] = {}
    for matter in session.exec(statement):
        found.setdefault(matter.obligation_id or 0, []).append(matter)
    return found


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
    session: Session,
    office: int,
    kind: str,
    year: int,
    deadline: Deadline,
    *,
    today: date,
    into_past: bool = False,
) -> int:
    """Write or move one milestone of a whole group; return how many rows changed.

    A changed date raises `due_version`, so that reminders of the old date die; what merely
    explains an unchanged date is renewed, and nobody is reminded again. Answered and closed
    matters keep the date they were answered on, and a date granted to one unit stays until the
    common one is later. Only a person moves a date `into_past`; a calendar makes nobody late.
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
                " due_on = excluded.due_on, agreed_on = NULL, target_on = excluded.target_on,"
                " provisional = excluded.provisional, steps = excluded.steps,"
                " source = excluded.source, next_stage_on = CASE"
                " WHEN matter.due_on = excluded.due_on THEN matter.next_stage_on"
                " ELSE excluded.next_stage_on END,"
                " due_version = matter.due_version + (matter.due_on <> excluded.due_on)::int,"
                " due_moved_at = CASE WHEN matter.due_on = excluded.due_on"
                " THEN matter.due_moved_at ELSE now() END,"
                " row_version = matter.row_version + (matter.due_on <> excluded.due_on)::int"
                " WHERE matter.state IN ('open', 'acknowledged', 'returned') AND"
                " (matter.agreed_on IS NULL OR excluded.due_on > matter.agreed_on) AND"
                " (:into_past OR excluded.due_on >= :today OR excluded.due_on >= matter.due_on) AND"
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
                "into_past": into_past,
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
