"""Reading the acts on a report's entries that can still be taken back."""

from sqlmodel import Session, col, delete, select

from server.db.tables import EntryAct


def of_report(session: Session, report_id: int) -> list[EntryAct]:
    """Return the acts, last first."""
    statement = (
        select(EntryAct).where(EntryAct.report_id == report_id).order_by(col(EntryAct.id).desc())
    )
    return list(session.exec(statement))


def forget(session: Session, report_id: int) -> None:
    """Drop the acts: what they changed has been read anew."""
    session.exec(delete(EntryAct).where(col(EntryAct.report_id) == report_id))
