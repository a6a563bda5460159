"""One checklist as its page and its documents show it."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from sqlmodel import Session

from server.db.queries import audit as audit_queries
from server.db.queries import commitments as queries
from server.db.tables import Checklist, ChecklistItem, Commitment, Matter, Unit
from server.domain.dates import OFFICE_ZONE
from server.domain.lights import LightReading
from server.domain.reminders import Role
from server.rendering.contexts import ChecklistLine, OfficeSign
from server.rendering.document_contexts import ChecklistDocument, ChecklistRow
from server.services.overview import OPEN, Sight


@dataclass(frozen=True, slots=True)
class Group:
    """One commitment with its items in order."""

    commitment: Commitment
    matter: Matter
    items: list[tuple[ChecklistItem, LightReading | None]]
    """Each item with its light while it is open."""


@dataclass(frozen=True, slots=True)
class ChecklistView:
    """A checklist by heading and commitment; `aside` are items set aside with what was entered."""

    checklist: Checklist
    unit: Unit
    headings: dict[str, list[Group]]
    aside: list[ChecklistItem]
    difference: dict[str, Any]
    """What the newest version changed: kind -> lines of former and new wording."""
    provisional_from: date

    @property
    def groups(self) -> Iterator[Group]:
        """All commitments, heading after heading."""
        for groups in self.headings.values():
            yield from groups

    @property
    def total(self) -> int:
        """How many items there are."""
        return sum(len(group.items) for group in self.groups)

    @property
    def ticked(self) -> int:
        """How many items are ticked."""
        return sum(bool(item.ticked_at) for group in self.groups for item, _ in group.items)


def checklist_view(
    session: Session, checklist: Checklist, unit: Unit, sight: Sight
) -> ChecklistView:
    """Return a checklist with the state of every item as seen today."""
    items = queries.items(session, checklist.id)
    headings: dict[str, list[Group]] = {"channels": [], "content": [], "mechanisms": []}
    for commitment, matter in queries.matters_of_items(session, checklist.id):
        held = [item for item in items if item.active and item.commitment_id == commitment.id]
        if held:
            lit = [(item, _light(item, matter, sight)) for item in held]
            headings[commitment.heading].append(Group(commitment, matter, lit))
    event = audit_queries.latest(session, "generate", "checklist", checklist.id)
    return ChecklistView(
        checklist=checklist,
        unit=unit,
        headings={name: groups for name, groups in headings.items() if groups},
        aside=[item for item in items if not item.active],
        difference=event.detail.get("difference", {}) if event and checklist.version > 1 else {},
        provisional_from=sight.calendar.provisional_from,
    )


def _light(item: ChecklistItem, matter: Matter, sight: Sight) -> LightReading | None:
    return sight.light(item.by_when) if matter.state in OPEN and not item.ticked_at else None


def document_context(view: ChecklistView, office: OfficeSign, today: date) -> ChecklistDocument:
    """Return the checklist as its .docx and .xlsx take it."""
    return ChecklistDocument(
        unit_name=view.unit.name,
        year=view.checklist.year,
        rows=tuple(
            ChecklistRow(
                group.commitment.text,
                ChecklistLine(
                    item.ordinal,
                    item.what,
                    item.proof,
                    item.by_when,
                    Role(item.owner),
                    item.by_when >= view.provisional_from and not item.ticked_at,
                ),
                item.ticked_at.astimezone(OFFICE_ZONE).date() if item.ticked_at else None,
                item.evidence,
            )
            for group in sorted(view.groups, key=lambda each: each.items[0][0].ordinal)
            for item, _ in group.items
        ),
        office=office,
        issued_on=today,
    )


def office_sign(session: Session, unit: Unit) -> OfficeSign:
    """Return the office that supervises a unit, as its documents are signed."""
    office = session.get_one(Unit, unit.office_id) if unit.office_id else unit
    people = queries.recipients(session, office.id)
    phone = next((each.phone for each in people if each.role == Role.OFFICE_STAFF), "")
    return OfficeSign(office.office_name or f"{office.name}政府信息公开领导小组办公室", phone)
