"""Absences (外出期间) and who stands in (AB角), so that nobody is silently skipped."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlmodel import Session

from server.db.queries import absences as queries
from server.db.queries import units as unit_queries
from server.db.queries.absences import AbsenceRow
from server.db.tables import Absence, Contact
from server.domain.dates import chinese_date
from server.domain.reminders import Role
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit
from server.services.audit import Actor

LONGEST = timedelta(days=366)
LONGEST_REASON = 100


@dataclass(frozen=True, slots=True)
class Leave:
    """From when to when somebody is away, who stands in, and why."""

    first_on: date
    last_on: date
    substitute_id: int | None
    reason: str = ""


def candidates(session: Session, contact: Contact) -> list[Contact]:
    """Return who can stand in for a person: the active people of the same unit and side of it."""
    at_office = Role(contact.role).at_office
    return [
        each
        for each in unit_queries.contacts_of(session, contact.unit_id)
        if each.active and each.id != contact.id and Role(each.role).at_office == at_office
    ]


def listed(session: Session, unit_id: int, today: date) -> list[AbsenceRow]:
    """Return the present and coming absences of a unit's people."""
    people = [each.id for each in unit_queries.contacts_of(session, unit_id)]
    return queries.of_people(session, people, today)


def register(
    session: Session, contact: Contact, leave: Leave, actor: Actor, *, today: date, now: datetime
) -> Absence:
    """Let another stand in for a person for a while; the next sweep hands over what is planned.

    Without anybody to stand in, the person goes on hearing and the office hears as well.
    """
    _check_span(leave, today)
    _check_people(session, contact, leave)
    absence = Absence(
        contact_id=contact.id,
        substitute_id=leave.substitute_id,
        first_on=leave.first_on,
        last_on=leave.last_on,
        reason=leave.reason.strip()[:LONGEST_REASON],
        set_by=actor.contact_id,
        set_at=now,
    )
    session.add(absence)
    session.flush()  # the record names it
    _record(session, actor, "register_absence", contact, absence, now)
    return absence


def cancel(
    session: Session, contact: Contact, absence_id: int, actor: Actor, *, now: datetime
) -> None:
    """Take an absence back: the person is there, or there again."""
    absence = session.get(Absence, absence_id)
    if absence is None or absence.contact_id != contact.id:
        raise NotFound("没有找到这次外出登记，可能已被撤销。")
    _record(session, actor, "cancel_absence", contact, absence, now)
    session.delete(absence)


def _check_span(leave: Leave, today: date) -> None:
    if leave.last_on < leave.first_on:
        raise InvalidInput("外出的截止日期早于起始日期，请对调。", {"last_on": "早于起始日期"})
    if leave.last_on < today:
        raise InvalidInput("这段时间已经过去，不需要登记。", {"last_on": "已经过去"})
    if leave.last_on - leave.first_on > LONGEST:
        raise InvalidInput("外出超过一年，请改为调整联系人。", {"last_on": "超过一年"})


def _check_people(session: Session, contact: Contact, leave: Leave) -> None:
    span = leave.first_on, leave.last_on
    if known := queries.overlapping(session, contact.id, *span):
        raise Conflict(
            f"已登记{chinese_date(known.first_on)}至{chinese_date(known.last_on)}外出，"
            "与这次重叠。请先撤销原来的登记。"
        )
    if queries.standing_in(session, contact.id, *span):
        raise Conflict("这段时间由本人代理他人。请先把代理人改为另一位，再登记外出。")
    if leave.substitute_id is None:
        return
    if leave.substitute_id not in {each.id for each in candidates(session, contact)}:
        raise InvalidInput("代理人须是本单位在用的另一位联系人。", {"substitute_id": "请另选一位"})
    if queries.overlapping(session, leave.substitute_id, *span):
        raise InvalidInput(
            "代理人这段时间自己也外出，请另选一位。", {"substitute_id": "这段时间也外出"}
        )


def _record(
    session: Session, actor: Actor, act: str, contact: Contact, absence: Absence, now: datetime
) -> None:
    audit.record(
        session,
        actor,
        act,
        "contact",
        contact.id,
        now=now,
        unit_id=contact.unit_id,
        first_on=absence.first_on.isoformat(),
        last_on=absence.last_on.isoformat(),
        substitute=absence.substitute_id,
    )
