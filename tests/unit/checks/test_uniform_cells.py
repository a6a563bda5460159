"""Rules of single cells of the uniform format, by the kind of unit and what the prose says."""

import pytest

from server.domain.reports.parsed import Figure
from server.domain.reports.unit_kind import may_make_regulations, unit_kind
from server.domain.uniform_checks import Filled, check_uniform


def codes(unit: str | None, cells: dict[str, float | None], prose: str = "") -> list[str]:
    figures = {
        key: Figure(key, key, value, "blank" if value is None else "value", start=0, end=1)
        for key, value in cells.items()
    }
    return [one.code for one in check_uniform(Filled(figures, unit, prose))]


@pytest.mark.parametrize(
    ("unit", "kind"),
    [
        ("柳河镇", "township"),
        ("柳河镇人民政府", "township"),
        ("巴音苏木", "township"),
        ("铁西街道办事处", "subdistrict"),
        ("柳河县人民政府", "county"),
        ("柳河县", "county"),
        ("柳州市人民政府办公室", "city"),
        ("柳河县水务局", "department"),
        ("柳河县第一中学校", "department"),
        ("滨海新区管理委员会", "other"),
        ("前锦农场", "other"),
        (None, "other"),
    ],
)
def test_the_name_tells_what_kind_of_organ_it_is(unit: str | None, kind: str) -> None:
    assert unit_kind(unit) == kind


@pytest.mark.parametrize(
    ("unit", "may"),
    [
        ("柳河镇", False),
        ("柳河县水务局", False),
        ("柳州市", True),
        ("国家统计局", True),
        (None, True),
    ],
)
def test_only_larger_cities_provinces_and_the_state_make_regulations(
    unit: str | None, may: bool
) -> None:
    assert may_make_regulations(unit) is may


def test_a_town_with_regulations_is_told_once() -> None:
    cells = {"T2.1.regulations.made": 1.0, "T2.1.regulations.valid": 2.0}
    assert codes("柳河镇", cells) == ["T2-02"]
    assert codes("柳州市", cells) == []
    assert codes("柳河镇", {"T2.1.regulations.made": 0.0}) == []


def test_a_town_that_licenses_is_asked_by_which_delegation() -> None:
    assert codes("柳河镇", {"T2.5.licence": 3.0, "T2.6.penalty": 0.0}) == ["T2-03"]
    assert codes("柳河县水务局", {"T2.5.licence": 3.0}) == []


def test_a_town_fee_of_thousands_is_probably_yuan() -> None:
    assert codes("柳河镇", {"T2.8.fee": 12000.0}) == ["T2-04"]
    assert codes("柳河镇", {"T2.8.fee": 12.0}) == []
    assert codes("柳河镇", {"T2.8.fee": None}) == []
    assert codes("柳河县", {"T2.8.fee": 12000.0}) == []


def test_carrying_over_needs_a_request_of_december() -> None:
    assert codes("柳河县", {"T3.co.tot": 1.0}) == ["T3-08"]


def test_excessive_requests_need_a_word_on_the_fee() -> None:
    assert codes("柳河县", {"T3.n4.tot": 1.0}) == ["T3-09"]
    assert codes("柳河县", {"T3.n4.tot": 1.0}, "未收取信息处理费。") == []


def test_third_party_rights_remind_of_asking_the_third_party() -> None:
    assert codes("柳河县", {"T3.d4.tot": 1.0}) == ["T3-10"]


def test_a_state_secret_is_unusual_for_a_town() -> None:
    assert codes("柳河镇", {"T3.d1.tot": 1.0}) == ["T3-10"]
    assert codes("柳河县", {"T3.d1.tot": 1.0}) == []


def test_a_corrected_decision_needs_its_cause() -> None:
    assert codes("柳河县", {"T4.dir.correct": 1.0}) == ["T4-04"]
    assert codes("柳河县", {"T4.dir.correct": 1.0}, "1件被纠正，已整改。") == []
