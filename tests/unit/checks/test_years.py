"""This year's report against last year's."""

from dataclasses import replace

import pytest

from server.domain.reports.parsed import Figure, Finding, ParsedReport
from server.domain.reports.yearly import Years, check_years
from tests.unit.reports.reading import read, uniform

OLD = (
    "存在的问题：一是政策解读形式单一，群众看不懂的情况仍然存在；二是公开栏更新缓慢，部分村组半年未换内容。\n"
    "改进措施：一是丰富政策解读形式，多用图解和短视频；二是建立公开栏巡查台账，每季度逐村核对。"
)
NEW = (
    "存在的问题：一是依申请公开答复不够规范，说理不充分；二是信息员流动频繁，业务交接不顺畅。\n"
    "改进措施：一是制定答复文书模板并由司法所会审；二是实行双岗制，新任信息员先培训后上岗。\n"
    "上年承诺的丰富政策解读形式已落实，制作图解和短视频12期；公开栏巡查台账已建立，每季度逐村核对。"
)


def report(year: int, five: str, **cells: float) -> tuple[ParsedReport, str]:
    text = uniform(five, year=year)
    figures = tuple(
        Figure(key.replace("_", "."), key, value, "value", start=3, end=5)
        for key, value in cells.items()
    )
    return replace(read(text), figures=figures), text


def held(now: tuple[ParsedReport, str], before: tuple[ParsedReport, str]) -> list[Finding]:
    return list(check_years(Years(*now, *before)))


def codes(now: tuple[ParsedReport, str], before: tuple[ParsedReport, str]) -> list[str]:
    return [one.code for one in held(now, before)]


def test_a_new_report_that_accounts_for_the_old_one_is_asked_nothing() -> None:
    assert codes(report(2023, NEW), report(2022, OLD)) == []


def test_reports_that_do_not_follow_each_other_are_not_compared() -> None:
    (finding,) = held(report(2024, NEW, T3_ci_tot=3), report(2022, OLD, T3_co_tot=1))
    assert finding.code == "Y-00"


def test_reports_of_two_units_are_not_compared() -> None:
    now, before = report(2023, NEW), report(2022, OLD)
    other = (replace(before[0], unit="松林铺镇"), before[1])
    assert codes(now, other) == ["Y-00"]


def test_a_unit_may_be_named_with_its_county() -> None:
    now, before = report(2023, NEW), report(2022, OLD)
    named = (replace(before[0], unit="清源县柳河镇人民政府"), before[1])
    assert codes(now, named) == []


@pytest.mark.parametrize(
    ("now", "before", "code"),
    [
        ({"T3_ci_tot": 3}, {"T3_co_tot": 1}, ["T3-04"]),
        ({"T3_ci_tot": 1}, {"T3_co_tot": 1}, []),
        ({"T3_ci_tot": 1}, {}, []),
        ({"T4_rev_total": 1}, {"T4_rev_pending": 2}, ["T4-03"]),
        ({"T4_rev_total": 2}, {"T4_rev_pending": 2}, []),
        ({"T4_rev_total": 2}, {}, []),
        ({"T3_new_tot": 60}, {"T3_new_tot": 10}, ["T3-11"]),
        ({"T3_new_tot": 10}, {"T3_new_tot": 60}, ["T3-11"]),
        ({"T3_new_tot": 4}, {"T3_new_tot": 0}, []),
        ({"T3_new_tot": 50}, {"T3_new_tot": 10}, []),
    ],
)
def test_a_number_is_held_against_last_year_s(
    now: dict[str, float], before: dict[str, float], code: list[str]
) -> None:
    assert codes(report(2023, NEW, **now), report(2022, OLD, **before)) == code


@pytest.mark.parametrize(("valid", "code"), [(9, []), (10, ["T2-01"])])
def test_documents_in_force_follow_from_last_year(valid: float, code: list[str]) -> None:
    cells = {"T2_1_normative_valid": valid, "T2_1_normative_made": 2, "T2_1_normative_abolished": 1}
    before = report(2022, OLD, T2_1_normative_valid=8)
    assert codes(report(2023, NEW, **cells), before) == code


def test_documents_in_force_with_a_blank_are_not_judged() -> None:
    now = report(2023, NEW, T2_1_normative_valid=5)
    assert codes(now, report(2022, OLD, T2_1_normative_valid=8)) == []


def test_a_copied_problem_part_is_asked_about_with_its_passages() -> None:
    now = report(2023, OLD)
    copied = next(one for one in held(now, report(2022, OLD)) if one.code == "S-05")
    assert copied.params["share"] == 1.0
    places = copied.params["passages"]
    assert isinstance(places, list)
    for start, end in places:
        assert now[1][start:end] in OLD


def returned(years: Years) -> list[dict[str, object]]:
    return [dict(one.params) for one in check_years(years) if one.code == "Y-02"]


def test_a_problem_that_returns_names_last_year_s() -> None:
    assert returned(Years(*report(2023, OLD), *report(2022, OLD))) == [
        {"ordinal": 1, "previous": 1, "years": 2},
        {"ordinal": 2, "previous": 2, "years": 2},
    ]


def test_a_problem_that_returns_year_after_year_is_counted_until_the_first_gap() -> None:
    now, before = report(2023, OLD), report(2022, OLD)
    same, other = before[0].problems, report(2021, NEW)[0].problems
    found = returned(Years(*now, *before, earlier=(same, other, same)))
    assert [one["years"] for one in found] == [3, 3]
    assert returned(Years(*now, *before, earlier=((), same)))[0]["years"] == 2


def test_a_promise_that_is_mentioned_nowhere_is_asked_about() -> None:
    silent = NEW.rsplit("\n", 1)[0]
    found = [one for one in held(report(2023, silent), report(2022, OLD)) if one.code == "Y-01"]
    assert {one.params["ordinal"] for one in found} >= {2}
    assert all(one.start is None for one in found)


def test_reports_without_a_problem_part_have_nothing_to_copy() -> None:
    bare = replace(read(uniform(NEW, year=2023)), sections=())
    assert "S-05" not in codes((bare, ""), (replace(bare, report_year=2022), ""))
