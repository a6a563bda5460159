"""Real processes that a test may kill: couriers on a town's ledger, against the double."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.chaos.checker import FINAL, Judgement, judge
from tests.ledger import Town
from tests.smtp_double import SmtpDouble

ROOT = Path(__file__).parents[2]


@dataclass(slots=True)
class Scene:
    """A town, a mail server and the processes that deliver between them."""

    town: Town
    database_url: str
    double: SmtpDouble
    couriers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    kills: int = 0

    def courier(self, *options: str) -> subprocess.Popen[bytes]:
        """Start one more delivering process."""
        command = [sys.executable, "-m", "tests.chaos.courier"]
        command += ["--database", self.database_url, "--smtp", self.double.url, *options]
        with self.double.log.with_name("couriers.log").open("ab") as log:
            process = subprocess.Popen(command, cwd=ROOT, stdout=log, stderr=log)
        self.couriers.append(process)
        return process

    def kill(self, process: subprocess.Popen[bytes]) -> None:
        """End a process in the middle of whatever it does."""
        os.kill(process.pid, signal.SIGKILL)
        process.wait()
        self.couriers.remove(process)
        self.kills += 1

    def wait_for_death(self, process: subprocess.Popen[bytes], patience: float = 15) -> bool:
        """Wait until a process has killed itself; tell whether it did."""
        try:
            killed = process.wait(patience) == -signal.SIGKILL
        except subprocess.TimeoutExpired:
            return False
        self.couriers.remove(process)
        self.kills += killed
        return killed

    def wait_for_pause(self, process: subprocess.Popen[bytes]) -> bool:
        """Wait until a process has stopped itself; tell whether it did."""
        _, status = os.waitpid(process.pid, os.WUNTRACED)
        return os.WIFSTOPPED(status)

    def drain(self, patience: float = 30, *, hurry: bool = False) -> Judgement:
        """Wait until every message is in a final state, then judge; `hurry` cuts waits short."""
        until = time.monotonic() + patience
        while time.monotonic() < until and set(self.town.states()) - FINAL:
            if hurry:
                self.town.run("UPDATE message SET next_attempt_at = now() WHERE state = 'queued'")
            time.sleep(0.2)
        return judge(self.town, self.double.accepted())

    def accepted(self, at_least: int, patience: float = 20) -> int:
        """Wait until the server has accepted so many messages; return how many it has."""
        until = time.monotonic() + patience
        while (count := len(self.double.accepted())) < at_least and time.monotonic() < until:
            time.sleep(0.02)
        return count


@contextmanager
def staged(town: Town, database_url: str, double: SmtpDouble) -> Iterator[Scene]:
    """Yield a scene; whatever still runs at its end is killed."""
    scene = Scene(town, database_url, double)
    try:
        yield scene
    finally:
        for process in list(scene.couriers):
            scene.kill(process)
