"""Which measures answer which problem."""

from hypothesis import given
from hypothesis import strategies as st

from server.adapters.rulebook_reading import taxonomy
from server.domain.reports.labels import label
from server.domain.reports.pairing import Candidate, firm_links, pair, words_of
from server.domain.reports.prose import Draft

KEYS = ("P1", "N1", "M1")


def item(key: str, words: str = "", group: int = 0) -> Candidate:
    """An item of one class with these words; group 0 stands for no common list item."""
    item.count += 1  # type: ignore[attr-defined]  # a counter beside its use
    own = group or -item.count  # type: ignore[attr-defined]  # as above
    scores = {one: float(one == key) for one in KEYS}
    return Candidate(scores, scores, words_of(words), own)


item.count = 1000  # type: ignore[attr-defined]  # as above; clear of groups given by hand


def linked(problems: list[Candidate], measures: list[Candidate]) -> list[tuple[int, ...]]:
    return [one.measures for one in pair(problems, measures)]


def test_what_stands_in_one_list_item_belongs_together_whatever_its_class() -> None:
    (found,) = pair([item("P1", group=7)], [item("M1", group=7)])
    assert found.measures == (1,)
    assert found.reasons == ("措施1：同一条中先写问题、后写措施",)


def test_a_measure_answers_the_problem_of_its_class_not_of_its_place() -> None:
    problems, measures = [item("P1"), item("N1")], [item("N1"), item("P1")]
    assert linked(problems, measures) == [(2,), (1,)]


def test_lists_in_step_pair_what_only_the_place_and_a_word_tell() -> None:
    problems = [item("P1", "公开栏少"), item("N1", "答复慢")]
    measures = [item("M1", "增设公开栏"), item("M1", "缩短答复")]
    assert linked(problems, measures) == [(1,), (2,)]


def test_a_problem_that_nothing_is_like_has_no_measure() -> None:
    found = pair([item("P1"), item("M1")], [item("P1")])
    assert [one.measures for one in found] == [(1,), ()]
    assert found[1].reasons == ("没有措施与之相应",)


def test_a_measure_answers_several_problems_that_it_is_as_like() -> None:
    assert linked([item("N1"), item("N1"), item("P1")], [item("N1"), item("P1")]) == [
        (1,),
        (1,),
        (2,),
    ]


def test_a_problem_that_is_no_measure_s_likest_still_finds_its_own() -> None:
    problems = [item("N1", "公开内容全面"), item("N1", "其他")]
    assert linked(problems, [item("N1", "公开内容全面")]) == [(1,), (1,)]


def test_without_measures_every_problem_stands_alone() -> None:
    assert linked([item("N1")], []) == [()]
    assert linked([], [item("N1")]) == []


def test_the_reason_names_class_words_and_order() -> None:
    (found,) = pair([item("N1", "公开内容")], [item("N1", "充实内容")])
    assert found.reasons == ("措施1：同类（N1），都说到“内容”，两处列举的次序相同",)


def test_a_bare_likeness_of_points_says_so() -> None:
    one = Candidate({"N1": 1.0, "M1": 0.0}, {"N1": 1.0}, frozenset(), -1)
    two = Candidate({"M1": 1.0, "N1": 0.0}, {"N1": 1.0}, frozenset(), -2)
    three = Candidate({"P1": 1.0}, {"P1": 1.0}, frozenset(), -3)
    found = pair([one], [two, three])
    assert found[0].reasons == ("措施1：用语相近",)


def test_items_without_any_points_are_like_nothing() -> None:
    nothing = Candidate({}, {}, frozenset(), -1)
    assert linked([nothing], [Candidate({}, {}, frozenset(), -2), item("P1")]) == [()]


def test_words_are_pairs_of_letters_without_grammar() -> None:
    assert words_of("更新的栏目,不快") == frozenset({"更新", "栏目"})


def test_links_by_form_are_firm_and_links_by_class_alone_are_not() -> None:
    problems, measures = [item("P1"), item("N1", group=9)], [item("N1", group=9), item("P1")]
    assert firm_links(pair(problems, measures), problems, measures) == [(2, 1)]
    parallel = [item("P1")], [item("P1")]
    assert firm_links(pair(*parallel), *parallel) == [(1, 1)]


@given(st.lists(st.sampled_from(KEYS), max_size=6), st.lists(st.sampled_from(KEYS), max_size=6))
def test_every_problem_has_one_pair_and_pairs_name_measures_that_exist(
    problems: list[str], measures: list[str]
) -> None:
    found = pair([item(key) for key in problems], [item(key) for key in measures])
    assert [one.problem for one in found] == list(range(1, len(problems) + 1))
    for one in found:
        assert set(one.measures) <= set(range(1, len(measures) + 1))
        assert one.reasons


def test_labels_come_in_the_order_of_the_drafts() -> None:
    text = "信息更新不及时。定期更新栏目,安排专人。"
    drafts = [
        Draft("problem", 0, 8, 0.9, "", group=1),
        Draft("measure", 8, len(text), 0.9, "", group=1),
    ]
    labels = label(text, drafts, taxonomy())
    assert [one.classes[0] for one in labels.classified] == ["M2", "M2"]
    assert [one.measures for one in labels.pairs] == [(1,)]


def test_no_report_of_thousands_of_items_costs_the_square() -> None:
    drafts = [Draft("problem" if at % 2 else "measure", 0, 4, 0.9, "") for at in range(2000)]
    labels = label("更新缓慢", drafts, taxonomy())
    assert (len(labels.classified), len(labels.pairs)) == (2000, 100)
