"""The bytes of one message: text and HTML alternatives, built by filling a prepared skeleton.

The standard library's EmailMessage builds about 400 of these a second, which would be the
bottleneck of delivery. The structure never varies, so it is written out once; what varies is
encoded here and proved by parsing back (tests/unit/adapters/test_message.py).
"""

import re
from base64 import b64encode
from binascii import b2a_base64
from dataclasses import dataclass
from datetime import datetime
from email.utils import format_datetime

from server.domain.addresses import checked_address
from server.errors import InvalidInput

# "_" is no base64 character, so no encoded part can contain the boundary.
_BOUNDARY = "=_duban_alternative"
_SKELETON = (
    "Message-ID: %s\r\n"
    "Date: %s\r\n"
    "From: %s\r\n"
    "To: %s\r\n"
    "Subject: %s\r\n"
    "Auto-Submitted: auto-generated\r\n"
    "X-Auto-Response-Suppress: All\r\n"
    "MIME-Version: 1.0\r\n"
    f'Content-Type: multipart/alternative; boundary="{_BOUNDARY}"\r\n'
    "\r\n"
    f"--{_BOUNDARY}\r\n"
    "Content-Type: text/plain; charset=utf-8\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "%s"
    f"--{_BOUNDARY}\r\n"
    "Content-Type: text/html; charset=utf-8\r\n"
    "Content-Transfer-Encoding: base64\r\n"
    "\r\n"
    "%s"
    f"--{_BOUNDARY}--\r\n"
)
_MESSAGE_ID = re.compile(r"<[A-Za-z0-9._+-]{1,80}@[A-Za-z0-9.-]{1,120}>")
_CONTROL = re.compile(r"[\x00-\x1f\x7f\x85\u2028\u2029\ud800-\udfff]")
_PLAIN_WORDS = re.compile(r"(?=.{1,60}\Z)[A-Za-z0-9_+-]+( [A-Za-z0-9_+-]+)*")
_LINE_BREAK = re.compile(r"\r\n|\r|\n")
# 39 bytes make an encoded word of 64 characters: with the longest field name the line stays
# within the 76 of RFC 2047 §2.
_WORD_BYTES = 39


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One message to one person. `message_id` includes its angle brackets; `date` is aware."""

    message_id: str
    date: datetime
    from_address: str
    from_name: str
    to_address: str
    to_name: str
    subject: str
    text: str
    html: str


def build_message(mail: OutgoingMail) -> bytes:
    """Return the message as 7-bit clean CRLF bytes; equal mails give equal bytes.

    Raises InvalidInput for an address that is not one plain addr-spec, a Message-ID of another
    form, or a line break or control character in anything that becomes a header.
    """
    if not _MESSAGE_ID.fullmatch(mail.message_id):
        raise InvalidInput(f"邮件编号 {mail.message_id!r} 不合格式，邮件未生成。")
    filled = _SKELETON % (
        mail.message_id,
        format_datetime(mail.date),
        _mailbox(mail.from_name, mail.from_address),
        _mailbox(mail.to_name, mail.to_address),
        _unstructured(mail.subject),
        _body(mail.text),
        _body(mail.html),
    )
    return filled.encode("ascii")


def _mailbox(name: str, address: str) -> str:
    checked, shown = checked_address(address), name.strip()
    return f"{_unstructured(shown)}\r\n <{checked}>" if shown else checked


def _unstructured(value: str) -> str:
    """Return a header value: as it stands if it is short plain words, else as encoded words."""
    if _CONTROL.search(value):
        raise InvalidInput("邮件的标题或姓名里有换行或控制字符，邮件未生成。请改正后重试。")
    if _PLAIN_WORDS.fullmatch(value):
        return value
    return "\r\n ".join(_encoded_words(value))


def _encoded_words(value: str) -> list[str]:
    """Split `value` between characters into words of at most `_WORD_BYTES` bytes, encoded."""
    words: list[str] = []
    raw = value.encode()
    start = 0
    while start < len(raw):
        end = min(start + _WORD_BYTES, len(raw))
        while end < len(raw) and raw[end] & 0xC0 == 0x80:  # noqa: PLR2004 - inside a character
            end -= 1
        words.append(f"=?utf-8?b?{b64encode(raw[start:end]).decode()}?=")
        start = end
    return words


def _body(content: str) -> str:
    """Return a text part in base64, its lines ended canonically by CRLF (RFC 2045 §6.8)."""
    raw = _LINE_BREAK.sub("\r\n", content).encode()
    encoded = b2a_base64(raw, newline=False).decode()
    lines = [encoded[i : i + 76] for i in range(0, len(encoded), 76)]
    return "\r\n".join([*lines, ""])
