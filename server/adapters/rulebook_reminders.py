"""Reads reminders.toml into reminder policies and mailing slots."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from itertools import pairwise
from typing import cast

from server.adapters.rulebook import Entry, entry_of, shipped
from server.domain.reminders import (
    CatchUp,
    ReminderPolicy,
    Repeat,
    Role,
    Rung,
    Slot,
    Stage,
    When,
    expanded_stages,
)

FILE = "reminders.toml"


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
    return read_reminder_rules(shipped(FILE))


def read_reminder_rules(toml: str) -> ReminderRules:
    """Return the rules written in `toml`.

    Raises: RulebookError naming the entry that is wrong.
    """
    whole = entry_of(FILE, toml)
    whole.only("valid_from", "source", "slot", "rung", "policy")
    rungs = tuple(map(_rung, whole.entries("rung")))
    policies = [_policy(entry, rungs) for entry in whole.entries("policy")]
    return ReminderRules(
        policies={policy.key: policy for policy in policies},
        slots=_slots(whole.entries("slot")),
        valid_from=whole.day("valid_from"),
        source=whole.text("source"),
    )


def _rung(entry: Entry) -> Rung:
    entry.only("title", "roles")
    known = entry.several_of("roles", Role)
    return Rung(entry.text("title"), tuple(role for role in Role if role in known))


def _slots(entries: Sequence[Entry]) -> tuple[Slot, ...]:
    slots = tuple(map(_slot, entries))
    for entry, (earlier, later) in zip(entries[1:], pairwise(slots), strict=True):
        if earlier.ends > later.starts:
            raise entry.fault("发信时段须按先后排列且不得重叠")
    return slots


def _slot(entry: Entry) -> Slot:
    entry.only("name", "title", "starts", "ends")
    starts, ends = entry.values.get("starts"), entry.values.get("ends")
    if not (isinstance(starts, time) and isinstance(ends, time) and starts < ends):
        raise entry.fault("starts、ends 须为先后两个时刻（如 08:30:00）")
    return Slot(entry.text("name"), entry.text("title"), starts, ends)


def _policy(entry: Entry, rungs: tuple[Rung, ...]) -> ReminderPolicy:
    entry.only("key", "title", "source", "stages")
    stages = tuple(map(_stage, entry.entries("stages")))
    policy = ReminderPolicy(
        entry.text("key"), entry.text("title"), rungs, stages, entry.text("source")
    )
    _check(entry, policy)
    return policy


def _stage(entry: Entry) -> Stage:
    entry.only("when", "offset", "rung", "catch_up", "repeat")
    return Stage(
        when=cast("When", _word(entry, "when", ("before", "on", "after"))),
        offset=entry.number("offset"),
        rung=entry.number("rung"),
        catch_up=cast("CatchUp", _word(entry, "catch_up", ("newest", "always"), "newest")),
        repeat=_repeat(entry),
    )


def _repeat(entry: Entry) -> Repeat | None:
    if "repeat" not in entry.values:
        return None
    if not isinstance(entry.values["repeat"], dict):
        raise entry.fault("repeat 应为表，如 { every = 5, times = 25, top_rung = 4 }")
    repeat = Entry(f"{entry.place} 的 repeat", entry.values["repeat"])
    repeat.only("every", "times", "top_rung")
    return Repeat(repeat.number("every"), repeat.number("times"), repeat.number("top_rung"))


def _word(entry: Entry, key: str, known: Sequence[str], default: str | None = None) -> str:
    word = entry.values.get(key, default)
    if word not in known:
        raise entry.fault(f"{key} 只能是 {'、'.join(known)}")
    return cast("str", word)


def _check(entry: Entry, policy: ReminderPolicy) -> None:
    """Hold the stages to the order of time, on which planning relies."""
    stages = expanded_stages(policy)
    if not all(0 <= stage.rung < len(policy.rungs) for stage in stages):
        raise entry.fault("stages 的 rung 超出 [[rung]] 的层级")
    if not all((stage.offset == 0) if stage.when == "on" else stage.offset > 0 for stage in stages):
        raise entry.fault("stages 的 offset：on 为 0，before、after 大于 0")
    days = [stage.offset if stage.when == "after" else -stage.offset for stage in stages]
    if any(earlier >= later for earlier, later in pairwise(days)):
        raise entry.fault("stages 须按先后排列且不得重复")
