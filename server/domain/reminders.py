"""From a policy and a due date: which reminder is owed on which day, to whom, and why.

All offsets are working days. A due date that falls on a day off is reckoned from the last working
day before it, so that "one working day before" and "on the day" reach people at their desks and
agree with the working days left that the lights show.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Literal

from server.domain.calendars import WorkCalendar

When = Literal["before", "on", "after"]
CatchUp = Literal["newest", "always"]
State = Literal["pending", "superseded"]

RETRY_MINUTES = (2, 5, 15, 30, 60, 120)
"""Waits after the first, second … temporary failure; the short ones serve greylisting."""


class Role(StrEnum):
    """What a contact is for; the first two belong to the unit, the others to its office."""

    INFORMATION_OFFICER = "information_officer"
    UNIT_LEAD = "unit_lead"
    OFFICE_STAFF = "office_staff"
    OFFICE_HEAD = "office_head"
    DEPUTY_LEADER = "deputy_leader"
    GROUP_LEADER = "group_leader"

    @property
    def at_office(self) -> bool:
        """Return whether this person sits in the supervising office or its leadership group."""
        return self not in (Role.INFORMATION_OFFICER, Role.UNIT_LEAD)


@dataclass(frozen=True, slots=True)
class Repeat:
    """`times` more stages, one each `every` working days, each a rung higher up to `top_rung`."""

    every: int
    times: int
    top_rung: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One moment of a policy; `offset` counts working days and is 0 on the day itself."""

    when: When
    offset: int
    rung: int
    catch_up: CatchUp = "newest"
    repeat: Repeat | None = None

    @property
    def key(self) -> str:
        """Return the stable name that stands in a reminder's unique key: before-7, on, after-13."""
        return "on" if self.when == "on" else f"{self.when}-{self.offset}"

    @property
    def title(self) -> str:
        """Return the Chinese reason that a mail and the forecast give for this stage."""
        titles = {"before": f"到期前{self.offset}个工作日提醒", "on": "到期提醒"}
        return titles.get(self.when, f"逾期{self.offset}个工作日催办")


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of escalation and the roles that it adds; the lower levels stay included."""

    title: str
    roles: tuple[Role, ...]


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """When and whom to remind about one kind of matter; `rungs` run from level 0 upward."""

    key: str
    title: str
    rungs: tuple[Rung, ...]
    stages: tuple[Stage, ...]
    source: str

    def audience(self, rung: int) -> tuple[Role, ...]:
        """Return the roles told at this rung, lowest first, those of every lower rung included."""
        return tuple(role for level in self.rungs[: rung + 1] for role in level.roles)


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage with its day. `superseded` keeps a skipped stage visible instead of hiding it."""

    key: str
    title: str
    scheduled_on: date
    rung: int
    audience: tuple[Role, ...]
    state: State
    catch_up: CatchUp


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the day in which mails may go out, from `starts` up to but not at `ends`."""

    name: str
    title: str
    starts: time
    ends: time


def expanded_stages(policy: ReminderPolicy) -> tuple[Stage, ...]:
    """Return the policy's stages in order of time, each repetition written out."""
    return tuple(each for stage in policy.stages for each in _repetitions(stage))


def stages_due(
    policy: ReminderPolicy, due_on: date, today: date, calendar: WorkCalendar
) -> tuple[PlannedStage, ...]:
    """Return every stage whose day has come, oldest first.

    The newest is pending; the older ones are superseded, save those with catch_up "always".
    """
    come = tuple(
        takewhile(lambda planned: planned.scheduled_on <= today, _planned(policy, due_on, calendar))
    )
    return tuple(_supersede(planned) for planned in come[:-1]) + come[-1:]


def stages_between(
    policy: ReminderPolicy, due_on: date, first: date, last: date, calendar: WorkCalendar
) -> tuple[PlannedStage, ...]:
    """Return the stages of the days `first` to `last`, both included, all pending: a forecast."""
    upto = takewhile(lambda each: each.scheduled_on <= last, _planned(policy, due_on, calendar))
    return tuple(planned for planned in upto if planned.scheduled_on >= first)


def next_stage(
    policy: ReminderPolicy, due_on: date, today: date, calendar: WorkCalendar
) -> PlannedStage | None:
    """Return the first stage after today, or None when the policy is exhausted."""
    plan = _planned(policy, due_on, calendar)
    return next((planned for planned in plan if planned.scheduled_on > today), None)


def next_stage_on(
    policy: ReminderPolicy, due_on: date, today: date, calendar: WorkCalendar
) -> date | None:
    """Return the day of the first stage after today, or None when the policy is exhausted."""
    planned = next_stage(policy, due_on, today, calendar)
    return planned.scheduled_on if planned else None


def next_attempt_at(
    failures: int, now: datetime, jitter: float, *, not_after: datetime
) -> datetime | None:
    """Return when to try a mail again after its `failures`-th temporary failure (1, 2, …).

    `jitter` is a factor from 0.8 to 1.2, drawn by the caller. None means: given up, tell a person.
    """
    minutes = RETRY_MINUTES[min(failures, len(RETRY_MINUTES)) - 1]
    at = now + timedelta(minutes=minutes) * jitter
    return at if at <= not_after else None


def slot_of(local_now: datetime, slots: tuple[Slot, ...]) -> str | None:
    """Return the name of the slot that is open at this local time, or None between slots."""
    clock = local_now.time()
    return next((slot.name for slot in slots if slot.starts <= clock < slot.ends), None)


def scheduled_on(stage: Stage, due_on: date, calendar: WorkCalendar) -> date:
    """Return the working day of a stage: at or before the due date, or after it when overdue."""
    if stage.when == "after":
        return calendar.add_workdays(due_on, stage.offset)
    last_workday = calendar.last_workday_on_or_before(due_on)
    return calendar.add_workdays(last_workday, -stage.offset)


def _planned(
    policy: ReminderPolicy, due_on: date, calendar: WorkCalendar
) -> Iterator[PlannedStage]:
    for stage in expanded_stages(policy):
        yield PlannedStage(
            key=stage.key,
            title=stage.title,
            scheduled_on=scheduled_on(stage, due_on, calendar),
            rung=stage.rung,
            audience=policy.audience(stage.rung),
            state="pending",
            catch_up=stage.catch_up,
        )


def _supersede(planned: PlannedStage) -> PlannedStage:
    return planned if planned.catch_up == "always" else replace(planned, state="superseded")


def _repetitions(stage: Stage) -> Iterator[Stage]:
    yield replace(stage, repeat=None)
    if stage.repeat:
        for n in range(1, stage.repeat.times + 1):
            yield replace(
                stage,
                offset=stage.offset + n * stage.repeat.every,
                rung=min(stage.rung + n, stage.repeat.top_rung),
                repeat=None,
            )
