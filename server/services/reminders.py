"""Planning: what is owed today, to whom, gathered into one message per person and slot."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from server.db.queries import absences, channels, floods, gathering, slips
from server.db.queries import reminders as queries
from server.db.queries.gathering import Offices
from server.domain.dates import OFFICE_ZONE
from server.domain.reminders import (
    next_stage_on,
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
