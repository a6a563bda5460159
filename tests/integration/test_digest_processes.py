"""A leader's weekly digest on its whole way: beat, worker, a real SMTP server, the mail itself."""

import contextlib
import email
import os
import signal
import smtplib
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import timedelta
from email.message import EmailMessage
from email.policy import default
from pathlib import Path

import pytest

from server import clock
from server.adapters.embedded.places import kept_port
from server.commands.run import SOFT_STOP, beat_command, worker_command
from server.db.engine import transaction
from server.db.queries.office_rules import Place
from server.services import digests as service
from server.services import office_settings, policies, rulebook
from server.services.audit import SYSTEM
from tests import factories
from tests.integration.services.test_planning import owe
from tests.ledger import Town, opened

LONG_AGO = timedelta(days=30)


@pytest.fixture
def mailbox(tmp_path: Path) -> Iterator[int]:
    """The development mailbox, a real SMTP server that keeps every mail in tmp_path."""
    port = kept_port(tmp_path / "port")
    command = [Path(sys.executable).with_name("duban"), "mailbox", "--port", str(port)]
    with subprocess.Popen(command, env=os.environ | {"DUBAN_HOME": str(tmp_path)}) as process:
        end = time.monotonic() + 40
        while time.monotonic() < end:
            with contextlib.suppress(OSError), smtplib.SMTP("127.0.0.1", port):
                break
            time.sleep(0.05)
        yield port
        process.terminate()


def found_town(town: Town) -> factories.Town:
    """Found a town with one late matter and one that is near; its digest goes out today."""
    today, now = clock.today(), clock.utc_now()
    with transaction(town.engine) as session:
        founded = factories.town(session)
        owe(session, founded.finance, today - timedelta(days=2))
        owe(session, founded.schools, today + timedelta(days=5))
        shipped = office_settings.digest_json(office_settings.digest_of(session, founded.office.id))
        own = shipped | {"weekday": today.isoweekday(), "roles": ["group_leader"]}
        place = Place(founded.office.id, "digest")
        rule = policies.draft(session, place, own, "今天发", SYSTEM, now=now)
        office_settings.confirm(session, rule, SYSTEM, expected={}, now=now)
    town.run("UPDATE contact SET created_at = :then", then=now - LONG_AGO)
    return founded


def digests(folder: Path) -> list[EmailMessage]:
    """Return the digests among the mails that arrived."""
    mails = [
        email.message_from_bytes(file.read_bytes(), policy=default)
        for file in (folder / "mailbox").glob("*.eml")
    ]
    return [mail for mail in mails if "周报" in str(mail["Subject"])]


@contextlib.contextmanager
def running(command: list[str], environment: Mapping[str, str], log: Path) -> Iterator[None]:
    """Run a process, with all its children, for the length of the block."""
    with log.open("wb") as out:
        process = subprocess.Popen(
            command, env=dict(environment), stdout=out, stderr=out, start_new_session=True
        )
    try:
        yield
    finally:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(condition: Callable[[], bool], patience: float = 150) -> bool:
    """Wait for a condition; tell whether it came true."""
    end = time.monotonic() + patience
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.1)
    return met


@pytest.mark.timeout(300)  # processes start slowly on a busy machine
def test_a_leader_gets_the_weekly_digest_by_mail_once_with_what_is_late_and_near(
    database_url: str, redis_url: str, mailbox: int, tmp_path: Path
) -> None:
    environment = os.environ | {
        "DUBAN_DATABASE_URL": database_url,
        "DUBAN_REDIS_URL": redis_url,
        "DUBAN_SMTP_URL": f"smtp://127.0.0.1:{mailbox}",
        "DUBAN_SECRET_KEY": "k" * 43,
        "DUBAN_HOME": str(tmp_path),
        "DUBAN_TRIAL": "true",
        **SOFT_STOP,
    }
    with opened(database_url) as engine:
        town = Town(engine)
        founded = found_town(town)
        leader = founded.people["leader"]
        log = tmp_path / "worker.log"
        with (
            running(beat_command(tmp_path), environment, tmp_path / "beat.log"),
            running(worker_command("--concurrency", "1"), environment, log),
        ):
            assert until(lambda: bool(digests(tmp_path))), log.read_text()[-3000:]
        with transaction(engine) as session:
            rules = rulebook.reminder_rules(trial=True)
            now = clock.utc_now()
            assert service.queue(session, rules, now=now, mail_domain="office.example") == 0
        (mail,) = digests(tmp_path)
        (row,) = town.rows("SELECT state, recipient_id FROM message WHERE kind = 'digest'")
    assert (row.state, row.recipient_id) == ("sent", leader.id)
    assert leader.email in str(mail["To"])
    plain, html = mail.get_body(("plain",)), mail.get_body(("html",))
    assert plain is not None
    assert html is not None
    told = plain.get_content()
    assert leader.name in told
    for each in (told, html.get_content()):
        assert founded.finance.name in each
        assert founded.schools.name in each
    assert "逾期" in told
    assert "/r/" not in told  # a digest carries no link that acts
