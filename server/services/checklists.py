"""Generating a unit's follow-up checklist from the problems that its report states."""

from dataclasses import asdict, dataclass, field
from datetime import date, datetime

from sqlmodel import Session

from server.db.queries import commitments as queries
from server.db.queries import reports as report_queries
from server.db.tables import Checklist, ChecklistItem, Commitment, Contact, Message, Unit
from server.domain import checklists as domain
from server.domain.access import Scope
from server.domain.calendars import WorkCalendar
from server.domain.checklist_rules import ChecklistRules
from server.domain.checklist_terms import Term
from server.domain.reminders import Role
from server.errors import NotFound
from server.services import audit
from server.services.audit import SYSTEM

LAST_DAY = (12, 20)
"""By then the work is done, so that the next report can tell of it: the office's own setting."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What generation needs from the rulebook and the calendar."""

    rules: ChecklistRules
    calendar: WorkCalendar


@dataclass(frozen=True, slots=True)
class Difference:
    """What renewing a checklist changed; the record of acts keeps it."""

    added: list[str] = field(default_factory=list)
    reworded: list[list[str]] = field(default_factory=list)
    """Former and new wording of each."""
    set_aside: list[str] = field(default_factory=list)

    def __bool__(self) -> bool:
        """Return whether people see any change."""
        return bool(self.added or self.reworded or self.set_aside)


def generate(
    session: Session, unit: Unit, year: int, basis: Basis, *, today: date, now: datetime
) -> Checklist | None:
    """Write or renew a unit's checklist of one year from its confirmed commitments.

    Returns None when there is nothing to follow up. What people ticked, noted or linked stays;
    an item that no longer follows from the commitments is kept but set aside.
    """
    commitments = queries.of_unit(session, unit.id, year - 1)
    if not commitments:
        return None
    term = Term(year, opened_on=today, not_after=date(year, *LAST_DAY))
    entries = _entries(session, commitments)
    built = domain.build_checklist(entries, basis.rules, term, basis.calendar)
    checklist = queries.checklist(session, unit.id, year)
    fresh = checklist is None
    if checklist is None:
        checklist = Checklist(unit_id=unit.id, year=year, version=0, generated_at=now)
        session.add(checklist)
        session.flush()  # items need the checklist's id
    by_code = {commitment.code: commitment for commitment in commitments}
    difference = _renew(session, checklist, built, by_code)
    if difference or fresh:
        checklist.version += 1
        checklist.generated_at = now
        session.flush()  # the matters' dates are read from the items
        queries.align_due_dates(session, checklist.id, today=today)
        audit.record(
            session,
            SYSTEM,
            "generate",
            "checklist",
            checklist.id,
            now=now,
            unit_id=unit.id,
            version=checklist.version,
            items=len(built),
            difference=asdict(difference),
        )
    return checklist


def _entries(session: Session, commitments: list[Commitment]) -> list[domain.ChecklistEntry]:
    """Return the commitments as the generator reads them; problems know if a measure answers."""
    answered: set[int] = set()
    for report_id in {commitment.report_id for commitment in commitments}:
        kept = {each.entry_id for each in commitments}
        answered |= {
            pair.problem_id
            for pair in report_queries.pairs(session, report_id)
            if pair.measure_id in kept
        }
    return [
        domain.ChecklistEntry(
            key=each.code,
            kind="problem" if each.kind == "problem" else "measure",
            text=each.text,
            classes=tuple(each.classes),
            answered=each.entry_id in answered,
        )
        for each in commitments
    ]


def _renew(
    session: Session,
    checklist: Checklist,
    built: tuple[domain.ChecklistItem, ...],
    commitments: dict[str, Commitment],
) -> Difference:
    """Bring the rows to what was built; return what people see changed."""
    known = {item.item_key: item for item in queries.items(session, checklist.id)}
    difference = Difference()
    for new in built:
        item = known.pop(new.key, None)
        if item is None:
            session.add(_row(checklist, new, commitments[new.commitment_key]))
            difference.added.append(new.what)
        elif before := _refresh(item, new):
            difference.reworded.append([before, new.what])
    for stale in known.values():
        if stale.active:
            difference.set_aside.append(stale.what)
        stale.active = False
    return difference


def _row(checklist: Checklist, new: domain.ChecklistItem, commitment: Commitment) -> ChecklistItem:
    return ChecklistItem(
        checklist_id=checklist.id,
        commitment_id=commitment.id,
        item_key=new.key,
        ordinal=new.ordinal,
        what=new.what,
        proof=new.proof,
        by_when=new.by_when,
        owner=new.owner.value,
        class_code=new.class_code,
    )


def _refresh(item: ChecklistItem, new: domain.ChecklistItem) -> str:
    """Renew an item's wording; return the former one if that changed what people see.

    Its date stays as first given, so that nobody is surprised.
    """
    before = (item.what, item.proof, item.active)
    item.what, item.proof, item.active = new.what, new.proof, True
    item.ordinal, item.owner, item.class_code = new.ordinal, new.owner.value, new.class_code
    return "" if before == (item.what, item.proof, item.active) else before[0]


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
