"""Reading what was sent, to whom, and what came of it."""

from dataclasses import dataclass
from datetime import date, datetime

from sqlalchemy import func
from sqlalchemy.orm import defer
from sqlmodel import Session, col, select

from server.db.queries.units import within
from server.db.tables import Contact, Matter, Message, MessageEvent, Reminder, Unit
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE


@dataclass(frozen=True, slots=True)
class MailFilter:
    """Which messages the ledger shows; empty means all."""

    state: str = ""
    kind: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class MailRow:
    """One message with its recipient and how many lines it carries."""

    message: Message
    contact: Contact
    unit: Unit
    lines: int


@dataclass(frozen=True, slots=True)
class LineRow:
    """One reminder with its matter, recipient and message, if it has one."""

    reminder: Reminder
    matter: Matter
    unit: Unit
    contact: Contact


def messages(
    session: Session, scope: Scope, wanted: MailFilter, *, before: int | None, limit: int
) -> list[MailRow]:
    """Return a page of messages within the scope, newest first; `before` is the last id seen."""
    lines = (
        select(func.count())
        .where(Reminder.message_id == Message.id)
        .correlate(Message)
        .scalar_subquery()
    )
    statement = (
        select(Message, Contact, Unit, lines)
        .join(Contact, col(Contact.id) == col(Message.recipient_id))
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(within(scope))
        .options(defer(Message.body))  # type: ignore[arg-type]  # SQLModel types columns as values
        .order_by(col(Message.id).desc())
        .limit(limit)
    )
    if wanted.state:
        statement = statement.where(Message.state == wanted.state)
    if wanted.kind:
        statement = statement.where(Message.kind == wanted.kind)
    if wanted.words:
        name = col(Contact.name).icontains(wanted.words, autoescape=True)
        unit = col(Unit.name).icontains(wanted.words, autoescape=True)
        statement = statement.where(name | unit)
    if before:
        statement = statement.where(col(Message.id) < before)
    return [MailRow(*row) for row in session.exec(statement)]


def message(session: Session, scope: Scope, message_id: int) -> MailRow | None:
    """Return one message within the scope."""
    statement = (
        select(Message, Contact, Unit)
        .join(Contact, col(Contact.id) == col(Message.recipient_id))
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(within(scope), Message.id == message_id)
    )
    row = session.exec(statement).first()
    return MailRow(*row, len(lines_of(session, message_id))) if row else None


def events(session: Session, message_id: int) -> list[MessageEvent]:
    """Return what happened to a message, oldest first."""
    statement = (
        select(MessageEvent)
        .where(MessageEvent.message_id == message_id)
        .order_by(col(MessageEvent.id))
    )
    return list(session.exec(statement))


def lines_of(session: Session, message_id: int) -> list[LineRow]:
    """Return the reminders that a message carries, by due date."""
    statement = (
        select(Reminder, Matter, Unit, Contact)
        .join(Matter, col(Matter.id) == col(Reminder.matter_id))
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .join(Contact, col(Contact.id) == col(Reminder.recipient_id))
        .where(Reminder.message_id == message_id)
        .order_by(col(Matter.due_on), col(Reminder.id))
    )
    return [LineRow(*row) for row in session.exec(statement)]


def counts_by_day(session: Session, scope: Scope, since: date) -> list[tuple[datetime, int]]:
    """Return how many messages were sent on each day since then."""
    day = func.date_trunc("day", func.timezone(OFFICE_ZONE.key, Message.sent_at))
    statement = (
        select(day, func.count())
        .select_from(Message)
        .join(Contact, col(Contact.id) == col(Message.recipient_id))
        .join(Unit, col(Unit.id) == col(Contact.unit_id))
        .where(within(scope), col(Message.sent_at) >= since)
        .group_by(day)
        .order_by(day)
    )
    return [(at, count) for at, count in session.exec(statement)]
