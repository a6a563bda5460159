"""Mails that did not arrive and that nobody has seen to yet."""

from sqlalchemy import ColumnElement, func, text
from sqlalchemy.orm import defer
from sqlmodel import Session, col, exists, select

from server.db.queries.mail_ledger import MailRow
from server.db.queries.reminders import OPEN
from server.db.queries.units import within
from server.db.tables import Contact, Message, MessageEvent, Reminder, Unit
from server.domain.access import Scope

SETTLED = ("redriven", "settled")


def outstanding() -> ColumnElement[bool]:
    """Return the condition of a mail that a person has to see to.

    Dead, come back, or without an answer and not to be repeated by itself; and not settled.
    """
    settled = exists().where(
        col(MessageEvent.message_id) == col(Message.id), col(MessageEvent.kind).in_(SETTLED)
    )
    undelivered = (
        (col(Message.state) == "dead")
        | (col(Message.delivery) == "bounced")
        | ((col(Message.state) == "uncertain") & (col(Message.on_uncertain) == "hold"))
    )
    return undelivered & col(Message.kind).not_in(("sign_in", "robot")) & ~settled


def listed(session: Session, scope: Scope, *, before: int | None, limit: int) -> list[MailRow]:
    """Return a page of such mails within the scope, newest first; `before` is the last id seen."""
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
        .where(within(scope), outstanding())
        .options(defer(Message.body))  # type: ignore[arg-type]  # SQLModel types columns as values
        .order_by(col(Message.id).desc())
        .limit(limit)
    )
    if before:
        statement = statement.where(col(Message.id) < before)
    return [MailRow(*row) for row in session.exec(statement)]


def is_outstanding(session: Session, message_id: int) -> bool:
    """Return whether a person still has to see to a mail; it is locked against others' acts."""
    statement = select(Message.id).where(Message.id == message_id, outstanding()).with_for_update()
    return session.exec(statement).first() is not None


def pass_on_lines(session: Session, old: int, new: int) -> int:
    """Owe by a new message what an undelivered one named and still holds; return how many lines."""
    return (
        session.connection()
        .execute(
            text(
                "UPDATE reminder r SET outcome = 'pending', message_id = :new FROM matter t"
                " WHERE r.message_id = :old AND r.outcome = 'undelivered' AND t.id = r.matter_id"
                f" AND t.state IN {OPEN} AND t.due_version = r.due_version"
            ),
            {"old": old, "new": new},
        )
        .rowcount
    )
