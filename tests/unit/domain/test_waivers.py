from decimal import Decimal

import pytest

from server.domain.waivers import complaint_key, words_at

SAID = ("T3-01", "合计不等于各项之和。", {"row": "一", "sum": 3}, "合计 3")


def test_the_same_complaint_has_the_same_key_however_it_is_spaced_or_worded() -> None:
    other = ("T3-01", "各项之和与合计不符。", {"sum": 3, "row": " 一"}, "合计　３")
    assert complaint_key(*SAID) == complaint_key(*other)


def test_a_moved_place_is_the_same_complaint() -> None:
    moved = {"row": "一", "sum": 3, "start": 88, "ordinal": 2}
    assert complaint_key(*SAID) == complaint_key(SAID[0], SAID[1], moved, SAID[3])


@pytest.mark.parametrize(
    "other",
    [
        ("T3-02", SAID[1], SAID[2], SAID[3]),
        (SAID[0], SAID[1], {"row": "一", "sum": 4}, SAID[3]),
        (SAID[0], SAID[1], SAID[2], "合计 4"),
        (SAID[0], SAID[1], {"row": ["一", {"sum": Decimal(3)}]}, SAID[3]),
    ],
)
def test_another_rule_figure_or_place_is_another_complaint(
    other: tuple[str, str, dict[str, object], str],
) -> None:
    assert complaint_key(*other) != complaint_key(*SAID)


def test_without_parameters_the_sentence_tells_complaints_apart() -> None:
    assert complaint_key("S-01", "缺第一部分。", {}, "") != complaint_key(
        "S-01", "缺第二部分。", {}, ""
    )


def test_the_place_is_known_by_the_words_around_it() -> None:
    assert words_at("甲" * 20 + "乙" + "丙" * 20, 20, 21) == "甲" * 12 + "乙" + "丙" * 12
    assert words_at("甲乙", 1, None) == "甲乙"
    assert words_at("甲乙", None, None) == ""
