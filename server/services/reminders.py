"""Planning: what is owed today, to whom, gathered into one message per person and slot."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any
from zoneinfo import ZoneInfo

from sqlmodel import Session

from server.db.queries import forecast as forecast_queries
from server.db.queries import reminders as queries
from server.db.queries.forecast import ForecastRow, OpenGroup
from server.domain.access import Scope
from server.domain.calendars import WorkCalendar
from server.domain.reminders import (
    PlannedStage,
    ReminderPolicy,
    Slot,
    expanded_stages,
    next_stage_on,
    slot_of,
    stages_between,
    stages_due,
)

ZONE = ZoneInfo("Asia/Shanghai")
KEEP_TRYING = timedelta(days=3)
"""A reminder not delivered within this time is told to the office as failed."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What planning needs from the rulebook and the calendar."""

    policies: dict[str, ReminderPolicy]
    slots: tuple[Slot, ...]
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did; all zero when another driver had the minute."""

    ran: bool
    planned: int = 0
    cancelled: int = 0
    composed: int = 0


def sweep(session: Session, rules: Rules, *, now: datetime, driver: str, mail_domain: str) -> Swept:
    """Run one planning pass; at most one pass a minute takes effect, whoever calls it."""
    minute = now.replace(second=0, microsecond=0)
    if not queries.claim_minute(session, minute, driver):
        return Swept(ran=False)
    today = now.astimezone(ZONE).date()
    cancelled = queries.cancel_stale(session)
    planned = plan(session, rules, today=today, now=now)
    composed = gather(session, rules, now=now, mail_domain=mail_domain)
    swept = Swept(True, planned, cancelled, composed)
    counts = {"planned": planned, "cancelled": cancelled, "composed": composed, "took_ms": 0}
    queries.record_tick(session, minute, counts)
    return swept


def plan(session: Session, rules: Rules, *, today: date, now: datetime) -> int:
    """Write every reminder whose day has come, group by group; return the rows written."""
    written = 0
    for group in queries.groups_due(session, today):
        policy = rules.policies[group.policy]
        stages = stages_due(policy, group.due_on, today, rules.calendar)
        following = next_stage_on(policy, group.due_on, today, rules.calendar)
        written += queries.plan_group(session, group, stages, following, today=today, now=now)
    return written


def gather(session: Session, rules: Rules, *, now: datetime, mail_domain: str) -> int:
    """Compose the messages of the slot that is open now; none between slots."""
    local = now.astimezone(ZONE)
    slot = slot_of(local, rules.slots)
    if slot is None:
        return 0
    return queries.compose(
        session,
        slot=f"{local.date().isoformat()}:{slot}",
        domain=mail_domain,
        now=now,
        not_after=now + KEEP_TRYING,
    )


def forecast(
    session: Session,
    rules: Rules,
    scope: Scope,
    first: date,
    last: date,
    *,
    today: date,
    limit: int = 2000,
) -> list[ForecastRow]:
    """Return every reminder that would go out from `first` to `last`, by day. Writes nothing.

    Holds if nobody answers meanwhile and planning runs every day. What an outage or a new matter
    left behind goes out today, and so does what is planned and not yet mailed.
    """
    groups = forecast_queries.groups_open(session, scope, today)
    rows = []
    if first <= today <= last:
        overtaken = _overtaken(rules, groups, today)
        rows = [
            row
            for row, in_message in forecast_queries.pending(session, scope, today, limit)
            if in_message or (row.policy, row.due_on, row.stage) not in overtaken
        ]
    for group in groups:
        stages = _to_come(rules, group, first, last)
        if stages and len(rows) < limit:
            left = limit - len(rows)
            rows += forecast_queries.rows_of(session, scope, group, stages, today, left)
    return sorted(rows, key=lambda row: (row.on, row.unit_id, row.email, row.matter_id))


def _to_come(rules: Rules, group: OpenGroup, first: date, last: date) -> list[PlannedStage]:
    """Return what planning will write for a group, each stage on the day on which it does."""
    policy, starts_on = rules.policies[group.policy], group.starts_on
    caught_up = (
        replace(stage, scheduled_on=starts_on)
        for stage in stages_due(policy, group.due_on, starts_on, rules.calendar)
        if stage.state == "pending"
    )
    tomorrow = starts_on + timedelta(days=1)
    later = stages_between(policy, group.due_on, tomorrow, last, rules.calendar)
    return [stage for stage in (*caught_up, *later) if first <= stage.scheduled_on <= last]


def _overtaken(rules: Rules, groups: list[OpenGroup], today: date) -> set[tuple[str, date, str]]:
    """Return the stages that today's planning will replace by a newer one."""
    return {
        (group.policy, group.due_on, stage.key)
        for group in groups
        if group.starts_on == today
        for stage in stages_due(rules.policies[group.policy], group.due_on, today, rules.calendar)
        if stage.state == "superseded"
    }


def why(rules: Rules, row: ForecastRow) -> str:
    """Return the Chinese reason of a stage: `到期前7个工作日提醒`."""
    policy = rules.policies[row.policy]
    return stage_titles(policy).get(row.stage, row.stage)


def forecast_facts(rules: Rules, rows: Iterable[ForecastRow]) -> list[dict[str, Any]]:
    """Return forecast reminders as JSON, for `duban forecast` and for other systems."""
    return [
        asdict(row)
        | {"on": row.on.isoformat(), "due_on": row.due_on.isoformat(), "why": why(rules, row)}
        for row in rows
    ]


@cache
def stage_titles(policy: ReminderPolicy) -> dict[str, str]:
    """Return the Chinese reason of every stage of a policy by its key."""
    return {stage.key: stage.title for stage in expanded_stages(policy)}
