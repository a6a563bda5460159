"""Dates as office people type and read them."""

from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.dates import chinese_date, parse_date
from server.errors import InvalidInput

JANUARY_31 = date(2026, 1, 31)


@pytest.mark.parametrize(
    "text",
    [
        "2026-01-31",
        "2026-1-31",
        "2026/1/31",
        "2026.1.31",
        "2026年1月31日",
        "2026年1月31号",
        "20260131",
        " 2026 年 1 月 31 日 ",
        "２０２６－０１－３１",
    ],
)
def test_every_usual_form_is_read(text: str) -> None:
    assert parse_date(text) == JANUARY_31


@pytest.mark.parametrize("text", ["", "明天", "2026-01", "31/1/2026", "2026-1/31", "20261"])
def test_an_unknown_form_is_refused_with_examples(text: str) -> None:
    with pytest.raises(InvalidInput, match=r"无法识别。请写成 2026-01-31、"):
        parse_date(text)


@pytest.mark.parametrize("text", ["2026-02-30", "2026-13-01", "20260431", "0000-01-01"])
def test_a_day_that_does_not_exist_is_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="不存在"):
        parse_date(text)


def test_a_date_is_printed_with_its_weekday() -> None:
    assert chinese_date(JANUARY_31) == "2026年1月31日（周六）"


@given(st.dates(min_value=date(1000, 1, 1)))
def test_what_is_printed_can_be_typed(day: date) -> None:
    assert parse_date(chinese_date(day).split("（")[0]) == day
    assert parse_date(day.isoformat()) == day
