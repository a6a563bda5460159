"""Lights by working days left, at every threshold and across weekends."""

from datetime import date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_lights import load_lights
from server.domain.lights import Light, LightReading, dates_of, light_on

CALENDAR, SCALE = work_calendar(), load_lights()
FRIDAY = date(2026, 1, 30)
SATURDAY = date(2026, 1, 31)


def seen(today: date, due_on: date = FRIDAY) -> LightReading:
    return light_on(due_on, today, CALENDAR, SCALE)


@pytest.mark.parametrize(
    ("left", "light", "phrase"),
    [
        (11, Light.GREEN, "还有 11 个工作日"),
        (10, Light.BLUE, "还有 10 个工作日"),
        (6, Light.BLUE, "还有 6 个工作日"),
        (5, Light.YELLOW, "还有 5 个工作日"),
        (1, Light.YELLOW, "还有 1 个工作日"),
        (0, Light.ORANGE, "今天到期"),
        (-1, Light.RED, "逾期 1 个工作日"),
        (-3, Light.RED, "逾期 3 个工作日"),
    ],
)
def test_the_light_changes_at_its_threshold(left: int, light: Light, phrase: str) -> None:
    reading = seen(CALENDAR.add_workdays(FRIDAY, -left))
    assert (reading.light, reading.workdays_left, reading.phrase) == (light, left, phrase)


@pytest.mark.parametrize(
    ("today", "due_on", "light", "phrase"),
    [
        (FRIDAY, SATURDAY, Light.ORANGE, "今天是最后一个工作日"),
        (SATURDAY, SATURDAY, Light.ORANGE, "今天到期"),
        (SATURDAY, date(2026, 2, 1), Light.ORANGE, "到期前已无工作日"),
        (date(2026, 2, 1), SATURDAY, Light.RED, "已逾期，不足 1 个工作日"),
        (date(2026, 2, 2), SATURDAY, Light.RED, "逾期 1 个工作日"),
    ],
)
def test_a_weekend_due_date_is_told_truly(
    today: date, due_on: date, light: Light, phrase: str
) -> None:
    reading = seen(today, due_on)
    assert (reading.light, reading.phrase) == (light, phrase)


def test_a_light_needs_no_colour_to_be_told() -> None:
    for part in ("word", "shape", "symbol"):
        assert len({getattr(band, part) for band in SCALE.bands}) == len(Light)


def test_a_light_of_an_unannounced_year_is_provisional() -> None:
    assert seen(date(2060, 1, 2), date(2060, 1, 30)).provisional
    assert not seen(date(2026, 1, 5)).provisional


@given(st.dates(date(2005, 1, 1), date(2035, 1, 1)), st.integers(-60, 60))
def test_a_light_never_brightens_as_days_pass(due_on: date, ahead: int) -> None:
    today = due_on - timedelta(days=ahead)
    order = list(Light)
    now, later = seen(today, due_on), seen(today + timedelta(days=1), due_on)
    assert order.index(later.light) >= order.index(now.light)
    assert (now.light is Light.RED) == (today > due_on)


@settings(deadline=None)
@given(st.dates(date(2005, 1, 1), date(2035, 1, 1)), st.integers(-60, 60))
def test_the_dates_of_a_light_are_those_that_show_it(due_on: date, ahead: int) -> None:
    today = due_on - timedelta(days=ahead)
    shown = seen(today, due_on).light
    for light in Light:
        first, last = dates_of(light, today, CALENDAR, SCALE)
        held = (first is None or first <= due_on) and (last is None or due_on <= last)
        assert held is (light is shown)
