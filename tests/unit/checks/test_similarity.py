"""Texts alike: the measure, the passages, and the search among many."""

from hypothesis import given
from hypothesis import strategies as st

from server.domain.similarity import (
    Passage,
    copied_share,
    fingerprint,
    likeness,
    shared_passages,
    shingles,
    similar_pairs,
)

ONE = "公开内容不够全面，更新不够及时。政策解读形式单一，群众看不懂。"
TWO = "公开渠道比较狭窄，外出务工人员看不到。政策解读形式单一，群众看不懂。"
LETTERS = st.text("公开内容渠道更新解读群众不够，。\n ", max_size=60)


def test_a_text_is_wholly_like_itself() -> None:
    assert likeness(ONE, ONE) == 1.0


def test_punctuation_and_blanks_do_not_hide_a_copy() -> None:
    assert likeness(ONE, ONE.replace("，", " \n")) == 1.0


def test_texts_without_letters_are_like_nothing() -> None:
    assert likeness("，。", ONE) == 0.0
    assert shingles("") == frozenset()


def test_a_text_shorter_than_a_run_is_one_run() -> None:
    assert len(shingles("公开")) == 1


@given(LETTERS, LETTERS)
def test_likeness_is_the_same_both_ways_and_between_0_and_1(one: str, two: str) -> None:
    assert likeness(one, two) == likeness(two, one)
    assert 0.0 <= likeness(one, two) <= 1.0


def test_a_shared_stretch_is_given_by_its_places() -> None:
    (passage,) = shared_passages(ONE, "\n 前文。" + TWO)
    assert ONE[passage.start : passage.end] == "政策解读形式单一，群众看不懂"
    assert ("\n 前文。" + TWO)[passage.other_start : passage.other_end] == (
        "政策解读形式单一，群众看不懂"
    )


def test_short_sentences_that_everybody_writes_are_no_passages() -> None:
    assert shared_passages("今后要努力。", "今后要努力。") == []


@given(LETTERS, LETTERS)
def test_passages_lie_in_both_texts_and_say_the_same(one: str, two: str) -> None:
    for passage in shared_passages(one, two):
        assert isinstance(passage, Passage)
        letters = [
            "".join(filter(str.isalnum, text))
            for text in (
                one[passage.start : passage.end],
                two[passage.other_start : passage.other_end],
            )
        ]
        assert letters[0] == letters[1]


def test_a_sentence_copied_with_another_name_is_still_marked_around_it() -> None:
    one = "水务局将建立信息公开台账，逐月核对更新情况并通报。"
    two = "财政局将建立信息公开台账，逐月核对更新情况并通报。"
    (passage,) = shared_passages(one, two)
    assert one[passage.start : passage.end] == "局将建立信息公开台账，逐月核对更新情况并通报"


def test_the_longest_of_several_places_is_taken() -> None:
    long = "公开栏巡查台账已经建立起来并逐村核对"
    (passage,) = shared_passages(long, "公开栏巡查台账已经建立。" + long)
    assert passage.other_start == len("公开栏巡查台账已经建立。")


def test_the_copied_share_counts_letters() -> None:
    passages = shared_passages(ONE, ONE)
    assert copied_share(ONE, passages) == 1.0
    assert copied_share("，。", []) == 0.0


def test_a_much_repeated_stretch_is_tried_at_a_few_places_only() -> None:
    phrase = "政府信息公开工作领导小组"
    assert shared_passages(phrase, phrase * 40)[0].other_start == 0


def test_copies_have_a_number_of_their_fingerprints_in_common() -> None:
    mine, copy = fingerprint(ONE + TWO), fingerprint(ONE + TWO + "另行补充一句。")
    assert len(mine) == 24
    assert {*mine} & {*copy}
    assert all(0 <= number < 2**40 for number in mine)
    assert fingerprint("，。") == ()


def test_a_copy_is_found_among_others() -> None:
    texts = {
        number: f"第{number}个单位" + chr(0x4E00 + number) * 3 + ONE * 0 for number in range(40)
    }
    texts |= {"copied": ONE + TWO, "copy": ONE + TWO + "另行补充一句。"}
    (pair,) = [one for one in similar_pairs(texts) if "copy" in {one.one, one.two}]
    assert {pair.one, pair.two} == {"copied", "copy"}
    assert pair.share > 0.8


def test_unlike_texts_and_empty_ones_are_no_pair() -> None:
    assert (
        similar_pairs({1: "公开栏更新缓慢无人管理", 2: "解读材料照搬原文群众看不懂", 3: ""}) == []
    )


def test_the_likest_pair_comes_first() -> None:
    pairs = similar_pairs({1: ONE + TWO, 2: ONE + TWO, 3: ONE + TWO + "再补一句不同的话。"})
    assert [pair.share for pair in pairs] == sorted((pair.share for pair in pairs), reverse=True)
    assert (pairs[0].one, pairs[0].two) == (1, 2)


def test_a_form_that_everybody_copies_costs_a_chain_not_a_square() -> None:
    pairs = similar_pairs(dict.fromkeys(range(450), ONE))
    assert len(pairs) == 449
