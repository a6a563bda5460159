"""A notice imported later replaces the estimate of its year."""

from datetime import date

import pytest

from server.adapters.calendar_source import work_calendar
from server.domain.notices import Notice, confirmed_by
from server.errors import InvalidInput

SOURCE = "国务院办公厅关于2029年部分节假日安排的通知（样例）"


def notice(**changed: object) -> Notice:
    """An invented notice for 2029, whose January 1st is a Monday."""
    given: dict[str, object] = {
        "year": 2029,
        "source": SOURCE,
        "days_off": {date(2028, 12, 29): "元旦（调休）", date(2029, 1, 1): "元旦"},
        "working_weekends": frozenset({date(2028, 12, 31), date(2029, 2, 10)}),
    }
    return Notice(**given | changed)  # type: ignore[arg-type]  # the table above is mixed


def test_a_notice_confirms_its_year_and_names_its_source() -> None:
    calendar = confirmed_by(work_calendar(), notice())
    assert not calendar.is_provisional(date(2029, 1, 2), date(2029, 12, 28))
    assert calendar.year(2029).source == SOURCE
    assert calendar.is_workday(date(2029, 2, 10))  # Saturday
    assert calendar.is_workday(date(2029, 2, 13))  # only the estimate had it off


def test_a_notice_reaches_back_into_december_and_leaves_that_year_provisional() -> None:
    calendar = confirmed_by(work_calendar(), notice())
    assert not calendar.is_workday(date(2028, 12, 29))  # Friday
    assert calendar.is_workday(date(2028, 12, 31))  # Sunday
    assert calendar.is_provisional(date(2028, 12, 1))
    assert calendar.reason_off(date(2028, 10, 2)) == "国庆节"


def test_another_notice_is_another_version() -> None:
    once = confirmed_by(work_calendar(), notice())
    corrected = confirmed_by(work_calendar(), notice(working_weekends=frozenset()))
    assert len({work_calendar().version, once.version, corrected.version}) == 3


def test_the_calendar_source_applies_notices_over_the_package() -> None:
    calendar = work_calendar({2029: notice()})
    assert calendar == confirmed_by(work_calendar(), notice())
    assert work_calendar().is_provisional(date(2029, 1, 2))


@pytest.mark.parametrize(
    ("changed", "complaint"),
    [
        ({"working_weekends": frozenset({date(2029, 2, 14)})}, "2月14日（周三）不是周末"),
        ({"working_weekends": frozenset({date(2029, 1, 1)})}, "1月1日（周一）不是周末"),
        ({"days_off": {date(2029, 2, 10): "春节"}}, "既列为放假又列为上班"),
        ({"days_off": {date(2031, 1, 1): "元旦"}}, "不在这一年前后"),
    ],
)
def test_a_notice_that_contradicts_itself_is_refused(
    changed: dict[str, object], complaint: str
) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        notice(**changed)


def test_a_notice_beyond_the_calendar_is_refused() -> None:
    late = Notice(2150, SOURCE, {}, frozenset())
    with pytest.raises(InvalidInput, match="2150 年"):
        confirmed_by(work_calendar(), late)
