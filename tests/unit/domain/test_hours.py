"""Quiet hours: mails wait for the office, the make-up Saturday included."""

from datetime import date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_reminders import load_reminder_rules
from server.domain.dates import OFFICE_ZONE
from server.domain.hours import OfficeHours, Slot

CALENDAR = work_calendar()
HOURS = load_reminder_rules().hours
EVERY_DAY = OfficeHours(HOURS.slots, workdays_only=False)
FRIDAY, SATURDAY, MONDAY = date(2026, 1, 30), date(2026, 1, 31), date(2026, 2, 2)
MAKE_UP_SATURDAY = date(2026, 2, 14)


def at(day: date, clock: str) -> datetime:
    return datetime.combine(day, time.fromisoformat(clock), OFFICE_ZONE)


@pytest.mark.parametrize(
    ("clock", "slot"),
    [
        ("08:29:59", None),
        ("08:30", "morning"),
        ("11:59:59", "morning"),
        ("12:00", None),
        ("14:00", "afternoon"),
        ("18:00", None),
    ],
)
def test_mail_goes_out_in_office_hours(clock: str, slot: str | None) -> None:
    assert HOURS.slot_at(at(FRIDAY, clock), CALENDAR) == slot


@pytest.mark.parametrize(
    ("day", "slot"), [(SATURDAY, None), (MAKE_UP_SATURDAY, "morning"), (date(2026, 1, 1), None)]
)
def test_days_off_are_quiet_and_make_up_weekends_are_not(day: date, slot: str | None) -> None:
    assert HOURS.slot_at(at(day, "09:00"), CALENDAR) == slot
    assert EVERY_DAY.slot_at(at(day, "09:00"), CALENDAR) == "morning"


def test_without_slots_no_mail_goes_out() -> None:
    silent = OfficeHours(())
    assert silent.slot_at(at(FRIDAY, "09:00"), CALENDAR) is None
    assert silent.first_open_day(SATURDAY, CALENDAR) == SATURDAY
    assert silent.opens_at(at(FRIDAY, "09:00"), CALENDAR) == at(SATURDAY, "00:00")


@pytest.mark.parametrize(
    ("now", "opens"),
    [
        (at(FRIDAY, "07:00"), at(FRIDAY, "08:30")),
        (at(FRIDAY, "09:10"), at(FRIDAY, "09:10")),
        (at(FRIDAY, "12:30"), at(FRIDAY, "14:00")),
        (at(FRIDAY, "18:00"), at(MONDAY, "08:30")),
        (at(SATURDAY, "10:00"), at(MONDAY, "08:30")),
    ],
)
def test_what_is_planned_when_it_is_quiet_goes_out_when_the_office_opens(
    now: datetime, opens: datetime
) -> None:
    assert HOURS.opens_at(now, CALENDAR) == opens


def test_an_office_that_sends_every_day_opens_on_saturday() -> None:
    assert EVERY_DAY.opens_at(at(FRIDAY, "20:00"), CALENDAR) == at(SATURDAY, "08:30")
    assert EVERY_DAY.first_open_day(SATURDAY, CALENDAR) == SATURDAY


@given(st.dates(date(2012, 1, 1), date(2030, 12, 31)), st.times(), st.booleans())
def test_the_next_opening_is_never_past_and_always_within_a_slot(
    day: date, clock: time, workdays_only: bool
) -> None:
    moment = datetime.combine(day, clock, OFFICE_ZONE)
    hours = OfficeHours((Slot("noon", "中午", time(11), time(13)),), workdays_only)
    opens = hours.opens_at(moment, CALENDAR)
    assert opens >= moment
    assert hours.slot_at(opens, CALENDAR) == "noon"
