"""On which day of a week its digest goes out."""

from datetime import date, time

import pytest

from server.adapters.calendar_source import work_calendar
from server.domain.digests import (
    DigestRules,
    faults,
    goes_out,
    hour_has_come,
    next_sending_day,
    sending_day,
    starting_hour,
    week_of,
)
from server.domain.hours import OfficeHours, Slot
from server.domain.reminders import Role

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


NEVER = OfficeHours(())
TWO_SLOTS = OfficeHours(
    (Slot("morning", "上午", time(9), time(12)), Slot("afternoon", "下午", time(14), time(17)))
)


def rules(
    weekday: int = 1, hour: time = time.min, roles: frozenset[Role] = frozenset({Role.OFFICE_HEAD}),
    ahead: int = 14,
) -> DigestRules:  # fmt: skip
    return DigestRules(roles, ahead, False, "本办公室自定", weekday, hour)


@pytest.mark.parametrize(
    ("day", "weekday", "expected"),
    [
        (date(2026, 11, 24), 3, date(2026, 11, 25)),
        (date(2026, 11, 24), 7, date(2026, 11, 27)),  # no Sunday is a working day: the last one
        (date(2026, 9, 21), 5, date(2026, 9, 24)),  # Friday to Sunday are mid-autumn
        (date(2026, 10, 5), 2, date(2026, 10, 8)),
        (date(2026, 2, 18), 1, None),  # a week that is a holiday as a whole
    ],
)
def test_a_closed_day_gives_way_to_the_next_open_one_of_its_week_or_to_the_last(
    day: date, weekday: int, expected: date | None
) -> None:
    assert sending_day(day, WORKDAYS, CALENDAR, weekday) == expected
    assert expected is None or goes_out(expected, WORKDAYS, CALENDAR, weekday)


def test_in_a_week_off_nothing_goes_out() -> None:
    assert not goes_out(date(2026, 2, 18), WORKDAYS, CALENDAR)
    assert not goes_out(date(2026, 2, 16), NEVER, CALENDAR)


@pytest.mark.parametrize(
    ("hour", "expected"),
    [
        (time.min, time(9)),
        (time(10, 30), time(10, 30)),
        (time(13), time(13)),
        (time(23), time(14)),
    ],
)
def test_it_leaves_at_its_hour_but_never_after_the_last_slot_began(
    hour: time, expected: time
) -> None:
    assert starting_hour(rules(hour=hour), TWO_SLOTS) == expected
    assert hour_has_come(expected, rules(hour=hour), TWO_SLOTS)
    assert not hour_has_come(time(8), rules(hour=hour), TWO_SLOTS)


def test_where_no_mail_may_leave_the_hour_is_as_it_was_set() -> None:
    assert starting_hour(rules(hour=time(10)), NEVER) == time(10)


@pytest.mark.parametrize(
    ("today", "weekday", "expected"),
    [
        (date(2026, 11, 25), 3, date(2026, 11, 25)),
        (date(2026, 11, 26), 3, date(2026, 12, 2)),
        (date(2026, 2, 13), 1, date(2026, 2, 24)),
    ],
)
def test_the_next_digest_is_told_beforehand(today: date, weekday: int, expected: date) -> None:
    assert next_sending_day(today, rules(weekday), WORKDAYS, CALENDAR) == expected


def test_an_office_that_is_never_open_has_no_next_digest() -> None:
    assert next_sending_day(date(2026, 11, 25), rules(), NEVER, CALENDAR) is None


@pytest.mark.parametrize(
    ("setting", "fields"),
    [
        (rules(), set()),
        (rules(hour=time(14)), set()),
        (rules(roles=frozenset()), {"roles"}),
        (rules(ahead=0), {"days_ahead"}),
        (rules(ahead=61), {"days_ahead"}),
        (rules(hour=time(12, 30)), {"hour"}),
    ],
)
def test_a_setting_that_cannot_be_is_told_field_by_field(
    setting: DigestRules, fields: set[str]
) -> None:
    assert set(faults(setting, TWO_SLOTS)) == fields
