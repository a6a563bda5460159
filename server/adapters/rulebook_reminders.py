"""Reads reminders.toml into reminder policies and office hours."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from functools import cache
from itertools import pairwise
from typing import cast

from server.adapters.rulebook import Entry, entry_of, shipped
from server.domain.hours import OfficeHours, Slot
from server.domain.policies import faults
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

FILE = "reminders.toml"


@dataclass(frozen=True, slots=True)
class ReminderRules:
    """The policies by key, the office's hours, and since when and whence they hold."""

    policies: dict[str, ReminderPolicy]
    hours: OfficeHours
    most_new: int
    """More mails of a first plan than this wait for a person's release."""
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
    whole.only("valid_from", "source", "workdays_only", "most_new", "slot", "rung", "policy")
    rungs = tuple(map(_rung, whole.entries("rung")))
    policies = [_policy(entry, rungs) for entry in whole.entries("policy")]
    return ReminderRules(
        policies={policy.key: policy for policy in policies},
        hours=OfficeHours(_slots(whole.entries("slot")), whole.flag("workdays_only")),
        most_new=whole.number("most_new"),
        valid_from=whole.day("valid_from"),
        source=whole.text("source"),
    )


def _rung(entry: Entry) -> Rung:
    entry.only("title", "roles", "slip")
    known = entry.several_of("roles", Addressee)
    slip = _word(entry, "slip", ("", "blue", "yellow", "red"), "")
    return Rung(
        entry.text("title"),
        tuple(each for each in Addressee if each in known),
        cast("Colour", slip),
    )


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
    entry.only("key", "title", "source", "release_from", "stages")
    policy = ReminderPolicy(
        entry.text("key"),
        entry.text("title"),
        rungs,
        tuple(map(_stage, entry.entries("stages"))),
        entry.text("source"),
        entry.optional_number("release_from"),
    )
    _check(entry, policy)
    return policy


def _stage(entry: Entry) -> Stage:
    entry.only("when", "offset", "days", "rung", "catch_up", "repeat")
    return Stage(
        when=cast("When", _word(entry, "when", ("before", "on", "after"))),
        offset=entry.number("offset"),
        rung=entry.number("rung"),
        catch_up=cast("CatchUp", _word(entry, "catch_up", ("newest", "always"), "newest")),
        repeat=_repeat(entry),
        days=cast("Days", _word(entry, "days", ("working", "calendar"), "working")),
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
    """Refuse what the domain finds wrong, and stages out of the order of time."""
    for fault in faults(policy):
        raise entry.fault(f"{fault.place}：{fault.complaint}")
    stages = [stage for stage in expanded_stages(policy) if stage.days == "working"]
    days = [stage.offset if stage.when == "after" else -stage.offset for stage in stages]
    if any(earlier >= later for earlier, later in pairwise(days)):
        raise entry.fault("stages 须按先后排列且不得重复")
