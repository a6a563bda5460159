"""What `duban due` and `duban workdays` print for people."""

from collections.abc import Iterator
from datetime import timedelta
from itertools import groupby
from typing import TYPE_CHECKING

from server.commands.columns import aligned
from server.domain.calendars import DayOff, WorkCalendar, WorkdayCount
from server.domain.dates import chinese_date
from server.domain.deadlines import Deadline
from server.domain.milestones import KIND_NAMES, Basis, UnitKind
from server.domain.regimes import Regime

if TYPE_CHECKING:
    from server.db.tables import CalendarNotice
    from server.services.holiday_notices import Preview

MOST_RUNS = 40
"""A longer list of days off is only counted."""
BASIS_WORDS = {
    Basis.STATUTE: "法定，不可调整",
    Basis.ANALOGY: "法定日期参照执行，不可调整",
    Basis.OFFICE: "办公室自定，可调整",
}


def due_lines(
    report_year: int,
    kind: UnitKind,
    regime: Regime,
    calendar: WorkCalendar,
    deadlines: tuple[Deadline, ...],
    entered: list[str],
) -> list[str]:
    """Return the table of the deadlines, then the steps and the source of each.

    `entered`: a line on each notice that the office entered.
    """
    heads = ("节点", "时限", "最后工作日", "性质")
    rows = [(d.name, _due(d), _target(d), BASIS_WORDS[d.basis]) for d in deadlines]
    return [
        f"{report_year} 年度报告（{report_year + 1} 年报送） · {KIND_NAMES[kind]}",
        f"适用条例：{regime.name}（{regime.instrument}）",
        f"工作日历：{calendar.version}",
        *entered,
        "",
        *aligned([heads, *rows]),
        "",
        "推算步骤",
        *(line for deadline in deadlines for line in _explained(deadline)),
    ]


def add_lines(counted: WorkdayCount, calendar: WorkCalendar) -> list[str]:
    """Return the answer of `duban workdays add` and the days that it passed over."""
    end = f"{chinese_date(counted.last)}{_unsure(counted.provisional)}"
    way = "起向前第" if counted.workdays < 0 else "起第"
    first = f"{chinese_date(counted.first)}{way} {abs(counted.workdays)} 个工作日：{end}"
    return [first, *_passed(counted), f"工作日历：{calendar.version}"]


def between_lines(counted: WorkdayCount, calendar: WorkCalendar) -> list[str]:
    """Return the answer of `duban workdays between` and the days off in the span."""
    span = f"{chinese_date(counted.first)}（不计）至{chinese_date(counted.last)}（计入）"
    number = f"{counted.workdays} 个工作日{_unsure(counted.provisional)}"
    return [f"{span}：{number}", *_passed(counted), f"工作日历：{calendar.version}"]


def _due(deadline: Deadline) -> str:
    own = deadline.provisional and not deadline.statutory
    return chinese_date(deadline.due_on) + _unsure(own)


def _target(deadline: Deadline) -> str:
    return chinese_date(deadline.target_on) + _unsure(deadline.provisional)


def _unsure(provisional: bool) -> str:
    return "（暂定）" if provisional else ""


def _explained(deadline: Deadline) -> Iterator[str]:
    yield f"  {deadline.name}"
    for number, step in enumerate(deadline.steps, start=1):
        yield f"    {number}. {chinese_date(step.on)}  {step.note}"
        if step.source != deadline.source:
            yield f"       依据：{step.source}"
    yield f"    出处：{deadline.source}"


def _passed(counted: WorkdayCount) -> list[str]:
    runs = [_run(days) for days in _consecutive(counted.skipped)]
    if len(runs) > MOST_RUNS:
        runs = [f"其间休息 {len(counted.skipped)} 天"]
    made_up = [f"{chinese_date(day)}  调休上班，计入" for day in counted.working_weekends]
    shown = made_up if len(made_up) <= MOST_RUNS else [f"其间调休上班 {len(made_up)} 天，计入"]
    return [f"  {line}" for line in (*runs, *shown)]


def _consecutive(days: tuple[DayOff, ...]) -> Iterator[list[DayOff]]:
    """Yield runs of neighbouring days, each from its earliest day on."""
    ordered = sorted(days, key=lambda off: off.on)
    numbered = groupby(enumerate(ordered), key=lambda pair: pair[1].on - timedelta(pair[0]))
    return ([off for _, off in run] for _, run in numbered)


def _run(days: list[DayOff]) -> str:
    names = {off.reason.removesuffix("（调休）") for off in days}
    reason = "、".join(sorted(names - {"周末"})) or "周末"
    first, last = days[0].on, days[-1].on
    span = chinese_date(first) if first == last else f"{chinese_date(first)}至{chinese_date(last)}"
    return f"{span}  {reason}，不计"


def notice_lines(kept: "CalendarNotice", preview: "Preview") -> list[str]:
    """Return what a notice would change: the days, then the dates of open matters."""
    effect = preview.effect
    days = [(chinese_date(each.on), each.was, f"→ {each.becomes}") for each in preview.days]
    moves = [
        (each.unit, each.title, chinese_date(each.before), f"→ {chinese_date(each.after)}")
        for each in preview.moves
    ]
    more = [f"另有 {preview.elsewhere} 件没有列出。"] if preview.elsewhere else []
    return [
        f"{kept.source}（{kept.year}年，第 {kept.version} 版）",
        *(f"请核对：{each}" for each in kept.doubts),
        *(f"不能重新推算，日期不变：{each}" for each in effect.undated),
        "",
        f"与现行安排不同的日子：{len(days)} 天",
        *(f"  {line}" for line in aligned(days)),
        "",
        f"改期的事项：{effect.moved} 件，{effect.units} 个单位，{effect.people} 人将收到邮件",
        *(f"  {line}" for line in aligned(moves)),
        *more,
        "",
    ]
