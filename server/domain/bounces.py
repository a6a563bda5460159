"""Returned mail: whose it is, told by a signed address, and what it says of the mail's fate."""

import hashlib
import hmac
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum

from server.domain.delivery import PermanentFailure, Stage, may_pass

LIFE = timedelta(days=7)
"""A server gives up after four to five days (RFC 5321 §4.5.4.1); later news is not believed."""
_TOKEN = re.compile(r"([0-9a-z]{1,13})\.([0-9a-f]{16})")
_DIGITS = "0123456789abcdefghijklmnopqrstuvwxyz"


class BounceVerdict(StrEnum):
    """What became of one mail that came back."""

    BOUNCED = "bounced"  # not delivered: the duty is escalated
    DELAYED = "delayed"  # the other server still tries
    REPEATED = "repeated"  # the same news again: changes nothing
    HARMLESS = "harmless"  # a report of success
    AUTO_REPLY = "auto_reply"  # out of office: says nothing about delivery
    UNCLEAR = "unclear"  # addressed to us truly, but not in a form we read: kept for a person
    EXPIRED = "expired"
    FORGED = "forged"  # not signed by us: ignored


BOUNCE_WORDS: dict[BounceVerdict, str] = {
    BounceVerdict.BOUNCED: "退信，已转告办公室。",
    BounceVerdict.DELAYED: "对方服务器还在尝试。",
    BounceVerdict.REPEATED: "同一封退信再次收到，没有变化。",
    BounceVerdict.HARMLESS: "送达回执，没有变化。",
    BounceVerdict.AUTO_REPLY: "自动回复，不算退信。",
    BounceVerdict.UNCLEAR: "退信格式无法识别，已记入邮件经过，请人工查看。",
    BounceVerdict.EXPIRED: "退信来得太迟（超过 7 天），未采信。",
    BounceVerdict.FORGED: "收件地址的签名不对，不是对本系统邮件的退信，已忽略。",
}


@dataclass(frozen=True, slots=True)
class RecipientReport:
    """What a delivery status notification says of one recipient (RFC 3464 §2.3)."""

    action: str
    status: str
    diagnostic: str = ""


def bounce_address(base: str, secret: str, message: int) -> str:
    """Return the envelope sender of a message: `base` with its number, signed, after a plus."""
    local, _, domain = base.rpartition("@")
    return f"{local}+{_base36(message)}.{_signature(secret, message)}@{domain}"


def message_of(address: str, secret: str) -> int | None:
    """Return the number of the message that an address stands for; None if we did not sign it."""
    tag = address.lower().rpartition("@")[0].rpartition("+")[2]
    match = _TOKEN.fullmatch(tag)
    if match is None:
        return None
    message = int(match[1], 36)
    return message if hmac.compare_digest(match[2], _signature(secret, message)) else None


def judge(reports: Sequence[RecipientReport], *, auto_reply: bool) -> BounceVerdict:
    """Return what the reports of one notification come to, the gravest first."""
    if not reports:
        return BounceVerdict.AUTO_REPLY if auto_reply else BounceVerdict.UNCLEAR
    actions = {report.action for report in reports}
    if "failed" in actions:
        return BounceVerdict.BOUNCED
    if "delayed" in actions:
        return BounceVerdict.DELAYED
    known = {"delivered", "relayed", "expanded"}
    return BounceVerdict.HARMLESS if actions <= known else BounceVerdict.UNCLEAR


def blames_address(outcome: PermanentFailure) -> bool:
    """Tell whether a refusal says that the address itself is bad, not our content or its quota.

    Source: RFC 3463 §3.2 (X.1.x addressing), §3.3 (X.2.1 disabled mailbox), §3.1 (X.0.0).
    """
    if may_pass(outcome.text):
        return False
    status = re.search(r"\b5\.(\d)\.(\d+)\b", outcome.text)
    if status is None:
        return outcome.stage is Stage.RCPT
    return status[1] in "01" or status[0] == "5.2.1"


def _signature(secret: str, message: int) -> str:
    content = f"bounce:{message}".encode()
    return hmac.new(secret.encode(), content, hashlib.sha256).hexdigest()[:16]


def _base36(number: int) -> str:
    digits = ""
    while number:
        number, digit = divmod(number, 36)
        digits = _DIGITS[digit] + digits
    return digits or "0"
