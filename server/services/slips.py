"""Supervision slips (督办单): a person releases what the machine prepared, or withholds it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlmodel import Session

from server.db.queries import commitments as people_queries
from server.db.queries import sign_offs
from server.db.queries import slips as queries
from server.db.queries.slips import SlipRow
from server.db.tables import Contact, Message, Slip, Unit
from server.domain.access import Scope
from server.domain.calendars import WorkCalendar
from server.domain.dates import OFFICE_ZONE, chinese_date
from server.domain.reminders import Role
from server.errors import Conflict, InvalidInput, NotFound
from server.rendering.contexts import OfficeSign
from server.rendering.document_contexts import SlipDocument
from server.rendering.pages import WORDS, clock
from server.services import channels
from server.services.replies import Answer, say

LONGEST = 300
DAYS_TO_ANSWER = {"blue": 5, "yellow": 3, "red": 2}
"""Working days that a slip proposes for the answer: the office's own setting, changed at will."""
UNIT_ROLES = (Role.INFORMATION_OFFICER, Role.UNIT_LEAD)


@dataclass(frozen=True, slots=True)
class Proposal:
    """What the machine proposes to demand, and by when to answer."""

    demand: str
    answer_by: date


def visible(session: Session, scope: Scope, slip_id: int, *, lock: bool = False) -> SlipRow:
    """Return a slip within the scope, or say that it is not found."""
    row = queries.visible(session, scope, slip_id, lock=lock)
    if row is None:
        raise NotFound("没有找到这张督办单，或者它不在您的管理范围内。")
    return row


def proposal(row: SlipRow, calendar: WorkCalendar, today: date) -> Proposal:
    """Return what a prepared slip proposes."""
    late = calendar.workdays_between(row.matter.due_on, today)
    standing = f"已逾期{late}个工作日" if late > 0 else "时限将至"
    demand = (
        f"“{row.matter.title}”应于{chinese_date(row.matter.due_on)}前办结，至今未办结，{standing}。"
        "请立即办理，书面反馈办理情况和未按时办结的原因。"
    )
    return Proposal(demand, calendar.add_workdays(today, DAYS_TO_ANSWER[row.slip.colour]))


def release(
    session: Session,
    row: SlipRow,
    demand: str,
    answer_by: date,
    answer: Answer,
    *,
    mail_domain: str,
    today: date,
    now: datetime,
) -> Slip:
    """Issue a slip: it gets its number, the unit a mail, and whom its rung adds is told."""
    slip = _prepared(row)
    said = demand.strip()
    if not said or len(said) > LONGEST:
        raise InvalidInput(f"请写明督办要求，不超过 {LONGEST} 字。", {"demand": "请填写督办要求"})
    if answer_by < today:
        raise InvalidInput("反馈时限已经过去，请核对日期。", {"answer_by": "不能早于今天"})
    slip.year = today.year
    slip.number = queries.next_number(session, slip.office_id, today.year)
    slip.state, slip.demand, slip.answer_by = "released", said, answer_by
    _decided(slip, answer, now)
    queries.decide_held(session, slip, "pending")
    _tell_unit(session, row, mail_domain, now)
    channels.tell_slip(session, slip, row.unit.id, mail_domain=mail_domain, now=now)
    told = f"{WORDS['colour'][slip.colour]}〔{slip.year}〕{slip.number}号：{said}"
    say(session, row.matter, answer, "release_slip", note=told, now=now)
    return slip


def withhold(session: Session, row: SlipRow, reason: str, answer: Answer, *, now: datetime) -> Slip:
    """Decide with a reason not to issue a slip; whom its rung adds is not told."""
    slip = _prepared(row)
    if not reason.strip() or len(reason) > LONGEST:
        raise InvalidInput(f"请写明不予签发的理由，不超过 {LONGEST} 字。", {"reason": "请填写理由"})
    slip.state, slip.decision_reason = "withheld", reason.strip()
    _decided(slip, answer, now)
    queries.decide_held(session, slip, "cancelled")
    told = f"{WORDS['colour'][slip.colour]}不予签发：{reason.strip()}"
    say(session, row.matter, answer, "withhold_slip", note=told, now=now)
    return slip


def document(session: Session, row: SlipRow, calendar: WorkCalendar, today: date) -> SlipDocument:
    """Return a slip as a document; as proposed and without number while nobody has issued it."""
    slip, office = row.slip, session.get_one(Unit, row.slip.office_id)
    proposed = proposal(row, calendar, today)
    people = people_queries.recipients(session, row.unit.id)
    staff = people_queries.recipients(session, office.id)
    phone = next((each.phone for each in staff if each.role == Role.OFFICE_STAFF), "")
    name = office.office_name or f"{office.name}政府信息公开领导小组办公室"
    return SlipDocument(
        colour=slip.colour,
        title=WORDS["colour"][slip.colour],
        number=f"〔{slip.year}〕{slip.number}号" if slip.number else "（待签发）",
        unit_name=row.unit.name,
        leads=_names(people, Role.UNIT_LEAD),
        officers=_names(people, Role.INFORMATION_OFFICER),
        matter=row.matter.title,
        source=row.matter.source,
        due_on=row.matter.due_on,
        provisional=row.matter.provisional and not row.matter.statutory,
        demand=slip.demand or proposed.demand,
        answer_by=slip.answer_by or proposed.answer_by,
        issued_on=slip.decided_at.astimezone(OFFICE_ZONE).date() if slip.decided_at else today,
        issued_by=slip.decided_by_name,
        signed=_signed(session, slip),
        office=OfficeSign(name, phone),
    )


def _signed(session: Session, slip: Slip) -> str:
    found = sign_offs.under(session, [slip.matter_id])
    return "；".join(
        f"{each.name or '其他系统'} {clock(each.at)}" for each in found if each.slip_id == slip.id
    )


def _names(people: list[Contact], role: Role) -> str:
    return "、".join(each.name for each in people if each.role == role)


def _prepared(row: SlipRow) -> Slip:
    if row.slip.state != "prepared":
        raise Conflict(f"这张督办单{WORDS['slip'][row.slip.state]}，不能再办理，请刷新页面。")
    return row.slip


def _decided(slip: Slip, answer: Answer, now: datetime) -> None:
    slip.decided_by, slip.decided_by_name = answer.actor.contact_id, answer.actor.label
    slip.decided_at = now


def _tell_unit(session: Session, row: SlipRow, mail_domain: str, now: datetime) -> None:
    slip = row.slip
    heading = f"{WORDS['colour'][slip.colour]}〔{slip.year}〕{slip.number}号"
    by = f"请于{chinese_date(slip.answer_by)}前反馈。" if slip.answer_by else ""
    for contact in people_queries.recipients(session, row.unit.id):
        if contact.role not in UNIT_ROLES:
            continue
        key = f"slip:{slip.id}:{contact.id}"
        session.add(
            Message(
                slot_key=key,
                kind="slip",
                recipient_id=contact.id,
                address=contact.email,
                payload={
                    "matter_id": row.matter.id,
                    "heading": heading,
                    "remark": f"{slip.demand}\n{by}",
                },
                message_id=f"<{key.replace(':', '.')}@{mail_domain}>",
                created_at=now,
                next_attempt_at=now,
            )
        )
