"""The weekly digest (周报): queued on the week's first open day, written when it leaves."""

from collections import Counter
from collections.abc import Iterator, Mapping
from datetime import date, datetime, time, timedelta

from sqlmodel import Session

from server.adapters.rulebook_digest import load_digest_rules
from server.db.queries import digests as queries
from server.db.queries.digests import Told, Week
from server.db.queries.gathering import Offices
from server.db.tables import DigestChoice, Unit
from server.domain.access import Person, Scope
from server.domain.calendars import WorkCalendar
from server.domain.dates import OFFICE_ZONE
from server.domain.digests import A_WEEK, DigestRules, goes_out, hour_has_come, week_of
from server.domain.hours import OfficeHours
from server.domain.lights import Light, LightScale, light_on
from server.rendering.contexts import DigestLine, DigestList, DigestMail, OfficeSign
from server.rendering.digest_note import digest_text, digest_title
from server.services import audit, office_settings
from server.services.audit import Actor
from server.services.reminders import KEEP_TRYING, by_hours
from server.services.rules import Rules, in_force

SHOWN = 8


def queue(session: Session, rules: Rules, *, now: datetime, mail_domain: str) -> int:
    """Queue the digests whose hour has come; return how many. Safe to repeat every minute."""
    local, queued = now.astimezone(OFFICE_ZONE), 0
    rules = in_force(session, rules)
    for offices, hours, digest in _by_setting(rules, office_settings.own_digests(session)):
        if not _is_time(local, digest, hours, rules.calendar):
            continue
        week, not_after = _week(local.date(), digest), now + KEEP_TRYING
        queued += queries.queue_robots(
            session, week, offices, domain=mail_domain, now=now, not_after=not_after
        )
        queued += queries.queue(
            session,
            week,
            offices,
            able=office_settings.ABLE,
            roles=[role.value for role in digest.roles],
            always=digest.say_nothing,
            domain=mail_domain,
            now=now,
            not_after=not_after,
        )
    return queued


def _by_setting(
    rules: Rules, own: Mapping[int, DigestRules]
) -> Iterator[tuple[Offices, OfficeHours, DigestRules]]:
    """Yield the offices that keep the common setting, by their hours, then each with its own."""
    shipped = load_digest_rules()
    for offices, delivery in by_hours(rules):
        kept = set(offices.ids) - own.keys() if offices.among else {*offices.ids, *own}
        yield Offices(tuple(sorted(kept)), offices.among), delivery.hours, shipped
    for office, digest in own.items():
        yield Offices((office,), among=True), rules.delivery_of(office).hours, digest


def _is_time(
    local: datetime, digest: DigestRules, hours: OfficeHours, calendar: WorkCalendar
) -> bool:
    return (
        goes_out(local.date(), hours, calendar, digest.weekday)
        and hours.slot_at(local, calendar) is not None
        and hour_has_come(local.time(), digest, hours)
    )


def _week(today: date, digest: DigestRules) -> Week:
    monday = week_of(today)
    starts = datetime.combine(monday, time.min, OFFICE_ZONE)
    return Week(monday, starts, starts - A_WEEK, today + timedelta(days=digest.days_ahead))


def digest_mail(
    session: Session,
    scope: Scope,
    calendar: WorkCalendar,
    scale: LightScale,
    rules: DigestRules,
    *,
    recipient_name: str,
    unit_name: str,
    office: OfficeSign,
    home: str,
    today: date,
) -> DigestMail:
    """Return the digest of an office as things stand on that day, by the office's setting."""
    week = _week(today, rules)
    lights = Counter[Light]()
    for due_on, count in queries.due_counts(session, scope):
        lights[light_on(due_on, today, calendar, scale).light] += count
    since, until = week.since.date(), week.until
    late = queries.became_late(session, scope, since, today, limit=SHOWN)
    answered = queries.answered(session, scope, week.since, limit=SHOWN)
    promised = queries.promises(session, scope, today, until, limit=SHOWN)
    return DigestMail(
        recipient_name=recipient_name,
        unit_name=unit_name,
        first=since,
        until=until,
        lights=tuple((band, lights[band.light]) for band in scale.bands),
        late=_list(late),
        answered=_list(answered),
        coming=tuple(
            DigestLine(_named(each.names, each.units), each.title, each.due_on, "",
                       each.statutory, each.provisional)
            for each in queries.coming(session, scope, today, until)
        ),
        promised=_list(promised),
        alone=tuple(queries.alone(session, scope)),
        today=today,
        office=office,
        home=home,
    )  # fmt: skip


def _list(told: list[Told]) -> DigestList:
    lines = tuple(
        DigestLine(each.unit, each.title, each.due_on, each.state, each.statutory, each.provisional)
        for each in told
    )
    return DigestList(lines, told[0].total if told else 0)


def _named(names: list[str], units: int) -> str:
    shown = "、".join(names)
    return shown if units <= len(names) else f"{shown}等 {units} 个单位"


def group_note(
    session: Session,
    unit: Unit,
    calendar: WorkCalendar,
    scale: LightScale,
    *,
    home: str,
    today: date,
) -> tuple[str, str]:
    """Return title and text of an office's digest for its group; both empty when nothing is told.

    So it is where the office's setting says nothing of an empty week.
    """
    rules = office_settings.digest_of(session, unit.id)
    mail = digest_mail(
        session,
        Scope(unit.path, subtree=True),
        calendar,
        scale,
        rules,
        recipient_name="",
        unit_name=unit.name,
        office=OfficeSign(unit.office_name or unit.name),
        home=home,
        today=today,
    )
    if mail.empty and not rules.say_nothing:
        return "", ""
    return digest_title(mail), digest_text(mail)


def wanted(session: Session, person: Person) -> bool | None:
    """Return whether a person gets the digest; None for whom it is not meant."""
    if not person.role.at_office:
        return None
    choice = session.get(DigestChoice, person.contact_id)
    if choice:
        return choice.wanted
    return person.role in office_settings.digest_of(session, person.unit_id).roles


def choose(session: Session, person: Person, actor: Actor, *, want: bool, now: datetime) -> None:
    """Keep a person's choice; it holds from the next digest on."""
    choice = session.get(DigestChoice, person.contact_id) or DigestChoice(
        contact_id=person.contact_id, wanted=want, chosen_at=now
    )
    choice.wanted, choice.chosen_at = want, now
    session.add(choice)
    audit.record(
        session, actor, "want_digest" if want else "decline_digest", "contact", person.contact_id,
        now=now, unit_id=person.unit_id,
    )  # fmt: skip
