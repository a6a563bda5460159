"""The development mailbox of a trial installation: what a mail server received."""

import re
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime
from pathlib import Path

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response

from server.errors import NotFound
from server.settings import Settings
from server.web.deps import Config, Watching
from server.web.templating import page

router = APIRouter(prefix="/mailbox")
SHOWN = 100
BOX = "sandbox allow-popups; default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'self'"
_NAME = re.compile(r"[\w.-]{10,80}\.eml")
_LINK = re.compile(r"(https?://[^\s<>\"]+)")


@dataclass(frozen=True, slots=True)
class Mail:
    """One received mail."""

    name: str
    recipient: str
    subject: str
    at: datetime | None


@router.get("")
def listed(request: Request, visit: Watching, config: Config, q: str = "") -> Response:
    """List the newest mails."""
    files = sorted(_folder(config).glob("*.eml"), reverse=True)
    mails = [_summary(file) for file in files[: SHOWN * 5]]
    words = q.strip().lower()
    shown = [mail for mail in mails if words in (mail.recipient + mail.subject).lower()][:SHOWN]
    return page(request, "mailbox/list.html", mails=shown, total=len(files), q=q)


@router.get("/{name}")
def show(request: Request, name: str, visit: Watching, config: Config) -> Response:
    """Show one mail: headers, plain text with live links, and the HTML part in a frame."""
    mail = _mail(config, name)
    plain = mail.get_body(("plain",))
    text = plain.get_content() if plain else ""
    return page(
        request,
        "mailbox/mail.html",
        name=name,
        mail=mail,
        at=_received(mail),
        pieces=_LINK.split(text),
    )


@router.get("/{name}/html")
def show_html(name: str, visit: Watching, config: Config) -> Response:
    """Return the HTML part alone, boxed in so that it can do nothing."""
    html = _mail(config, name).get_body(("html",))
    content = html.get_content() if html else ""
    return HTMLResponse(content, headers={"Content-Security-Policy": BOX})


def _folder(config: Settings) -> Path:
    if not config.mailbox:
        raise NotFound("这个安装没有启用开发邮箱；邮件已发往真实的邮件服务器。")
    return config.home / "mailbox"


def _mail(config: Settings, name: str) -> EmailMessage:
    file = _folder(config) / name
    if not _NAME.fullmatch(name) or not file.is_file():
        raise NotFound("没有找到这封邮件，可能已被清理。")
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    if not isinstance(mail, EmailMessage):
        raise NotFound("这封邮件不能显示。")
    return mail


def _summary(file: Path) -> Mail:
    mail = message_from_bytes(file.read_bytes(), policy=policy.default)
    recipient = str(mail["x-envelope-to"] or mail["to"])
    return Mail(file.name, recipient, str(mail["subject"]), _received(mail))


def _received(mail: Message) -> datetime | None:
    date = mail["date"]
    return parsedate_to_datetime(str(date)) if date else None
