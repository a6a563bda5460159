"""What a person does about an undelivered mail: send it once more, or settle it otherwise."""

import re
from datetime import datetime

from sqlmodel import Session

from server.db.queries import dead_letters as queries
from server.db.queries import messages, suppression
from server.db.tables import Contact, Message
from server.domain.addresses import address_fault
from server.errors import Conflict, InvalidInput
from server.services import audit
from server.services.audit import Actor
from server.services.reminders import KEEP_TRYING

LONGEST_NOTE = 200
_RESENT = re.compile(r":resend(\d+)\Z")


def redrive(session: Session, actor: Actor, message: Message, *, now: datetime) -> Message:
    """Return a new message that says again what the undelivered one could not.

    Its Message-ID is its own; the old one stays as it is, with a word of who sent it anew.
    Raises: Conflict with the remedy when there is nothing to send or nobody to send it to.
    """
    _refuse_settled(session, message)
    contact = session.get_one(Contact, message.recipient_id)
    _refuse_unreachable(session, contact)
    fresh = _successor(message, contact, now)
    session.add(fresh)
    session.flush()  # the lines name it
    if message.kind == "reminder" and not queries.pass_on_lines(session, message.id, fresh.id):
        raise Conflict("邮件里所说的事都已办结或改期，不需要再发。")
    messages.note(
        session, message.id, None, "redriven", f"{actor.label}，新邮件 {fresh.message_id}"
    )
    _record(session, actor, "redrive", message, contact, now, to=contact.email, again=fresh.id)
    return fresh


def settle(session: Session, actor: Actor, message: Message, how: str, *, now: datetime) -> None:
    """Note how the recipient was told otherwise, by telephone say. Raises: InvalidInput."""
    _refuse_settled(session, message)
    said = " ".join(how.split())
    if not 2 <= len(said) <= LONGEST_NOTE:  # noqa: PLR2004 - a word is the least
        raise InvalidInput(f"请写明怎样通知的，2 到 {LONGEST_NOTE} 个字，如“已电话告知张三”。")
    messages.note(session, message.id, None, "settled", f"{actor.label}：{said}")
    contact = session.get_one(Contact, message.recipient_id)
    _record(session, actor, "settle", message, contact, now, how=said)


def _refuse_settled(session: Session, message: Message) -> None:
    if not queries.is_outstanding(session, message.id):
        raise Conflict("这封邮件不在待处理之列：没有退信，或者已经有人处理过。请刷新页面。")


def _refuse_unreachable(session: Session, contact: Contact) -> None:
    if not contact.active or address_fault(contact.email) is not None:
        raise Conflict("收件人已停用或邮箱无效：请先在“单位”页面更正，再重新发送。")
    held = suppression.of_contact(session, contact)
    if held is not None and held.state == "suppressed":
        raise Conflict("收件人的邮箱多次退信，已停发：请核对后先点“恢复这个邮箱”，再重新发送。")


def _successor(message: Message, contact: Contact, now: datetime) -> Message:
    match = _RESENT.search(message.slot_key)
    number = int(match[1]) + 1 if match else 1
    slot = _RESENT.sub("", message.slot_key)
    local, _, domain = re.sub(r"\.resend\d+@", "@", message.message_id).rpartition("@")
    return Message(
        slot_key=f"{slot}:resend{number}",
        kind=message.kind,
        recipient_id=contact.id,
        address=contact.email,
        payload={key: value for key, value in message.payload.items() if key != "lines"},
        message_id=f"{local}.resend{number}@{domain}",
        created_at=now,
        next_attempt_at=now,
        not_after=now + KEEP_TRYING if message.kind == "reminder" else None,
        redrive_of=message.id,
    )


def _record(
    session: Session,
    actor: Actor,
    act: str,
    message: Message,
    contact: Contact,
    now: datetime,
    **detail: object,
) -> None:
    audit.record(
        session, actor, act, "message", message.id, now=now, unit_id=contact.unit_id, **detail
    )
