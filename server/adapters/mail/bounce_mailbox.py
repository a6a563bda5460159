"""Fetching returned mail from an IMAP mailbox: each mail is marked as seen once it is taken."""

import contextlib
import imaplib
import ssl
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import unquote, urlsplit

from server.errors import AppError, InvalidInput

PATIENCE = 30.0
MOST = 200
"""Mails taken in one visit; the others wait for the next."""
READ = 512 * 1024
REMEDY = "请检查 DUBAN_BOUNCE_IMAP_URL，写成 imaps://用户:密码@主机:993/INBOX 的样子。"


class MailboxFault(AppError):
    """The mailbox for returned mail cannot be read."""

    code = "mailbox_fault"


@dataclass(frozen=True, slots=True)
class ImapUrl:
    """Where returned mail lies."""

    host: str
    port: int
    user: str
    password: str
    folder: str
    encrypted: bool

    def __repr__(self) -> str:
        """Return the address without the password, fit for logs."""
        return f"ImapUrl({self.host}:{self.port}, {self.folder}, user={self.user})"


def parse_imap_url(text: str) -> ImapUrl:
    """Return the parts of `imaps://user:password@host[:port][/folder]`.

    `imap://`, without encryption, is for this machine itself alone. Raises: InvalidInput.
    """
    parts = urlsplit(text)
    if parts.scheme not in ("imap", "imaps") or not parts.hostname or not parts.username:
        raise InvalidInput(f"退信邮箱地址应以 imaps:// 开头并含用户和主机名。{REMEDY}")
    encrypted = parts.scheme == "imaps"
    if not encrypted and parts.hostname not in ("localhost", "127.0.0.1", "::1"):
        raise InvalidInput(f"不能在未加密的连接上读取邮箱：请改用 imaps://。{REMEDY}")
    return ImapUrl(
        host=parts.hostname,
        port=parts.port or (993 if encrypted else 143),
        user=unquote(parts.username),
        password=unquote(parts.password or ""),
        folder=unquote(parts.path.strip("/")) or "INBOX",
        encrypted=encrypted,
    )


def unseen(url: ImapUrl) -> Iterator[bytes]:
    """Yield the beginning of each mail not seen yet; seen as soon as the next one is asked for.

    Whoever stops in between finds the last one again. Raises: MailboxFault.
    """
    try:
        with _opened(url) as mailbox:
            for number in _numbers(mailbox):
                raw = _beginning(mailbox, number)
                if raw is not None:
                    yield raw
                mailbox.uid("STORE", number, "+FLAGS", r"(\Seen)")
    except (imaplib.IMAP4.error, OSError) as error:
        raise MailboxFault(f"退信邮箱 {url.host} 不能读取（{error}）。{REMEDY}") from error


@contextlib.contextmanager
def _opened(url: ImapUrl) -> Iterator[imaplib.IMAP4]:
    mailbox: imaplib.IMAP4
    if url.encrypted:
        context = ssl.create_default_context()
        mailbox = imaplib.IMAP4_SSL(url.host, url.port, ssl_context=context, timeout=PATIENCE)
    else:
        mailbox = imaplib.IMAP4(url.host, url.port, timeout=PATIENCE)
    try:
        mailbox.login(url.user, url.password)
        code, _ = mailbox.select(f'"{url.folder}"')
        if code != "OK":
            raise MailboxFault(f"退信邮箱里没有文件夹 {url.folder}。{REMEDY}")
        yield mailbox
    finally:
        with contextlib.suppress(imaplib.IMAP4.error, OSError):
            mailbox.logout()


def _numbers(mailbox: imaplib.IMAP4) -> list[str]:
    _, found = mailbox.uid("SEARCH", "UNSEEN")
    return [number.decode() for number in (found[0] or b"").split()][:MOST]


def _beginning(mailbox: imaplib.IMAP4, number: str) -> bytes | None:
    _, parts = mailbox.uid("FETCH", number, f"(BODY.PEEK[]<0.{READ}>)")
    return next((part[1] for part in parts if isinstance(part, tuple)), None)
