"""A mail server for trials: takes every mail and keeps it as a file, delivers none."""

import asyncio
import itertools
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from aiosmtpd.smtp import SMTP, Envelope, Session

MAX_BYTES = 40 * 1024 * 1024


class MailFolder:
    """Keeps the newest mails of a folder as `<instant>-<number>.eml`, whole or not at all.

    Two header lines are put on top: X-Envelope-From and X-Envelope-To, as the client gave them.
    """

    def __init__(self, folder: Path, *, keep: int, now: Callable[[], datetime]) -> None:
        self._folder = folder
        self._keep = keep
        self._now = now
        self._numbers = itertools.count(1)

    async def handle_DATA(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope
    ) -> str:
        """Keep one mail and answer the client."""
        content = envelope.original_content or b""
        name = self.store(envelope.mail_from or "", envelope.rcpt_tos, content)
        return f"250 2.0.0 kept as {name}"

    def store(self, sender: str, recipients: list[str], content: bytes) -> str:
        """Write one mail, remove the oldest beyond the limit; return the file's name."""
        name = f"{self._now():%Y%m%dT%H%M%S.%f}-{next(self._numbers):06}.eml"
        top = f"X-Envelope-From: {sender}\r\nX-Envelope-To: {', '.join(recipients)}\r\n"
        fresh = self._folder / f"{name}.part"
        fresh.write_bytes(top.encode("utf-8") + content)
        fresh.rename(self._folder / name)
        for old in sorted(self._folder.glob("*.eml"))[: -self._keep]:
            old.unlink(missing_ok=True)
        return name


def serve_mailbox(folder: Path, *, port: int, keep: int, now: Callable[[], datetime]) -> None:
    """Serve SMTP on 127.0.0.1 until the process is stopped."""
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    asyncio.run(_serve(MailFolder(folder, keep=keep, now=now), port))


async def _serve(folder: MailFolder, port: int) -> None:
    def protocol() -> SMTP:
        return SMTP(folder, data_size_limit=MAX_BYTES, enable_SMTPUTF8=True, hostname="localhost")

    server = await asyncio.get_running_loop().create_server(protocol, "127.0.0.1", port)
    async with server:
        await server.serve_forever()
