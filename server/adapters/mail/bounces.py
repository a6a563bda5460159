"""Reading mail that came back: delivery status notifications of any mail server (RFC 3464)."""

from collections.abc import Iterator
from dataclasses import dataclass
from email import policy
from email.message import Message
from email.parser import BytesParser
from email.utils import getaddresses

from server.domain.bounces import RecipientReport

LARGEST = 512 * 1024
"""The report stands at the beginning; what lies beyond is the returned mail itself."""
MOST_PARTS = 50
_ADDRESSED_TO = ("X-Original-To", "Delivered-To", "Envelope-To", "X-Envelope-To", "To")


@dataclass(frozen=True, slots=True)
class ReturnedMail:
    """What one mail in the mailbox for returned mail says. `subject` is cut short."""

    addressed_to: tuple[str, ...]
    reports: tuple[RecipientReport, ...]
    auto_reply: bool
    subject: str


def read_returned(raw: bytes) -> ReturnedMail:
    """Return what a mail says; whatever cannot be read is missing from it, nothing is raised."""
    try:
        mail = BytesParser(policy=policy.compat32).parsebytes(raw[:LARGEST])
        return ReturnedMail(
            _addressees(mail), tuple(_reports(mail)), _is_auto(mail), _subject(mail)
        )
    except (RecursionError, ValueError, LookupError):
        return ReturnedMail((), (), auto_reply=False, subject="")


def _addressees(mail: Message) -> tuple[str, ...]:
    values = [str(value) for name in _ADDRESSED_TO for value in mail.get_all(name, [])]
    return tuple(address for _, address in getaddresses(values[:20]) if address)


def _reports(mail: Message) -> Iterator[RecipientReport]:
    for number, part in enumerate(mail.walk()):
        if number > MOST_PARTS:
            return
        if part.get_content_type() == "message/delivery-status":
            yield from _of_recipients(part)


def _of_recipients(part: Message) -> Iterator[RecipientReport]:
    groups = part.get_payload()
    for group in groups if isinstance(groups, list) else []:
        if isinstance(group, Message) and "Action" in group:
            yield RecipientReport(
                action=_field(group, "Action").lower(),
                status=_field(group, "Status"),
                diagnostic=_field(group, "Diagnostic-Code")[:300],
            )


def _is_auto(mail: Message) -> bool:
    """Tell an answer of a machine on behalf of a person who is away (RFC 3834)."""
    submitted = _field(mail, "Auto-Submitted").lower()
    precedence = _field(mail, "Precedence").lower()
    marks = "X-Autoreply" in mail or "X-Autorespond" in mail
    return submitted.startswith("auto-replied") or precedence == "auto_reply" or marks


def _subject(mail: Message) -> str:
    shown = "".join(c if c.isprintable() else " " for c in _field(mail, "Subject"))
    return " ".join(shown.split())[:120]


def _field(part: Message, name: str) -> str:
    """Return a field unfolded, its comments and all; empty where it is missing."""
    return " ".join(str(part.get(name, "")).split())
