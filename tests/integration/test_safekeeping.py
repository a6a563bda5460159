"""The drill: back up, lose everything, restore; the copy is whole and mute until released."""

import os
import re
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.adapters import epoch_file, send_journal
from server.clock import today
from server.db.engine import transaction
from server.domain.delivery import Accepted
from server.services import delivery, holding
from server.services.audit import SYSTEM
from tests.integration.test_delivery_ledger import attempt, claim
from tests.ledger import MOMENT, Town, found_town, opened

DUBAN = str(Path(sys.executable).with_name("duban"))


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with opened(database_url) as engine:
        town = found_town(engine, 4)
        town.owe()
        town.gather()
        yield town


@pytest.fixture
def empty_url(postgres: object, database_url: str) -> Iterator[str]:
    """A database without any table."""
    name = f"empty_{os.getpid()}_{time.monotonic_ns()}"
    with postgres.cluster.connect() as connection:  # type: ignore[attr-defined]  # a handle
        connection.execute(f"CREATE DATABASE {name} TEMPLATE template0")
        yield postgres.cluster.url(name)  # type: ignore[attr-defined]  # the same
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


def duban(
    home: Path, url: str, *arguments: str, given: bytes = b""
) -> subprocess.CompletedProcess[str]:
    environment = os.environ | {
        "DUBAN_DATABASE_URL": url,
        "DUBAN_HOME": str(home),
        "DUBAN_SECRET_KEY": "k" * 43,
    }
    done = subprocess.run(
        [DUBAN, *arguments], env=environment, input=given, capture_output=True, check=False
    )
    return subprocess.CompletedProcess(
        done.args, done.returncode, done.stdout.decode(), done.stderr.decode()
    )


def test_a_restored_copy_is_whole_and_sends_nothing_until_released(
    town: Town,
    database_url: str,
    empty_url: str,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
) -> None:
    home, file = tmp_path / "home", tmp_path / "duban.dump"
    first = attempt(town, Accepted(250, "ok"))
    with transaction(town.engine) as session:
        noted = holding.advance(session)
    epoch_file.write_epoch(home, noted.name, noted.epoch)
    done = duban(home, database_url, "backup", str(file))
    assert done.returncode == 0, done.stderr
    assert file.stat().st_mode & 0o077 == 0
    # After the backup one more mail goes out, and this machine's journal knows of it.
    second = attempt(town, Accepted(250, "ok"))
    for message in (first, second):
        send_journal.note_sent(home, [message.message_id], today=today())
    began = time.monotonic()
    done = duban(home, empty_url, "restore", str(file))
    took = time.monotonic() - began
    assert done.returncode == 0, done.stderr
    assert "单位 5" in done.stdout
    with opened(empty_url) as engine:
        copy = Town(engine)
        assert copy.states() == {"sent": 1, "queued": 3}
        assert claim(copy) == []
        with transaction(engine) as session:
            assert holding.why_silent(session, noted) == holding.RESTORED
            known = send_journal.sent_since(home, today())
            assert holding.believe_journal(session, lambda: known) == 1
        assert copy.states() == {"sent": 2, "queued": 2}
        assert claim(copy) == []
        done = duban(home, empty_url, "release")
        assert (done.returncode, "已放行" in done.stdout) == (0, True), done.stderr
        assert len(claim(copy)) == 2
        audited = copy.rows("SELECT action FROM audit_event ORDER BY id")
        assert [action for (action,) in audited] == ["release_mail"]
    with capsys.disabled():
        print(f"\nrestored {file.stat().st_size} bytes in {took:.1f} s")


def test_restore_refuses_a_database_that_holds_anything(
    town: Town, database_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "duban.dump"
    assert duban(tmp_path, database_url, "backup", str(file)).returncode == 0
    done = duban(tmp_path, database_url, "restore", str(file))
    assert done.returncode == 2
    assert "已有数据" in done.stderr
    assert town.states() == {"queued": 4}


def test_a_damaged_backup_changes_nothing(
    town: Town, database_url: str, empty_url: str, tmp_path: Path
) -> None:
    file = tmp_path / "duban.dump"
    assert duban(tmp_path, database_url, "backup", str(file)).returncode == 0
    whole = file.read_bytes()
    file.write_bytes(whole[: len(whole) // 2])
    done = duban(tmp_path, empty_url, "restore", str(file))
    assert done.returncode == 2
    assert "恢复没有完成" in done.stderr
    with opened(empty_url) as engine:
        assert Town(engine).value("SELECT count(*) FROM pg_tables WHERE schemaname='public'") == 0


def test_a_backup_that_fails_leaves_no_file(town: Town, database_url: str, tmp_path: Path) -> None:
    wrong = re.sub(r"/\w+\Z", "/nowhere", database_url)
    done = duban(tmp_path, wrong, "backup", str(tmp_path / "duban.dump"))
    assert done.returncode != 0
    assert list(tmp_path.glob("*.dump*")) == []


def test_the_file_of_the_epoch_never_goes_back(tmp_path: Path) -> None:
    assert epoch_file.read_epoch(tmp_path) is None
    epoch_file.write_epoch(tmp_path, "one", 5)
    epoch_file.write_epoch(tmp_path, "one", 4)
    assert epoch_file.read_epoch(tmp_path) == ("one", 5)
    epoch_file.write_epoch(tmp_path, "two", 1)
    assert epoch_file.read_epoch(tmp_path) == ("two", 1)
    (tmp_path / epoch_file.FILE).write_text("no json")
    assert epoch_file.read_epoch(tmp_path) is None


def test_a_copy_on_a_machine_without_the_file_is_mute_and_release_adopts_it(
    town: Town, database_url: str, tmp_path: Path
) -> None:
    with transaction(town.engine) as session:
        holding.advance(session)
        assert holding.why_silent(session, None) == holding.STRANGER
    done = duban(tmp_path, database_url, "release")
    assert "本机已登记" in done.stdout, done.stderr
    read = epoch_file.read_epoch(tmp_path)
    assert read is not None
    with transaction(town.engine) as session:
        assert holding.why_silent(session, holding.Noted(*read)) == ""


def test_returned_mail_that_cannot_be_stored_now_is_piped_again(
    town: Town, database_url: str, tmp_path: Path
) -> None:
    wrong = re.sub(r"/\w+\Z", "/nowhere", database_url)
    assert duban(tmp_path, wrong, "bounce", given=b"To: a@b.cn\r\n\r\nx").returncode == 75
    done = duban(tmp_path, database_url, "bounce", given=b"To: a@b.cn\r\n\r\nx")
    assert (done.returncode, "已忽略" in done.stdout) == (0, True)


def test_releasing_is_on_record(town: Town) -> None:
    with transaction(town.engine) as session:
        holding.hold_restored(session, None)
    with transaction(town.engine) as session:
        holding.release(session, SYSTEM, now=MOMENT)
        assert len(delivery.claim(session, owner="x", limit=9).messages) == 4
