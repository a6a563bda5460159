"""Builds the work calendar: confirmed years from a package, later ones from the law, 暂定."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date
from functools import cache

from server.adapters.rulebook_festivals import load_festivals
from server.domain.calendars import CalendarYear, WorkCalendar
from server.domain.festivals import LAW, Festivals, statutory_days, with_days_in_lieu
from server.domain.notices import Notice, confirmed_by

_NAMES = {
    "New Year's Day": "元旦",
    "Spring Festival": "春节",
    "Tomb-sweeping Day": "清明节",
    "Labour Day": "劳动节",
    "Dragon Boat Festival": "端午节",
    "National Day": "国庆节",
    "Mid-autumn Festival": "中秋节",
    "Anti-Fascist 70th Day": "抗战胜利70周年纪念日",
}


def work_calendar(notices: Mapping[int, Notice] | None = None) -> WorkCalendar:
    """Return the calendar from 2004 through 2100, with the given years' notices confirmed.

    Without notices the answer is built once per process. `notices` maps a year to the State
    Council notice that an office imported; it takes precedence over the package.
    Raises: RulebookError, when festivals.toml is damaged; InvalidInput, when a notice's year lies
    outside the calendar.
    """
    calendar = _shipped_calendar()
    for _, notice in sorted((notices or {}).items()):
        calendar = confirmed_by(calendar, notice)
    return calendar


def calendar_version() -> str:
    """Return the name of the data that `work_calendar()` without notices is made of."""
    return _shipped_calendar().version


def package_name() -> str:
    """Return the package of the confirmed years with its version: `chinesecalendar 1.11.0`."""
    # The package takes 30 ms to import: nobody waits for it who asks for no date.
    import chinese_calendar  # noqa: PLC0415 - slow to load; only when dates are asked

    return f"chinesecalendar {chinese_calendar.__version__}"


def estimated_year(year: int) -> CalendarYear:
    """Return what the law alone says of a year.

    Raises: KeyError for a year whose festivals are not kept.
    """
    return _estimate(load_festivals().festivals[year])


@cache
def _shipped_calendar() -> WorkCalendar:
    table = load_festivals()
    package = package_name()
    confirmed = _confirmed_years(package, table.working_weekends)
    last = max(confirmed)
    estimated = {year: _estimate(days) for year, days in table.festivals.items() if year > last}
    version = f"{package}（{min(confirmed)}—{last}），其后依放假办法推算（暂定）"
    return WorkCalendar(version, confirmed | estimated)


def _confirmed_years(package: str, forgotten: frozenset[date]) -> dict[int, CalendarYear]:
    # Imported late for the same reason.
    from chinese_calendar.constants import (  # noqa: PLC0415 - the same
        holidays,
        in_lieu_days,
        workdays,
    )

    off: dict[int, dict[date, str]] = defaultdict(dict)
    working: dict[int, set[date]] = defaultdict(set)
    for day, name in holidays.items():
        off[day.year][day] = _NAMES.get(name, name) + ("（调休）" if day in in_lieu_days else "")
    for day in {*workdays, *forgotten}:
        working[day.year].add(day)
    return {
        year: CalendarYear(True, _notice_title(year, package), days, frozenset(working[year]))
        for year, days in sorted(off.items())
    }


def _notice_title(year: int, package: str) -> str:
    return f"国务院办公厅关于{year}年部分节假日安排的通知（据 {package}）"


def _estimate(festivals: Festivals) -> CalendarYear:
    source = f"暂定：{festivals.spring.year}年放假通知尚未发布，依{LAW}推算，未含调休"
    days_off = with_days_in_lieu(statutory_days(festivals))
    return CalendarYear(False, source, days_off, frozenset())
