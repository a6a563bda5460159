"""Deadlines: the cases of tests/cases/deadlines.toml, the order of dates, own dates."""

import tomllib
from datetime import date
from itertools import pairwise
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_deadlines import load_rulebook
from server.domain.deadlines import Deadline, Override, deadlines_for
from server.domain.milestones import Basis, Milestone, UnitKind
from server.errors import InvalidInput

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "deadlines.toml").read_text(encoding="utf-8")
)
CALENDAR, RULEBOOK = work_calendar(), load_rulebook()
kinds = st.sampled_from(UnitKind)


def deadlines(
    kind: UnitKind | str = UnitKind.TOWN, year: int = 2025, **overrides: Override
) -> dict[Milestone, Deadline]:
    chosen = {Milestone(name): override for name, override in overrides.items()}
    found = deadlines_for(UnitKind(kind), year, CALENDAR, RULEBOOK, chosen)
    return {deadline.milestone: deadline for deadline in found}


def named(case: dict[str, Any]) -> str:
    return str(case["name"])


@pytest.mark.parametrize("case", CASES["publication"], ids=named)
def test_the_statutory_date_is_the_articles(case: dict[str, Any]) -> None:
    for kind in case["kinds"]:
        publication = deadlines(kind, case["year"])[Milestone.PUBLICATION]
        assert (publication.due_on, publication.target_on) == (case["due"], case["target"])
        assert publication.statutory
        assert not publication.adjustable
        assert publication.basis in {case["basis"], *(() if case["basis"] else Basis)}
        assert case["article"] in publication.source


@pytest.mark.parametrize("case", CASES["timetable"], ids=named)
def test_the_offices_timetable_leads_to_the_statutory_date(case: dict[str, Any]) -> None:
    found = deadlines(case["kind"], case["year"])
    assert [deadline.due_on for deadline in found.values()] == case["dates"]


@pytest.mark.parametrize("kind", UnitKind)
@pytest.mark.parametrize("year", range(2008, 2036))
def test_milestones_strictly_increase_in_every_year(kind: UnitKind, year: int) -> None:
    found = list(deadlines(kind, year).values())
    assert all(earlier.target_on < later.target_on for earlier, later in pairwise(found))
    assert all(earlier.due_on < later.due_on for earlier, later in pairwise(found))


@given(kinds, st.integers(2008, 2099))
def test_targets_are_workdays_never_after_the_due_date(kind: UnitKind, year: int) -> None:
    for deadline in deadlines(kind, year).values():
        assert CALENDAR.is_workday(deadline.target_on)
        assert deadline.target_on <= deadline.due_on
        assert deadline.due_on.year == year + 1
        assert CALENDAR.workdays_between(deadline.target_on, deadline.due_on) == 0


@given(kinds, st.integers(2008, 2099))
def test_every_date_explains_itself(kind: UnitKind, year: int) -> None:
    for deadline in deadlines(kind, year).values():
        assert deadline.source
        assert deadline.steps[-1].on == deadline.target_on
        assert all(step.note and step.source for step in deadline.steps)
        assert deadline.adjustable is not deadline.statutory
        assert deadline.statutory is (deadline.milestone is Milestone.PUBLICATION)


def test_a_deadline_on_saturday_keeps_its_date_and_targets_friday() -> None:
    publication = deadlines()[Milestone.PUBLICATION]
    first, second = publication.steps
    assert (first.rule, first.on) == ("statutory", date(2026, 1, 31))
    assert (second.rule, second.on) == ("target", date(2026, 1, 30))
    assert "1月31日是周六，时限本身不变" in second.note
    assert "2026年部分节假日安排的通知" in second.source


def test_an_own_date_on_a_holiday_moves_forward_and_says_why() -> None:
    sign_off = deadlines(UnitKind.DEPARTMENT, 2022)[Milestone.SIGN_OFF]  # Spring Festival eve
    assert sign_off.due_on == sign_off.target_on == date(2023, 1, 20)
    assert sign_off.steps[1].rule == "rolled_back"
    assert sign_off.steps[1].note == "1月21日是周六（春节），提前到此前最后一个工作日"


def test_a_makeup_saturday_is_a_workday_and_is_named_as_such() -> None:
    draft = deadlines(UnitKind.COUNTY)[Milestone.DRAFT]
    assert draft.due_on == date(2026, 2, 28)
    assert draft.steps[1].note == "周六（调休上班），是工作日，不需提前"


def test_an_offset_counts_from_the_review() -> None:
    step = deadlines()[Milestone.RESUBMISSION].steps[0]
    assert step.rule == "offset"
    assert step.note == "办公室设定：审核退改（2026年1月13日（周二））后第3个工作日"


def test_dates_of_an_unannounced_year_are_provisional() -> None:
    assert all(deadline.provisional for deadline in deadlines(year=2060).values())
    assert not any(deadline.provisional for deadline in deadlines(year=2025).values())


def test_the_office_may_set_its_own_date_with_a_reason() -> None:
    draft = deadlines(draft=Override(date(2026, 1, 5), "全县统一部署"))[Milestone.DRAFT]
    assert draft.due_on == date(2026, 1, 5)
    assert draft.steps[0].rule == "override"
    assert "全县统一部署" in draft.steps[0].note


def test_an_own_date_on_sunday_stays_and_targets_friday() -> None:
    found = deadlines(review=Override(date(2026, 1, 11), "会议安排"))
    review = found[Milestone.REVIEW]
    assert (review.due_on, review.target_on) == (date(2026, 1, 11), date(2026, 1, 9))
    assert review.steps[1].rule == "target"
    assert found[Milestone.RESUBMISSION].due_on == date(2026, 1, 14)


@pytest.mark.parametrize(
    ("milestone", "on", "complaint"),
    [
        ("publication", date(2026, 1, 20), "“公布”是法定时限（第四十九条第一款），任何人不得改动"),
        ("sign_off", date(2026, 2, 2), "晚于法定的公布时限2026年1月31日（周六）"),
        ("draft", date(2026, 1, 14), "“审核退改”（2026年1月13日（周二））早于前一节点“初稿报送”"),
        ("draft", date(2024, 12, 31), "早于报告年度 2025 年，请核对年份"),
        ("review", date(2027, 1, 13), "晚于法定的公布时限"),
    ],
)
def test_a_date_that_cannot_be_is_refused(milestone: str, on: date, complaint: str) -> None:
    with pytest.raises(InvalidInput, match=complaint):
        deadlines(**{milestone: Override(on, "调整")})


def test_an_office_may_plan_ahead_within_the_year_reported_on() -> None:
    draft = deadlines(draft=Override(date(2025, 1, 22), "提前预编"))[Milestone.DRAFT]
    assert draft.due_on == date(2025, 1, 22)


def test_an_own_date_needs_a_reason() -> None:
    with pytest.raises(InvalidInput, match="必须写明理由"):
        deadlines(draft=Override(date(2026, 1, 5), "  "))


@given(st.dates(date(2026, 2, 1), date(2100, 12, 31)), st.sampled_from(list(Milestone)[:-1]))
def test_no_own_date_is_ever_later_than_the_statutory_one(on: date, milestone: Milestone) -> None:
    with pytest.raises(InvalidInput, match="晚于法定"):
        deadlines(**{milestone.value: Override(on, "调整")})


@pytest.mark.parametrize("year", [2007, 2100, 99_999_999])
def test_a_year_without_duty_or_calendar_is_refused(year: int) -> None:
    with pytest.raises(InvalidInput, match=str(year + (year > 2007))):
        deadlines(year=year)
