"""A report is given to a unit only when its name leaves no doubt."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.unit_names import NamedUnit, bare_name, match_unit

TOWN = ("青石镇人民政府",)
UNITS = (
    NamedUnit(1, "青石镇人民政府"),
    NamedUnit(2, "财政局", TOWN),
    NamedUnit(3, "人力资源和社会保障局", TOWN),
    NamedUnit(4, "青石镇第一初级中学", TOWN),
    NamedUnit(5, "卫生健康局", TOWN),
    NamedUnit(6, "自然资源和规划局", TOWN),
)


@pytest.mark.parametrize(
    ("declared", "unit"),
    [
        ("财政局", 2),
        ("青石镇财政局", 2),
        ("青石镇人民政府财政局", 2),
        ("青石镇 财 政 局", 2),
        ("青石镇", 1),
        ("青石镇人民政府办公室", 1),
        ("澄和县财政局", 2),
        ("人社局", None),
        ("人力资源社会保障局", 3),
        ("卫健局", 5),
        ("自然资源与规划局", 6),
        ("青石镇第一初级中学", 4),
        ("青石镇第二初级中学", None),
        ("教育局", None),
        ("", None),
    ],
)
def test_a_name_means_one_unit_or_none(declared: str, unit: int | None) -> None:
    assert match_unit(declared, UNITS).unit_id == unit


def test_two_units_of_one_name_are_left_to_a_person() -> None:
    twins = (NamedUnit(1, "财政所", ("甲镇",)), NamedUnit(2, "财政所", ("乙镇",)))
    found = match_unit("财政所", twins)
    assert found.unit_id is None
    assert [unit.id for unit in found.likely] == [1, 2]


def test_the_superiors_name_tells_two_units_of_one_name_apart() -> None:
    twins = (NamedUnit(1, "财政所", ("甲镇",)), NamedUnit(2, "财政所", ("乙镇",)))
    assert match_unit("乙镇财政所", twins).unit_id == 2


def test_units_that_are_like_the_name_are_offered() -> None:
    found = match_unit("青石镇第二初级中学", UNITS)
    assert (found.unit_id, found.reason) == (None, "没有名称相符的单位")
    assert found.likely[0].id == 4


def test_a_name_of_endings_alone_stays_as_it_is() -> None:
    assert bare_name("办公室") == "办公室"


@given(st.text(max_size=30))
def test_no_name_is_given_to_a_unit_that_shares_no_letter_with_it(declared: str) -> None:
    found = match_unit(declared, UNITS).unit_id
    assert found is None or set(declared) & set(UNITS[found - 1].name)
