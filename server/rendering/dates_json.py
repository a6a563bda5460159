"""Dates as JSON, for `duban due`, `duban workdays` and other systems; the keys are a contract."""

from typing import Any

from server.domain.calendars import WorkCalendar, WorkdayCount
from server.domain.dates import weekday_name
from server.domain.deadlines import Deadline
from server.domain.milestones import UnitKind
from server.domain.regimes import Regime


def due_facts(
    report_year: int,
    kind: UnitKind,
    regime: Regime,
    calendar: WorkCalendar,
    deadlines: tuple[Deadline, ...],
) -> dict[str, Any]:
    """Return the milestones of one unit kind and report year."""
    return {
        "report_year": report_year,
        "kind": kind,
        "regime": regime.code,
        "calendar": calendar.version,
        "milestones": [_milestone(deadline) for deadline in deadlines],
    }


def _milestone(deadline: Deadline) -> dict[str, Any]:
    return {
        "milestone": deadline.milestone,
        "name": deadline.name,
        "due_on": deadline.due_on.isoformat(),
        "target_on": deadline.target_on.isoformat(),
        "weekday": weekday_name(deadline.due_on),
        "statutory": deadline.statutory,
        "basis": deadline.basis,
        "adjustable": deadline.adjustable,
        "provisional": deadline.provisional,
        "steps": [
            {
                "rule": step.rule,
                "date": step.on.isoformat(),
                "note": step.note,
                "source": step.source,
            }
            for step in deadline.steps
        ],
        "source": deadline.source,
    }


def add_facts(counted: WorkdayCount, calendar: WorkCalendar) -> dict[str, Any]:
    """Return the n-th working day from a date."""
    return {
        "from": counted.first.isoformat(),
        "days": counted.workdays,
        "date": counted.last.isoformat(),
        "provisional": counted.provisional,
        "calendar": calendar.version,
        "skipped": [{"date": off.on.isoformat(), "reason": off.reason} for off in counted.skipped],
    }


def between_facts(counted: WorkdayCount, calendar: WorkCalendar) -> dict[str, Any]:
    """Return the working days between two dates."""
    return {
        "from": counted.first.isoformat(),
        "to": counted.last.isoformat(),
        "workdays": counted.workdays,
        "provisional": counted.provisional,
        "calendar": calendar.version,
    }
