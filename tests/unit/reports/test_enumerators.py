"""Enumerators are told from ordinary words and numbers."""

# ruff: noqa: E501 - the cases are a table, and a line of the document stays a line

import pytest

from server.domain.reports.enumerators import inline_marks, mark_at


@pytest.mark.parametrize(
    ("text", "family", "ordinal"),
    [("一、内容", "cn", 1), ("(二)内容", "cn_paren", 2), ("三是内容", "is", 3), ("一要内容", "is", 1), ("第四,内容", "di", 4),
     ("其二,内容", "di", 2), ("首先,内容", "first", 1), ("最后,内容", "first", 9), ("一方面,内容", "side", 1), ("另一方面,内容", "side", 2),
     ("5.内容", "num", 5), ("l.内容", "num", 1), ("(6)内容", "num_paren", 6), ("⑵内容", "num_paren", 2), ("⒊内容", "num", 3), ("①内容", "circled", 1), ("❷内容", "circled", 2),
     ("㈢内容", "circled", 3), ("•内容", "bullet", None), ("——内容", "dash", None), ("√内容", "bullet", None), ("甲、内容", "stem", 1), ("b.内容", "stem", 2), ("[3]内容", "num_paren", 3), ("5.2.1内容", "level", 1), ("第二步,内容", "di", 2), ("第一部分 内容", "section", 1),
     ("Ⅳ、内容", "roman", 4), ("II.内容", "roman", 2), ("ⅻ、内容", "roman", 12), ("VVV.内容", "roman", 0), ("→内容", "bullet", None), ("2:内容", "num", 2), ("二者,内容", "di", 2), ("第三个问题是内容", "di", 3)],
)  # fmt: skip
def test_a_line_begins_with_its_mark(text: str, family: str, ordinal: int | None) -> None:
    mark = mark_at(text, 0)
    assert mark is not None
    assert (mark.family, mark.ordinal) == (family, ordinal)
    assert text[mark.content :] == "内容"


def test_a_number_may_be_set_off_by_a_blank_alone() -> None:
    mark = mark_at("3 救助资金公示不到户", 0)
    assert mark is not None
    assert (mark.family, mark.ordinal) == ("spaced", 3)


@pytest.mark.parametrize("text", ["内容不全", "2011.5元", "一是否", "3件"])
def test_ordinary_words_are_no_mark(text: str) -> None:
    assert mark_at(text, 0) is None


def test_marks_inside_a_line_need_punctuation_before_them() -> None:
    text = "一是甲;二是乙。统一是好事,第二十条第(一)项"
    assert [mark.ordinal for mark in inline_marks(text, 2, len(text))] == [2]
