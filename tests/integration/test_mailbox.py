"""The development mailbox, spoken to by a real SMTP client."""

import contextlib
import email
import smtplib
import subprocess
import sys
import time
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from server.adapters.embedded.mailbox import MailFolder
from server.adapters.embedded.places import kept_port
from server.clock import utc_now


@pytest.fixture
def port(tmp_path: Path) -> Iterator[int]:
    """A mailbox of `duban mailbox --keep 3` in tmp_path."""
    number = kept_port(tmp_path / "port")
    duban = Path(sys.executable).with_name("duban")
    command = [duban, "mailbox", "--port", str(number), "--keep", "3"]
    with subprocess.Popen(command, env={"DUBAN_HOME": str(tmp_path)}) as process:
        await_greeting(number)
        yield number
        process.terminate()


def await_greeting(port: int) -> None:
    deadline = time.monotonic() + 20
    while time.monotonic() < deadline:
        with contextlib.suppress(OSError), smtplib.SMTP("127.0.0.1", port):
            return
        time.sleep(0.05)
    pytest.fail("the mailbox does not answer")


def message(number: int) -> EmailMessage:
    mail = EmailMessage()
    mail["Subject"] = f"第{number}号提醒"
    mail["From"], mail["To"] = "duban@office.example", "xinxi@town.example"
    mail.set_content("请于 1 月 31 日前报送。\n.以点开头的一行")
    return mail


def test_a_mail_is_kept_as_it_came_with_its_envelope(port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        client.send_message(message(1), to_addrs=["a@town.example", "b@town.example"])
    [file] = (tmp_path / "mailbox").glob("*.eml")
    kept = email.message_from_bytes(file.read_bytes(), policy=default)
    assert kept["Subject"] == "第1号提醒"
    assert kept["X-Envelope-To"] == "a@town.example, b@town.example"
    assert kept["X-Envelope-From"] == "duban@office.example"
    assert kept.get_content().splitlines()[1] == ".以点开头的一行"


def test_only_the_newest_mails_are_kept(port: int, tmp_path: Path) -> None:
    with smtplib.SMTP("127.0.0.1", port) as client:
        for number in range(1, 6):
            client.send_message(message(number))
    files = sorted((tmp_path / "mailbox").glob("*.eml"))
    subjects = [email.message_from_bytes(f.read_bytes(), policy=default)["Subject"] for f in files]
    assert subjects == ["第3号提醒", "第4号提醒", "第5号提醒"]


def test_mails_of_one_instant_have_names_of_their_own(tmp_path: Path) -> None:
    instant = utc_now()
    folder = MailFolder(tmp_path, keep=10, now=lambda: instant)
    names = {folder.store("a@b.example", ["c@d.example"], b"\r\n") for _ in range(3)}
    assert len(names) == 3
