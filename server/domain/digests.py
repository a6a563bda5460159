"""The weekly digest (周报): whose it is by default, and on which days of a week it may go out."""

from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.calendars import WorkCalendar
from server.domain.hours import OfficeHours
from server.domain.reminders import Role

A_WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class DigestRules:
    """The office's own setting of the digest."""

    roles: frozenset[Role]
    """Who gets it unless the person chose otherwise."""
    days_ahead: int
    say_nothing: bool
    """Whether a week without anything to tell is told, too."""
    source: str


def week_of(day: date) -> date:
    """Return the Monday of that day's week: the week's name."""
    return day - timedelta(days=day.weekday())


def goes_out(day: date, hours: OfficeHours, calendar: WorkCalendar) -> bool:
    """Return whether a digest may go out on that day.

    It does on the first day of the week on which the office is open, and on the one after it for
    what an outage kept back; later in the week it would tell of a week nearly over.
    """
    first = hours.first_open_day(week_of(day), calendar)
    return day in (first, hours.first_open_day(first + timedelta(days=1), calendar))
