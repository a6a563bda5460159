"""A personal calendar: when a deadline's entry rings, and what of the policy it follows."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date

from server.domain.calendars import WorkCalendar
from server.domain.reminders import Addressee, ReminderPolicy, expanded_stages, scheduled_on

MOST_BELLS = 4
"""The last ones before the date; calendars that ring only once take the first of an entry."""


@dataclass(frozen=True, slots=True)
class Bell:
    """One ring of a calendar entry: the day, and the Chinese reason."""

    on: date
    title: str


def bells(
    policy: ReminderPolicy, due_on: date, addressee: Addressee, calendar: WorkCalendar
) -> tuple[Bell, ...]:
    """Return when an entry rings: with the reminders up to the date that this person gets.

    Earliest first, one a day, never after the date: what comes then is told by mail.
    """
    days = {
        scheduled_on(stage, due_on, calendar): stage.title
        for stage in expanded_stages(policy)
        if stage.when != "after" and addressee in policy.audience(stage.rung)
    }
    return tuple(Bell(on, days[on]) for on in sorted(days))[-MOST_BELLS:]


def addressed_as(role: str, *, is_substitute: bool) -> Addressee:
    """Return as what a contact is addressed: a unit's substitutes apart from its officers."""
    if is_substitute and role == Addressee.INFORMATION_OFFICER:
        return Addressee.SUBSTITUTE
    return Addressee(role)


def named(names: Collection[str], total: int) -> str:
    """Return units in a line, and how many are not named: 财政局、教育局等 5 个单位."""
    listed = "、".join(names)
    return listed if total <= len(names) else f"{listed}等 {total} 个单位"
