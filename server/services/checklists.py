"""Generating a unit's follow-up checklist from the problems that its report states."""

from datetime import date, datetime

from sqlmodel import Session

from server.db.queries import commitments as queries
from server.db.tables import Checklist, Contact, Message, Unit
from server.domain.access import Scope
from server.domain.reminders import Role
from server.errors import NotFound
from server.services import renewals
from server.services.renewals import Basis


def generate(
    session: Session, unit: Unit, year: int, basis: Basis, *, today: date, now: datetime
) -> Checklist | None:
    """Write or renew a unit's checklist of one year from its confirmed commitments.

    Returns None when there is nothing to follow up. What people entered stays.
    """
    planned = renewals.plan(session, unit, year, basis, today=today)
    return renewals.apply(session, planned, today=today, now=now) if planned else None


def generate_missing(
    session: Session, year: int, basis: Basis, *, today: date, now: datetime
) -> list[Checklist]:
    """Generate the checklists, up to this year's, that confirmed reports call for."""
    made = (
        generate(session, unit, each, basis, today=today, now=now)
        for unit_id, each in queries.without_checklist(session, year)
        if (unit := session.get(Unit, unit_id))
    )
    return [checklist for checklist in made if checklist]


def mail_new(session: Session, *, mail_domain: str, now: datetime) -> int:
    """Queue one message per information officer for each checklist not mailed in this version.

    A unit without officers gets its checklist as soon as it has one.
    """
    queued = 0
    for checklist in queries.unmailed(session):
        people = queries.recipients(session, checklist.unit_id)
        session.add_all(_mail(checklist, contact, mail_domain, now) for contact in people)
        queued += len(people)
        if people:
            checklist.mailed_version = checklist.version
    return queued


def _mail(checklist: Checklist, contact: Contact, mail_domain: str, now: datetime) -> Message:
    key = f"checklist:{checklist.id}:v{checklist.version}:{contact.id}"
    return Message(
        slot_key=key,
        kind="checklist",
        recipient_id=contact.id,
        address=contact.email,
        payload={"checklist_id": checklist.id, "version": checklist.version},
        message_id=f"<{key.replace(':', '.')}@{mail_domain}>",
        created_at=now,
        next_attempt_at=now,
    )


def visible(session: Session, scope: Scope, checklist_id: int) -> tuple[Checklist, Unit]:
    """Return a checklist with its unit within the scope, or say that it is not found."""
    found = queries.visible_checklist(session, scope, checklist_id)
    if found is None:
        raise NotFound("没有找到这份清单，或者它不在您的管理范围内。")
    return found


def owner_name(owner: str) -> str:
    """Return who answers for an item, in Chinese."""
    return {Role.INFORMATION_OFFICER: "信息员", Role.UNIT_LEAD: "分管领导"}.get(
        Role(owner), "领导小组办公室"
    )
