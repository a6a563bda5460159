"""A government's table against those of its units, a published table against the filed one."""

from hypothesis import given
from hypothesis import strategies as st

from server.domain.aggregate_checks import check_aggregate, check_published
from server.domain.reports.parsed import Figure


def cell(value: float | None, key: str = "T3.new.tot") -> Figure:
    return Figure(key, key, value, "blank" if value is None else "value", start=4, end=5)


def test_a_sum_that_holds_is_silent() -> None:
    units = {"水务局": [cell(2)], "柳河镇": [cell(1)]}
    assert list(check_aggregate([cell(3)], units)) == []


def test_a_sum_that_fails_names_the_units_that_left_the_cell_blank() -> None:
    units = {"水务局": [cell(2)], "柳河镇": [cell(None)], "桥头镇": []}
    (found,) = check_aggregate([cell(3)], units)
    assert (found.code, found.severity, found.start) == ("AGG-01", "error", 4)
    assert found.params["blank"] == ["柳河镇", "桥头镇"]
    assert "柳河镇、桥头镇" in found.message


def test_documents_in_force_are_only_asked_about() -> None:
    key = "T2.1.normative.valid"
    (found,) = check_aggregate([cell(9, key)], {"水务局": [cell(2, key)]})
    assert found.severity == "question"
    assert "未填" not in found.message


def test_without_units_and_without_a_number_nothing_is_said() -> None:
    assert list(check_aggregate([cell(3)], {})) == []
    assert list(check_aggregate([cell(None), cell(7, "一(一)")], {"水务局": [cell(1)]})) == []


@given(st.dictionaries(st.text("甲乙丙丁", min_size=1), st.integers(0, 99), min_size=1))
def test_the_sum_of_any_units_is_their_government_s(counts: dict[str, int]) -> None:
    units = {name: [cell(count)] for name, count in counts.items()}
    assert list(check_aggregate([cell(sum(counts.values()))], units)) == []
    assert len(list(check_aggregate([cell(sum(counts.values()) + 1)], units))) == 1


def test_a_number_changed_after_filing_is_asked_about() -> None:
    (found,) = check_published([cell(3)], [cell(4)])
    assert (found.code, found.params["filed"]) == ("S-09", 3)
    assert "为 4，" in found.message


def test_a_blank_published_for_a_number_is_a_change_too() -> None:
    (found,) = check_published([cell(0)], [cell(None)])
    assert "为空白，" in found.message


def test_the_same_table_and_cells_never_filed_are_silent() -> None:
    assert list(check_published([cell(3)], [cell(3), cell(1, "T3.ci.tot")])) == []


def test_a_sum_that_waits_for_units_names_them_and_is_not_yet_wrong() -> None:
    (found,) = check_aggregate([cell(3)], {"水务局": [cell(2)]}, missing=["柳河镇"])
    assert (found.code, found.severity) == ("AGG-01", "information")
    assert found.params == {"missing": ["柳河镇"]}


def test_a_sum_that_is_exceeded_already_is_wrong_whoever_is_missing() -> None:
    found = list(check_aggregate([cell(1)], {"水务局": [cell(2)]}, missing=["柳河镇"]))
    assert [one.severity for one in found] == ["information", "error"]


def test_old_tables_are_not_summed() -> None:
    assert list(check_aggregate([cell(9, "一(一)")], {"水务局": [cell(2, "一(一)")]}, ["甲"])) == []
