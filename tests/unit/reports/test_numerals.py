"""Numbers are read in every way that reports write them."""

# ruff: noqa: E501 - the cases are a table, and a line of the document stays a line

import pytest

from server.domain.reports.numerals import amount, chinese_number, plain_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("一", 1), ("十", 10), ("十二", 12), ("二十", 20), ("一百二十三", 123), ("二〇一一", 2011),
     ("二○零九", 2009), ("三万五千", 35000), ("一亿二千万", 120000000), ("两千", 2000), ("甲", None), ("", None)],
)  # fmt: skip
def test_a_chinese_numeral_has_its_value(text: str, number: int | None) -> None:
    assert chinese_number(text) == number


@pytest.mark.parametrize(
    ("text", "number"),
    [("264条", 264), ("1,126人次", 1126), ("3.5万元", 35000), ("0.5", 0.5), ("-2", -2), ("十二件", 12), ("若干", None)],
)  # fmt: skip
def test_the_number_that_a_text_begins_with_is_read(text: str, number: float | None) -> None:
    assert amount(text) == number


def test_separators_and_fractions_are_understood() -> None:
    assert plain_number("251,000") == 251000
    assert plain_number("+12.50") == 12.5
