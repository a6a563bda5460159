"""The shipped calendar: what is confirmed, what is estimated, what it is called."""

from datetime import date

import pytest

from server.adapters.calendar_source import (
    calendar_version,
    work_calendar,
)
from server.adapters.rulebook_festivals import read_festivals
from server.errors import RulebookError

HEAD = 'valid_from = 2025-01-01\nsource = "x"\n'
WEEKEND = '[[working_weekend]]\non = 2005-12-31\nsource = "x"\n'


def test_years_since_2004_are_confirmed_by_their_notices() -> None:
    calendar = work_calendar()
    assert calendar.last_confirmed >= 2026
    assert calendar.year(2011).confirmed
    assert "2011年部分节假日安排的通知" in calendar.year(2011).source


def test_later_years_say_that_they_are_provisional() -> None:
    year = work_calendar().year(2060)
    assert not year.confirmed
    assert year.source.startswith("暂定：2060年放假通知尚未发布")
    assert date(2060, 10, 1) in year.days_off


def test_the_version_names_the_package() -> None:
    assert calendar_version() == work_calendar().version
    assert "chinesecalendar 1." in calendar_version()


def test_a_working_saturday_that_the_package_lacks_is_added() -> None:
    assert work_calendar().is_workday(date(2005, 12, 31))


@pytest.mark.parametrize(
    ("toml", "complaint"),
    [
        (HEAD + WEEKEND, "缺少 festivals"),
        (HEAD + WEEKEND + "[festivals]\n2027 = [2027-02-06]\n", "2027 须依次写明"),
        (HEAD + WEEKEND + '[festivals]\n2027 = ["2027-02-06"]\n', "2027 应为一列日期"),
        (HEAD + WEEKEND + "[festivals]\nnext = []\n", "next 不是年份"),
        (HEAD + "[festivals]\n", "缺少 [[working_weekend]]"),
    ],
)
def test_a_damaged_table_of_festivals_is_named(toml: str, complaint: str) -> None:
    with pytest.raises(RulebookError) as caught:
        read_festivals(toml)
    assert "festivals.toml" in str(caught.value)
    assert complaint in str(caught.value)
