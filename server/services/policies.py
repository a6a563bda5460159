"""An office edits its own rules: drafted, previewed, confirmed, kept by version, reset."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlmodel import Session

from server.db.queries import office_rules as queries
from server.db.queries.forecast import Told
from server.db.queries.office_rules import Mute, Place
from server.db.tables import OfficeRule, Unit
from server.domain.access import Scope
from server.domain.policies import default_key
from server.domain.reminders import MOVED, ReminderPolicy, expanded_stages, next_stage_on
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit
from server.services.audit import Actor
from server.services.forecast import counted, outlook
from server.services.rules import Delivery, Rules, assign, in_force, policy_of, reach_of

LONGEST_REASON = 200
AHEAD = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class DayCount:
    """What goes out on one day: one mail a person, some lines in them, some waiting for release."""

    on: date
    people: int
    lines: int
    held: int


@dataclass(frozen=True, slots=True)
class Preview:
    """What a draft would do, beside what the rules in force would."""

    days: dict[date, DayCount]
    before: dict[date, DayCount]
    mute: list[Mute]
    most: int
    """More additional mails at once than this need a person's release."""
    today: date

    @property
    def soonest(self) -> list[DayCount]:
        """Return today's and tomorrow's mails, or the next day's on which there are any."""
        near = [self.days[day] for day in self.days if day <= self.today + timedelta(days=1)]
        return near or list(self.days.values())[:1]

    @property
    def extra(self) -> int:
        """Return how many more mails go out on the worst day than without the change."""
        return max(
            (each.people - self._people_before(each.on) for each in self.days.values()), default=0
        )

    @property
    def needs_release(self) -> bool:
        """Return whether the change sends so much at once that a person must say so."""
        return self.extra > self.most

    @property
    def compared(self) -> list[tuple[date, DayCount | None, DayCount | None]]:
        """Return each day on which something goes out, without and with the change."""
        days = sorted({*self.days, *self.before})
        return [(day, self.before.get(day), self.days.get(day)) for day in days]

    def _people_before(self, day: date) -> int:
        return self.before[day].people if day in self.before else 0


def draft(
    session: Session,
    place: Place,
    body: dict[str, Any] | None,
    reason: str,
    actor: Actor,
    *,
    now: datetime,
) -> OfficeRule:
    """Keep a draft of a rule, which changes nothing yet; None returns to the rulebook's default.

    An earlier draft of the same place gives way.
    """
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise InvalidInput(
            f"请写明调整的理由，不超过 {LONGEST_REASON} 字。", {"reason": "请填写理由"}
        )
    for earlier in queries.drafts(session, place):
        earlier.state = "dropped"
    rule = OfficeRule(
        office_id=place.office_id,
        subject=place.subject,
        unit_kind=place.unit_kind,
        milestone=place.milestone,
        version=queries.next_version(session, place),
        body=body,
        reason=said,
        drafted_by=actor.contact_id,
        drafted_by_name=actor.label,
        drafted_at=now,
    )
    session.add(rule)
    session.flush()  # the record names it
    record_of_rule(session, actor, "draft_rule", rule, now)
    return rule


def reset(
    session: Session, place: Place, reason: str, actor: Actor, *, now: datetime
) -> OfficeRule:
    """Draft the return to the rulebook's default; Conflict when that is in force anyway."""
    standing = queries.at(session, place)
    if standing is None or standing.body is None:
        raise Conflict("这里现行的就是系统默认规则，不需要恢复。")
    return draft(session, place, None, reason, actor, now=now)


def rule_of(
    session: Session, office: int, rule_id: int, subjects: Sequence[str] = queries.REMINDING
) -> OfficeRule:
    """Return an office's own rule, held for this transaction; others' are not found."""
    rule = queries.locked(session, rule_id, office, subjects)
    if rule is None or rule.state == "dropped":
        raise NotFound("没有找到这一版规则，可能已被放弃或被新的草稿代替。")
    return rule


def preview(
    session: Session, rules: Rules, rule: OfficeRule, office: Unit, *, today: date, now: datetime
) -> Preview:
    """Return what a draft would do. It is put into force, planned with and taken back again."""
    before = _counts(session, rules, office, today, now)
    with session.begin_nested() as trial:
        _put_in_force(session, rules, rule, today=today)
        after = _counts(session, rules, office, today, now)
        most = in_force(session, rules).delivery_of(office.id).most_new
        trial.rollback()
    session.refresh(rule)
    mute = queries.units_without_people(session, office.id)
    return Preview(after, before, mute, most, today)


def _counts(
    session: Session, rules: Rules, office: Unit, today: date, now: datetime
) -> dict[date, DayCount]:
    scope = Scope(office.path, subtree=True)
    told = counted(
        session, outlook(session, rules, scope, today, today + AHEAD, today=today, now=now)
    )
    days = sorted({each.on for each in told})
    return {day: _count(day, [each for each in told if each.on == day]) for day in days}


def _count(day: date, told: Sequence[Told]) -> DayCount:
    free = [each for each in told if not each.held]
    people = {person for each in free for person in each.people}
    lines = sum(each.lines for each in free)
    return DayCount(day, len(people), lines, sum(each.lines for each in told) - lines)


def confirm(
    session: Session,
    rules: Rules,
    rule: OfficeRule,
    office: Unit,
    actor: Actor,
    *,
    seen: int,
    released: bool,
    today: date,
    now: datetime,
) -> None:
    """Put a draft into force, once its preview still holds and a flood was released by a person.

    `seen` is the number of additional mails that the person was shown.
    """
    if rule.state != "draft":
        raise Conflict("这一版规则已经生效或已被取代，请回到提醒规则页面看现行的规则。")
    expected = preview(session, rules, rule, office, today=today, now=now)
    if expected.extra > max(seen, 0):
        raise Conflict("预览之后情况有变，发出的邮件会比看到的多，没有生效。请再看一次预览。")
    if expected.needs_release and not released:
        raise InvalidInput(
            f"这次调整一次多发 {expected.extra} 封邮件，超过 {expected.most} 封的上限。"
            "请核对预览，勾选“同意放行”后再确认。",
            {"released": "请勾选"},
        )
    _put_in_force(session, rules, rule, today=today)
    rule.confirmed_by_name, rule.confirmed_at = actor.label, now
    rule.expected = {"extra": expected.extra, "released": released}
    record_of_rule(
        session, actor, "confirm_rule", rule, now, extra=expected.extra, released=released
    )


def drop(session: Session, rule: OfficeRule, actor: Actor, *, now: datetime) -> None:
    """Give a draft up."""
    if rule.state != "draft":
        raise Conflict("只有草稿可以放弃；已生效的规则请修改，或恢复默认。")
    rule.state = "dropped"
    record_of_rule(session, actor, "drop_rule", rule, now)


def _put_in_force(session: Session, rules: Rules, rule: OfficeRule, *, today: date) -> None:
    """Let a rule take the place of the one before it; no sweep runs meanwhile."""
    queries.hold_planning(session)
    replace_former(session, rule)
    if rule.subject != "delivery":
        assign(session, office=rule.office_id)
        _reschedule(session, in_force(session, rules), rule, today)


def replace_former(session: Session, rule: OfficeRule) -> None:
    """Let a rule be the one in force at its place; the former version is kept as past."""
    place = Place(rule.office_id, rule.subject, rule.unit_kind, rule.milestone)
    former = queries.at(session, place)
    if former is not None:
        former.state = "past"
        session.flush()  # only one may be in force
    rule.state = "in_force"
    session.flush()  # what follows reads it


def _reschedule(session: Session, rules: Rules, rule: OfficeRule, today: date) -> None:
    """Give every matter of that kind its next day under the new rules, from today on.

    What the former rules told stays told; stages of the new ones that lie before today are not
    owed. Matters that planning has yet to look at keep their day.
    """
    for group in queries.scheduled(session, rule.office_id, today):
        if default_key(group.policy) != rule.subject:
            continue
        policy = rules.policy(group.policy)
        yesterday = today - timedelta(days=1)
        following = next_stage_on(policy, group.due_on, yesterday, rules.calendar)
        keys = [MOVED, *(stage.key for stage in expanded_stages(policy))]
        queries.reschedule(session, rule.office_id, group, following, keys, today=today)


@dataclass(frozen=True, slots=True)
class Standing:
    """A policy in force at an office: the rulebook's, or its own with the version."""

    policy: ReminderPolicy
    rule: OfficeRule | None


def standing(session: Session, rules: Rules, office: int) -> list[Standing]:
    """Return the rulebook's policies as they hold at an office, and its own, general ones first."""
    own = [
        Standing(policy_of(rule, rule.body), rule)
        for rule in queries.in_force(session, office)
        if rule.subject != "delivery" and rule.body is not None
    ]
    own.sort(key=lambda each: (each.policy.key.split(":")[1:], each.policy.key))
    taken = {each.policy.key for each in own}
    shipped = [
        Standing(policy, None)
        for key, policy in rules.policies.items()
        if ":" not in key and f"{office}:{key}:*:*" not in taken
    ]
    return [*shipped, *own]


def policy_at(session: Session, rules: Rules, place: Place) -> ReminderPolicy:
    """Return the policy that matters of a place follow now: what an edit begins with."""
    laid_over, reach = in_force(session, rules), reach_of(place)
    keys = (each.key(place.office_id) for each in reach.wider)
    found = next((laid_over.policies[key] for key in keys if key in laid_over.policies), None)
    return found or laid_over.policies[reach.matter_kind]


def delivery_at(session: Session, rules: Rules, office: int) -> tuple[Delivery, OfficeRule | None]:
    """Return an office's delivery in force, and its own rule if that says so."""
    rule = queries.at(session, Place(office, "delivery"))
    own = rule if rule is not None and rule.body is not None else None
    return in_force(session, rules).delivery_of(office), own


def record_of_rule(
    session: Session, actor: Actor, act: str, rule: OfficeRule, now: datetime, **detail: object
) -> None:
    """Keep in the record who drafted, confirmed or dropped which version."""
    audit.record(
        session,
        actor,
        act,
        "office_rule",
        rule.id,
        now=now,
        unit_id=rule.office_id,
        rule=f"{rule.subject}:{rule.unit_kind or '*'}:{rule.milestone or '*'}",
        version=rule.version,
        reason=rule.reason,
        default=rule.body is None,
        **detail,
    )
