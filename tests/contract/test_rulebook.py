"""What holds for the legal data as a whole: sources, validity, no overlap, the calendar's truth."""

from collections.abc import Iterator, Mapping
from datetime import date, timedelta
from importlib.resources import files
from typing import Any

import holidays
import pytest

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook import entry_of, shipped
from server.adapters.rulebook_deadlines import load_rulebook
from server.adapters.rulebook_lights import load_lights
from server.domain.milestones import Milestone, UnitKind, rules_for

CALENDAR, RULEBOOK = work_calendar(), load_rulebook()
CONFIRMED = range(2004, CALENDAR.last_confirmed + 1)
ESTIMATED = range(CONFIRMED.stop, 2101)
TWICE_IN_LIEU = {2039: {date(2039, 10, 6)}, 2066: {date(2066, 10, 6)}}
"""Mid-autumn falls on a National Day that is a Sunday: the package makes up for that day twice."""
FILES = sorted(
    entry.name
    for entry in files("server.rulebook").iterdir()
    if entry.name in {"regimes.toml", "milestones.toml", "lights.toml", "festivals.toml"}
)


def rules(values: Mapping[str, Any]) -> Iterator[Mapping[str, Any]]:
    """The entries that state a rule of their own: those with an own validity or source."""
    for found in values.values():
        for entry in found if isinstance(found, list) else []:
            if isinstance(entry, dict):
                yield entry


@pytest.mark.parametrize("name", FILES)
def test_every_rule_has_a_source(name: str) -> None:
    whole = entry_of(name, shipped(name)).values
    assert "source" in whole or all(entry.get("source") for entry in rules(whole))


@pytest.mark.parametrize("name", FILES)
def test_every_rule_has_a_validity(name: str) -> None:
    whole = entry_of(name, shipped(name)).values
    assert "valid_from" in whole or all("first_year" in entry for entry in rules(whole))


@pytest.mark.parametrize("kind", UnitKind)
@pytest.mark.parametrize("milestone", Milestone)
def test_one_rule_and_only_one_holds_for_a_year(kind: UnitKind, milestone: Milestone) -> None:
    for year in range(2008, 2100):
        held = [rule for rule in RULEBOOK.milestones if rule.holds(kind, year)]
        assert [rule.milestone for rule in held].count(milestone) == 1


def test_a_statutory_date_cites_an_article_of_its_regime() -> None:
    for kind in UnitKind:
        for year in (2008, 2018, 2019, 2050):
            regime = next(each for each in RULEBOOK.regimes if each.governs(year))
            numbers = {article.number for article in regime.articles}
            publication = rules_for(kind, year, RULEBOOK)[-1]
            assert publication.article in numbers
            assert regime.instrument in publication.source


def test_the_offices_own_settings_say_that_no_law_prescribes_them() -> None:
    for rule in RULEBOOK.milestones:
        assert rule.statutory or "法律未作规定" in rule.source
    assert "法律法规未作规定" in load_lights().source


def test_every_day_off_has_a_chinese_name() -> None:
    names = {name for year in CALENDAR.years.values() for name in year.days_off.values()}
    assert all(name.isascii() is False and "'" not in name for name in names)


@pytest.mark.parametrize("year", CONFIRMED)
def test_confirmed_years_agree_with_a_second_package(year: int) -> None:
    other = holidays.country_holidays("CN", years=[year - 1, year, year + 1])
    days = (date(year, 1, 1) + timedelta(days=ahead) for ahead in range(365))
    assert [day for day in days if CALENDAR.is_workday(day) != other.is_working_day(day)] == []


@pytest.mark.parametrize("year", ESTIMATED)
def test_estimated_years_agree_with_a_second_package(year: int) -> None:
    other = holidays.country_holidays("CN", years=[year])
    if any(day.year == year for day in other.weekend_workdays):
        pytest.skip(f"the package knows the notice of {year}: the calendar package is behind")
    off = set(CALENDAR.year(year).days_off)
    assert set(other) - off == TWICE_IN_LIEU.get(year, set())
    assert off <= set(other)


def test_the_calendar_is_an_unbroken_run_of_years() -> None:
    assert sorted(CALENDAR.years) == list(range(2004, 2101))
    assert all(year.source for year in CALENDAR.years.values())
