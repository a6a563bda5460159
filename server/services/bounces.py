"""Taking in mail that came back: proved ours, judged, and a duty that failed told to others."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from server.adapters.mail.bounces import ReturnedMail, read_returned
from server.db.queries import bounces as queries
from server.db.queries import messages, suppression
from server.domain.bounces import (
    LIFE,
    BounceVerdict,
    RecipientReport,
    blames_address,
    judge,
    message_of,
)
from server.domain.delivery import PermanentFailure, Stage
from server.services.delivery import MEMORY, give_up_lines


def take(
    session: Session, raw: bytes, secret: str, *, now: datetime, recipient: str = ""
) -> BounceVerdict:
    """Do what one returned mail calls for and return what it was; safe to repeat.

    `recipient` is the address it was delivered to, where the mail server says so; otherwise the
    mail's own fields do. Without our signature in it nothing changes.
    """
    mail = read_returned(raw)
    verdict = _taken(session, mail, secret, now, recipient)
    queries.count(session, now.date(), verdict.value)
    return verdict


def _taken(
    session: Session, mail: ReturnedMail, secret: str, now: datetime, recipient: str
) -> BounceVerdict:
    message = _message(mail, secret, recipient)
    sent = queries.locked(session, message) if message is not None else None
    if message is None or sent is None:
        return BounceVerdict.FORGED
    if now - sent.since > LIFE:
        return BounceVerdict.EXPIRED
    verdict = judge(mail.reports, auto_reply=mail.auto_reply)
    if verdict is BounceVerdict.BOUNCED:
        return _bounced(session, message, sent, mail.reports)
    if verdict is BounceVerdict.DELAYED:
        return _delayed(session, message, sent, mail.reports)
    if verdict is BounceVerdict.UNCLEAR:
        messages.note(session, message, None, "unclear", mail.subject)
    return verdict


def _message(mail: ReturnedMail, secret: str, recipient: str) -> int | None:
    addresses: Sequence[str] = [recipient] if recipient else mail.addressed_to
    found = (message_of(address, secret) for address in addresses)
    return next((message for message in found if message is not None), None)


def _bounced(
    session: Session, message: int, sent: queries.Sent, reports: Sequence[RecipientReport]
) -> BounceVerdict:
    if sent.delivery == "bounced":
        return BounceVerdict.REPEATED
    report = next(report for report in reports if report.action == "failed")
    said = f"{report.status} {report.diagnostic}".strip()
    queries.mark(session, message, "bounced", said)
    messages.reopen_lines(session, message)
    give_up_lines(session, message)
    if blames_address(PermanentFailure(Stage.RCPT, 550, said)):
        suppression.note_failure(session, sent.address, reason=said, message=message, memory=MEMORY)
    return BounceVerdict.BOUNCED


def _delayed(
    session: Session, message: int, sent: queries.Sent, reports: Sequence[RecipientReport]
) -> BounceVerdict:
    if sent.delivery != "unknown":
        return BounceVerdict.REPEATED
    queries.mark(session, message, "delayed", f"{reports[0].status} {reports[0].diagnostic}")
    return BounceVerdict.DELAYED
