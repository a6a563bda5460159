"""What a message says, written once: the bytes of its first attempt are those of every other."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy.exc import SQLAlchemyError
from sqlmodel import Session

from server.adapters.mail import OutgoingMail, build_message
from server.db.queries import claims
from server.db.queries import messages as queries
from server.db.queries.claims import Claimed
from server.db.queries.messages import Ending
from server.domain.bounces import bounce_address
from server.domain.reminders import RETRY_MINUTES
from server.services.delivery import give_up_lines

MOST_FAULTS = 5
"""A message that cannot be written after so many attempts is given up."""


def unsigned(data: bytes) -> bytes:
    """Leave a message as it is."""
    return data


@dataclass(frozen=True, slots=True)
class Sender:
    """Who the mails come from, and where those go that cannot be delivered.

    `bounces` is the mailbox for returned mail, `secret` signs the number of each message into it;
    without one they go to the sender's own address and nobody counts them.
    """

    name: str
    address: str
    bounces: str = ""
    secret: str = ""
    sign: Callable[[bytes], bytes] = unsigned
    """Puts a DKIM signature before a message's bytes."""

    def envelope(self, message: int) -> str:
        """Return the envelope sender of a message."""
        if not self.bounces:
            return self.address
        return bounce_address(self.bounces, self.secret, message)


@dataclass(frozen=True, slots=True)
class Letter:
    """The content of one message; `lines` are the reminders that it names."""

    subject: str
    text: str
    html: str
    recipient_name: str = ""
    lines: frozenset[int] = frozenset()


Compose = Callable[[Claimed], Letter]
"""Returns the content of one claimed message."""
Write = Callable[[Session, Sequence[Claimed]], Compose]
"""Reads what a batch of claimed messages needs and returns what writes each of them."""


@dataclass(frozen=True, slots=True)
class Parcel:
    """A message under lease with its final bytes."""

    message: Claimed
    data: bytes


def prepare(
    session: Session, messages: Sequence[Claimed], write: Write, sender: Sender, *, now: datetime
) -> list[Parcel]:
    """Return the messages with their bytes, writing and keeping those that have none yet.

    What cannot be written is put off, and given up after a few times; the others are not held up.
    """
    unwritten = [message for message in messages if message.body is None]
    compose = write(session, unwritten)
    fresh = {}
    for message in unwritten:
        if (row := _written(session, message, compose, sender, now)) is not None:
            fresh[message.id] = row
    if fresh:
        claims.freeze(session, list(fresh.values()))
    return [
        Parcel(message, message.body or fresh[message.id]["body"])
        for message in messages
        if message.body or message.id in fresh
    ]


def _written(
    session: Session, message: Claimed, compose: Compose, sender: Sender, now: datetime
) -> dict[str, Any] | None:
    """Return the row that freezes a message's bytes, or None if it could not be written."""
    try:
        letter = compose(message)
        data = sender.sign(build_message(_outgoing(message, letter, sender, now)))
    except SQLAlchemyError:
        raise
    except Exception as error:  # any fault in one mail's content is that mail's own
        _put_off_unwritten(session, message, error)
        return None
    return {
        "id": message.id,
        "token": message.token,
        "body": data,
        "subject": letter.subject,
        "payload": message.payload | {"lines": sorted(letter.lines)},
    }


def _put_off_unwritten(session: Session, message: Claimed, error: Exception) -> None:
    detail = f"邮件内容生成失败：{type(error).__name__}: {error}"
    if message.failures + 1 >= MOST_FAULTS:
        give_up_lines(session, message.id)
        ending = Ending("dead", "dead", detail=detail)
    else:
        wait = timedelta(minutes=RETRY_MINUTES[message.failures])
        ending = Ending("queued", "retry", detail=detail, failed=True, wait=wait)
    queries.finish(session, [(message, ending)])


def _outgoing(message: Claimed, letter: Letter, sender: Sender, now: datetime) -> OutgoingMail:
    return OutgoingMail(
        message_id=message.message_id,
        date=now,
        from_address=sender.address,
        from_name=sender.name,
        to_address=message.address,
        to_name=letter.recipient_name,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
    )
