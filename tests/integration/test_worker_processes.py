"""Real worker and beat on a real Redis-protocol server: mails go out, once, whatever dies."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import pytest

from server.commands.run import SOFT_STOP, beat_command, worker_command
from tests.chaos.checker import judge
from tests.ledger import MOMENT, Town, found_town, opened
from tests.processes import descendants
from tests.smtp_double import ALWAYS, Fault, SmtpDouble, start_double

OFFICERS = 5
ONE_PROCESS = worker_command("--concurrency", "1")
UNHURRIED = Fault("rcpt", "slow", seconds=0.3, last=ALWAYS)
"""The server takes its time before a mail's text: there a kill falls between two mails."""


@dataclass(frozen=True, slots=True)
class Installation:
    """A town, its mail server, and how to start the product's processes."""

    town: Town
    double: SmtpDouble
    environment: dict[str, str]
    home: Path

    @contextmanager
    def process(self, command: list[str], name: str) -> Iterator[subprocess.Popen[bytes]]:
        """Run a process in a group of its own for the length of the block."""
        with (self.home / f"{name}.log").open("ab") as log:
            process = subprocess.Popen(
                command, env=self.environment, stdout=log, stderr=log, start_new_session=True
            )
        try:
            yield process
        finally:
            self.kill(process)

    def log(self, name: str) -> str:
        """Return the end of a process's log."""
        return (self.home / f"{name}.log").read_text()[-4000:]

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """Kill a process with all its children, at once."""
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def until(condition: Callable[[], bool], patience: float = 40) -> bool:
    """Wait for a condition; tell whether it came true."""
    end = time.monotonic() + patience
    while not (met := condition()) and time.monotonic() < end:
        time.sleep(0.05)
    return met


@pytest.fixture
def installation(database_url: str, redis_url: str, tmp_path: Path) -> Iterator[Installation]:
    with opened(database_url) as engine, start_double(tmp_path / "log", UNHURRIED) as double:
        town = found_town(engine, OFFICERS)
        town.owe()
        town.gather()
        environment = os.environ | {
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_REDIS_URL": redis_url,
            "DUBAN_SMTP_URL": double.url,
            "DUBAN_SMTP_CONNECTIONS": "1",  # one mail at a time, to stop between two of them
            "DUBAN_SECRET_KEY": "k" * 43,
            "DUBAN_HOME": str(tmp_path),
            "DUBAN_TRIAL": "true",
            **SOFT_STOP,
        }
        yield Installation(town, double, environment, tmp_path)


def test_a_worker_killed_between_two_mails_leaves_every_reminder_arriving_once(
    installation: Installation,
) -> None:
    town = installation.town
    with installation.process(beat_command(installation.home), "beat"):
        with installation.process(ONE_PROCESS, "worker") as worker:
            assert until(lambda: town.states().get("sent", 0) >= 2)
            assert until(lambda: held_between_two_mails(town, worker)), installation.log("worker")
            installation.kill(worker)
        assert 2 <= town.states().get("sent", 0) < OFFICERS
        town.run("UPDATE message SET lease_expires_at = now() WHERE state = 'leased'")
        with installation.process(ONE_PROCESS, "worker"):
            assert until(lambda: town.states() == {"sent": OFFICERS}), installation.log("worker")
    judgement = judge(town, installation.double.accepted())
    assert judgement.kept, judgement
    assert (judgement.duplicated, judgement.uncertain) == (0, 0)
    assert len(installation.double.accepted()) == OFFICERS
    assert town.outcomes() == {"mailed": OFFICERS}


def held_between_two_mails(town: Town, worker: subprocess.Popen[bytes]) -> bool:
    """Hold a worker still; let it go on if that met a mail whose final dot may be out."""
    os.killpg(worker.pid, signal.SIGSTOP)
    if town.value("SELECT count(*) FROM message WHERE phase = 'committing'") == 0:
        return True
    os.killpg(worker.pid, signal.SIGCONT)
    return False


def test_a_worker_asked_to_end_finishes_the_mail_at_hand_and_gives_back_the_rest(
    installation: Installation,
) -> None:
    town = installation.town
    with (
        installation.process(beat_command(installation.home), "beat"),
        installation.process(ONE_PROCESS, "worker") as worker,
    ):
        assert until(lambda: town.states().get("sent", 0) >= 1)
        worker.send_signal(signal.SIGTERM)
        worker.wait(25)
    states = town.states()
    assert states["sent"] + states["queued"] == OFFICERS, installation.log("worker")
    assert "uncertain" not in town.events()
    assert len(installation.double.accepted()) == states["sent"]


def test_a_worker_none_of_whose_processes_runs_any_more_ends_so_that_it_is_started_anew(
    installation: Installation,
) -> None:
    command = [part.replace("workers.app", "tests.chaos.hurried") for part in ONE_PROCESS]
    installation.environment["CHAOS_SILENCE"] = "3"
    with installation.process(command, "worker") as worker:
        assert until(lambda: bool(descendants(worker.pid)))
        for process in descendants(worker.pid):
            os.kill(process, signal.SIGSTOP)
        assert worker.wait(30) == os.EX_SOFTWARE
    assert "pool_gone" in installation.log("worker")


def test_a_sweep_in_the_foreground_delivers_by_a_rehearsed_clock(
    installation: Installation,
) -> None:
    installation.town.run("UPDATE message SET next_attempt_at = now() + interval '5 days'")
    later = (MOMENT + timedelta(days=400)).isoformat()
    command = [sys.executable, "-m", "workers.sweep", "--json", "--now", later]
    done = subprocess.run(
        command, env=installation.environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["sent"] == len(installation.double.accepted()) >= OFFICERS
    assert installation.town.outcomes() == {"mailed": OFFICERS}
