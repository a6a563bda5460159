"""Who signed for what (签收): reminders by their date, slips one by one."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, ScalarSelect, func, literal
from sqlalchemy.orm import aliased
from sqlmodel import Session, col, exists, select

from server.db.queries.units import within
from server.db.tables import Commitment, Contact, Matter, Message, Reminder, Reply, Slip, Unit
from server.db.tables.obligation import OPEN_STATES
from server.domain.access import Scope

UNIT_ROLES = ("information_officer", "unit_lead")
"""Whose signature is asked for: the unit's own people."""


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature under a matter, or under a slip issued on it."""

    matter_id: int
    slip_id: int | None
    contact_id: int | None
    """Null where another system signed."""
    name: str | None
    at: datetime
    via: str


def under(session: Session, matters: Collection[int]) -> list[Signature]:
    """Return the signatures under the present dates of matters and under all their slips."""
    statement = (
        select(Reply.matter_id, Reply.slip_id, Reply.contact_id, Contact.name, Reply.at, Reply.via)  # type: ignore[call-overload]  # SQLModel's overloads end at four columns
        .join(Matter, col(Matter.id) == col(Reply.matter_id))
        .join(Contact, col(Contact.id) == col(Reply.contact_id), isouter=True)
        .where(
            col(Reply.matter_id).in_(matters),
            Reply.act == "acknowledge",
            col(Reply.slip_id).is_not(None) | (Reply.due_version == Matter.due_version),
        )
        .order_by(col(Reply.id))
    )
    return [Signature(*row) for row in session.exec(statement)]


def signers(session: Session, unit_id: int) -> list[Contact]:
    """Return the active people of a unit whose signature is asked for."""
    statement = (
        select(Contact)
        .where(Contact.unit_id == unit_id, col(Contact.active), col(Contact.role).in_(UNIT_ROLES))
        .order_by(col(Contact.id))
    )
    return list(session.exec(statement))


def signed_papers(
    session: Session, matter: Matter, *, contact_id: int | None, token_id: int | None
) -> set[int | None]:
    """Return what somebody signed: the slips, and None for the matter under its present date."""
    who = Reply.contact_id == contact_id if contact_id else Reply.token_id == token_id
    statement = select(Reply.slip_id).where(
        Reply.matter_id == matter.id,
        Reply.act == "acknowledge",
        who,
        col(Reply.slip_id).is_not(None) | (Reply.due_version == matter.due_version),
    )
    return set(session.exec(statement))


@dataclass(frozen=True, slots=True)
class SignFilter:
    """Which lines the list shows; `state` is signed, unsigned or empty for all."""

    slips: bool = False
    state: str = ""
    words: str = ""


@dataclass(frozen=True, slots=True)
class SignRow:
    """One person who was told of a matter or sent a slip, and whether they signed."""

    id: int
    """Of the reminder, or of the mail that carried the slip."""
    matter: Matter
    unit: Unit
    contact: Contact
    stage: str
    slip: Slip | None
    told_at: datetime | None
    signed_at: datetime | None
    via: str | None
    colleague: str | None
    """Who of the unit signed, where the person did not."""
    promise: str | None = None
    """The words of the commitment, where the matter is one."""


def listed(
    session: Session, scope: Scope, wanted: SignFilter, *, before: int | None, limit: int
) -> list[SignRow]:
    """Return a page of lines within the scope, newest first; `before` is the last id seen.

    Of several reminders to one person about one date only the last is a line. Unsigned are only
    those whose matter is still open.
    """
    mine, theirs = aliased(Reply), aliased(Reply)
    key: Any = Message.id if wanted.slips else Reminder.id
    slip: Any = Slip if wanted.slips else literal(None)
    stage: Any = literal("") if wanted.slips else Reminder.stage
    statement: Any = select(
        key, Matter, Unit, Contact, stage, slip, Message.sent_at, mine.at, mine.via,
        _colleague(theirs, wanted), Commitment.text,
    )  # type: ignore[call-overload]  # fmt: skip  # SQLModel's overloads end at four columns
    statement = (_of_slips if wanted.slips else _of_reminders)(statement, mine)
    statement = statement.join(
        Commitment, col(Commitment.id) == col(Matter.commitment_id), isouter=True
    ).where(within(scope), *_conditions(wanted, mine))
    if before:
        statement = statement.where(key < before)
    return [SignRow(*row) for row in session.exec(statement.order_by(key.desc()).limit(limit))]


def _of_reminders(statement: Any, mine: Any) -> Any:
    newer = aliased(Reminder)
    overtaken = exists().where(
        col(newer.matter_id) == col(Reminder.matter_id),
        col(newer.due_version) == col(Reminder.due_version),
        col(newer.recipient_id) == col(Reminder.recipient_id),
        col(newer.outcome) == "mailed",
        col(newer.id) > col(Reminder.id),
    )
    return (
        statement.select_from(Reminder)
        .join(Matter, col(Matter.id) == col(Reminder.matter_id))
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .join(Contact, col(Contact.id) == col(Reminder.recipient_id))
        .join(Message, col(Message.id) == col(Reminder.message_id))
        .join(
            mine,
            (mine.matter_id == Reminder.matter_id)
            & (mine.due_version == Reminder.due_version)
            & (mine.contact_id == Reminder.recipient_id)
            & (mine.act == "acknowledge")
            & mine.slip_id.is_(None),
            isouter=True,
        )
        .where(
            Reminder.outcome == "mailed",
            Reminder.due_version == Matter.due_version,
            col(Contact.role).in_(UNIT_ROLES),
            ~overtaken,
        )
    )


def _of_slips(statement: Any, mine: Any) -> Any:
    key = func.concat("slip:", Slip.id, ":", Contact.id)
    return (
        statement.select_from(Slip)
        .join(Matter, col(Matter.id) == col(Slip.matter_id))
        .join(Unit, col(Unit.id) == col(Matter.unit_id))
        .join(Contact, col(Contact.unit_id) == col(Unit.id))
        .join(Message, col(Message.slot_key) == key)
        .join(
            mine,
            (mine.slip_id == Slip.id)
            & (mine.contact_id == Contact.id)
            & (mine.act == "acknowledge"),
            isouter=True,
        )
        .where(Slip.state == "released")
    )


def _colleague(theirs: Any, wanted: SignFilter) -> ScalarSelect[Any]:
    other = aliased(Contact)
    same = (
        (theirs.slip_id == Slip.id)
        if wanted.slips
        else theirs.slip_id.is_(None)
        & (theirs.matter_id == Reminder.matter_id)
        & (theirs.due_version == Reminder.due_version)
    )
    return (
        select(func.coalesce(func.min(other.name), "其他系统"))
        .select_from(theirs)
        .join(other, col(other.id) == theirs.contact_id, isouter=True)
        .where(theirs.act == "acknowledge", same)
        .having(func.count() > 0)
        .correlate(Slip if wanted.slips else Reminder)
        .scalar_subquery()
    )


def _conditions(wanted: SignFilter, mine: Any) -> list[ColumnElement[bool]]:
    conditions: list[ColumnElement[bool]] = []
    if wanted.state == "signed":
        conditions.append(mine.id.is_not(None))
    elif wanted.state == "unsigned":
        conditions += [mine.id.is_(None), col(Matter.state).in_(OPEN_STATES)]
    if wanted.words:
        conditions.append(
            col(Unit.name).icontains(wanted.words, autoescape=True)
            | col(Contact.name).icontains(wanted.words, autoescape=True)
        )
    return conditions
