"""Working days: the cases of tests/cases/workdays.toml and what must hold for all days."""

import tomllib
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.calendar_source import work_calendar
from server.domain.calendars import CalendarYear, WorkCalendar
from server.errors import InvalidInput

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "workdays.toml").read_text(encoding="utf-8")
)
CALENDAR = work_calendar()
days = st.dates(date(2008, 1, 1), date(2040, 12, 31))
numbers = st.integers(-300, 300)


def named(case: dict[str, Any]) -> str:
    return str(case["name"])


def plain_year(*, confirmed: bool) -> CalendarYear:
    return CalendarYear(confirmed, "", {}, frozenset())


@pytest.mark.parametrize("case", CASES["add"], ids=named)
def test_the_nth_workday_is_as_the_notices_say(case: dict[str, Any]) -> None:
    assert CALENDAR.add_workdays(case["start"], case["days"]) == case["due"]


@pytest.mark.parametrize("case", CASES["between"], ids=named)
def test_workdays_between_counts_after_the_first_through_the_last(case: dict[str, Any]) -> None:
    assert CALENDAR.workdays_between(case["from"], case["to"]) == case["workdays"]


@given(days, numbers.filter(bool))
def test_a_counted_day_is_a_workday(start: date, n: int) -> None:
    assert CALENDAR.is_workday(CALENDAR.add_workdays(start, n))


@given(days)
def test_nothing_is_counted_for_zero(start: date) -> None:
    assert CALENDAR.add_workdays(start, 0) == start


@given(days, st.integers(0, 300))
def test_counting_undoes_adding(start: date, n: int) -> None:
    assert CALENDAR.workdays_between(start, CALENDAR.add_workdays(start, n)) == n


@given(days, numbers, numbers)
def test_from_a_workday_additions_add_up(start: date, n: int, m: int) -> None:
    first = CALENDAR.next_workday(start)
    once = CALENDAR.add_workdays(first, n + m)
    assert CALENDAR.add_workdays(CALENDAR.add_workdays(first, n), m) == once


@given(days, days, numbers)
def test_adding_keeps_the_order_of_days(a: date, b: date, n: int) -> None:
    low, high = sorted((a, b))
    assert CALENDAR.add_workdays(low, n) <= CALENDAR.add_workdays(high, n)


@given(days, days, days)
def test_spans_add_up_in_any_order(a: date, b: date, c: date) -> None:
    between = CALENDAR.workdays_between
    assert between(a, b) + between(b, c) == between(a, c)


@given(days)
def test_rolling_back_finds_the_nearest_workday(day: date) -> None:
    rolled = CALENDAR.last_workday_on_or_before(day)
    assert CALENDAR.is_workday(rolled)
    assert rolled <= day
    assert CALENDAR.workdays_between(rolled, day) == 0


@given(days, numbers)
def test_an_explained_addition_accounts_for_every_day(start: date, n: int) -> None:
    counted = CALENDAR.explain_add(start, n)
    passed = abs((counted.last - start).days)
    assert counted.last == CALENDAR.add_workdays(start, n)
    assert passed == abs(n) + len(counted.skipped)
    assert all(CALENDAR.is_workday(day) for day in counted.working_weekends)


@given(days)
def test_a_day_is_off_for_a_reason_or_worked(day: date) -> None:
    assert (CALENDAR.reason_off(day) is None) == CALENDAR.is_workday(day)


def test_a_makeup_weekend_is_worked_and_a_holiday_names_itself() -> None:
    assert CALENDAR.is_workday(date(2026, 2, 14))  # Saturday
    assert CALENDAR.reason_off(date(2026, 2, 17)) == "春节"
    assert CALENDAR.reason_off(date(2026, 2, 23)) == "春节（调休）"
    assert CALENDAR.reason_off(date(2026, 1, 31)) == "周末"


def test_going_back_passes_days_in_the_order_of_counting() -> None:
    counted = CALENDAR.explain_add(date(2026, 2, 2), -1)  # Monday
    assert counted.last == date(2026, 1, 30)
    assert [off.on for off in counted.skipped] == [date(2026, 2, 1), date(2026, 1, 31)]


def test_an_explained_span_lists_its_days_off() -> None:
    counted = CALENDAR.explain_between(date(2026, 2, 13), date(2026, 2, 24))
    assert counted.workdays == 2
    assert counted.working_weekends == (date(2026, 2, 14),)
    assert len(counted.skipped) == 9


@pytest.mark.parametrize("day", [date(2003, 12, 31), date(2101, 1, 1)])
def test_a_day_outside_the_calendar_is_refused_with_its_range(day: date) -> None:
    for ask in (CALENDAR.is_workday, CALENDAR.is_provisional, CALENDAR.next_workday):
        with pytest.raises(InvalidInput, match="2004 年至 2100 年"):
            ask(day)
    with pytest.raises(InvalidInput, match=str(day.year)):
        CALENDAR.add_workdays(day, 0)
    with pytest.raises(InvalidInput, match=str(day.year)):
        CALENDAR.workdays_between(day, day)


def test_counting_stops_at_the_end_of_the_calendar() -> None:
    with pytest.raises(InvalidInput, match="2100 年"):
        CALENDAR.add_workdays(date(2099, 1, 1), 10_000_000)


def test_a_span_is_provisional_from_its_first_unconfirmed_year() -> None:
    last = date(CALENDAR.last_confirmed, 12, 1)
    assert not CALENDAR.is_provisional(date(2011, 1, 1), last)
    assert CALENDAR.is_provisional(last, last + timedelta(days=60))
    assert CALENDAR.is_provisional(last + timedelta(days=60), last)


@pytest.mark.parametrize(
    ("day", "provisional"),
    [
        (date(2018, 12, 28), False),
        (date(2018, 12, 29), True),  # Saturday: worked, by the notice of 2019
        (date(2018, 12, 31), True),
    ],
)
def test_days_before_a_new_year_on_tuesday_await_the_next_notice(
    day: date, provisional: bool
) -> None:
    years = {2018: plain_year(confirmed=True), 2019: plain_year(confirmed=False)}
    assert WorkCalendar("", years).is_provisional(day) is provisional
    assert WorkCalendar("", {2018: years[2018]}).is_provisional(day) is provisional


def test_days_before_a_new_year_on_friday_are_settled() -> None:
    years = {2026: plain_year(confirmed=True), 2027: plain_year(confirmed=False)}
    assert not WorkCalendar("", years).is_provisional(date(2026, 12, 31))


def test_calendars_of_one_version_are_one_key() -> None:
    assert hash(work_calendar()) == hash(CALENDAR)
    assert work_calendar() == CALENDAR
