"""On which day of a week its digest goes out."""

from datetime import date, time

import pytest

from server.adapters.calendar_source import work_calendar
from server.domain.digests import goes_out, week_of
from server.domain.hours import OfficeHours, Slot

CALENDAR = work_calendar()
WORKDAYS = OfficeHours((Slot("morning", "上午", time(9), time(12)),))
EVERY_DAY = OfficeHours(WORKDAYS.slots, workdays_only=False)


@pytest.mark.parametrize("day", [date(2026, 11, 23), date(2026, 11, 25), date(2026, 11, 29)])
def test_a_week_is_named_by_its_monday(day: date) -> None:
    assert week_of(day) == date(2026, 11, 23)


@pytest.mark.parametrize(
    ("day", "told"),
    [
        (date(2026, 11, 23), True),  # Monday
        (date(2026, 11, 24), True),  # for what an outage kept back
        (date(2026, 11, 25), False),
        (date(2026, 11, 29), False),  # Sunday
        (date(2026, 10, 5), False),  # within the National Day holiday, which lasts to the 7th
        (date(2026, 10, 8), True),  # the first working day after it
        (date(2026, 10, 9), True),
    ],
)
def test_it_goes_out_on_the_first_day_the_office_is_open_or_the_one_after(
    day: date, *, told: bool
) -> None:
    assert goes_out(day, WORKDAYS, CALENDAR) is told


def test_an_office_without_quiet_days_is_told_on_monday_though_it_be_a_holiday() -> None:
    assert goes_out(date(2026, 10, 5), EVERY_DAY, CALENDAR)
