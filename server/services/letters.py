"""From a claimed message to what it says: reads the ledger, writes one context, renders it."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from sqlmodel import Session

from server.db.queries import commitments as commitment_queries
from server.db.queries.claims import Claimed
from server.db.tables import Checklist, ChecklistItem, Contact, Matter, Unit
from server.domain.access import Scope
from server.domain.calendars import WorkCalendar
from server.domain.reminders import Role
from server.errors import NotFound
from server.rendering.contexts import (
    ChecklistLine,
    ChecklistMail,
    ConfirmedMail,
    MailContext,
    NoticeMail,
    ReturnedMail,
    SignInMail,
)
from server.rendering.mail import render_mail
from server.rendering.pages import word
from server.services.accounts import LINK_LIFE
from server.services.digests import digest_mail
from server.services.office_settings import digest_of
from server.services.reminder_letters import reminder
from server.services.reply_links import ensure_link
from server.services.scenes import Desk, Scene, gather_facts, outlook
from server.services.writing import Compose, Letter, Write


def writer(desk: Desk, *, now: datetime) -> Write:
    """Return the function that writes claimed messages, a batch's reading done in a few queries."""
    today = outlook(desk, now)

    def write(session: Session, messages: Sequence[Claimed]) -> Compose:
        facts = gather_facts(session, desk, messages, now=now)

        def compose(message: Claimed) -> Letter:
            person = facts.people[message.recipient_id]
            scene = Scene(session, desk, now, today, facts, person)
            context, lines = WRITERS[message.kind](scene, message)
            mail = render_mail(context)
            return Letter(mail.subject, mail.text, mail.html, person.name, lines)

        return compose

    return write


Written = tuple[MailContext, frozenset[int]]
"""What a mail says, and the reminders that it names."""


def _checklist(scene: Scene, message: Claimed) -> Written:
    checklist = scene.session.get_one(Checklist, message.payload["checklist_id"])
    unit = scene.session.get_one(Unit, checklist.unit_id)
    items = [each for each in commitment_queries.items(scene.session, checklist.id) if each.active]
    context = ChecklistMail(
        recipient_name=scene.person.name,
        unit_name=unit.name,
        year=checklist.year,
        items=tuple(checklist_line(item, scene.desk.rules.calendar) for item in items),
        renewed=int(message.payload["version"]) > 1,
        today=scene.today,
        office=scene.sign,
        link=scene.url(f"/checklists/{checklist.id}"),
    )
    return context, frozenset()


def checklist_line(item: ChecklistItem, calendar: WorkCalendar) -> ChecklistLine:
    """Return an item as mails and documents show it."""
    return ChecklistLine(
        item.ordinal,
        item.what,
        item.proof,
        item.by_when,
        Role(item.owner),
        calendar.is_provisional(item.by_when),
    )


def _sign_in(scene: Scene, message: Claimed) -> Written:
    context = SignInMail(
        recipient_name=scene.person.name,
        link=scene.url(f"/sign-in/link/{message.payload['token']}"),
        code=message.payload["code"],
        valid_minutes=int(LINK_LIFE.total_seconds() // 60),
        office=scene.sign,
        today=scene.today,
    )
    return context, frozenset()


def _returned(scene: Scene, message: Claimed) -> Written:
    matter = _matter(scene, message.payload)
    if scene.desk.links_for(scene.person):
        ensure_link(scene.session, scene.desk.secret, matter.id, scene.person.id, now=scene.now)
    context = ReturnedMail(
        recipient_name=scene.person.name,
        unit_name=scene.person.unit_name,
        title=matter.title,
        reason=matter.return_reason,
        due_on=matter.due_on,
        statutory=matter.statutory,
        provisional=matter.provisional and not matter.statutory,
        reading=scene.outlook.reading(matter.due_on),
        office=scene.sign,
        today=scene.today,
        link=scene.matter_url(matter.id),
    )
    return context, frozenset()


def _confirmed(scene: Scene, message: Claimed) -> Written:
    matter = _matter(scene, message.payload)
    context = ConfirmedMail(
        recipient_name=scene.person.name,
        unit_name=scene.person.unit_name,
        title=matter.title,
        remark=str(message.payload.get("remark", "")),
        office=scene.sign,
        today=scene.today,
        link=scene.url(f"/matters/{matter.id}"),
    )
    return context, frozenset()


def _notice(scene: Scene, message: Claimed) -> Written:
    matter = _matter(scene, message.payload)
    if scene.desk.links_for(scene.person):
        ensure_link(scene.session, scene.desk.secret, matter.id, scene.person.id, now=scene.now)
    context = NoticeMail(
        recipient_name=scene.person.name,
        unit_name=scene.person.unit_name,
        heading=str(message.payload.get("heading") or word(message.kind, "mail")),
        title=matter.title,
        decision=str(message.payload.get("remark", "")),
        due_on=matter.due_on,
        statutory=matter.statutory,
        provisional=matter.provisional and not matter.statutory,
        office=scene.sign,
        today=scene.today,
        link=scene.matter_url(matter.id),
    )
    return context, frozenset()


def _digest(scene: Scene, message: Claimed) -> Written:
    home = scene.session.get_one(Contact, message.recipient_id).unit_id
    unit = scene.session.get_one(Unit, home)
    context = digest_mail(
        scene.session,
        Scope(unit.path, subtree=True),
        scene.desk.rules.calendar,
        scene.desk.scale,
        digest_of(scene.session, home),
        recipient_name=scene.person.name,
        unit_name=unit.name,
        office=scene.sign,
        home=scene.url("/"),
        today=scene.today,
    )
    return context, frozenset()


def _matter(scene: Scene, payload: dict[str, Any]) -> Matter:
    matter = scene.session.get(Matter, payload["matter_id"])
    if matter is None:
        raise NotFound("这封邮件所说的事项已不存在。")
    return matter


WRITERS: dict[str, Callable[[Scene, Claimed], Written]] = {
    "reminder": reminder,
    "checklist": _checklist,
    "sign_in": _sign_in,
    "returned": _returned,
    "confirmed": _confirmed,
    "extension": _notice,
    "slip": _notice,
    "digest": _digest,
}
