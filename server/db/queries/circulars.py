"""What a month's circular counts, and the versions an office saved."""

from collections.abc import Collection
from datetime import date

from sqlalchemy import text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Circular, Matter, Unit
from server.domain.access import Scope
from server.domain.circulars import Due

_DUE = text("""
SELECT m.id, u.id, u.name, m.kind, m.due_on,
       (COALESCE(m.answered_at, m.closed_at) AT TIME ZONE 'Asia/Shanghai')::date,
       EXISTS (SELECT FROM reminder r JOIN contact c ON c.id = r.recipient_id
               WHERE r.matter_id = m.id AND r.outcome = 'mailed' AND c.unit_id = m.unit_id),
       EXISTS (SELECT FROM reply p WHERE p.matter_id = m.id AND p.act = 'acknowledge')
FROM matter m JOIN unit u ON u.id = m.unit_id
WHERE starts_with(u.path, :path) AND m.due_on BETWEEN :first AND :last AND m.state <> 'cancelled'
ORDER BY u.sort, u.id, m.due_on, m.id
""")


def due_in(session: Session, scope: Scope, first: date, last: date) -> list[Due]:
    """Return what came due within the scope between those days, by unit."""
    values = {"path": scope.path, "first": first, "last": last}
    return [Due(*row) for row in session.connection().execute(_DUE, values)]


def slips_in(session: Session, scope: Scope, first: date, last: date) -> list[tuple[int, str, int]]:
    """Return (unit id, unit, slip id) of the slips issued between those days."""
    rows = session.connection().execute(
        text(
            "SELECT u.id, u.name, s.id FROM slip s JOIN matter m ON m.id = s.matter_id"
            " JOIN unit u ON u.id = m.unit_id WHERE starts_with(u.path, :path)"
            " AND s.state = 'released'"
            " AND (s.decided_at AT TIME ZONE 'Asia/Shanghai')::date BETWEEN :first AND :last"
            " ORDER BY u.sort, u.id, s.id"
        ),
        {"path": scope.path, "first": first, "last": last},
    )
    return [(unit_id, unit, slip) for unit_id, unit, slip in rows]


def versions(session: Session, office: int, month: date) -> list[Circular]:
    """Return the versions of an office's circular, newest first."""
    statement = select(Circular).where(Circular.office_id == office, Circular.month == month)
    return list(session.exec(statement.order_by(col(Circular.version).desc())))


def newest_of_months(
    session: Session, office: int, months: Collection[date]
) -> dict[date, Circular]:
    """Return the newest version of each month that has one."""
    statement = (
        select(Circular)
        .where(Circular.office_id == office, col(Circular.month).in_(months))
        .order_by(col(Circular.version))
    )
    return {each.month: each for each in session.exec(statement)}


def hold(session: Session, office: int) -> None:
    """Let an office's circulars be saved one after the other."""
    session.connection().execute(
        text("SELECT pg_advisory_xact_lock(480015, CAST(:office AS int))"), {"office": office}
    )


def counted(session: Session, scope: Scope, matters: Collection[int]) -> list[tuple[Matter, Unit]]:
    """Return matters that a figure counts, as far as they lie within the scope."""
    statement = (
        select(Matter, Unit)
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .where(within(scope), col(Matter.id).in_(matters))
        .order_by(col(Matter.due_on), col(Matter.id))
    )
    return list(session.exec(statement))
