"""The work calendar as it is now: the program's, with the holiday notices that were entered."""

from dataclasses import dataclass
from datetime import date, timedelta

from sqlmodel import Session

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_calendar import load_calendar_watch
from server.db.queries import calendars as queries
from server.db.tables import CalendarNotice
from server.domain import calendar_watch
from server.domain.calendar_watch import Shortage
from server.domain.calendars import CalendarYear, WorkCalendar
from server.domain.notices import Notice, confirmed_by

WEEKEND = timedelta(days=3)
"""Days off of one holiday that lie no further apart belong together."""


def current(session: Session) -> WorkCalendar:
    """Return the calendar that holds now."""
    return with_notices(session, work_calendar())


def with_notices(session: Session, calendar: WorkCalendar) -> WorkCalendar:
    """Return a calendar with every notice in force laid over it, by year."""
    for kept in queries.in_force(session):
        calendar = confirmed_by(calendar, notice_of(kept))
    return calendar


def notice_of(kept: CalendarNotice) -> Notice:
    """Return what a kept notice arranges."""
    off = {date.fromisoformat(day): name for day, name in kept.days_off.items()}
    working = frozenset(date.fromisoformat(day) for day in kept.working_weekends)
    return Notice(kept.year, kept.source, off, working)


def shortage(session: Session, today: date) -> Shortage | None:
    """Return what is to be warned of: a year without notice that is near, or that dates rest on."""
    calendar = current(session)
    open_dates = queries.open_from(session, calendar.provisional_from)
    return calendar_watch.shortage(calendar, today, load_calendar_watch(), open_dates=open_dates)


@dataclass(frozen=True, slots=True)
class Span:
    """Days off in a row, of one holiday."""

    name: str
    first: date
    last: date


def spans(year: CalendarYear) -> list[Span]:
    """Return the days off of a year as people say them: one line a holiday."""
    found: list[Span] = []
    for day, reason in sorted(year.days_off.items()):
        name = reason.removesuffix("（调休）").removesuffix("（补假）")
        before = found[-1] if found else None
        if before and day - before.last <= WEEKEND and before.name == name:
            found[-1] = Span(before.name, before.first, day)
        else:
            found.append(Span(name, day, day))
    return found
