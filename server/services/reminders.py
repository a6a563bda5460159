"""Planning: what is owed today, to whom, gathered into one message per person and slot."""

from collections.abc import Iterable, Iterator
from dataclasses import asdict, dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from server.db.queries import absences, channels, floods, gathering, slips
from server.db.queries import forecast as forecast_queries
from server.db.queries import reminders as queries
from server.db.queries.forecast import ForecastRow, OpenGroup
from server.db.queries.gathering import Offices
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE
from server.domain.reminders import (
    PlannedStage,
    next_stage_on,
    stage_title,
    stages_between,
    stages_due,
)
from server.services.rules import Delivery, Rules, assign, in_force

KEEP_TRYING = timedelta(days=3)
"""A reminder not delivered within this time is told to the office as failed."""


@dataclass(frozen=True, slots=True)
class Swept:
    """What one sweep did; all zero when another driver had the minute."""

    ran: bool
    planned: int = 0
    cancelled: int = 0
    composed: int = 0


def sweep(session: Session, rules: Rules, *, now: datetime, driver: str, mail_domain: str) -> Swept:
    """Run one planning pass; at most one pass a minute takes effect, whoever calls it.

    `rules` are the rulebook's; offices' own are read once no change of them can come between.
    """
    minute = now.replace(second=0, microsecond=0)
    if not queries.claim_minute(session, minute, driver):
        return Swept(ran=False)
    rules = in_force(session, rules)
    today = now.astimezone(OFFICE_ZONE).date()
    cancelled = queries.cancel_stale(session)
    slips.cancel_stale(session)
    assign(session, due_by=today)
    planned = plan(session, rules, today=today, now=now)
    absences.reroute_absent(session, today)
    if planned:
        _hold_floods(session, rules, today=today, now=now)
    composed = gather(session, rules, now=now, mail_domain=mail_domain)
    swept = Swept(True, planned, cancelled, composed)
    counts = {"planned": planned, "cancelled": cancelled, "composed": composed, "took_ms": 0}
    queries.record_tick(session, minute, counts)
    return swept


def plan(session: Session, rules: Rules, *, today: date, now: datetime) -> int:
    """Write every reminder whose day has come, group by group; return the rows written."""
    written = 0
    for group in queries.groups_due(session, today):
        policy = rules.policy(group.policy)
        stages = stages_due(policy, group.due_on, today, rules.calendar)
        following = next_stage_on(policy, group.due_on, today, rules.calendar)
        written += queries.plan_group(session, group, stages, following, today=today, now=now)
    return written


def _hold_floods(session: Session, rules: Rules, *, today: date, now: datetime) -> None:
    own = {office: delivery.most_new for office, delivery in rules.own_delivery.items()}
    floods.hold_floods(session, rules.delivery.most_new, own, today=today, now=now)


def gather(session: Session, rules: Rules, *, now: datetime, mail_domain: str) -> int:
    """Compose the messages of the slots that are open now; where it is quiet, mails rest."""
    local = now.astimezone(OFFICE_ZONE)
    composed, open_now = 0, list[tuple[Offices, str]]()
    for offices, delivery in by_hours(rules):
        slot = delivery.hours.slot_at(local, rules.calendar)
        if slot is None:
            opens = delivery.hours.opens_at(local, rules.calendar)
            gathering.hush(session, offices, opens)
            channels.hush(session, offices, opens)
            continue
        open_now.append((offices, f"{local.date().isoformat()}:{slot}"))
        composed += gathering.compose(
            session,
            slot=open_now[-1][1],
            domain=mail_domain,
            now=now,
            not_after=now + KEEP_TRYING,
            offices=offices,
        )
    _gather_for_robots(session, open_now, now=now, mail_domain=mail_domain)
    return composed


def _gather_for_robots(
    session: Session, open_now: list[tuple[Offices, str]], *, now: datetime, mail_domain: str
) -> None:
    """Owe robots what has just been gathered for people, and gather it for each of them."""
    if not channels.any_active(session):
        return
    channels.owe(session)
    until = now + channels.KEEP_TRYING
    for offices, slot in open_now:
        channels.gather(session, offices, slot=slot, domain=mail_domain, now=now, not_after=until)


def by_hours(rules: Rules) -> Iterator[tuple[Offices, Delivery]]:
    """Yield the offices that keep the common hours, then each with its own."""
    yield Offices(tuple(rules.own_delivery), among=False), rules.delivery
    for office, delivery in rules.own_delivery.items():
        yield Offices((office,), among=True), delivery


def forecast(
    session: Session,
    rules: Rules,
    scope: Scope,
    first: date,
    last: date,
    *,
    today: date,
    now: datetime | None = None,
    limit: int = 2000,
) -> list[ForecastRow]:
    """Return every reminder that would go out from `first` to `last`, by day. Writes nothing.

    Holds if nobody answers meanwhile and planning runs every day. What an outage or a new matter
    left behind goes out today, and so does what is planned and not yet mailed; what is planned on
    a day off goes out when the office opens again. With `now`, today counts as over when its last
    slot is. Rows that wait for a person's release are marked `held`.
    """
    coming = _Coming(in_force(session, rules), today, now)
    groups = forecast_queries.groups_open(session, scope, today, list(coming.rules.own_delivery))
    rows = [
        row
        for row in _planned_before(session, coming, scope, groups, limit)
        if first <= row.on <= last
    ]
    for group in groups:
        stages = [each for each in coming.stages(group, last) if first <= each.sent_on <= last]
        if stages and len(rows) < limit:
            left = limit - len(rows)
            rows += forecast_queries.rows_of(session, scope, group, stages, today, left)
    return sorted(rows, key=lambda row: (row.on, row.unit_id, row.email, row.matter_id))


def _planned_before(
    session: Session, coming: "_Coming", scope: Scope, groups: list[OpenGroup], limit: int
) -> list[ForecastRow]:
    """Return what the ledger holds and nobody was mailed, as far as nothing newer replaces it."""
    overtaken = {key for group in groups for key in coming.overtaken(group)}
    return [
        replace(row, on=row.on if in_message else coming.sent_on(row.on, office))
        for row, in_message, office in forecast_queries.pending(session, scope, coming.today, limit)
        if in_message or (row.policy, row.due_on, row.stage) not in overtaken
    ]


@dataclass(frozen=True, slots=True)
class Sending:
    """A stage with the day on which planning writes it and the one on which it goes out."""

    stage: PlannedStage
    told_on: date
    sent_on: date


@dataclass(frozen=True, slots=True)
class _Coming:
    """What the rules will do from today on."""

    rules: Rules
    today: date
    now: datetime | None

    def sent_on(self, day: date, office: int | None) -> date:
        """Return the day on which what is planned that day goes out."""
        hours, calendar = self.rules.delivery_of(office).hours, self.rules.calendar
        if day == self.today and self.now is not None:
            return hours.opens_at(self.now.astimezone(OFFICE_ZONE), calendar).date()
        return hours.first_open_day(day, calendar)

    def stages(self, group: OpenGroup, last: date) -> list[Sending]:
        """Return what planning will write for a group until `last` and nothing newer overtakes."""
        policy, starts_on = self.rules.policy(group.policy), group.starts_on
        caught_up = (
            (stage, starts_on)
            for stage in stages_due(policy, group.due_on, starts_on, self.rules.calendar)
            if stage.state == "pending"
        )
        tomorrow = starts_on + timedelta(days=1)
        later = stages_between(policy, group.due_on, tomorrow, last, self.rules.calendar)
        written = [*caught_up, *((stage, stage.scheduled_on) for stage in later)]
        sent = [Sending(stage, on, self.sent_on(on, group.own_office)) for stage, on in written]
        return [
            each
            for each in sent
            if each.stage.catch_up == "always"
            or not any(each.told_on < newer.told_on <= each.sent_on for newer in sent)
        ]

    def overtaken(self, group: OpenGroup) -> Iterator[tuple[str, date, str]]:
        """Yield the stages in the ledger that give way before they can go out."""
        policy = self.rules.policy(group.policy)
        opens = self.sent_on(self.today, group.own_office)
        if group.starts_on > opens:
            return
        for stage in stages_due(policy, group.due_on, opens, self.rules.calendar):
            if stage.state == "superseded":
                yield group.policy, group.due_on, stage.key


def why(row: ForecastRow) -> str:
    """Return the Chinese reason of a stage: `到期前7个工作日提醒`."""
    return stage_title(row.stage)


def forecast_facts(rows: Iterable[ForecastRow]) -> list[dict[str, Any]]:
    """Return forecast reminders as JSON, for `duban forecast` and for other systems."""
    return [
        asdict(row) | {"on": row.on.isoformat(), "due_on": row.due_on.isoformat(), "why": why(row)}
        for row in rows
    ]
