"""Who is away, who stands in, and handing over what was already planned."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date

from sqlalchemy import text
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, select
from sqlmodel.sql.expression import SelectOfScalar

from server.db.tables import Absence, Contact

_REROUTE = """
FROM absence a JOIN contact s ON s.id = a.substitute_id AND s.active
WHERE a.contact_id = r.recipient_id AND :today BETWEEN a.first_on AND a.last_on
  AND r.outcome IN ('pending', 'held') AND r.message_id IS NULL
  AND {known} EXISTS (
    SELECT FROM reminder o WHERE o.matter_id = r.matter_id AND o.due_version = r.due_version
      AND o.stage = r.stage AND o.recipient_id = a.substitute_id)
"""


def reroute_absent(session: Session, today: date) -> None:
    """Hand what was planned and not yet mailed to whoever stands in for people away today."""
    connection = session.connection()
    known = _REROUTE.format(known="")
    connection.execute(
        text(f"UPDATE reminder r SET outcome = 'cancelled' {known}"), {"today": today}
    )
    fresh = _REROUTE.format(known="NOT")
    connection.execute(
        text(
            "UPDATE reminder r SET recipient_id = a.substitute_id,"
            f" on_behalf_of = r.recipient_id {fresh}"
        ),
        {"today": today},
    )


@dataclass(frozen=True, slots=True)
class AbsenceRow:
    """An absence with the person and whoever stands in."""

    absence: Absence
    person: Contact
    substitute: Contact | None


def of_people(session: Session, contacts: Sequence[int], today: date) -> list[AbsenceRow]:
    """Return the present and coming absences of some people, earliest first."""
    stand_in = aliased(Contact)
    statement = (
        select(Absence, Contact, stand_in)
        .join(Contact, col(Contact.id) == col(Absence.contact_id))
        .join(stand_in, stand_in.id == col(Absence.substitute_id), isouter=True)  # type: ignore[arg-type]  # an alias
        .where(col(Absence.contact_id).in_(contacts), Absence.last_on >= today)
        .order_by(col(Absence.first_on), col(Absence.id))
    )
    return [AbsenceRow(*row) for row in session.exec(statement)]


def overlapping(session: Session, contact_id: int, first: date, last: date) -> Absence | None:
    """Return an absence of this person that shares a day with the span."""
    statement = _within(first, last).where(Absence.contact_id == contact_id)
    return session.exec(statement).first()


def standing_in(session: Session, contact_id: int, first: date, last: date) -> Absence | None:
    """Return an absence within the span in which this person stands in for another."""
    statement = _within(first, last).where(Absence.substitute_id == contact_id)
    return session.exec(statement).first()


def _within(first: date, last: date) -> SelectOfScalar[Absence]:
    return select(Absence).where(Absence.first_on <= last, Absence.last_on >= first)
