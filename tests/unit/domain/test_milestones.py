"""Rules as values: where a date rule points, whom a rule binds, what a kind is called."""

from datetime import date

import pytest

from server.adapters.rulebook_deadlines import load_rulebook
from server.domain.milestones import (
    KIND_NAMES,
    FixedDate,
    LastWorkday,
    Milestone,
    UnitKind,
    kind_named,
    rules_for,
)
from server.errors import InvalidInput


@pytest.mark.parametrize(
    ("rule", "year", "on"),
    [
        (FixedDate(1, 31), 2026, date(2026, 1, 31)),
        (LastWorkday(1, 8), 2026, date(2026, 1, 8)),
        (LastWorkday(2, None), 2026, date(2026, 2, 28)),
        (LastWorkday(2, None), 2028, date(2028, 2, 29)),
        (LastWorkday(12, None), 2026, date(2026, 12, 31)),
    ],
)
def test_a_rule_points_at_a_date_of_the_year(
    rule: FixedDate | LastWorkday, year: int, on: date
) -> None:
    assert rule.in_year(year) == on


@pytest.mark.parametrize("kind", UnitKind)
@pytest.mark.parametrize("report_year", [2008, 2018, 2019, 2060])
def test_every_kind_has_all_milestones_in_order(kind: UnitKind, report_year: int) -> None:
    rules = rules_for(kind, report_year, load_rulebook())
    assert [rule.milestone for rule in rules] == list(Milestone)


def test_before_the_first_regime_no_rule_holds() -> None:
    assert rules_for(UnitKind.TOWN, 2007, load_rulebook()) == ()


@pytest.mark.parametrize("kind", UnitKind)
def test_a_kind_is_known_by_code_and_by_name(kind: UnitKind) -> None:
    assert kind_named(kind.value) is kind
    assert kind_named(f" {kind.value.upper()} ") is kind
    assert kind_named(KIND_NAMES[kind]) is kind


@pytest.mark.parametrize(
    ("word", "kind"), [("乡镇", UnitKind.TOWN), ("街道办事处", UnitKind.SUBDISTRICT)]
)
def test_common_words_for_a_kind_are_understood(word: str, kind: UnitKind) -> None:
    assert kind_named(word) is kind


def test_an_unknown_kind_is_refused_with_the_list() -> None:
    with pytest.raises(InvalidInput, match=r"bureau（局办）、.*county（县级政府）"):
        kind_named("村委会")
