"""Working days (工作日) as the State Council's yearly notices fix them."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta

from server.domain.festivals import SATURDAY
from server.errors import InvalidInput

_DAY = timedelta(days=1)
_NEW_YEAR_SWAPS_FROM = (12, 29)
"""The earliest December day that a next year's notice ever moved (2007-12-29, 2018-12-29)."""
_NEW_YEARS_THAT_SWAP_DECEMBER = (0, 1, 6)
"""It did so only when January 1st was a Monday, a Tuesday or a Sunday."""


@dataclass(frozen=True, slots=True)
class CalendarYear:
    """The days of one calendar year that differ from plain weeks, and who says so."""

    confirmed: bool
    """True when a State Council notice arranged this year; otherwise it is an estimate (暂定)."""
    source: str
    days_off: Mapping[date, str]
    working_weekends: frozenset[date]


@dataclass(frozen=True, slots=True)
class DayOff:
    """One day that a count of working days passes over."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class WorkdayCount:
    """A counted span: where it led or how long it is, and why."""

    first: date
    last: date
    workdays: int
    provisional: bool
    skipped: tuple[DayOff, ...]
    """The days off in the span, in the order of counting; the starting day is never counted."""
    working_weekends: tuple[date, ...]
    """The weekend days that were counted because a notice made them working days."""


@dataclass(frozen=True, slots=True)
class WorkCalendar:
    """Which days are working days, in an unbroken run of calendar years.

    Every method raises InvalidInput for a day outside the years it knows.
    Source: the yearly 国务院办公厅关于某年部分节假日安排的通知, named per year in `years`.
    """

    version: str
    """Names the data; two calendars of the same version answer alike."""
    years: Mapping[int, CalendarYear] = field(hash=False)

    def year(self, number: int) -> CalendarYear:
        """Return what is known of one year.

        Raises: InvalidInput, when the calendar does not reach it.
        """
        found = self.years.get(number)
        if found is None:
            raise InvalidInput(
                f"工作日历收录 {min(self.years)} 年至 {max(self.years)} 年，"
                f"不含 {number} 年。请改用这一范围内的年份。"
            )
        return found

    def is_workday(self, day: date) -> bool:
        """Return whether offices work on that day."""
        year = self.year(day.year)
        if day in year.working_weekends:
            return True
        return day.weekday() < SATURDAY and day not in year.days_off

    def reason_off(self, day: date) -> str | None:
        """Return why that day is off (a holiday's name or 周末); None for a working day."""
        if self.is_workday(day):
            return None
        return self.year(day.year).days_off.get(day, "周末")

    def is_provisional(self, first: date, last: date | None = None) -> bool:
        """Return whether any day from `first` through `last` may still be moved by a notice."""
        low, high = sorted((first, last or first))
        years = (self.year(year) for year in range(low.year, high.year + 1))
        return not all(year.confirmed for year in years) or self._awaits_new_year(high)

    @property
    def last_confirmed(self) -> int:
        """Return the last year that a notice has arranged."""
        return max(number for number, known in self.years.items() if known.confirmed)

    @property
    def provisional_from(self) -> date:
        """Return the first day that a notice still to come may move."""
        reaching = date(self.last_confirmed, *_NEW_YEAR_SWAPS_FROM)
        following = date(self.last_confirmed + 1, 1, 1)
        return reaching if self._awaits_new_year(reaching) else following

    def add_workdays(self, start: date, n: int) -> date:
        """Return the n-th working day after `start`, or before it when `n` is negative.

        The starting day is not counted. With n = 0 nothing is counted: the answer is `start`
        itself, even on a day off.
        """
        self.year(start.year)
        day, left, step = start, abs(n), _DAY if n > 0 else -_DAY
        while left:
            day += step
            left -= self.is_workday(day)
        return day

    def workdays_between(self, a: date, b: date) -> int:
        """Return how many working days lie after `a` through `b`.

        Negative when `b` is before `a`: minus the working days after `b` through `a`, so that
        spans add up: between(a, b) + between(b, c) == between(a, c).
        """
        low, high = sorted((a, b))
        self.year(low.year)
        worked = sum(self.is_workday(day) for day in _days_after(low, high))
        return worked if a <= b else -worked

    def last_workday_on_or_before(self, day: date) -> date:
        """Return that day if it is a working day, otherwise the nearest one before it."""
        return day if self.is_workday(day) else self.add_workdays(day, -1)

    def next_workday(self, day: date) -> date:
        """Return the first working day after that day."""
        return self.add_workdays(day, 1)

    def explain_add(self, start: date, n: int) -> WorkdayCount:
        """Return `add_workdays` with the days it passed over; `last` is the answer."""
        end = self.add_workdays(start, n)
        passed = _days_after(start, end) if n >= 0 else reversed([*_days_after(end - _DAY, start)])
        return self._count(start, end, n, [day for day in passed if day != start])

    def explain_between(self, a: date, b: date) -> WorkdayCount:
        """Return `workdays_between` with the days off in the span."""
        low, high = sorted((a, b))
        return self._count(a, b, self.workdays_between(a, b), [*_days_after(low, high)])

    def _count(self, first: date, last: date, n: int, days: list[date]) -> WorkdayCount:
        reasons = ((day, self.reason_off(day)) for day in days)
        skipped = tuple(DayOff(day, reason) for day, reason in reasons if reason)
        made_up = tuple(day for day in days if day in self.year(day.year).working_weekends)
        return WorkdayCount(first, last, n, self.is_provisional(first, last), skipped, made_up)

    def _awaits_new_year(self, day: date) -> bool:
        """Return whether the next year's notice, still to come, may reach back to that day."""
        following = self.years.get(day.year + 1)
        awaited = following is None or not following.confirmed
        swaps = date(day.year + 1, 1, 1).weekday() in _NEW_YEARS_THAT_SWAP_DECEMBER
        return awaited and swaps and (day.month, day.day) >= _NEW_YEAR_SWAPS_FROM


def _days_after(low: date, high: date) -> Iterator[date]:
    return (low + timedelta(days=ahead) for ahead in range(1, (high - low).days + 1))
