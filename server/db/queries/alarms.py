"""Alarms that are raised, cleared, and still to be told by the second path."""

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from server.db.tables import Alarm

_RAISE = text("""
INSERT INTO alarm AS a (key, message, raised_at, cleared_at, told_at)
VALUES (:key, :message, :now, NULL, NULL)
ON CONFLICT (key) DO UPDATE SET
    message = excluded.message,
    raised_at = CASE WHEN a.cleared_at IS NULL THEN a.raised_at ELSE excluded.raised_at END,
    told_at = CASE WHEN a.cleared_at IS NULL THEN a.told_at END,
    cleared_at = NULL
""")


def review(session: Session, faults: Mapping[str, str], *, now: datetime) -> None:
    """Raise an alarm for each fault, by key, and clear every alarm whose fault is over."""
    connection = session.connection()
    for key, message in sorted(faults.items()):
        connection.execute(_RAISE, {"key": key, "message": message, "now": now})
    connection.execute(
        text(
            "UPDATE alarm SET cleared_at = :now, told_at = NULL"
            " WHERE cleared_at IS NULL AND key <> ALL(:keys)"
        ),
        {"now": now, "keys": list(faults)},
    )


def untold(session: Session) -> list[Alarm]:
    """Return the alarms whose last change has to be told; locked, those of others left out."""
    statement = (
        select(Alarm)
        .where(col(Alarm.told_at).is_(None))
        .order_by(col(Alarm.key))
        .with_for_update(skip_locked=True)
    )
    return list(session.exec(statement))


def standing(session: Session) -> list[Alarm]:
    """Return the alarms that are not over, the oldest first."""
    statement = select(Alarm).where(col(Alarm.cleared_at).is_(None)).order_by(col(Alarm.raised_at))
    return list(session.exec(statement))
