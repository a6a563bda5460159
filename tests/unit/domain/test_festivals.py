"""What the law alone says about a year that no notice has arranged."""

from datetime import date

from hypothesis import given
from hypothesis import strategies as st

from server.adapters.calendar_source import work_calendar
from server.domain.festivals import Festivals, statutory_days, with_days_in_lieu

YEAR_2028 = Festivals(date(2028, 1, 26), date(2028, 4, 4), date(2028, 5, 28), date(2028, 10, 3))


def test_a_year_has_thirteen_statutory_days_since_2025() -> None:
    ordinary = Festivals(date(2027, 2, 6), date(2027, 4, 5), date(2027, 6, 9), date(2027, 9, 15))
    assert len(statutory_days(ordinary)) == 13


def test_a_festival_inside_another_is_one_day() -> None:
    days = statutory_days(YEAR_2028)  # mid-autumn falls on October 3rd
    assert len(days) == 12
    assert days[date(2028, 10, 3)] == "国庆节"


def test_a_holiday_on_a_weekend_is_made_up_for_on_the_next_free_workday() -> None:
    off = with_days_in_lieu(statutory_days(YEAR_2028))
    assert off[date(2028, 1, 3)] == "元旦（补假）"  # January 1st is a Saturday
    assert off[date(2028, 10, 4)] == "国庆节（补假）"  # Sunday 1st; 2nd and 3rd are off already


@given(st.dates(date(2027, 1, 1), date(2100, 12, 31)))
def test_an_estimated_calendar_never_works_on_a_weekend(day: date) -> None:
    assert not (work_calendar().is_workday(day) and day.weekday() >= 5)
