"""When people are warned that the confirmed working days run out."""

from datetime import date

import pytest

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_calendar import load_calendar_watch, read_calendar_watch
from server.domain.calendar_watch import shortage
from server.domain.notice_reading import read_notice
from server.domain.notices import confirmed_by
from server.errors import RulebookError
from tests.notice_texts import INVENTED_2027

CALENDAR, WATCH = work_calendar(), load_calendar_watch()
LAST = CALENDAR.last_confirmed
HEAD = 'valid_from = 2026-01-01\nsource = "x"\n'


def test_nothing_is_warned_of_while_no_date_rests_on_the_next_year() -> None:
    assert shortage(CALENDAR, date(LAST, 10, 31), WATCH, open_dates=0) is None


@pytest.mark.parametrize(
    ("today", "open_dates", "said"),
    [
        (date(LAST, 11, 1), 0, f"涉及{LAST + 1}年的日期是推算的"),
        (date(LAST, 10, 8), 7, "7 件未办事项的日期或天数因此暂定"),
        (date(LAST + 1, 1, 4), 7, f"而{LAST + 1}年已经开始"),
    ],
)
def test_the_warning_begins_in_november_or_with_the_first_open_date(
    today: date, open_dates: int, said: str
) -> None:
    found = shortage(CALENDAR, today, WATCH, open_dates=open_dates)
    assert found
    assert said in found.message


def test_what_is_provisional_begins_with_the_first_day_a_notice_may_move() -> None:
    assert CALENDAR.last_confirmed == 2026
    assert CALENDAR.provisional_from == date(2027, 1, 1)
    # the first of January 2028 is a Saturday: the notices never reached back before such a one
    later = confirmed_by(CALENDAR, read_notice(INVENTED_2027).notice)
    assert (later.last_confirmed, later.provisional_from) == (2027, date(2028, 1, 1))


def test_before_a_new_year_on_a_monday_the_last_days_of_december_are_provisional() -> None:
    years = {year: CALENDAR.years[year] for year in range(2004, 2019)}
    last = type(CALENDAR)("x", years | {2018: CALENDAR.years[2027]})
    assert (last.last_confirmed, last.provisional_from) == (2017, date(2017, 12, 29))


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        (HEAD, "缺少 warning"),
        (HEAD + "[warning]\nmonth = 2\nday = 30\n", "2月30日不存在"),
        (HEAD + "[warning]\nmonth = 11\nday = 1\nhour = 2\n", "不认识的键 hour"),
    ],
)
def test_a_damaged_setting_is_named(toml: str, complaint: str) -> None:
    with pytest.raises(RulebookError, match=r"calendar\.toml") as caught:
        read_calendar_watch(toml)
    assert complaint in str(caught.value)
