"""The mails of a first plan that are too many to send without a person's word."""

from collections.abc import Mapping
from datetime import date, datetime

from sqlalchemy import text
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Flood, Unit
from server.domain.access import Scope

_FLOOD = text("""
WITH fresh AS (
    -- a stage whose day had passed before anybody knew of the matter
    SELECT r.id, r.recipient_id, u.office_id
    FROM reminder r
    JOIN matter m ON m.id = r.matter_id
    JOIN unit u ON u.id = m.unit_id AND u.office_id IS NOT NULL
    WHERE r.outcome = 'pending' AND r.message_id IS NULL AND r.planned_at = :now
      AND NOT r.late AND r.scheduled_on < :today AND r.held_for = ''
), own AS (
    SELECT * FROM unnest(CAST(:offices AS bigint[]), CAST(:mosts AS int[])) AS o(office_id, most)
), flood AS MATERIALIZED (
    SELECT f.office_id, count(DISTINCT f.recipient_id) AS people, count(*) AS reminders,
           COALESCE(min(own.most), :most) AS most
    FROM fresh f LEFT JOIN own USING (office_id)
    GROUP BY f.office_id
    HAVING count(DISTINCT f.recipient_id) > COALESCE(min(own.most), :most)
), held AS (
    UPDATE reminder r SET outcome = 'held', held_for = 'flood'
    FROM fresh JOIN flood USING (office_id) WHERE r.id = fresh.id
)
INSERT INTO flood (office_id, state, people, reminders, most, held_at, decided_by_name)
SELECT office_id, 'waiting', people, reminders, most, :now, '' FROM flood
ON CONFLICT (office_id) WHERE state = 'waiting' DO UPDATE
SET people = flood.people + excluded.people, reminders = flood.reminders + excluded.reminders
""")


def hold_floods(
    session: Session, most: int, own: Mapping[int, int], *, today: date, now: datetime
) -> int:
    """Hold what a first plan of this pass would send to more people than an office's limit.

    `most` is the limit of offices that set none of their `own`. Returns how many offices.
    """
    values = {"offices": list(own), "mosts": list(own.values()), "most": most}
    return session.connection().execute(_FLOOD, values | {"today": today, "now": now}).rowcount


def floods(session: Session, scope: Scope) -> list[tuple[Flood, Unit]]:
    """Return the floods that wait for a person within the scope."""
    statement = (
        select(Flood, Unit)
        .join(Unit, col(Unit.id) == col(Flood.office_id))
        .where(within(scope), Flood.state == "waiting")
        .order_by(col(Flood.held_at))
    )
    return list(session.exec(statement))


def flood(session: Session, scope: Scope, flood_id: int) -> Flood | None:
    """Return a flood within the scope, held for this transaction."""
    statement = (
        select(Flood)
        .join(Unit, col(Unit.id) == col(Flood.office_id))
        .where(within(scope), Flood.id == flood_id)
        .with_for_update(of=Flood)
    )
    return session.exec(statement).first()


def end_flood(session: Session, office_id: int, outcome: str) -> int:
    """Give the reminders of an office's flood their outcome; return how many."""
    return (
        session.connection()
        .execute(
            text(
                "UPDATE reminder r SET outcome = :outcome FROM matter m, unit u"
                " WHERE m.id = r.matter_id AND u.id = m.unit_id AND u.office_id = :office"
                " AND r.outcome = 'held' AND r.held_for = 'flood'"
            ),
            {"outcome": outcome, "office": office_id},
        )
        .rowcount
    )
