"""Reading commitments, and checklists with their items."""

from datetime import date

from sqlalchemy import func, text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Checklist, ChecklistItem, Commitment, Contact, Report, Unit
from server.domain.access import Scope


def count_of(session: Session, unit_id: int, report_year: int) -> int:
    """Return how many commitments this unit already has from this report year."""
    statement = select(func.count()).where(
        Commitment.unit_id == unit_id, Commitment.report_year == report_year
    )
    return session.exec(statement).one()


def of_unit(session: Session, unit_id: int, report_year: int) -> list[Commitment]:
    """Return a unit's commitments of one report year, in their numbering."""
    statement = (
        select(Commitment)
        .where(Commitment.unit_id == unit_id, Commitment.report_year == report_year)
        .order_by(col(Commitment.code))
    )
    return list(session.exec(statement))


def without_checklist(session: Session, year: int) -> list[int]:
    """Return the units whose confirmed report of `year - 1` has no checklist for `year` yet."""
    has = select(Checklist.id).where(
        Checklist.unit_id == Commitment.unit_id, Checklist.year == year
    )
    statement = (
        select(Commitment.unit_id)
        .where(Commitment.report_year == year - 1, ~has.exists())
        .distinct()
    )
    return list(session.exec(statement))


def checklist(session: Session, unit_id: int, year: int) -> Checklist | None:
    """Return a unit's checklist of one year."""
    return session.exec(
        select(Checklist).where(Checklist.unit_id == unit_id, Checklist.year == year)
    ).first()


def visible_checklist(
    session: Session, scope: Scope, checklist_id: int
) -> tuple[Checklist, Unit] | None:
    """Return a checklist with its unit if it lies within the scope."""
    statement = (
        select(Checklist, Unit)
        .join(Unit, col(Unit.id) == col(Checklist.unit_id))
        .where(Checklist.id == checklist_id, within(scope))
    )
    return session.exec(statement).first()


def checklists(session: Session, scope: Scope, year: int | None) -> list[tuple[Checklist, Unit]]:
    """Return the checklists within the scope, newest year first."""
    statement = (
        select(Checklist, Unit)
        .join(Unit, col(Unit.id) == col(Checklist.unit_id))
        .where(within(scope))
        .order_by(col(Checklist.year).desc(), col(Unit.sort))
    )
    if year:
        statement = statement.where(Checklist.year == year)
    return list(session.exec(statement))


def items(session: Session, checklist_id: int) -> list[ChecklistItem]:
    """Return a checklist's items in order; withdrawn ones that carry entries come last."""
    statement = (
        select(ChecklistItem)
        .where(ChecklistItem.checklist_id == checklist_id)
        .order_by(col(ChecklistItem.active).desc(), col(ChecklistItem.ordinal))
    )
    return list(session.exec(statement))


def items_of_commitment(session: Session, commitment_id: int) -> list[ChecklistItem]:
    """Return the active items of one commitment in order."""
    statement = (
        select(ChecklistItem)
        .where(ChecklistItem.commitment_id == commitment_id, col(ChecklistItem.active))
        .order_by(col(ChecklistItem.ordinal))
    )
    return list(session.exec(statement))


def report_of(session: Session, commitment: Commitment) -> Report | None:
    """Return the report that a commitment comes from."""
    return session.get(Report, commitment.report_id)


def unmailed(session: Session) -> list[Checklist]:
    """Return the checklists whose newest version nobody was told of yet."""
    statement = (
        select(Checklist)
        .where(col(Checklist.mailed_version) < col(Checklist.version))
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(statement))


def recipients(session: Session, unit_id: int) -> list[Contact]:
    """Return who gets a unit's checklist: its information officers and head in charge."""
    statement = (
        select(Contact)
        .where(
            Contact.unit_id == unit_id,
            col(Contact.active),
            col(Contact.role).in_(("information_officer", "unit_lead", "office_staff")),
        )
        .order_by(col(Contact.id))
    )
    return list(session.exec(statement))


def align_due_dates(session: Session, checklist_id: int, *, today: date) -> None:
    """Let each commitment end with its last item, unless an answer or a person fixed its date."""
    session.connection().execute(
        text("""
UPDATE matter m SET due_on = i.last, next_stage_on = :today,
       due_version = due_version + 1, row_version = row_version + 1
FROM (SELECT commitment_id, max(by_when) AS last FROM checklist_item
      WHERE checklist_id = :checklist AND active GROUP BY commitment_id) i
WHERE m.commitment_id = i.commitment_id AND m.due_on <> i.last AND m.due_version = 1
  AND m.state IN ('open', 'acknowledged')
"""),
        {"checklist": checklist_id, "today": today},
    )


def checklists_of_unit(session: Session, unit_id: int) -> list[Checklist]:
    """Return a unit's checklists, newest first."""
    statement = (
        select(Checklist).where(Checklist.unit_id == unit_id).order_by(col(Checklist.year).desc())
    )
    return list(session.exec(statement))
