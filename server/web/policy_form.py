"""Reads the form of a reminder policy, or of an office's hours, field by field."""

from dataclasses import replace
from datetime import time
from itertools import pairwise
from typing import cast

from starlette.datastructures import FormData

from server.db.queries.office_rules import Place
from server.domain.hours import OfficeHours, Slot
from server.domain.milestones import Milestone, UnitKind
from server.domain.policies import Reach, faults, in_order, reach_faults
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
)
from server.errors import InvalidInput
from server.services.rules import Delivery
from server.web.acts import word

RUNGS = 5
MOST_ROWS = 40
LARGEST = 100_000
SLOT_NAMES = (("morning", "上午"), ("afternoon", "下午"))


def place_of(office: int, values: dict[str, str]) -> Place:
    """Return the place that a form or an address names; unknown words are refused."""
    subject, kind = values.get("subject", ""), values.get("unit_kind", "")
    milestone = values.get("milestone", "")
    known = subject in ("milestone", "commitment")
    if not known or kind not in ("", *UnitKind) or milestone not in ("", *Milestone):
        raise InvalidInput("规则的适用范围无法识别，请从提醒规则页面进入。")
    return Place(office, subject, kind, milestone)


def typed_policy(form: FormData, reach: Reach) -> tuple[ReminderPolicy, dict[str, str]]:
    """Return the policy that was typed, and what is wrong with it by place of the form."""
    problems: dict[str, str] = {}
    rows = [row for row in range(MOST_ROWS) if word(form, f"when-{row}")]
    policy = ReminderPolicy(
        key="typed",
        title="",
        rungs=tuple(_rung(form, number) for number in range(RUNGS) if _has_rung(form, number)),
        stages=tuple(_stage(form, row, f"stage-{n}", problems) for n, row in enumerate(rows)),
        source="",
        release_from=_release(form),
    )
    for fault in (*faults(policy), *reach_faults(reach)):
        problems.setdefault(fault.place, fault.complaint)
    ordered = policy.stages if problems else in_order(policy.stages)
    return replace(policy, stages=ordered), problems


def _stage(form: FormData, row: int, place: str, problems: dict[str, str]) -> Stage:
    def number(name: str, default: int = 0) -> int:
        return _number(form, f"{name}-{row}", place, default, problems)

    when = word(form, f"when-{row}")
    every = word(form, f"every-{row}").strip()
    return Stage(
        when=cast("When", _choice(when, ("before", "on", "after"))),
        offset=0 if when == "on" else number("offset"),
        rung=number("rung", 1) - 1,
        catch_up=cast("CatchUp", _choice(word(form, f"catch_up-{row}"), ("newest", "always"))),
        repeat=Repeat(number("every"), number("times", 1), number("top", 1) - 1) if every else None,
        days=cast("Days", _choice(word(form, f"days-{row}"), ("working", "calendar"))),
    )


def _choice(value: str, known: tuple[str, ...]) -> str:
    return value if value in known else known[0]


def _number(form: FormData, name: str, place: str, default: int, problems: dict[str, str]) -> int:
    value = word(form, name).strip()
    if not value:
        return default
    if not (value.isascii() and value.isdecimal() and int(value) < LARGEST):
        problems[place] = f"“{value[:10]}”不是天数或次数，请填阿拉伯数字"
        return default
    return int(value)


def _has_rung(form: FormData, number: int) -> bool:
    return bool(word(form, f"title-{number}").strip() or form.getlist(f"roles-{number}"))


def _rung(form: FormData, number: int) -> Rung:
    chosen = {value for value in form.getlist(f"roles-{number}") if isinstance(value, str)}
    slip = _choice(word(form, f"slip-{number}"), ("", "blue", "yellow", "red"))
    return Rung(
        word(form, f"title-{number}").strip(),
        tuple(each for each in Addressee if each.value in chosen),
        cast("Colour", slip),
    )


def _release(form: FormData) -> int | None:
    value = word(form, "release_from")
    return int(value) - 1 if value.isascii() and value.isdecimal() and len(value) == 1 else None


def typed_delivery(form: FormData, default: Delivery) -> Delivery:
    """Return the hours and the limit that were typed.

    Raises: InvalidInput with the fields' problems.
    """
    problems: dict[str, str] = {}
    most = _number(form, "most_new", "most_new", default.most_new, problems)
    slots = [
        slot
        for name, title in SLOT_NAMES
        if (slot := _slot(form, name, title, problems)) is not None
    ]
    if not slots and not problems:
        problems["morning"] = "至少要有一个发信时段，否则邮件永远发不出去"
    if any(earlier.ends > later.starts for earlier, later in pairwise(slots)):
        problems["afternoon"] = "下午须在上午之后，不得重叠"
    if problems:
        raise InvalidInput("有几处需要更正，规则没有保存。", problems)
    workdays_only = word(form, "workdays_only") == "1"
    return Delivery(OfficeHours(tuple(slots), workdays_only), most)


def _slot(form: FormData, name: str, title: str, problems: dict[str, str]) -> Slot | None:
    starts, ends = word(form, f"{name}-starts").strip(), word(form, f"{name}-ends").strip()
    if not starts and not ends:
        return None
    try:
        slot = Slot(name, title, time.fromisoformat(starts), time.fromisoformat(ends))
    except ValueError:
        problems[name] = "请填写起止时刻，如 08:30 和 12:00"
        return None
    if slot.starts >= slot.ends:
        problems[name] = "开始须早于结束"
    return slot
