"""Reading matters, what was said on them and the links that answer them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Contact, Matter, Obligation, Reply, ReplyLink, Unit
from server.domain.access import Scope


def visible(session: Session, scope: Scope, matter_id: int) -> tuple[Matter, Unit] | None:
    """Return a matter with its unit if it lies within the scope."""
    statement = (
        select(Matter, Unit)
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(Matter.id == matter_id, within(scope))
    )
    return session.exec(statement).first()


def locked(session: Session, matter_id: int) -> Matter:
    """Return a matter held for this transaction, so that two answers come one after the other."""
    return session.exec(
        select(Matter)
        .where(Matter.id == matter_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def replies(session: Session, matter_id: int) -> list[tuple[Reply, Contact | None]]:
    """Return what was done on a matter, oldest first, with who did it."""
    statement = (
        select(Reply, Contact)
        .join(Contact, col(Contact.id) == col(Reply.contact_id), isouter=True)
        .where(Reply.matter_id == matter_id)
        .order_by(col(Reply.id))
    )
    return list(session.exec(statement))


def last_answer(session: Session, matter_id: int) -> Reply | None:
    """Return by what a matter was last reported as done."""
    statement = (
        select(Reply)
        .where(Reply.matter_id == matter_id, col(Reply.act).in_(("file", "submit", "nil")))
        .order_by(col(Reply.id).desc())
        .limit(1)
    )
    return session.exec(statement).first()


def link_by_token(session: Session, token_hash: str) -> ReplyLink | None:
    """Return the reply link with this token."""
    return session.exec(select(ReplyLink).where(ReplyLink.token_hash == token_hash)).first()


_LINKS = text("""
INSERT INTO reply_link (matter_id, contact_id, token_hash, created_at)
SELECT matter, contact, hash, :now FROM unnest(
    CAST(:matters AS bigint[]), CAST(:contacts AS bigint[]), CAST(:hashes AS text[])
) AS l(matter, contact, hash)
ON CONFLICT (matter_id, contact_id) DO NOTHING
""")


def keep_links(session: Session, links: Sequence[tuple[int, int, str]], *, now: datetime) -> None:
    """Keep the hashes of reply links, rows of matter, contact, hash; those known stay."""
    matters, contacts, hashes = (list(column) for column in zip(*links, strict=True))
    values = {"matters": matters, "contacts": contacts, "hashes": hashes, "now": now}
    session.connection().execute(_LINKS, values)


def milestones_of(session: Session, obligation_id: int) -> list[Matter]:
    """Return the milestones of one obligation by date."""
    statement = (
        select(Matter)
        .where(Matter.obligation_id == obligation_id)
        .order_by(col(Matter.due_on), col(Matter.id))
    )
    return list(session.exec(statement))


def waiting_for_office(session: Session, scope: Scope) -> list[tuple[Matter, Unit]]:
    """Return answered matters that the office has still to confirm or return, oldest first."""
    statement = (
        select(Matter, Unit)
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope), Matter.state == "answered")
        .order_by(col(Matter.answered_at))
    )
    return list(session.exec(statement))


def obligation_of(session: Session, unit_id: int, report_year: int) -> Obligation | None:
    """Return a unit's obligation for one year."""
    statement = select(Obligation).where(
        Obligation.unit_id == unit_id, Obligation.report_year == report_year
    )
    return session.exec(statement).first()


def milestones_of_unit(session: Session, unit_id: int, report_year: int) -> list[Matter]:
    """Return a unit's milestones of one report year by date."""
    statement = (
        select(Matter)
        .join(Obligation, col(Obligation.id) == col(Matter.obligation_id))
        .where(Matter.unit_id == unit_id, Obligation.report_year == report_year)
        .order_by(col(Matter.due_on), col(Matter.id))
    )
    return list(session.exec(statement))


def officers_of(session: Session, unit_id: int) -> list[Contact]:
    """Return a unit's active information officers."""
    statement = (
        select(Contact)
        .where(
            Contact.unit_id == unit_id,
            col(Contact.active),
            Contact.role == "information_officer",
        )
        .order_by(col(Contact.id))
    )
    return list(session.exec(statement))
