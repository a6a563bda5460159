"""Reading which complaints about a report need no correction."""

from sqlmodel import Session, select

from server.db.tables import Waiver


def of_key(session: Session, report_id: int, key: str) -> Waiver | None:
    """Return the waiver of one complaint about a report."""
    statement = select(Waiver).where(Waiver.report_id == report_id, Waiver.key == key)
    return session.exec(statement).first()


def of_report(session: Session, report_id: int) -> dict[str, Waiver]:
    """Return a report's waivers by the key of their complaint."""
    found = session.exec(select(Waiver).where(Waiver.report_id == report_id))
    return {waiver.key: waiver for waiver in found}
