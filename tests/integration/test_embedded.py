"""The embedded PostgreSQL and Valkey: real processes, real folders."""

import os
import shutil
import signal
import socket
import subprocess
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from redis import Redis

from server.adapters.embedded import PostgresHandle, StartFailed, start_postgres, start_valkey
from server.adapters.embedded.places import PORTS, kept_port
from server.errors import Conflict
from tests.folders import open_folder
from tests.ordinary import ordinary_environment, ordinary_python

as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root needs to drop privileges")


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the demoted server can reach."""
    folder = open_folder("duban-test-")
    yield folder / ".duban"
    shutil.rmtree(folder)


def write_rows(handle: PostgresHandle, count: int) -> None:
    with handle.cluster.connect("duban") as connection:
        connection.execute("CREATE TABLE IF NOT EXISTS kept (n int)")
        for number in range(count):
            connection.execute("INSERT INTO kept VALUES (%s)", [number])


def count_rows(handle: PostgresHandle) -> int:
    with handle.cluster.connect("duban") as connection:
        row = connection.execute("SELECT count(*) FROM kept").fetchone()
    assert row is not None
    return int(row[0])


def test_an_empty_folder_becomes_a_database_and_the_second_start_finds_it(home: Path) -> None:
    with start_postgres(home) as first:
        write_rows(first, 3)
        address = first.url
    with start_postgres(home) as second:
        assert count_rows(second) == 3
        assert second.url == address


def test_acknowledged_rows_survive_a_kill_of_the_database(home: Path) -> None:
    with start_postgres(home) as handle:
        write_rows(handle, 200)
        os.kill(handle.process.pid, signal.SIGKILL)
        handle.process.wait()
    with start_postgres(home) as handle:
        assert count_rows(handle) == 200


def test_a_second_start_names_the_process_that_holds_the_folder(home: Path) -> None:
    with start_postgres(home), pytest.raises(Conflict, match=f"进程 {os.getpid()} 使用"):
        start_postgres(home).__enter__()


def test_the_database_sorts_and_compares_the_same_on_every_machine(home: Path) -> None:
    with start_postgres(home) as handle, handle.cluster.connect() as connection:
        row = connection.execute(
            "SELECT datlocprovider, datlocale, pg_encoding_to_char(encoding) FROM pg_database"
            " WHERE datname = 'duban'"
        ).fetchone()
    assert row == ("b", "C.UTF-8", "UTF8")


def test_nobody_gets_in_without_the_password(home: Path) -> None:
    with start_postgres(home) as handle:
        address = f"postgresql://duban:guess@127.0.0.1:{handle.cluster.port}/duban"
        with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
            psycopg.connect(address)


def test_a_first_start_that_was_killed_leaves_nothing_in_the_way(home: Path) -> None:
    half = home / "postgres" / "data.new"
    half.mkdir(parents=True)
    for folder in (home, home / "postgres"):
        folder.chmod(0o711)
    (half / "PG_VERSION").write_text("18\n")
    with start_postgres(home) as handle:
        write_rows(handle, 1)


def test_a_port_taken_meanwhile_is_replaced(tmp_path: Path) -> None:
    note = tmp_path / "port"
    first = kept_port(note)
    assert kept_port(note) == first
    with socket.socket() as other:
        other.bind(("127.0.0.1", first))
        other.listen()
        second = kept_port(note)
    assert second != first
    assert second in PORTS
    assert note.read_text() == str(second)


def test_data_of_another_major_version_are_refused_untouched(home: Path) -> None:
    with start_postgres(home) as handle:
        version = handle.cluster.data / "PG_VERSION"
    version.write_text("17\n")
    with pytest.raises(StartFailed, match="属于 PostgreSQL 17，本版本需要 18"):
        start_postgres(home).__enter__()


def test_a_server_that_cannot_start_shows_its_log(home: Path) -> None:
    with pytest.raises(StartFailed, match="unrecognized configuration parameter"):
        start_postgres(home, {"no_such_setting": "1"}).__enter__()


def test_what_the_queue_acknowledged_survives_its_kill(home: Path) -> None:
    with start_valkey(home) as handle, Redis.from_url(handle.url) as client:
        for number in range(500):
            client.rpush("kept", number)
        os.kill(handle.process.pid, signal.SIGKILL)
        handle.process.wait()
    with start_valkey(home) as handle, Redis.from_url(handle.url) as client:
        assert client.llen("kept") == 500


def test_no_password_shows_among_the_arguments(home: Path) -> None:
    with start_valkey(home) as queue, start_postgres(home) as database:
        for process, secret in (
            (queue.process, queue.store.password),
            (database.process, database.cluster.password),
        ):
            assert secret.encode() not in Path(f"/proc/{process.pid}/cmdline").read_bytes()


@as_root
def test_root_runs_the_database_as_nobody(home: Path) -> None:
    with start_postgres(home) as handle:
        assert Path(f"/proc/{handle.process.pid}").stat().st_uid == 65534


@as_root
def test_under_a_closed_folder_the_data_move_out_and_the_folder_stays_closed(home: Path) -> None:
    home.parent.chmod(0o700)
    with start_postgres(home) as handle:
        write_rows(handle, 2)
        outside = handle.cluster.folder
    with start_postgres(home) as handle:
        assert count_rows(handle) == 2
    assert (home / "postgres").readlink() == outside
    assert home.parent.stat().st_mode & 0o777 == 0o700
    shutil.rmtree(outside)
    with pytest.raises(StartFailed, match="不见了"):
        start_postgres(home).__enter__()


@as_root
def test_a_user_without_a_name_learns_why_it_cannot_start_the_database(home: Path) -> None:
    home.parent.chmod(0o777)
    script = (
        "import sys; from pathlib import Path\n"
        "from server.adapters.embedded import start_postgres\n"
        "start_postgres(Path(sys.argv[1])).__enter__()\n"
    )
    python = [part.replace("65534", "54321") for part in ordinary_python()]
    done = subprocess.run(
        [*python, "-c", script, str(home)],
        env=ordinary_environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert "（uid 54321）没有登记在系统的用户表里" in done.stderr


def test_an_ordinary_user_starts_both_servers(home: Path) -> None:
    python = ordinary_python()
    home.parent.chmod(0o777)
    script = (
        "import os, sys; from pathlib import Path\n"
        "from server.adapters.embedded import start_postgres, start_valkey\n"
        "home = Path(sys.argv[1])\n"
        "with start_postgres(home) as database, start_valkey(home) as queue:\n"
        "    print(os.geteuid(), Path(f'/proc/{database.process.pid}').stat().st_uid)\n"
    )
    done = subprocess.run(
        [*python, "-c", script, str(home)],
        env=ordinary_environment(),
        cwd="/",
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    caller, server = done.stdout.split()
    assert caller == server != "0"
