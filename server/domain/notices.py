"""A State Council notice about a year's days off, and the calendar that follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from hashlib import sha256

from server.domain.calendars import CalendarYear, WorkCalendar
from server.domain.dates import chinese_date
from server.domain.festivals import SATURDAY
from server.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Notice:
    """What one notice of the General Office arranges; its days may lie in the December before."""

    year: int
    source: str
    days_off: Mapping[date, str]
    """Each day off with the holiday's name; weekends inside a holiday may be listed."""
    working_weekends: frozenset[date]

    def __post_init__(self) -> None:
        """Refuse a notice that contradicts itself."""
        for day in sorted({*self.days_off, *self.working_weekends}):
            self._check(day)

    def _check(self, day: date) -> None:
        place = f"{self.year} 年放假通知中的 {chinese_date(day)}"
        if not date(self.year - 1, 12, 1) <= day <= date(self.year + 1, 1, 31):
            raise InvalidInput(f"{place}不在这一年前后，请核对年份。")
        if day in self.working_weekends and day.weekday() < SATURDAY:
            raise InvalidInput(f"{place}不是周末，不能列为调休上班日，请核对日期。")
        if day in self.working_weekends and day in self.days_off:
            raise InvalidInput(f"{place}既列为放假又列为上班，请只保留一项。")


def confirmed_by(calendar: WorkCalendar, notice: Notice) -> WorkCalendar:
    """Return the calendar with that notice's year confirmed in place of what it held.

    Days that the notice moves in a neighbouring year are laid over that year, so notices of
    several years are to be applied in the order of their years.
    Raises: InvalidInput, when the calendar does not reach that year.
    """
    calendar.year(notice.year)
    years = dict(calendar.years)
    years[notice.year] = CalendarYear(True, notice.source, {}, frozenset())
    for year in years.keys() & {notice.year - 1, notice.year, notice.year + 1}:
        years[year] = _laid_over(years[year], year, notice)
    return replace(calendar, version=f"{calendar.version}+{_named(notice)}", years=years)


def _laid_over(known: CalendarYear, year: int, notice: Notice) -> CalendarYear:
    off = {day: name for day, name in notice.days_off.items() if day.year == year}
    working = frozenset(day for day in notice.working_weekends if day.year == year)
    kept = {day: name for day, name in known.days_off.items() if day not in working}
    return replace(
        known,
        days_off=kept | off,
        working_weekends=(known.working_weekends - off.keys()) | working,
    )


def _named(notice: Notice) -> str:
    """Return the year with a mark of the content, so that a corrected notice is another version."""
    days = sorted(notice.days_off.items()), sorted(notice.working_weekends)
    return f"{notice.year}:{sha256(repr(days).encode()).hexdigest()[:8]}"
