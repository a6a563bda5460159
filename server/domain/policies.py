"""An office's own reminder policies: what they hold for, how they are checked, how they are kept.

The rulebook's policies are the default. An office may lay its own over them, for all its matters
of one kind or only for one kind of unit, one milestone, or both; the closest fit is in force.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal, cast

from server.domain.milestones import KIND_NAMES, Milestone, UnitKind
from server.domain.reminders import (
    Addressee,
    CatchUp,
    Colour,
    Days,
    ReminderPolicy,
    Repeat,
    Rung,
    Stage,
    When,
    expanded_stages,
)

MatterKind = Literal["milestone", "commitment"]

LONGEST_OFFSET = 366
MOST_TIMES = 60
MOST_STAGES = 120
LONGEST_TITLE = 30


@dataclass(frozen=True, slots=True)
class Reach:
    """What a policy of an office holds for; an empty word means all."""

    matter_kind: MatterKind
    unit_kind: UnitKind | Literal[""] = ""
    milestone: Milestone | Literal[""] = ""

    def covers(self, unit_kind: str, milestone: str) -> bool:
        """Return whether matters of this unit kind and milestone lie within."""
        return self.unit_kind in ("", unit_kind) and self.milestone in ("", milestone)

    @property
    def wider(self) -> "tuple[Reach, ...]":
        """Return this and every reach that holds for all of it, the closest first."""
        kind = self.matter_kind
        every = (self, Reach(kind, "", self.milestone), Reach(kind, self.unit_kind), Reach(kind))
        return tuple(dict.fromkeys(every))

    @property
    def closeness(self) -> int:
        """Return how exactly this fits; a milestone weighs more than a unit kind."""
        return 2 * bool(self.milestone) + bool(self.unit_kind)

    def key(self, office: int) -> str:
        """Return the name under which matters of this office refer to the policy."""
        parts = (str(office), self.matter_kind, self.unit_kind or "*", self.milestone or "*")
        return ":".join(parts)


@dataclass(frozen=True, slots=True)
class Assignment:
    """Which policy the matters of one office, unit kind and milestone follow."""

    matter_kind: MatterKind
    unit_kind: str
    milestone: str
    policy: str


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong with a policy; `place` is `stage-2`, `rung-0`, `release` or `stages`."""

    place: str
    complaint: str


def default_key(key: str) -> str:
    """Return the key of the rulebook's policy under one of an office: 7:milestone:*:* -> milestone.

    A rulebook's own key is its own default.
    """
    return key.split(":")[1] if ":" in key else key


def assignments(office: int, reaches: Iterable[Reach]) -> Iterator[Assignment]:
    """Yield for every kind of matter of an office which policy it follows, given its own ones."""
    held = sorted(reaches, key=lambda reach: -reach.closeness)
    for matter_kind, unit_kind, milestone in _every_matter():
        fits = (
            reach.key(office)
            for reach in held
            if reach.matter_kind == matter_kind and reach.covers(unit_kind, milestone)
        )
        yield Assignment(matter_kind, unit_kind, milestone, next(fits, matter_kind))


def _every_matter() -> Iterator[tuple[MatterKind, str, str]]:
    for kind in UnitKind:
        yield "commitment", kind, ""
        for milestone in Milestone:
            yield "milestone", kind, milestone


def reach_faults(reach: Reach) -> Iterator[Fault]:
    """Yield what is wrong with a reach: commitments have no milestones."""
    if reach.matter_kind == "commitment" and reach.milestone:
        yield Fault("reach", "整改事项没有节点，请把“节点”选为“全部”")


def faults(policy: ReminderPolicy) -> Iterator[Fault]:
    """Yield everything that is wrong with a policy, place by place."""
    if not policy.stages:
        yield Fault("stages", "至少要有一个提醒阶段")
    for number, rung in enumerate(policy.rungs):
        yield from _rung_faults(policy, number, rung)
    if policy.release_from is not None and not 0 < policy.release_from < len(policy.rungs):
        yield Fault("release", f"签发起始层级须在 2 至 {len(policy.rungs)} 之间")
    for number, stage in enumerate(policy.stages):
        yield from _stage_faults(policy, number, stage)
    yield from _duplicates(policy)
    if len(expanded_stages(policy)) > MOST_STAGES:
        yield Fault("stages", f"连同重复，最多 {MOST_STAGES} 次提醒")


def _rung_faults(policy: ReminderPolicy, number: int, rung: Rung) -> Iterator[Fault]:
    place = f"rung-{number}"
    if not rung.title or len(rung.title) > LONGEST_TITLE:
        yield Fault(place, f"层级名称请填 1 至 {LONGEST_TITLE} 字")
    if not rung.roles:
        yield Fault(place, "这一级没有选择任何对象")
    earlier = policy.audience(number - 1) if number else ()
    if repeated := [role for role in rung.roles if role in earlier]:
        yield Fault(place, f"有 {len(repeated)} 类对象在前面的层级已经选过，高一级自动包含低一级")
    if policy.needs_release(number) and not rung.slip:
        yield Fault(place, "这一级须由人签发，请选择督办单的颜色")


def _stage_faults(policy: ReminderPolicy, number: int, stage: Stage) -> Iterator[Fault]:
    place, levels = f"stage-{number}", range(len(policy.rungs))
    if stage.when == "on" and stage.offset != 0:
        yield Fault(place, "“到期当天”的天数应为 0")
    if stage.when != "on" and not 0 < stage.offset <= LONGEST_OFFSET:
        yield Fault(place, f"天数须在 1 至 {LONGEST_OFFSET} 之间")
    if stage.rung not in levels:
        yield Fault(place, f"层级须在 1 至 {len(policy.rungs)} 之间")
    if stage.repeat:
        yield from _repeat_faults(place, stage, stage.repeat, levels)


def _repeat_faults(place: str, stage: Stage, repeat: Repeat, levels: range) -> Iterator[Fault]:
    if stage.when != "after":
        yield Fault(place, "只有“逾期后”的阶段可以重复")
    if not (0 < repeat.every <= LONGEST_OFFSET and 0 < repeat.times <= MOST_TIMES):
        yield Fault(
            place, f"重复：间隔须为 1 至 {LONGEST_OFFSET} 天，次数须为 1 至 {MOST_TIMES} 次"
        )
    if repeat.top_rung not in levels or repeat.top_rung < stage.rung:
        yield Fault(place, f"重复的最高层级须在本阶段层级与 {len(levels)} 之间")


def _duplicates(policy: ReminderPolicy) -> Iterator[Fault]:
    seen: set[str] = set()
    for number, stage in enumerate(policy.stages):
        keys = {each.key for each in expanded_stages(_only(policy, stage))}
        if keys & seen:
            yield Fault(f"stage-{number}", f"与前面的阶段重复：{stage.title}")
        seen |= keys


def _only(policy: ReminderPolicy, stage: Stage) -> ReminderPolicy:
    return ReminderPolicy(policy.key, policy.title, policy.rungs, (stage,), policy.source)


def in_order(stages: Iterable[Stage]) -> tuple[Stage, ...]:
    """Return stages as a person reads them: long before, then the day, then ever later."""
    signs = {"before": -1, "on": 0, "after": 1}
    return tuple(sorted(stages, key=lambda each: (signs[each.when] * each.offset, each.days)))


def policy_json(policy: ReminderPolicy) -> dict[str, Any]:
    """Return a policy as it is kept; `policy_from` reads it back unchanged."""
    return {
        "rungs": [
            {"title": rung.title, "roles": list(rung.roles), "slip": rung.slip}
            for rung in policy.rungs
        ],
        "stages": [_stage_json(stage) for stage in policy.stages],
        "release_from": policy.release_from,
    }


def _stage_json(stage: Stage) -> dict[str, Any]:
    repeat = stage.repeat
    return {
        "when": stage.when,
        "offset": stage.offset,
        "days": stage.days,
        "rung": stage.rung,
        "catch_up": stage.catch_up,
        "repeat": [repeat.every, repeat.times, repeat.top_rung] if repeat else None,
    }


def policy_from(key: str, title: str, source: str, body: Mapping[str, Any]) -> ReminderPolicy:
    """Return the policy that `policy_json` kept."""
    rungs = tuple(
        Rung(each["title"], tuple(map(Addressee, each["roles"])), cast("Colour", each["slip"]))
        for each in body["rungs"]
    )
    stages = tuple(map(_stage_from, body["stages"]))
    return ReminderPolicy(key, title, rungs, stages, source, body["release_from"])


def _stage_from(kept: Mapping[str, Any]) -> Stage:
    return Stage(
        when=cast("When", kept["when"]),
        offset=kept["offset"],
        rung=kept["rung"],
        catch_up=cast("CatchUp", kept["catch_up"]),
        repeat=Repeat(*kept["repeat"]) if kept["repeat"] else None,
        days=cast("Days", kept["days"]),
    )


def reach_title(reach: Reach, milestone_names: Mapping[str, str]) -> str:
    """Return what a policy holds for in Chinese: 年度报告节点（乡镇，公布）."""
    subject = "年度报告节点" if reach.matter_kind == "milestone" else "整改事项"
    parts = []
    if reach.unit_kind:
        parts.append(KIND_NAMES[UnitKind(reach.unit_kind)])
    if reach.milestone:
        parts.append(milestone_names[reach.milestone])
    return f"{subject}（{'，'.join(parts)}）" if parts else subject
