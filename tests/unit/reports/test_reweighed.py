"""Learned weights cut a problem at its answer, change a role, strike what is no item; no more."""

from collections.abc import Mapping, Sequence

import pytest

from server.adapters.rulebook_reading import taxonomy
from server.domain.reports.chains import LABELS, UNCHAINED, Chain, decode, worth
from server.domain.reports.drafts import Draft
from server.domain.reports.enumerators import Mark
from server.domain.reports.parsed import Role
from server.domain.reports.phrases import phrases
from server.domain.reports.place_signs import Nesting
from server.domain.reports.regions import Region
from server.domain.reports.reweighed import labelled, remembering, reweighed, spans_of
from server.domain.reports.signs import Signs, signs

TWO = "公开面偏窄,要请人来教。"


def words(text: str, *bounds: int) -> list[str]:
    return [text[one.start : one.end] for one in phrases(text, 0, len(text), bounds)]


def row_of(*labels: str) -> dict[str, Sequence[float]]:
    """Return weights by which the phrases that open 公开, 要请, 公示 are read as these labels."""
    marks = ("^公开", "^要请", "^公示")
    return {
        mark: [9000.0 * (own == label) for own in LABELS]
        for mark, label in zip(marks, labels, strict=False)
    }


def read(
    text: str, weights: Mapping[str, Sequence[float]], *, role: Role = "problem", sure: float = 0.8
) -> list[tuple[str, str]]:
    """Return role and words of the items of one part, read by the rules as one item."""
    part = Region(0, len(text), None)
    draft = Draft(role, 0, len(text), sure, "", group=0)
    items = reweighed(text, part, [draft], 2022, Chain(weights, 1.0))
    return [(item.role, text[item.start : item.end]) for item in items]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("公开面窄、更新慢。", ["公开面窄", "更新慢。"]),
        ("还存在公开面窄、“少、散”等问题。", ["还存在", "公开面窄", "“少、散”", "等问题。"]),
        ("还存在面窄和内容更新太慢等问题。", ["还存在", "面窄", "内容更新太慢", "等问题。"]),
        ("总体较好,但面窄。", ["总体较好", "但", "面窄。"]),
        ("面窄——拟扩大。", ["面窄", "拟扩大。"]),
        ("一是面窄;二是更新慢。", ["面窄", "更新慢。"]),
        (")面窄。", [")面窄。"]),
    ],
)
def test_a_phrase_stands_between_two_signs(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_a_phrase_begins_wherever_the_rules_began_an_item() -> None:
    assert words("公开面窄要扩大。", 4) == ["公开面窄", "要扩大。"]


def test_marks_are_known_by_those_before_them() -> None:
    nesting = Nesting()
    steps = [
        nesting.enter(Mark(family, ordinal, 0, 1))
        for family, ordinal in (("cn", 1), ("num", 1), ("num", 2), ("num", 5), ("cn", 2), ("cn", 1))
    ]
    assert steps == ["d0new", "d1new", "d1next", "d1jump", "d0next", "d0restart"]
    assert nesting.enter(Mark("cn", None, 0, 1)) == "d0next"


def test_an_item_nested_in_another_knows_what_the_outer_one_says() -> None:
    text = "一、公开面窄。\n(1)栏目少;(2)更新慢。\n二、宣传少。"
    found = phrases(text, 0, len(text))
    own = signs(text, found, None, 2022, [])[1].own
    assert {"nest:d1new", "nest:dist=1", "depth=2"} <= set(own)


def test_every_phrase_has_signs_of_its_words_its_place_and_the_rules() -> None:
    text = "存在问题:\n公开面窄。下一步,2023年将扩大。\n改进措施\n一是办班;二是宣传。"
    found = phrases(text, 0, len(text))
    ruled = ["O", "PB", "O", "MB", "O", "MB", "MB"]
    told = signs(text, found, "both", 2022, ruled)
    assert "ann=problem" in told[1].own
    assert {"c:turn", "pos=sent", "R=O"} <= set(told[2].own)
    assert {"c:year+1", "Rp=O,MB", "pos=,"} <= set(told[3].own)
    assert {"m=d0new", "nm=is"} <= set(told[5].own)
    assert told[6].context == "Md0nextsent|MB"
    assert signs("", [], None, None, []) == []
    assert not any(sign.startswith("R") for sign in signs(text, found, None, None, [])[0].own)


def test_a_reading_is_the_likeliest_whole() -> None:
    chain = Chain({"a": [0, 0, 5, 0, 0, 0, 0], "PB>x": [0, 0, 0, 0, 0, 3, 0]}, 2.0)
    row = [Signs(("b",), ""), Signs(("a",), "x")]
    assert [LABELS[label] for label in decode(row, chain)][1] == "MB"
    assert worth(row, ["PB", "OP"], chain) == 1.5
    assert decode([], chain) == []


def test_in_training_wrong_labels_are_made_likelier() -> None:
    row = [Signs(("b",), "")]
    right = LABELS.index("PB")
    assert LABELS[decode(row, Chain({}), [right])[0]] != "PB"


def test_labels_and_items_say_the_same() -> None:
    text = "还有,公开面窄,少。拟扩大。"
    found = phrases(text, 0, len(text))
    spans: list[tuple[int, int, Role]] = [(3, 10, "problem"), (10, 14, "measure")]
    labels = labelled(found, spans)
    assert labels == ["O0", "PB", "PI", "MB"]
    assert spans_of(found, labels) == spans
    assert remembering(["PB", "O", "MB", "OX"]) == ["PB", "OP", "MB", "OM"]


def test_a_problem_ends_where_its_answer_begins() -> None:
    assert read(TWO, row_of("PB", "MB")) == [("problem", "公开面偏窄"), ("measure", "要请人来教。")]


def test_a_problem_goes_on_with_what_complains_itself() -> None:
    text = "公开面偏窄,要请不到人。"
    assert read("公开面偏窄,公示只有结论。", row_of("PB", "PB", "MB")) == [
        ("problem", "公开面偏窄,公示只有结论。")
    ]
    assert read(text, row_of("PB", "PI")) == [("problem", text)]


def test_an_item_that_is_neither_is_struck_unless_its_words_are_sure() -> None:
    assert read("公示栏在村口。", row_of("PB", "MB", "O0")) == []
    assert read("公开面偏窄。", row_of("O0")) == [("problem", "公开面偏窄。")]


def test_a_role_changes_unless_it_was_told_or_the_words_are_sure() -> None:
    text = "公示栏在村口。"
    weights = row_of("PB", "MB", "MB")
    assert read(text, weights) == [("measure", text)]
    assert read(text, weights, sure=0.95) == [("problem", text)]
    assert read("公开面偏窄。", row_of("MB")) == [("problem", "公开面偏窄。")]
    assert read("要请人来教。", row_of("PB", "PB"), role="measure") == [("measure", "要请人来教。")]


def test_without_weights_items_or_in_a_table_the_rules_stand() -> None:
    draft = Draft("problem", 0, 6, 0.8, "")
    part = Region(0, 6, None)
    assert reweighed("公开面偏窄。", part, [draft], None, UNCHAINED) == [draft]
    assert reweighed("公开面偏窄。", part, [], None, taxonomy().chain) == []
    assert reweighed("少" * 30_000, Region(0, 30_000, None), [draft], None, taxonomy().chain) == [
        draft
    ]
    table = "存在的问题\t改进措施\n公开面偏窄\t扩大公开面\n"
    whole = Region(0, len(table), None)
    assert reweighed(table, whole, [draft], None, taxonomy().chain) == [draft]
