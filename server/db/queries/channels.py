"""Robots and webhooks: whose they are, what they are owed, what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, text
from sqlalchemy.orm import defer
from sqlmodel import Session, col, exists, select

from server.db.queries.dead_letters import SETTLED
from server.db.queries.gathering import Offices
from server.db.queries.reminders import OPEN
from server.db.queries.units import within
from server.db.tables import Channel, Message, MessageEvent, Unit
from server.domain.access import Scope


@dataclass(frozen=True, slots=True)
class ChannelRow:
    """A robot with its unit, and whether something it could not be told waits for a person."""

    channel: Channel
    unit: Unit
    outstanding: bool


def _waits() -> ColumnElement[bool]:
    settled = exists().where(
        col(MessageEvent.message_id) == col(Message.id), col(MessageEvent.kind).in_(SETTLED)
    )
    return (col(Message.state) == "dead") & ~settled


def of_scope(session: Session, scope: Scope) -> list[ChannelRow]:
    """Return the robots within the scope that were not removed, in the office's order."""
    waiting = exists().where(col(Message.channel_id) == col(Channel.id), _waits())
    statement = (
        select(Channel, Unit, waiting)
        .join(Unit, col(Unit.id) == col(Channel.unit_id))
        .where(within(scope), Channel.state != "removed")
        .order_by(col(Unit.sort), col(Channel.id))
    )
    return [ChannelRow(*row) for row in session.exec(statement)]


def visible(session: Session, scope: Scope, channel_id: int) -> ChannelRow | None:
    """Return a robot within the scope, held for this transaction."""
    statement = (
        select(Channel, Unit)
        .join(Unit, col(Unit.id) == col(Channel.unit_id))
        .where(Channel.id == channel_id, within(scope), Channel.state != "removed")
        .with_for_update(of=Channel)
    )
    row = session.exec(statement).first()
    return ChannelRow(*row, outstanding=False) if row else None


def active(session: Session) -> list[Channel]:
    """Return all robots that are told of something, of whatever office."""
    statement = select(Channel).where(Channel.state == "active").order_by(col(Channel.id))
    return list(session.exec(statement))


def live_named(session: Session, unit_id: int, name: str) -> Channel | None:
    """Return the robot of this name that was not removed."""
    statement = select(Channel).where(
        Channel.unit_id == unit_id, Channel.name == name, Channel.state != "removed"
    )
    return session.exec(statement).first()


def around(session: Session, unit_id: int) -> list[Channel]:
    """Return the active robots that hear about a unit."""
    rows = session.connection().execute(
        text(
            "SELECT c.id FROM channel c JOIN unit o ON o.id = c.unit_id, unit u WHERE u.id = :unit"
            f" AND c.state = 'active' AND {_HEARS} ORDER BY c.id"
        ),
        {"unit": unit_id},
    )
    return [session.get_one(Channel, number) for number in rows.scalars()]


def held(session: Session, ids: Sequence[int]) -> dict[int, tuple[Channel, Unit]]:
    """Return robots by id with their units, whatever their state."""
    statement = (
        select(Channel, Unit)
        .join(Unit, col(Unit.id) == col(Channel.unit_id))
        .where(col(Channel.id).in_(ids))
    )
    return {channel.id: (channel, unit) for channel, unit in session.exec(statement)}


_HEARS = "(CASE WHEN o.is_office THEN starts_with(u.path, o.path) ELSE u.id = o.id END)"
"""That a robot of unit `o` hears about unit `u`."""

_OWE = text(f"""
INSERT INTO channel_line (channel_id, reminder_id)
SELECT c.id, r.id
FROM channel c
JOIN unit o ON o.id = c.unit_id
JOIN reminder r ON r.outcome = 'pending' AND r.message_id IS NOT NULL
JOIN matter m ON m.id = r.matter_id
JOIN unit u ON u.id = m.unit_id AND {_HEARS}
WHERE c.state = 'active'
ON CONFLICT DO NOTHING
""")


def any_active(session: Session) -> bool:
    """Return whether there is any robot to tell."""
    return (
        session.exec(select(Channel.id).where(Channel.state == "active").limit(1)).first()
        is not None
    )


def owe(session: Session) -> None:
    """Owe each robot the reminders that are on their way by mail, each once for ever."""
    session.connection().execute(_OWE)


def _among(offices: Offices) -> str:
    if not offices.ids and not offices.among:
        return "true"
    mine = "CASE WHEN o.is_office THEN o.id ELSE COALESCE(o.office_id, o.id) END"
    return f"({mine} = ANY(:offices)) = :among"


def _values(offices: Offices) -> dict[str, object]:
    return (
        {"offices": list(offices.ids), "among": offices.among}
        if (offices.ids or offices.among)
        else {}
    )


def gather(
    session: Session,
    offices: Offices,
    *,
    slot: str,
    domain: str,
    now: datetime,
    not_after: datetime,
) -> None:
    """Gather what robots are owed into one message for each and this slot.

    What comes up after the slot's message has gone waits for the next slot.
    """
    values = {"slot": slot, "domain": domain, "now": now, "not_after": not_after}
    connection = session.connection()
    connection.execute(
        text(f"""
INSERT INTO message (slot_key, kind, channel_id, address, payload, on_uncertain, state, message_id,
                     subject, reply, created_at, next_attempt_at, not_after,
                     claims, failures, uncertain_count)
SELECT 'robot:' || c.id || ':' || :slot, 'robot', c.id, c.name, '{{"what": "reminders"}}', 'resend',
       'queued', '<robot.' || c.id || '.' || replace(:slot, ':', '.') || '@' || :domain || '>', '',
       '', :now, :now, :not_after, 0, 0, 0
FROM channel c JOIN unit o ON o.id = c.unit_id
WHERE c.state = 'active' AND {_among(offices)}
  AND EXISTS (SELECT FROM channel_line l WHERE l.channel_id = c.id AND l.message_id IS NULL)
ON CONFLICT (slot_key) DO NOTHING
"""),
        values | _values(offices),
    )
    connection.execute(
        text("""
UPDATE channel_line l SET message_id = m.id
FROM message m
WHERE l.message_id IS NULL AND m.channel_id = l.channel_id
  AND m.slot_key = 'robot:' || l.channel_id || ':' || :slot
  AND m.state = 'queued' AND m.body IS NULL
"""),
        values,
    )


def hush(session: Session, offices: Offices, opens: datetime) -> None:
    """Let what robots of these offices are still to be told rest until the hours begin again."""
    session.connection().execute(
        text(f"""
UPDATE message SET next_attempt_at = :opens,
       not_after = greatest(not_after, CAST(:opens AS timestamptz) + interval '1 day')
WHERE channel_id IS NOT NULL AND state = 'queued' AND next_attempt_at < :opens
  AND payload ->> 'what' = 'reminders' AND channel_id IN (
    SELECT c.id FROM channel c JOIN unit o ON o.id = c.unit_id WHERE {_among(offices)})
"""),
        {"opens": opens} | _values(offices),
    )


@dataclass(frozen=True, slots=True)
class Told:
    """One matter of a robot's message that is still true."""

    message_id: int
    matter_id: int
    title: str
    due_on: date
    stage: str
    unit: str


_LINES = text(f"""
SELECT DISTINCT ON (l.message_id, m.due_on, m.id)
       l.message_id, m.id, m.title, m.due_on, r.stage, u.name
FROM channel_line l
JOIN reminder r ON r.id = l.reminder_id AND r.outcome IN ('pending', 'mailed', 'undelivered')
JOIN matter m ON m.id = r.matter_id AND m.state IN {OPEN} AND m.due_version = r.due_version
JOIN unit u ON u.id = m.unit_id
WHERE l.message_id = ANY(:ids)
ORDER BY l.message_id, m.due_on, m.id, r.scheduled_on DESC
""")


def lines(session: Session, messages: Sequence[int]) -> dict[int, list[Told]]:
    """Return what messages tell, each matter once, the earliest date first."""
    found: dict[int, list[Told]] = {message: [] for message in messages}
    for row in session.connection().execute(_LINES, {"ids": list(messages)}):
        told = Told(*row)
        found[told.message_id].append(told)
    return found


def messages_of(session: Session, channel_id: int, *, limit: int) -> list[Message]:
    """Return the last messages of a robot, newest first."""
    statement = (
        select(Message)
        .where(Message.channel_id == channel_id)
        .options(defer(Message.body))  # type: ignore[arg-type]  # SQLModel types columns as values
        .order_by(col(Message.id).desc())
        .limit(limit)
    )
    return list(session.exec(statement))


def events_of(session: Session, messages: Sequence[int]) -> dict[int, list[MessageEvent]]:
    """Return what happened to messages, oldest first."""
    found: dict[int, list[MessageEvent]] = {message: [] for message in messages}
    statement = (
        select(MessageEvent)
        .where(col(MessageEvent.message_id).in_(messages))
        .order_by(col(MessageEvent.id))
    )
    for event in session.exec(statement):
        found[event.message_id].append(event)
    return found


def waiting(session: Session, channel_id: int, message_id: int) -> Message | None:
    """Return a robot's dead message that nobody has seen to, held for this transaction."""
    statement = (
        select(Message)
        .where(Message.id == message_id, Message.channel_id == channel_id, _waits())
        .with_for_update()
    )
    return session.exec(statement).first()


def pass_on(session: Session, old: int, new: int) -> None:
    """Let a new message tell what a dead one could not."""
    session.connection().execute(
        text("UPDATE channel_line SET message_id = :new WHERE message_id = :old"),
        {"old": old, "new": new},
    )


def drop_waiting(session: Session, channel_id: int) -> None:
    """Forget what a robot was still to be told in a coming slot."""
    session.connection().execute(
        text("DELETE FROM channel_line WHERE channel_id = :channel AND message_id IS NULL"),
        {"channel": channel_id},
    )


KEEP_TRYING = timedelta(days=1)
"""What a robot could not be told within this time is old; mail has told it."""
