"""A whole trial installation as a newcomer gets it, and what its mailbox received."""

import os
import re
import subprocess
import sys
from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from pathlib import Path

from server.adapters.embedded.places import is_free
from tests.processes import Program

DUBAN = str(Path(sys.executable).with_name("duban"))
FIRST_PORT, LAST_PORT = 23000, 24000
LONG = 150.0
"""Seconds: a minute's tick, and as long again on a machine with much else to do."""


class Trial(Program):
    """A running `duban up` with its demonstration town."""

    def __init__(self, folder: Path) -> None:
        self.home = folder / ".duban"
        # Workers of pytest start at once: each looks from another port on.
        first = FIRST_PORT + os.getpid() % (LAST_PORT - FIRST_PORT)
        port = next(number for number in range(first, LAST_PORT + 1000) if is_free(number))
        self.env = {
            "PATH": os.environ["PATH"],
            "LANG": "C.UTF-8",
            "DUBAN_HOME": str(self.home),
            "DUBAN_PORT": str(port),
        }
        self.address = f"http://127.0.0.1:{port}"
        super().__init__([DUBAN, "up"], folder / "output", self.env)
        self.until(lambda: "按 Ctrl-C 停止" in self.said() or self.process.poll() is not None, LONG)

    @property
    def printed_link(self) -> str:
        """The sign-in link that the start printed."""
        found = re.search(r"http://\S+/sign-in/link/\S+", self.said())
        assert found, self.said()
        return found[0]

    def sign_in_link(self, email: str) -> str:
        """Ask the command line for a link that signs this person in."""
        command = [DUBAN, "sign-in-link", email]
        return subprocess.run(
            command, env=self.env, capture_output=True, text=True, check=True
        ).stdout.strip()

    def mails(self, to: str = "", subject: str = "") -> list[EmailMessage]:
        """Return the mails received so far, oldest first."""
        found = []
        for file in sorted((self.home / "mailbox").glob("*.eml")):
            mail = message_from_bytes(file.read_bytes(), policy=policy.default)
            assert isinstance(mail, EmailMessage)
            if to in str(mail["to"]) and subject in str(mail["subject"]):
                found.append(mail)
        return found

    def mail(
        self, to: str, subject: str = "", holds: Callable[[str], bool] = lambda _: True
    ) -> str:
        """Wait for a mail to this address and return its plain text."""
        found: list[str] = []

        def arrived() -> bool:
            found[:] = [text for each in self.mails(to, subject) if holds(text := words(each))]
            return bool(found)

        self.until(arrived, LONG)
        return found[-1]


def words(mail: EmailMessage) -> str:
    """Return a mail's plain text."""
    plain = mail.get_body(("plain",))
    assert plain is not None
    return "\n".join(str(plain.get_content()).splitlines())


def reply_links(text: str) -> dict[str, str]:
    """Return the reply link of each matter that a reminder tells of, by its title."""
    pattern = r"^\d+\. \S+ (?P<title>.+?)（[^（]*）$.*?办理链接：(?P<link>\S+/r/\S+)"
    return {
        each["title"]: each["link"] for each in re.finditer(pattern, text, re.MULTILINE | re.DOTALL)
    }
