"""What an office sets for itself beside its reminders: the weekly digest, the calendar's warning.

Kept, confirmed and recorded as its reminder rules are: a version over the rulebook's default.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, time
from typing import Any

from sqlmodel import Session

from server.adapters.rulebook_calendar import load_calendar_watch
from server.adapters.rulebook_digest import load_digest_rules
from server.db.queries import calendars as calendar_queries
from server.db.queries import digests as digest_queries
from server.db.queries import office_rules as queries
from server.db.queries.digests import Hearer
from server.db.queries.office_rules import Place
from server.db.tables import OfficeRule
from server.domain import calendar_watch, digests
from server.domain.access import Person
from server.domain.calendar_watch import CalendarWatch, Shortage
from server.domain.digests import DigestRules
from server.domain.reminders import Role
from server.errors import Conflict, NotAllowed
from server.services import calendars, policies
from server.services.audit import Actor
from server.services.rules import Rules, in_force

DIGEST, CALENDAR = "digest", "calendar"
SUBJECTS = (DIGEST, CALENDAR)
ABLE = tuple(role.value for role in Role if role.at_office)
"""For whom a digest is meant at all."""


def digest_of(session: Session, office: int) -> DigestRules:
    """Return the setting of an office's digest: its own, or the rulebook's."""
    rule = queries.at(session, Place(office, DIGEST))
    return digest_in(rule)


def own_digests(session: Session) -> dict[int, DigestRules]:
    """Return the settings of the offices that have their own."""
    return {rule.office_id: digest_in(rule) for rule in queries.own(session, DIGEST)}


def own_of(session: Session, office: int) -> dict[str, OfficeRule]:
    """Return an office's own versions in force by subject; none where the default holds."""
    found = {subject: queries.at(session, Place(office, subject)) for subject in SUBJECTS}
    return {key: rule for key, rule in found.items() if rule is not None and rule.body is not None}


def digest_in(rule: OfficeRule | None) -> DigestRules:
    """Return the setting that a version keeps; the default where it keeps none."""
    shipped = load_digest_rules()
    if rule is None or rule.body is None:
        return shipped
    source = f"本办公室自定第{rule.version}版：{rule.reason}"
    return replace(digest_from(rule.body), source=source)


def digest_json(rules: DigestRules) -> dict[str, Any]:
    """Return a setting as it is kept; `digest_from` reads it back."""
    return {
        "roles": sorted(rules.roles),
        "days_ahead": rules.days_ahead,
        "say_nothing": rules.say_nothing,
        "weekday": rules.weekday,
        "hour": rules.hour.isoformat("minutes"),
    }


def digest_from(body: Mapping[str, Any]) -> DigestRules:
    """Return the setting that was kept."""
    roles = frozenset(Role(role) for role in body["roles"])
    hour = time.fromisoformat(body["hour"])
    return DigestRules(
        roles, body["days_ahead"], body["say_nothing"], "", body["weekday"], hour
    )  # fmt: skip


def watch_of(session: Session) -> CalendarWatch:
    """Return from when on a missing holiday notice is warned of: the topmost office's setting."""
    rule = next(iter(queries.own(session, CALENDAR)), None)
    return watch_in(rule)


def watch_in(rule: OfficeRule | None) -> CalendarWatch:
    """Return the warning's day that a version keeps; the default where it keeps none."""
    if rule is None or rule.body is None:
        return load_calendar_watch()
    source = f"本办公室自定第{rule.version}版：{rule.reason}"
    return CalendarWatch(rule.body["month"], rule.body["day"], source)


def shortage(session: Session, today: date) -> Shortage | None:
    """Return what is to be warned of: a year without notice that is near, or that dates rest on."""
    return watch_effect(session, watch_of(session), today=today).shortage


def ensure_may_set(person: Person, subject: str) -> None:
    """Refuse whoever is not of the topmost office what holds for the whole installation."""
    if subject == CALENDAR and not person.at_the_top:
        raise NotAllowed("放假通知的提示对所有单位生效，由最上级的领导小组办公室设置。")


@dataclass(frozen=True, slots=True)
class DigestEffect:
    """When the next digest leaves under a setting, and who gets it."""

    rules: DigestRules
    on: date | None
    at: time
    people: list[Hearer]


def digest_effect(
    session: Session, rules: Rules, digest: DigestRules, office: int, *, today: date
) -> DigestEffect:
    """Return what a setting of an office's digest does."""
    laid_over = in_force(session, rules)
    hours = laid_over.delivery_of(office).hours
    people = digest_queries.hearers(session, office, able=ABLE, roles=sorted(digest.roles))
    on = digests.next_sending_day(today, digest, hours, laid_over.calendar)
    return DigestEffect(digest, on, digests.starting_hour(digest, hours), people)


@dataclass(frozen=True, slots=True)
class WatchEffect:
    """From which day on is warned, and what is warned of today."""

    watch: CalendarWatch
    starts: date
    shortage: Shortage | None


def watch_effect(session: Session, watch: CalendarWatch, *, today: date) -> WatchEffect:
    """Return what a setting of the warning's day does."""
    calendar = calendars.current(session)
    open_dates = calendar_queries.open_from(session, calendar.provisional_from)
    found = calendar_watch.shortage(calendar, today, watch, open_dates=open_dates)
    return WatchEffect(watch, date(calendar.last_confirmed, watch.month, watch.day), found)


def confirm(
    session: Session, rule: OfficeRule, actor: Actor, *, expected: dict[str, Any], now: datetime
) -> None:
    """Put a draft into force; `expected` is what its preview showed."""
    if rule.state != "draft":
        raise Conflict("这一版已经生效或已被取代，请回到提醒规则页面看现行的设置。")
    policies.replace_former(session, rule)
    rule.confirmed_by_name, rule.confirmed_at, rule.expected = actor.label, now, expected
    policies.record_of_rule(session, actor, "confirm_rule", rule, now, **expected)
