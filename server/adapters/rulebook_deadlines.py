"""Reads regimes.toml and milestones.toml into the rulebook that deadlines need."""

import re
from datetime import date
from functools import cache
from itertools import combinations, pairwise

from server.adapters.rulebook import Entry, entry_of, shipped
from server.domain.milestones import (
    Basis,
    DateRule,
    FixedDate,
    LastWorkday,
    Milestone,
    MilestoneRule,
    Rulebook,
    UnitKind,
    WorkdayOffset,
    rules_for,
)
from server.domain.regimes import Article, Regime
from server.errors import RulebookError

_MONTH_DAY = re.compile(r"(\d\d)-(\d\d|end)")
_COMMON_YEAR = 2023
"""February 29th may not be a rule's date: most years do not have it."""


@cache
def load_rulebook() -> Rulebook:
    """Return the regimes and milestones that come with the program.

    Raises: RulebookError naming the file and the entry that is wrong.
    """
    return read_rulebook(shipped("regimes.toml"), shipped("milestones.toml"))


def read_rulebook(regimes_toml: str, milestones_toml: str) -> Rulebook:
    """Return the rulebook written in the two texts, complete and without contradiction.

    Raises: RulebookError naming the file and the entry that is wrong.
    """
    regimes = tuple(map(_regime, entry_of("regimes.toml", regimes_toml).entries("regime")))
    cited = {article.number for regime in regimes for article in regime.articles}
    entries = entry_of("milestones.toml", milestones_toml).entries("milestone")
    rulebook = Rulebook(regimes, tuple(_milestone(entry, cited) for entry in entries))
    _check_regimes(regimes)
    _check_milestones(rulebook)
    return rulebook


def _regime(entry: Entry) -> Regime:
    entry.only("code", "name", "instrument", "promulgated_on", "in_force_on", "first_year",
               "last_year", "source", "article")  # fmt: skip
    return Regime(
        code=entry.text("code"),
        name=entry.text("name"),
        instrument=entry.text("instrument"),
        promulgated_on=entry.day("promulgated_on"),
        in_force_on=entry.day("in_force_on"),
        first_year=entry.number("first_year"),
        last_year=entry.optional_number("last_year"),
        source=entry.text("source"),
        articles=tuple(map(_article, entry.entries("article"))),
    )


def _article(entry: Entry) -> Article:
    entry.only("number", "topic", "text", "source")
    return Article(
        entry.text("number"), entry.text("topic"), entry.text("text"), entry.text("source")
    )


def _milestone(entry: Entry, cited: set[str]) -> MilestoneRule:
    entry.only("milestone", "name", "kinds", "first_year", "last_year", "date", "last_workday",
               "after", "workdays", "basis", "article", "source")  # fmt: skip
    basis = entry.one_of("basis", Basis)
    rule = _rule(entry)
    if (basis is not Basis.OFFICE) != isinstance(rule, FixedDate):
        raise entry.fault("法定节点（statute、analogy）须用 date，办公室自定节点不得用 date")
    article = "" if basis is Basis.OFFICE else entry.text("article")
    if article and article not in cited:
        raise entry.fault(f"article 的“{article}”在 regimes.toml 中没有")
    return MilestoneRule(
        milestone=entry.one_of("milestone", Milestone),
        name=entry.text("name"),
        kinds=entry.several_of("kinds", UnitKind),
        first_year=entry.number("first_year"),
        last_year=entry.optional_number("last_year"),
        rule=rule,
        basis=basis,
        article=article,
        source=entry.text("source"),
    )


def _rule(entry: Entry) -> DateRule:
    chosen = [key for key in ("date", "last_workday", "after") if key in entry.values]
    match chosen:
        case ["date"]:
            month, day = _month_day(entry, "date")
            if day is None:
                raise entry.fault("date 不能写月末，请写明日期")
            return FixedDate(month, day)
        case ["last_workday"]:
            return LastWorkday(*_month_day(entry, "last_workday"))
        case ["after"]:
            return WorkdayOffset(entry.one_of("after", Milestone), entry.number("workdays"))
        case _:
            raise entry.fault("date、last_workday、after 须有且只有一项")


def _month_day(entry: Entry, key: str) -> tuple[int, int | None]:
    matched = _MONTH_DAY.fullmatch(entry.text(key))
    month, day = (matched[1], matched[2]) if matched else ("00", "00")
    try:
        checked = date(_COMMON_YEAR, int(month), 1 if day == "end" else int(day))
    except ValueError as error:
        raise entry.fault(f"{key} 应写成 月-日，如 01-31，或 02-end 表示月末") from error
    return checked.month, None if day == "end" else checked.day


def _check_regimes(regimes: tuple[Regime, ...]) -> None:
    for earlier, later in pairwise(regimes):
        if earlier.last_year != later.first_year - 1:
            raise RulebookError(
                f"规则库 regimes.toml：{earlier.code} 与 {later.code} 的报告年度不相衔接，"
                "请核对 first_year 与 last_year。"
            )
    if regimes[-1].last_year is not None:
        raise RulebookError("规则库 regimes.toml：最后一部条例不应有 last_year，请删去。")


def _check_milestones(rulebook: Rulebook) -> None:
    """Hold every kind to exactly one rule per milestone in every year since the first regime."""
    for one, other in combinations(rulebook.milestones, 2):
        shared = one.kinds & other.kinds
        if one.milestone is other.milestone and shared and _overlap(one, other):
            raise _milestone_fault(f"{one.milestone}（{min(shared)}）有两条规则年度重叠")
    for kind in UnitKind:
        for year in _turning_years(rulebook):
            _check_complete(kind, year, rulebook)


def _check_complete(kind: UnitKind, year: int, rulebook: Rulebook) -> None:
    rules = rules_for(kind, year, rulebook)
    seen: list[Milestone] = []
    for rule in rules:
        if isinstance(rule.rule, WorkdayOffset) and rule.rule.after not in seen:
            raise _milestone_fault(f"{rule.milestone}（{kind}）的 after 须是更早的节点")
        seen.append(rule.milestone)
    if missing := [each for each in Milestone if each not in seen]:
        raise _milestone_fault(f"{kind} 在 {year} 年度缺少节点 {'、'.join(missing)}")
    if [rule.statutory for rule in rules] != [False] * (len(rules) - 1) + [True]:
        raise _milestone_fault(f"{kind} 在 {year} 年度只应有最后一个节点是法定时限")


def _overlap(one: MilestoneRule, other: MilestoneRule) -> bool:
    starts = max(one.first_year, other.first_year)
    ends = [rule.last_year for rule in (one, other) if rule.last_year is not None]
    return not ends or starts <= min(ends)


def _turning_years(rulebook: Rulebook) -> set[int]:
    """Return the years in which some rule begins or has just ended."""
    first = rulebook.regimes[0].first_year
    begun = {rule.first_year for rule in rulebook.milestones}
    ended = {rule.last_year + 1 for rule in rulebook.milestones if rule.last_year is not None}
    return {year for year in {first} | begun | ended if year >= first}


def _milestone_fault(complaint: str) -> RulebookError:
    return RulebookError(f"规则库 milestones.toml：{complaint}。请改正后重新启动。")
