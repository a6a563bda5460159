"""Classes and headings of problems and measures."""

import tomllib
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.rulebook_reading import taxonomy
from server.domain.reports.classify import classify, reconsider
from server.domain.reports.learned import Learned
from server.domain.reports.taxonomy import ClassRule, taxonomy_from

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "class_examples.toml").read_text(encoding="utf-8")
)["case"]
SAID = [(case[role], case) for case in CASES for role in ("problem", "measure")]
SMALL = taxonomy_from(
    (
        ClassRule("P1", "平台", "channels", {"网站": 2.0, "公开栏": 1.0}),
        ClassRule("M1", "制度", "mechanisms", {"制度": 2.0, "栏": 1.0}),
    ),
    ("channels", "mechanisms"),
    ("制度自信",),
    Learned(("P1", "M1"), {"更新": (0.5, -0.5), "责": (-1.0, 1.0)}),
)


@pytest.mark.parametrize(("text", "case"), SAID, ids=[text[:12] for text, _ in SAID])
def test_textbook_wording_is_classed_as_the_textbook_says(text: str, case: dict[str, Any]) -> None:
    found = classify(text.replace("，", ","), taxonomy())
    assert found.classes[0] == case["class"]
    assert found.heading == case["heading"]
    assert found.confidence > 0.5


def test_the_longest_word_counts_alone() -> None:
    found = classify("公开栏", SMALL)
    assert found.points == {"P1": 3.0, "M1": 0.0}
    assert found.hits == {"公开栏": 3.0}


def test_a_removed_word_hides_the_words_in_it() -> None:
    assert classify("制度自信和网站", SMALL).points == {"P1": 6.0, "M1": 0.0}


def test_a_word_counts_most_in_the_opening_clause_and_least_after_the_first_sentence() -> None:
    assert classify("网站", SMALL).points["P1"] == 6.0
    assert classify("改进,网站", SMALL).points["P1"] == 4.0
    assert classify("改进。网站", SMALL).points["P1"] == 2.0
    assert classify("网站好。网站多", SMALL).points["P1"] == 6.0


def test_shares_add_up_to_one_and_classes_come_best_first() -> None:
    found = classify("网站的制度", SMALL)
    assert sum(found.scores.values()) == pytest.approx(1.0)
    assert found.classes == ("P1", "M1")
    assert found.confidence == 0.5
    assert found.reasons[-1] == "几类得分相近，请人工确认归口"


def test_a_text_without_any_known_word_is_left_to_a_person() -> None:
    found = classify("其他", SMALL)
    assert (found.classes, found.heading, found.confidence) == ((), None, 0.0)
    assert found.reasons == ("没有命中分类词，请人工归类",)


def test_learned_weights_alone_class_but_with_less_confidence() -> None:
    found = classify("落实责任", SMALL)
    assert found.classes[0] == "M1"
    assert found.confidence < 0.75
    assert "用语相近" in found.reasons[0]


def test_reasons_name_class_and_words() -> None:
    assert classify("网站", SMALL).reasons == ("平台：“网站”",)


def test_a_doubtful_measure_is_read_in_the_light_of_its_problem() -> None:
    doubtful = classify("网站的制度", SMALL)
    problem = classify("制度不全", SMALL)
    assert reconsider(doubtful, [problem], SMALL).heading == "mechanisms"


def test_a_clear_measure_keeps_its_class_whatever_it_answers() -> None:
    clear = classify("网站", SMALL)
    assert reconsider(clear, [classify("制度", SMALL)], SMALL).classes[0] == "P1"


def test_without_a_counterpart_that_is_known_nothing_changes() -> None:
    own, unknown = classify("网站", SMALL), classify("其他", SMALL)
    assert reconsider(own, [], SMALL) is own
    assert reconsider(own, [unknown], SMALL) is own
    assert reconsider(unknown, [own], SMALL) is unknown


@given(st.text("公开网站制度更新责栏,。;:\n", max_size=40))
def test_any_text_has_an_honest_confidence_and_a_heading_with_its_classes(text: str) -> None:
    found = classify(text, SMALL)
    assert 0.0 <= found.confidence <= 1.0
    assert (found.heading is None) == (not found.classes)
    assert len(found.reasons) >= 1


@given(st.text("公开网站制度更新责", min_size=1, max_size=40))
def test_learned_weights_do_not_grow_with_the_length(text: str) -> None:
    spoken = SMALL.learned.speak(text, len(text))
    assert all(abs(value) <= 1.6 for value in spoken.values())


def test_a_class_has_a_chinese_name_and_a_heading() -> None:
    assert (taxonomy().name_of("M4"), taxonomy().heading_of("M4")) == ("依申请", "mechanisms")
