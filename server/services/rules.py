"""The rules that planning follows: the rulebook's, with what offices decided for themselves."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date, time
from typing import Any

from sqlmodel import Session

from server.db.queries import office_rules as queries
from server.db.queries.office_rules import Place, Placed
from server.db.tables import OfficeRule
from server.domain.calendars import WorkCalendar
from server.domain.hours import OfficeHours, Slot
from server.domain.milestones import Milestone, UnitKind
from server.domain.policies import Reach, assignments, default_key, policy_from, reach_title
from server.domain.reminders import ReminderPolicy
from server.rendering.pages import WORDS
from server.services import calendars


@dataclass(frozen=True, slots=True)
class Delivery:
    """When an office lets its mails go out, and how many of a first plan without a person."""

    hours: OfficeHours
    most_new: int


@dataclass(frozen=True, slots=True)
class Rules:
    """What planning needs: policies by key, the common delivery and offices' own, the calendar."""

    policies: Mapping[str, ReminderPolicy]
    delivery: Delivery
    calendar: WorkCalendar
    own_delivery: Mapping[int, Delivery] = field(default_factory=dict)

    def policy(self, key: str) -> ReminderPolicy:
        """Return the policy that a matter names; the default where the office's own has ended."""
        return self.policies.get(key) or self.policies[default_key(key)]

    def delivery_of(self, office: int | None) -> Delivery:
        """Return when and how an office's mails go out."""
        return self.own_delivery.get(office or 0, self.delivery)


def in_force(session: Session, rules: Rules) -> Rules:
    """Return the rules with every office's own laid over them, and the notices entered."""
    policies, deliveries = dict(rules.policies), dict(rules.own_delivery)
    for rule in queries.in_force(session):
        if rule.body is None:
            continue
        if rule.subject == "delivery":
            deliveries[rule.office_id] = delivery_from(rule.body, rules.delivery)
        else:
            own = policy_of(rule, rule.body)
            policies[own.key] = own
    calendar = calendars.with_notices(session, rules.calendar)
    return replace(rules, policies=policies, own_delivery=deliveries, calendar=calendar)


def reach_of(rule: OfficeRule | Place) -> Reach:
    """Return what a kept policy, or its place, holds for."""
    return Reach(
        "commitment" if rule.subject == "commitment" else "milestone",
        UnitKind(rule.unit_kind) if rule.unit_kind else "",
        Milestone(rule.milestone) if rule.milestone else "",
    )


def policy_of(rule: OfficeRule, body: Mapping[str, Any]) -> ReminderPolicy:
    """Return a kept policy under the key by which matters name it."""
    reach = reach_of(rule)
    source = f"本办公室自定第{rule.version}版：{rule.reason}"
    title = reach_title(reach, WORDS["milestone"])
    return policy_from(reach.key(rule.office_id), title, source, body)


def delivery_json(delivery: Delivery) -> dict[str, Any]:
    """Return an office's delivery as it is kept; `delivery_from` reads it back."""
    return {
        "slots": [
            [slot.name, slot.title, slot.starts.isoformat(), slot.ends.isoformat()]
            for slot in delivery.hours.slots
        ],
        "workdays_only": delivery.hours.workdays_only,
        "most_new": delivery.most_new,
    }


def delivery_from(body: Mapping[str, Any], default: Delivery) -> Delivery:
    """Return the delivery that was kept; a trial, which sends at any hour, goes on doing so."""
    if default.hours.slots and not default.hours.workdays_only:
        return replace(default, most_new=body["most_new"])
    slots = tuple(
        Slot(name, title, time.fromisoformat(starts), time.fromisoformat(ends))
        for name, title, starts, ends in body["slots"]
    )
    return Delivery(OfficeHours(slots, body["workdays_only"]), body["most_new"])


def assign(session: Session, *, office: int | None = None, due_by: date | None = None) -> int:
    """Let matters follow the policy that fits them closest; return how many changed.

    Of one office, or of all that have policies of their own; `due_by` leaves out matters whose
    next stage is later.
    """
    offices = [office] if office is not None else queries.offices_with_own(session)
    placed = [
        Placed(each, assigned.matter_kind, assigned.unit_kind, assigned.milestone, assigned.policy)
        for each in offices
        for assigned in assignments(each, _reaches(session, each))
    ]
    return queries.assign(session, placed, due_by) if placed else 0


def _reaches(session: Session, office: int) -> list[Reach]:
    return [
        reach_of(rule)
        for rule in queries.in_force(session, office)
        if rule.subject != "delivery" and rule.body is not None
    ]
