"""From a claimed message to what it says: reads the ledger, writes one context, renders it."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from sqlmodel import Session

from server.db.queries import commitments as commitment_queries
from server.db.queries import letters as queries
from server.db.queries.claims import Claimed
from server.db.queries.letters import Line
from server.db.tables import Checklist, ChecklistItem, Contact, Matter, Unit
from server.domain.lights import LightScale, light_on
from server.domain.milestones import Milestone
from server.domain.reminders import Role, next_stage
from server.errors import NotFound
from server.rendering.contexts import (
    ChecklistLine,
    ChecklistMail,
    ConfirmedMail,
    MailContext,
    OfficeSign,
    ReminderLine,
    ReminderMail,
    ReturnedMail,
    SignInMail,
)
from server.rendering.mail import render_mail
from server.rendering.phrases import next_step_phrase, shortened
from server.services.accounts import LINK_LIFE
from server.services.reminders import ZONE, Rules, stage_titles
from server.services.replies import ensure_link
from server.services.writing import Letter

SHOWN_ITEMS = 3
MISSING = {
    Milestone.DRAFT: ("年度报告初稿和统计表",),
    Milestone.REVIEW: ("对审核意见的逐条答复",),
    Milestone.RESUBMISSION: ("修改后的年度报告",),
    Milestone.SIGN_OFF: ("分管领导签发",),
    Milestone.PUBLICATION: ("年度报告的公布网址",),
}


@dataclass(frozen=True, slots=True)
class Desk:
    """What writing needs besides the database."""

    base_url: str
    secret: str
    reply_links: bool
    rules: Rules
    scale: LightScale


def writer(desk: Desk, *, now: datetime) -> Callable[[Session, Claimed], Letter]:
    """Return the function that writes a claimed message."""

    def write(session: Session, message: Claimed) -> Letter:
        contact, unit, office = queries.recipient(session, message.recipient_id)
        scene = _Scene(session, desk, now, contact, unit, office)
        context, lines = WRITERS[message.kind](scene, message)
        mail = render_mail(context)
        return Letter(mail.subject, mail.text, mail.html, contact.name, lines)

    return write


@dataclass(frozen=True, slots=True)
class _Scene:
    """To whom, from whom, when."""

    session: Session
    desk: Desk
    now: datetime
    contact: Contact
    unit: Unit
    office: Unit

    @property
    def today(self) -> date:
        return self.now.astimezone(ZONE).date()

    @property
    def sign(self) -> OfficeSign:
        name = self.office.office_name or f"{self.office.name}政府信息公开领导小组办公室"
        people = commitment_queries.recipients(self.session, self.office.id)
        phone = next((each.phone for each in people if each.role == Role.OFFICE_STAFF), "")
        return OfficeSign(name, phone)

    def url(self, path: str) -> str:
        return self.desk.base_url.rstrip("/") + path

    def matter_url(self, matter: Matter) -> str:
        """Return the reply link for the unit's own people, the page behind sign-in for others."""
        if not self.desk.reply_links or Role(self.contact.role).at_office:
            return self.url(f"/matters/{matter.id}")
        token = ensure_link(
            self.session, self.desk.secret, matter.id, self.contact.id, now=self.now
        )
        return self.url(f"/r/{token}")


Written = tuple[MailContext, frozenset[int]]


def _reminder(scene: _Scene, message: Claimed) -> Written:
    lines = queries.lines(scene.session, message.id)
    context = ReminderMail(
        recipient_name=scene.contact.name,
        unit_name=scene.unit.name,
        lines=tuple(_line(scene, line) for line in _newest_of_each_matter(lines)),
        today=scene.today,
        office=scene.sign,
        ledger_url=scene.url("/"),
        supervising=Role(scene.contact.role).at_office,
        late=any(line.reminder.late for line in lines),
    )
    return context, frozenset(line.reminder.id for line in lines)


def _newest_of_each_matter(lines: list[Line]) -> list[Line]:
    """Return one line a matter: after an outage two stages of it may be pending at once."""
    in_order = sorted(lines, key=lambda line: line.reminder.scheduled_on)
    return list({line.matter.id: line for line in in_order}.values())


def _line(scene: _Scene, line: Line) -> ReminderLine:
    matter, rules = line.matter, scene.desk.rules
    policy = rules.policies[matter.policy]
    following = next_stage(policy, matter.due_on, scene.today, rules.calendar)
    return ReminderLine(
        unit_name=line.unit.name,
        title=matter.title,
        what=duty(line),
        due_on=matter.due_on,
        statutory=matter.statutory,
        provisional=matter.provisional and not matter.statutory,
        reading=light_on(matter.due_on, scene.today, rules.calendar, scene.desk.scale),
        source=matter.source,
        missing=_missing(scene, line),
        next_step=next_step_phrase(policy, line.reminder.rung, following),
        why=stage_titles(policy).get(line.reminder.stage, line.reminder.stage),
        link=scene.matter_url(matter),
    )


def duty(line: Line) -> str:
    """Return what is to be done, in one sentence."""
    if line.commitment:
        return f"落实{line.commitment.report_year}年度报告提出的事项：{line.commitment.text}"
    year = line.obligation.report_year if line.obligation else ""
    if line.matter.milestone == Milestone.PUBLICATION:
        return f"公布{year}年度政府信息公开工作年度报告，并反馈公布网址。"
    return f"完成{line.matter.title}。"


def _missing(scene: _Scene, line: Line) -> tuple[str, ...]:
    if line.matter.return_reason:
        return (f"按退回意见修改：{line.matter.return_reason}",)
    if line.matter.milestone:
        return MISSING[Milestone(line.matter.milestone)]
    items = queries.unticked(scene.session, line.commitment.id) if line.commitment else []
    shown = tuple(shortened(item.what, 60) for item in items[:SHOWN_ITEMS])
    more = len(items) - len(shown)
    return (*shown, f"另有 {more} 项") if more > 0 else shown


def _checklist(scene: _Scene, message: Claimed) -> Written:
    checklist = scene.session.get_one(Checklist, message.payload["checklist_id"])
    unit = scene.session.get_one(Unit, checklist.unit_id)
    items = [each for each in commitment_queries.items(scene.session, checklist.id) if each.active]
    context = ChecklistMail(
        recipient_name=scene.contact.name,
        unit_name=unit.name,
        year=checklist.year,
        items=tuple(checklist_line(item) for item in items),
        renewed=int(message.payload["version"]) > 1,
        today=scene.today,
        office=scene.sign,
        link=scene.url(f"/checklists/{checklist.id}"),
    )
    return context, frozenset()


def checklist_line(item: ChecklistItem) -> ChecklistLine:
    """Return an item as mails and documents show it."""
    return ChecklistLine(item.ordinal, item.what, item.proof, item.by_when, Role(item.owner))


def _sign_in(scene: _Scene, message: Claimed) -> Written:
    context = SignInMail(
        recipient_name=scene.contact.name,
        link=scene.url(f"/sign-in/link/{message.payload['token']}"),
        code=message.payload["code"],
        valid_minutes=int(LINK_LIFE.total_seconds() // 60),
        office=scene.sign,
        today=scene.today,
    )
    return context, frozenset()


def _returned(scene: _Scene, message: Claimed) -> Written:
    matter = _matter(scene, message.payload)
    rules = scene.desk.rules
    context = ReturnedMail(
        recipient_name=scene.contact.name,
        unit_name=scene.unit.name,
        title=matter.title,
        reason=matter.return_reason,
        due_on=matter.due_on,
        statutory=matter.statutory,
        provisional=matter.provisional and not matter.statutory,
        reading=light_on(matter.due_on, scene.today, rules.calendar, scene.desk.scale),
        office=scene.sign,
        today=scene.today,
        link=scene.matter_url(matter),
    )
    return context, frozenset()


def _confirmed(scene: _Scene, message: Claimed) -> Written:
    matter = _matter(scene, message.payload)
    context = ConfirmedMail(
        recipient_name=scene.contact.name,
        unit_name=scene.unit.name,
        title=matter.title,
        remark=str(message.payload.get("remark", "")),
        office=scene.sign,
        today=scene.today,
        link=scene.url(f"/matters/{matter.id}"),
    )
    return context, frozenset()


def _matter(scene: _Scene, payload: dict[str, Any]) -> Matter:
    matter = scene.session.get(Matter, payload["matter_id"])
    if matter is None:
        raise NotFound("这封邮件所说的事项已不存在。")
    return matter


WRITERS: dict[str, Callable[[_Scene, Claimed], Written]] = {
    "reminder": _reminder,
    "checklist": _checklist,
    "sign_in": _sign_in,
    "returned": _returned,
    "confirmed": _confirmed,
}
