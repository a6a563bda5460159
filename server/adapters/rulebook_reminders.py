"""Reads rulebook/reminders.toml into reminder policies and mailing slots."""

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib.resources import files
from itertools import pairwise
from typing import Any

from server.domain.reminders import (
    ReminderPolicy,
    Repeat,
    Role,
    Rung,
    Slot,
    Stage,
    expanded_stages,
)
from server.errors import RulebookError

WORDS = {"before", "on", "after"}
CATCH_UPS = {"newest", "always"}


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """The policies by key, the slots in order of the day, and since when and whence they hold."""

    policies: dict[str, ReminderPolicy]
    slots: tuple[Slot, ...]
    valid_from: date
    source: str


@cache
def load_reminder_rules() -> ReminderRules:
    """Return the rules that come with the program.

    Raises: RulebookError naming the entry that is wrong.
    """
    path = files("server.rulebook") / "reminders.toml"
    return read_reminder_rules(path.read_text(encoding="utf-8"))


def read_reminder_rules(toml: str) -> ReminderRules:
    """Return the rules written in `toml`.

    Raises: RulebookError naming the entry that is wrong.
    """
    try:
        return _rules(tomllib.loads(toml))
    except (KeyError, TypeError, ValueError) as error:
        message = f"提醒规则 reminders.toml 读不出来：{error!r}。请对照文件开头的说明改正后重启。"
        raise RulebookError(message) from error


def _rules(data: dict[str, Any]) -> ReminderRules:
    rungs = tuple(_rung(entry) for entry in data["rung"])
    policies = tuple(_policy(entry, rungs) for entry in data["policy"])
    return ReminderRules(
        policies={policy.key: policy for policy in policies},
        slots=_slots(data["slot"]),
        valid_from=data["valid_from"],
        source=data["source"],
    )


def _rung(entry: dict[str, Any]) -> Rung:
    return Rung(entry["title"], tuple(Role(name) for name in entry["roles"]))


def _slots(entries: list[dict[str, Any]]) -> tuple[Slot, ...]:
    slots = tuple(Slot(**entry) for entry in entries)
    if any(slot.starts >= slot.ends for slot in slots) or any(
        earlier.ends > later.starts for earlier, later in pairwise(slots)
    ):
        raise RulebookError("提醒规则 reminders.toml 的发信时段 [[slot]] 须按先后排列且不得重叠。")
    return slots


def _policy(entry: dict[str, Any], rungs: tuple[Rung, ...]) -> ReminderPolicy:
    stages = tuple(_stage(stage) for stage in entry["stages"])
    policy = ReminderPolicy(entry["key"], entry["title"], rungs, stages, entry["source"])
    _check(policy)
    return policy


def _stage(entry: dict[str, Any]) -> Stage:
    repeat = entry.get("repeat")
    return Stage(**entry | {"repeat": Repeat(**repeat) if repeat else None})


def _check(policy: ReminderPolicy) -> None:
    """Hold the stages to the order of time, on which planning relies, and to known words."""
    stages = expanded_stages(policy)
    _require(policy, bool(stages), "至少要有一个阶段")
    _require(policy, {stage.when for stage in stages} <= WORDS, "when 只能是 before、on、after")
    _require(
        policy, {stage.catch_up for stage in stages} <= CATCH_UPS, "catch_up 只能是 newest、always"
    )
    _require(
        policy, all(0 <= stage.rung < len(policy.rungs) for stage in stages), "rung 超出层级表"
    )
    _require(policy, all(_offset_fits(stage) for stage in stages), "offset 与 when 不符")
    days = [stage.offset if stage.when == "after" else -stage.offset for stage in stages]
    _require(policy, all(a < b for a, b in pairwise(days)), "各阶段须按先后排列且不得重复")


def _offset_fits(stage: Stage) -> bool:
    return stage.offset == 0 if stage.when == "on" else stage.offset > 0


def _require(policy: ReminderPolicy, condition: bool, complaint: str) -> None:
    if not condition:
        raise RulebookError(f"提醒规则 reminders.toml 的“{policy.title}”有误：{complaint}。")
