"""A whole installation of real processes that a test may hurt."""

import contextlib
import http.client
import os
import random
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from redis import Redis

from server.adapters.embedded import PostgresHandle, ValkeyHandle, start_postgres, start_valkey
from server.adapters.embedded.places import kept_port
from server.commands.run import SOFT_STOP, beat_command, worker_command
from server.db.migrate import migrate
from tests.chaos.checker import Judgement, judge
from tests.ledger import Town, found_town, opened
from tests.processes import descendants
from tests.smtp_double import Fault, SmtpDouble, start_double

ROOT = Path(__file__).parents[2]
PLANNED_DAYS = 10
SETTLED = {"sent", "dead", "cancelled"}


@dataclass(slots=True)
class Installation:
    """The parts, each of which may be killed and started again; `done` counts the harm."""

    town: Town
    double: SmtpDouble
    postgres: PostgresHandle
    valkey: ValkeyHandle
    home: Path
    environment: dict[str, str]
    hurried: bool = True
    worker: "subprocess.Popen[bytes] | None" = None
    beat: "subprocess.Popen[bytes] | None" = None
    web: "subprocess.Popen[bytes] | None" = None
    done: Counter[str] = field(default_factory=Counter)
    asleep: list[tuple[float, int]] = field(default_factory=list)

    # -- starting --------------------------------------------------------------------------------

    def start(self, *parts: str) -> None:
        """Start those of `worker`, `beat`, `web` that do not run."""
        for part in parts:
            process = getattr(self, part)
            if process is None or process.poll() is not None:
                setattr(self, part, self._spawn(part))

    def _spawn(self, part: str) -> "subprocess.Popen[bytes]":
        commands = {
            "worker": self._paced(worker_command("--concurrency", "3")),
            "beat": self._paced(beat_command(self.home)),
            "web": [str(Path(sys.executable).with_name("duban")), "web"],
        }
        with (self.home / f"{part}.log").open("ab") as log:
            return subprocess.Popen(
                commands[part],
                env=self.environment,
                cwd=ROOT,
                stdout=log,
                stderr=log,
                start_new_session=True,
            )

    def _paced(self, command: list[str]) -> list[str]:
        """Exchange the product's application for the same one at this test's pace."""
        where = command.index("-A") + 1
        pace = "hurried" if self.hurried else "unhurried"
        return [*command[:where], f"tests.chaos.{pace}", *command[where + 1 :]]

    def log(self, part: str) -> str:
        """Return the end of a part's log."""
        return (self.home / f"{part}.log").read_text(errors="replace")[-3000:]

    # -- hurting ---------------------------------------------------------------------------------

    def kill(self, part: str) -> None:
        """Kill a part with all its children, at once."""
        process = getattr(self, part)
        if process is not None and process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()
        self.done[f"{part} killed"] += 1

    def kill_child(self, chance: random.Random) -> None:
        """Kill one process of the worker's pool, in the middle of whatever it does."""
        children = descendants(self.worker.pid) if self.worker else []
        if children:
            with contextlib.suppress(ProcessLookupError):
                os.kill(chance.choice(children), signal.SIGKILL)
            self.done["child killed"] += 1

    def pause_child(self, chance: random.Random, seconds: float) -> None:
        """Stop one process of the pool for longer than its lease."""
        children = descendants(self.worker.pid) if self.worker else []
        if children:
            victim = chance.choice(children)
            with contextlib.suppress(ProcessLookupError):
                os.kill(victim, signal.SIGSTOP)
            self.asleep.append((time.monotonic() + seconds, victim))
            self.done["child paused"] += 1

    def wake(self, *, everybody: bool = False) -> None:
        """Let those go on whose pause is over."""
        now = time.monotonic()
        for at, pid in list(self.asleep):
            if everybody or at <= now:
                with contextlib.suppress(ProcessLookupError):
                    os.kill(pid, signal.SIGCONT)
                self.asleep.remove((at, pid))

    def restart_postgres(self) -> None:
        """Kill the database's first process and start it again; it recovers from its log."""
        self.stop_postgres()
        self.start_postgres()

    def stop_postgres(self) -> None:
        """Kill the database's first process, as `pg_ctl stop -m immediate` does."""
        self.postgres.process.kill()
        self.postgres.process.wait()
        self.done["postgres killed"] += 1

    def start_postgres(self) -> None:
        """Start the database again."""
        self.postgres.process = self.postgres.cluster.launch()

    def kill_valkey(self) -> None:
        """Kill the queue; what it had not written is gone."""
        self.valkey.process.kill()
        self.valkey.process.wait()
        self.done["valkey killed"] += 1

    def start_valkey(self) -> None:
        """Start the queue again."""
        self.valkey.process = self.valkey.store.launch()

    def flush_valkey(self) -> None:
        """Let the queue forget everything."""
        with contextlib.suppress(Exception), Redis.from_url(self.valkey.url) as client:
            client.flushall()
        self.done["valkey flushed"] += 1

    def restart_smtp(self) -> None:
        """Kill the mail server and start it again."""
        self.double.restart()
        self.done["smtp killed"] += 1

    @property
    def kills(self) -> int:
        """How many processes were killed."""
        return sum(count for kind, count in self.done.items() if kind.endswith("killed"))

    # -- watching --------------------------------------------------------------------------------

    def plan_everything(self) -> None:
        """Make every unit's matter due soon, so that the next tick owes one reminder each."""
        self.town.run(
            "UPDATE matter SET due_on = CURRENT_DATE + CAST(:days AS int),"
            " next_stage_on = CURRENT_DATE",
            days=PLANNED_DAYS,
        )

    def until(self, condition: Callable[[], bool], patience: float) -> bool:
        """Wait for a condition; tell whether it came true."""
        end = time.monotonic() + patience
        while not (met := condition()) and time.monotonic() < end:
            time.sleep(0.1)
        return met

    def settled(self, *, hurry: bool = True) -> bool:
        """Whether every reminder was told or given up; `hurry` cuts short the waits of retries."""
        if hurry:
            self.town.run(
                "UPDATE message SET next_attempt_at = now()"
                " WHERE state = 'queued' AND next_attempt_at > now()"
            )
        open_lines = self.town.value("SELECT count(*) FROM reminder WHERE outcome = 'pending'")
        untouched = self.town.value(
            "SELECT count(*) FROM matter WHERE next_stage_on <= CURRENT_DATE"
        )
        return not open_lines and not untouched and set(self.town.states()) <= SETTLED

    def judge(self) -> Judgement:
        """Hold the mail server's log against the ledger."""
        return judge(self.town, self.double.accepted())

    def get(self, path: str, timeout: float = 10) -> tuple[int, dict[str, str], float]:
        """Return the status, the headers and the seconds of one page; status 0 for no answer."""
        connection = http.client.HTTPConnection(
            "127.0.0.1", int(self.environment["DUBAN_PORT"]), timeout=timeout
        )
        began = time.monotonic()
        try:
            connection.request("GET", path)
            answer = connection.getresponse()
            answer.read()
            return answer.status, dict(answer.getheaders()), time.monotonic() - began
        except (OSError, http.client.HTTPException):
            return 0, {}, time.monotonic() - began
        finally:
            connection.close()


@contextmanager
def installed(
    home: Path,
    officers: int,
    *faults: Fault,
    seed: int = 1,
    hurried: bool = True,
    options: dict[str, str] | None = None,
) -> Iterator[Installation]:
    """Yield a migrated installation with a town in it; nothing of ours runs yet.

    The database survives the death of its processes, unlike that of other tests.
    """
    settings = {"fsync": "off"} | (options or {})
    with (
        start_postgres(home, settings) as postgres,
        start_valkey(home) as valkey,
        start_double(home / "accepted.jsonl", *faults, seed=seed) as double,
    ):
        migrate(postgres.url)
        with opened(postgres.url) as engine:
            place = Installation(
                found_town(engine, officers),
                double,
                postgres,
                valkey,
                home,
                _environment(home, postgres.url, valkey.url, double.url),
                hurried,
            )
            try:
                yield place
            finally:
                place.wake(everybody=True)
                for part in ("beat", "worker", "web"):
                    place.kill(part)


def _environment(home: Path, database: str, queue: str, smtp: str) -> dict[str, str]:
    port = str(kept_port(home / "web.port"))
    return os.environ | {
        "DUBAN_DATABASE_URL": database,
        "DUBAN_REDIS_URL": queue,
        "DUBAN_SMTP_URL": smtp,
        "DUBAN_SECRET_KEY": "k" * 43,
        "DUBAN_HOME": str(home),
        "DUBAN_PORT": port,
        "DUBAN_BASE_URL": f"http://127.0.0.1:{port}",
        "DUBAN_TRIAL": "true",
        **SOFT_STOP,
    }
