"""What a mail is written from."""

from dataclasses import dataclass

from sqlmodel import Session, col, select

from server.db.queries.commitments import items_of_commitment
from server.db.tables import (
    ChecklistItem,
    Commitment,
    Contact,
    Matter,
    Obligation,
    Reminder,
    Unit,
)


@dataclass(frozen=True, slots=True)
class Line:
    """One reminder of a message with all that its sentence needs."""

    reminder: Reminder
    matter: Matter
    unit: Unit
    commitment: Commitment | None
    obligation: Obligation | None


def lines(session: Session, message_id: int) -> list[Line]:
    """Return the pending reminders of a message, by due date."""
    statement = (
        select(Reminder, Matter, Unit, Commitment, Obligation)  # type: ignore[call-overload]  # five entities
        .join(Matter, col(Matter.id) == col(Reminder.matter_id))
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .join(Commitment, col(Commitment.id) == col(Matter.commitment_id), isouter=True)
        .join(Obligation, col(Obligation.id) == col(Matter.obligation_id), isouter=True)
        .where(Reminder.message_id == message_id, Reminder.outcome == "pending")
        .order_by(col(Matter.due_on), col(Matter.id))
    )
    return [Line(*row) for row in session.exec(statement)]


def unticked(session: Session, commitment_id: int) -> list[ChecklistItem]:
    """Return the items of a commitment that are still to be done."""
    return [item for item in items_of_commitment(session, commitment_id) if not item.ticked_at]


def recipient(session: Session, contact_id: int) -> tuple[Contact, Unit, Unit]:
    """Return a contact with its unit and the unit whose office supervises it."""
    contact = session.get_one(Contact, contact_id)
    unit = session.get_one(Unit, contact.unit_id)
    return contact, unit, session.get_one(Unit, unit.office_id or unit.id)
