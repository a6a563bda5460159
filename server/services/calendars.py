"""The work calendar as it is now: the program's, with the holiday notices that were entered."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from sqlmodel import Session

from server.adapters.calendar_source import estimated_year, work_calendar
from server.db.queries import calendars as queries
from server.db.tables import CalendarNotice
from server.domain.calendars import CalendarYear, WorkCalendar
from server.domain.notices import Notice, confirmed_by

FOR_EVER = 9999
"""A year that never comes: nothing is held back where no package was kept."""
WEEKEND = timedelta(days=3)
"""Days off of one holiday that lie no further apart belong together."""


def current(session: Session) -> WorkCalendar:
    """Return the calendar that holds now."""
    return with_notices(session, work_calendar())


def with_notices(session: Session, calendar: WorkCalendar) -> WorkCalendar:
    """Return a package's calendar with every notice in force laid over it, by year.

    Where the package was exchanged, what it newly says waits until it is adopted
    (`services/package_calendar.py`): no date moves before people are told.
    """
    in_force = queries.in_force(session)
    calendar = _held_back(calendar, in_force)
    for kept in in_force:
        if not (kept.package and says_the_same(kept, calendar.year(kept.year))):
            calendar = confirmed_by(calendar, notice_of(kept))
    return calendar


def _held_back(calendar: WorkCalendar, in_force: Sequence[CalendarNotice]) -> WorkCalendar:
    """Return the calendar without those of its package's years that are not adopted yet."""
    first = min((each.year for each in in_force if each.package), default=FOR_EVER)
    adopted = {each.year for each in in_force}
    waiting = [
        number
        for number, year in sorted(calendar.years.items())
        if year.confirmed and number >= first and number not in adopted
    ]
    if not waiting:
        return calendar
    years = dict(calendar.years) | {number: estimated_year(number) for number in waiting}
    named = "、".join(str(number) for number in waiting)
    return replace(calendar, years=years, version=f"{calendar.version}（{named}年待启用）")


def says_the_same(kept: CalendarNotice, year: CalendarYear) -> bool:
    """Return whether a notice arranges exactly the days that a calendar already has."""
    notice = notice_of(kept)
    there = (year.confirmed, dict(year.days_off), year.working_weekends)
    return there == (True, dict(notice.days_off), notice.working_weekends)


def notice_of(kept: CalendarNotice) -> Notice:
    """Return what a kept notice arranges."""
    off = {date.fromisoformat(day): name for day, name in kept.days_off.items()}
    working = frozenset(date.fromisoformat(day) for day in kept.working_weekends)
    return Notice(kept.year, kept.source, off, working)


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
