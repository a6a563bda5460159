"""From a policy and a due date: which reminder is owed on which day, to whom, and why.

An offset counts working days, or calendar days where the policy says so. With working days a due
date that falls on a day off is reckoned from the last working day before it, so that "one working
day before" and "on the day" reach people at their desks and agree with the working days left that
the lights show. Calendar days are counted plainly from the due date; what falls on a day off is
delivered when the office opens again (server.domain.hours).
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from enum import StrEnum
from itertools import takewhile
from typing import Literal

from server.domain.calendars import WorkCalendar

When = Literal["before", "on", "after"]
CatchUp = Literal["newest", "always"]
Days = Literal["working", "calendar"]
State = Literal["pending", "superseded"]
Colour = Literal["", "blue", "yellow", "red"]
"""Of a supervision slip (三色督办单); empty where a rung has none."""

RETRY_MINUTES = (2, 5, 15, 30, 60, 120)
"""Waits after the first, second … temporary failure; the short ones serve greylisting."""


MOVED = "moved"
"""The stage that tells of a date moved by a holiday notice; no policy has one of that name."""


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


class Addressee(StrEnum):
    """Whom a rung can name: a role, or a unit's substitutes (AB角) apart from its officers."""

    INFORMATION_OFFICER = "information_officer"
    SUBSTITUTE = "substitute"
    UNIT_LEAD = "unit_lead"
    OFFICE_STAFF = "office_staff"
    OFFICE_HEAD = "office_head"
    DEPUTY_LEADER = "deputy_leader"
    GROUP_LEADER = "group_leader"

    @property
    def at_office(self) -> bool:
        """Return whether these people sit in the supervising office or its leadership group."""
        return self is not Addressee.SUBSTITUTE and Role(self.value).at_office

    @property
    def releases(self) -> bool:
        """Return whether these people release escalations themselves, so are never held back."""
        return self in (Addressee.OFFICE_STAFF, Addressee.OFFICE_HEAD)


@dataclass(frozen=True, slots=True)
class Repeat:
    """`times` more stages, one each `every` days, each a rung higher up to `top_rung`."""

    every: int
    times: int
    top_rung: int


@dataclass(frozen=True, slots=True)
class Stage:
    """One moment of a policy; `offset` counts `days` and is 0 on the day itself."""

    when: When
    offset: int
    rung: int
    catch_up: CatchUp = "newest"
    repeat: Repeat | None = None
    days: Days = "working"

    @property
    def key(self) -> str:
        """Return the stable name in a reminder's unique key: before-7, on, after-13, before-7d."""
        plain = "d" if self.days == "calendar" else ""
        return f"on{plain}" if self.when == "on" else f"{self.when}-{self.offset}{plain}"

    @property
    def title(self) -> str:
        """Return the Chinese reason that a mail and the forecast give for this stage."""
        return stage_title(self.key)


@dataclass(frozen=True, slots=True)
class Rung:
    """One level of escalation and whom it adds; the lower levels stay included."""

    title: str
    roles: tuple[Addressee, ...]
    slip: Colour = ""


@dataclass(frozen=True, slots=True)
class ReminderPolicy:
    """When and whom to remind about one kind of matter; `rungs` run from level 0 upward.

    From the rung `release_from` on, whom a rung adds hears only after a person released the slip
    that the machine prepared; None releases everything by itself.
    """

    key: str
    title: str
    rungs: tuple[Rung, ...]
    stages: tuple[Stage, ...]
    source: str
    release_from: int | None = None

    def audience(self, rung: int) -> tuple[Addressee, ...]:
        """Return who is told at this rung, lowest first, those of every lower rung included."""
        return tuple(role for level in self.rungs[: rung + 1] for role in level.roles)

    def needs_release(self, rung: int) -> bool:
        """Return whether a person has to release what this rung adds."""
        return self.release_from is not None and rung >= self.release_from

    def held(self, rung: int) -> tuple[Addressee, ...]:
        """Return who of the audience hears only after a person's release."""
        if self.release_from is None or rung < self.release_from:
            return ()
        free = self.audience(self.release_from - 1)
        return tuple(each for each in self.audience(rung) if each not in free and not each.releases)


@dataclass(frozen=True, slots=True)
class PlannedStage:
    """A stage with its day. `superseded` keeps a skipped stage visible instead of hiding it."""

    key: str
    title: str
    scheduled_on: date
    rung: int
    audience: tuple[Addressee, ...]
    held: tuple[Addressee, ...]
    slip: Colour
    state: State
    catch_up: CatchUp

    @property
    def needs_release(self) -> bool:
        """Return whether a supervision slip is prepared with this stage."""
        return bool(self.slip)


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
    """Return the stages of the days `first` to `last`, both included, all pending: a forecast.

    Of several on one day only the highest speaks, save those with catch_up "always".
    """
    upto = takewhile(lambda each: each.scheduled_on <= last, _planned(policy, due_on, calendar))
    span = tuple(planned for planned in upto if planned.scheduled_on >= first)
    heard = {each.scheduled_on: each.key for each in span}
    return tuple(
        each for each in span if heard[each.scheduled_on] == each.key or each.catch_up == "always"
    )


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


def scheduled_on(stage: Stage, due_on: date, calendar: WorkCalendar) -> date:
    """Return the day of a stage: at or before the due date, or after it when overdue."""
    if stage.days == "calendar":
        return due_on + timedelta(days=stage.offset if stage.when == "after" else -stage.offset)
    if stage.when == "after":
        return calendar.add_workdays(due_on, stage.offset)
    last_workday = calendar.last_workday_on_or_before(due_on)
    return calendar.add_workdays(last_workday, -stage.offset)


def stage_title(key: str) -> str:
    """Return the Chinese reason of a stage by its key, of whatever policy: 到期前7个工作日提醒."""
    if key == MOVED:
        return "时限随放假安排调整"
    when, _, count = key.partition("-")
    if not count:
        return "到期提醒"
    days = f"{count[:-1]}天" if count.endswith("d") else f"{count}个工作日"
    return f"到期前{days}提醒" if when == "before" else f"逾期{days}催办"


def _planned(
    policy: ReminderPolicy, due_on: date, calendar: WorkCalendar
) -> Iterator[PlannedStage]:
    """Yield the stages by day; of those on one day the highest rung comes last.

    Where every offset counts working days the policy's own order is that of time, and stages
    beyond the days asked for are never worked out.
    """
    if any(stage.days == "calendar" for stage in policy.stages):
        whole = (_plan(policy, stage, due_on, calendar) for stage in expanded_stages(policy))
        yield from sorted(whole, key=lambda each: (each.scheduled_on, each.rung))
        return
    for stage in expanded_stages(policy):
        yield _plan(policy, stage, due_on, calendar)


def _plan(
    policy: ReminderPolicy, stage: Stage, due_on: date, calendar: WorkCalendar
) -> PlannedStage:
    return PlannedStage(
        key=stage.key,
        title=stage.title,
        scheduled_on=scheduled_on(stage, due_on, calendar),
        rung=stage.rung,
        audience=policy.audience(stage.rung),
        held=policy.held(stage.rung),
        slip=policy.rungs[stage.rung].slip if policy.needs_release(stage.rung) else "",
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
