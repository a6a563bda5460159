"""The monthly circular (通报): each unit's figures of a month, and the words drafted from them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from server.domain.calendars import WorkCalendar
from server.errors import InvalidInput

FIGURES = {
    "in_time": "按时报送",
    "late": "迟报",
    "overdue": "逾期未报",
    "kept": "整改按期完成",
    "kept_late": "整改逾期完成",
    "broken": "整改逾期未完成",
    "told": "已提醒",
    "signed": "已签收",
}
"""The figures of a unit, each a list of the matters that it counts."""


@dataclass(frozen=True, slots=True)
class Due:
    """One matter that came due in the month, as the ledger has it."""

    id: int
    unit_id: int
    unit: str
    kind: str
    due_on: date
    done_on: date | None
    told: bool
    signed: bool


@dataclass(frozen=True, slots=True)
class UnitFacts:
    """One unit's figures: the matters counted, and of late ones the working days beside each."""

    unit_id: int
    unit: str
    matters: dict[str, list[int]] = field(default_factory=dict)
    days: dict[str, int] = field(default_factory=dict)
    """Matter id as text -> working days late."""
    slips: list[int] = field(default_factory=list)

    def count(self, figure: str) -> int:
        """Return one figure."""
        return len(self.matters.get(figure, ()))

    @property
    def owed(self) -> int:
        """Return how many milestones came due."""
        return self.count("in_time") + self.count("late") + self.count("overdue")

    @property
    def promised(self) -> int:
        """Return how many commitments came due."""
        return self.count("kept") + self.count("kept_late") + self.count("broken")

    @property
    def longest(self) -> int:
        """Return the most working days by which a milestone was or is late."""
        late = [*self.matters.get("late", ()), *self.matters.get("overdue", ())]
        return max((self.days.get(str(each), 0) for each in late), default=0)

    @property
    def signed_share(self) -> str:
        """Return the share of told matters that were signed for: 80%; a stroke where none was."""
        told = self.count("told")
        return f"{round(100 * self.count('signed') / told)}%" if told else "—"


def month_of(text: str) -> date:
    """Return the first day of a month written 2026-11.

    Raises: InvalidInput, when it is no month.
    """
    try:
        return date.fromisoformat(f"{text}-01")
    except ValueError as error:
        raise InvalidInput(f"月份“{text[:10]}”认不出，请写成 2026-11。") from error


def last_day(month: date) -> date:
    """Return the last day of a month given by its first."""
    following = (month + timedelta(days=31)).replace(day=1)
    return following - timedelta(days=1)


def facts_of(
    matters: Iterable[Due],
    slips: Iterable[tuple[int, str, int]],
    calendar: WorkCalendar,
    drawn_on: date,
) -> list[UnitFacts]:
    """Return the units' figures as seen on a day, in the order in which units come.

    `slips` are (unit id, unit, slip id). What is not due before that day is in no figure of filing.
    """
    found: dict[int, UnitFacts] = {}
    for each in matters:
        facts = found.setdefault(each.unit_id, UnitFacts(each.unit_id, each.unit))
        _count(facts, each, calendar, drawn_on)
    for unit_id, unit, slip in slips:
        found.setdefault(unit_id, UnitFacts(unit_id, unit)).slips.append(slip)
    return list(found.values())


def _count(facts: UnitFacts, due: Due, calendar: WorkCalendar, drawn_on: date) -> None:
    milestone = due.kind == "milestone"
    figure = ""
    if due.done_on is not None and due.done_on <= due.due_on:
        figure = "in_time" if milestone else "kept"
    elif due.done_on is not None:
        figure = "late" if milestone else "kept_late"
        facts.days[str(due.id)] = calendar.workdays_between(due.due_on, due.done_on)
    elif due.due_on < drawn_on:
        figure = "overdue" if milestone else "broken"
        facts.days[str(due.id)] = calendar.workdays_between(due.due_on, drawn_on)
    told = [("told", due.told), ("signed", due.told and due.signed), (figure, bool(figure))]
    for name, counts in told:
        if counts:
            facts.matters.setdefault(name, []).append(due.id)


@dataclass(frozen=True, slots=True)
class Words:
    """What the office says: written from the facts at first, then edited."""

    title: str
    opening: str
    findings: str
    demands: str


def drafted(month: date, area: str, facts: Sequence[UnitFacts]) -> Words:
    """Return the words of a first draft: every number in them is a figure of the table."""
    name = f"{month.year}年{month.month}月"
    return Words(
        title=f"关于{name}政府信息公开督办事项办理情况的通报",
        opening=(
            f"现将{name}{area}各单位政府信息公开年度报告报送、整改事项落实和督办签收情况通报如下。"
        ),
        findings="\n".join(_findings(facts)) or "本月没有到期的督办事项。",
        demands=(
            "逾期未报送、未完成的单位要明确责任人，在收到本通报后尽快办结并反馈。\n"
            "各单位要及时签收提醒和督办单，确有困难的在时限以前申请延期并说明理由。"
        ),
    )


def _findings(facts: Sequence[UnitFacts]) -> Iterable[str]:
    owed, promised = sum(each.owed for each in facts), sum(each.promised for each in facts)
    if owed:
        numbers = _numbers(facts, ("in_time", "late", "overdue"))
        yield f"报送情况：本月到期的报送节点共{owed}项，{numbers}。"
    if promised:
        numbers = _numbers(facts, ("kept", "kept_late", "broken"))
        yield f"整改情况：本月到期的整改事项共{promised}项，{numbers}。"
    behind = [each for each in facts if each.count("overdue") or each.count("broken")]
    if behind:
        yield f"逾期尚未办结的单位：{'、'.join(_behind(each) for each in behind)}。"
    praised = [each.unit for each in facts if each.owed and each.owed == each.count("in_time")]
    if praised:
        yield f"全部按时报送的单位：{'、'.join(praised)}。"
    slips = sum(len(each.slips) for each in facts)
    if slips:
        yield f"督办情况：本月签发督办单{slips}张。"
    told, signed = (sum(each.count(name) for each in facts) for name in ("told", "signed"))
    if told:
        yield f"签收情况：已提醒{told}项，签收{signed}项，签收率{round(100 * signed / told)}%。"


def _numbers(facts: Sequence[UnitFacts], figures: Sequence[str]) -> str:
    counted = ((name, sum(each.count(name) for each in facts)) for name in figures)
    return "，".join(f"{FIGURES[name]}{count}项" for name, count in counted)


def _behind(facts: UnitFacts) -> str:
    late = facts.count("overdue") + facts.count("broken")
    most = max(facts.days.get(str(each), 0) for name in ("overdue", "broken")
               for each in facts.matters.get(name, ()))  # fmt: skip
    return f"{facts.unit}（{late}项，最长{most}个工作日）"


def facts_json(facts: Iterable[UnitFacts]) -> list[dict[str, Any]]:
    """Return the figures as they are frozen; `facts_from` reads them back."""
    return [
        {
            "unit_id": each.unit_id,
            "unit": each.unit,
            "matters": each.matters,
            "days": each.days,
            "slips": each.slips,
        }
        for each in facts
    ]


def facts_from(body: Iterable[dict[str, Any]]) -> list[UnitFacts]:
    """Return frozen figures."""
    return [UnitFacts(**each) for each in body]
