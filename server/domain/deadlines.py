"""From rules to dates: every milestone of one obligation, with the steps that led to it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from server.domain.calendars import WorkCalendar
from server.domain.dates import chinese_date, weekday_name
from server.domain.festivals import SATURDAY
from server.domain.milestones import (
    Basis,
    FixedDate,
    Milestone,
    MilestoneRule,
    Rulebook,
    UnitKind,
    WorkdayOffset,
    rules_for,
)
from server.domain.regimes import regime_for
from server.errors import InvalidInput


@dataclass(frozen=True, slots=True)
class Step:
    """One step of a computation, told in Chinese."""

    rule: str
    """statutory, nominal, offset, override, rolled_back, workday or target."""
    on: date
    note: str
    source: str


@dataclass(frozen=True, slots=True)
class Override:
    """The office's own date for a milestone, and why."""

    on: date
    reason: str


@dataclass(frozen=True, slots=True)
class Deadline:
    """时限: the date of one milestone, with the steps by which it was computed."""

    milestone: Milestone
    name: str
    due_on: date
    """The last admissible day. A statutory one is a calendar date and may fall on a day off."""
    target_on: date
    """The last working day on or before it: the day to work towards."""
    statutory: bool
    basis: Basis
    adjustable: bool
    provisional: bool
    """Whether a State Council notice still to come may move `target_on`, or an own `due_on`."""
    steps: tuple[Step, ...]
    source: str


def deadlines_for(
    kind: UnitKind,
    report_year: int,
    calendar: WorkCalendar,
    rulebook: Rulebook,
    overrides: Mapping[Milestone, Override] | None = None,
) -> tuple[Deadline, ...]:
    """Return the deadlines of the report of that year, in the order of the milestones.

    Without overrides the target dates increase strictly and none is after the statutory date.
    Raises: InvalidInput, when the year has no duty or the calendar does not reach it, and when an
    override moves a statutory date, lies after it, lacks a reason, or breaks the order.
    """
    regime_for(report_year, rulebook.regimes)
    calendar.year(report_year + 1)
    found: dict[Milestone, Deadline] = {}
    for rule in rules_for(kind, report_year, rulebook):
        override = (overrides or {}).get(rule.milestone)
        if override is not None:
            _check_override(rule, override, report_year)
        found[rule.milestone] = _deadline(rule, report_year, calendar, found, override)
    deadlines = tuple(found.values())
    _check_order(deadlines)
    return deadlines


def _deadline(
    rule: MilestoneRule,
    report_year: int,
    calendar: WorkCalendar,
    found: Mapping[Milestone, Deadline],
    override: Override | None,
) -> Deadline:
    first = _first_step(rule, report_year, calendar, found, override)
    target_on = calendar.last_workday_on_or_before(first.on)
    kept = rule.statutory or override is not None
    reckoned = (
        found[rule.rule.after].target_on if isinstance(rule.rule, WorkdayOffset) else first.on
    )
    return Deadline(
        milestone=rule.milestone,
        name=rule.name,
        due_on=first.on if kept else target_on,
        target_on=target_on,
        statutory=rule.statutory,
        basis=rule.basis,
        adjustable=not rule.statutory,
        provisional=calendar.is_provisional(min(target_on, reckoned), first.on),
        steps=(first, _workday_step(first.on, target_on, kept, calendar)),
        source=rule.source,
    )


def _first_step(
    rule: MilestoneRule,
    report_year: int,
    calendar: WorkCalendar,
    found: Mapping[Milestone, Deadline],
    override: Override | None,
) -> Step:
    """Return the date before weekends and holidays are looked at."""
    if override is not None:
        return Step("override", override.on, f"办公室改定，理由：{override.reason}", "本办公室设定")
    if isinstance(rule.rule, WorkdayOffset):
        return _offset_step(rule.rule, found[rule.rule.after], calendar, rule.source)
    on = rule.rule.in_year(report_year + 1)  # Art. 49 (2019), Art. 31 (2008): the year before's
    day = f"{on.month}月{on.day}日前"
    if isinstance(rule.rule, FixedDate):
        note = f"{rule.article}：每年{day}，为固定的日历日期"
        return Step("statutory", on, note, rule.source)
    return Step("nominal", on, f"办公室设定：{day}", rule.source)


def _offset_step(
    offset: WorkdayOffset, base: Deadline, calendar: WorkCalendar, source: str
) -> Step:
    on = calendar.add_workdays(base.target_on, offset.days)
    note = f"办公室设定：{base.name}（{chinese_date(base.target_on)}）后第{offset.days}个工作日"
    return Step("offset", on, note, source)


def _workday_step(nominal: date, target_on: date, kept: bool, calendar: WorkCalendar) -> Step:
    """Return the step that finds the working day, and says what it means for the deadline."""
    source = calendar.year(target_on.year).source
    if target_on == nominal:
        swapped = "（调休上班）" if nominal.weekday() >= SATURDAY else ""
        note = f"{weekday_name(nominal)}{swapped}，是工作日，不需提前"
        return Step("workday", target_on, note, source)
    off = f"{nominal.month}月{nominal.day}日是{weekday_name(nominal)}"
    reason = calendar.reason_off(nominal)
    off += "" if reason == "周末" else f"（{reason}）"
    if kept:
        note = f"{off}，时限本身不变；请在此前最后一个工作日完成"
        return Step("target", target_on, note, source)
    return Step("rolled_back", target_on, f"{off}，提前到此前最后一个工作日", source)


def _check_override(rule: MilestoneRule, override: Override, report_year: int) -> None:
    if rule.statutory:
        raise InvalidInput(
            f"“{rule.name}”是法定时限（{rule.article}），任何人不得改动；请删去对它的调整。"
        )
    if not override.reason.strip():
        raise InvalidInput(f"调整“{rule.name}”的日期必须写明理由。")
    if override.on.year < report_year:
        raise InvalidInput(
            f"“{rule.name}”调整为{chinese_date(override.on)}，早于报告年度 {report_year} 年，"
            "请核对年份。"
        )


def _check_order(deadlines: Sequence[Deadline]) -> None:
    """Refuse dates after the statutory one, then dates that run against the milestones' order."""
    own = [each for each in deadlines if not each.statutory]
    last = next(each for each in deadlines if each.statutory)
    for each in own:
        if each.due_on > last.due_on:
            raise InvalidInput(
                f"“{each.name}”（{chinese_date(each.due_on)}）晚于法定的{last.name}时限"
                f"{chinese_date(last.due_on)}，请改为不晚于该日的日期。"
            )
    for earlier, later in pairwise(own):
        if later.due_on < earlier.due_on:
            raise InvalidInput(
                f"“{later.name}”（{chinese_date(later.due_on)}）早于前一节点“{earlier.name}”"
                f"（{chinese_date(earlier.due_on)}），请一并调整两个节点。"
            )
