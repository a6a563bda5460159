"""Seeded misfortune for a scene: kills, pauses, restarts, one after another."""

import contextlib
import os
import random
import signal
import time
from collections import Counter
from dataclasses import dataclass, field

from server.adapters.embedded import PostgresHandle
from tests.chaos.harness import Scene

PAUSE = 2.5
"""Seconds of a SIGSTOP: longer than a lease, so that the sleeper wakes up without one."""


@dataclass(slots=True)
class Nemesis:
    """Does harm to a scene; `done` counts it by kind."""

    scene: Scene
    postgres: PostgresHandle
    chance: random.Random
    couriers: int
    bug: str = ""
    """The mistake that is planted in the couriers."""
    done: Counter[str] = field(default_factory=Counter)
    _asleep: list[tuple[float, int]] = field(default_factory=list)

    def rage(self, seconds: float) -> None:
        """Do harm for so long, keeping `couriers` processes alive in between."""
        until = time.monotonic() + seconds
        while time.monotonic() < until:
            self._replenish()
            time.sleep(self.chance.uniform(0.1, 0.5))
            kinds = [self.kill_courier] * 14 + [self.pause_courier] * 2
            self.chance.choice([*kinds, self.kill_smtp, self.kill_postgres])()
            self._wake()

    def rest(self) -> None:
        """End the harm: everybody awake, everything running."""
        self._wake(everybody=True)
        self._replenish()

    def kill_courier(self) -> None:
        """Kill one delivering process in the middle of whatever it does."""
        self.scene.kill(self.chance.choice(self.scene.couriers))
        self.done["couriers"] += 1

    def pause_courier(self) -> None:
        """Stop one process for longer than its lease; it wakes up as a zombie."""
        process = self.chance.choice(self.scene.couriers)
        os.kill(process.pid, signal.SIGSTOP)
        self._asleep.append((time.monotonic() + PAUSE, process.pid))
        self.done["pauses"] += 1

    def kill_smtp(self) -> None:
        """Kill the mail server and start it again."""
        self.scene.double.restart()
        self.done["smtp"] += 1

    def kill_postgres(self) -> None:
        """Kill the database's first process; it recovers from its log at the next start."""
        self.postgres.process.kill()
        self.postgres.process.wait()
        self.postgres.process = self.postgres.cluster.launch()
        self.done["postgres"] += 1

    def _replenish(self) -> None:
        for process in list(self.scene.couriers):
            if process.poll() is not None:
                self.scene.couriers.remove(process)
        while len(self.scene.couriers) < self.couriers:
            self.scene.courier(*(["--bug", self.bug] if self.bug else []))

    def _wake(self, *, everybody: bool = False) -> None:
        now = time.monotonic()
        for at, pid in list(self._asleep):
            if everybody or at <= now:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
                self._asleep.remove((at, pid))
