"""Keeps a handful of processes running until it is told to stop, and leaves none behind."""

import contextlib
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from types import FrameType

from server.adapters.embedded.process import StartFailed, end, kill_group, log_tail

GLANCE = 0.1
"""Seconds between two looks at the children."""
FIRST_DELAY, LONGEST_DELAY = 0.5, 30.0
"""Seconds before the first restart, doubled at each further one up to the longest."""
HEALTHY_AFTER = 60.0
"""Seconds of life after which earlier deaths are forgotten."""

Launch = Callable[[], "subprocess.Popen[bytes]"]


class Stopped(Exception):
    """Somebody asked to stop while things were still starting."""


@dataclass(frozen=True, slots=True)
class Child:
    """A process to keep running. `launch` returns once it is fit for those that need it."""

    name: str
    """What a person reads, in Chinese."""
    launch: Launch
    log: Path
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 20.0
    """Seconds between the request to stop and the kill."""
    foundation: bool = False
    """Stopped only after all that are no foundations."""


@dataclass(slots=True)
class _Running:
    child: Child
    process: "subprocess.Popen[bytes] | None"
    started: float = field(default_factory=time.monotonic)
    deaths: int = 0
    due: float = 0.0
    """When to start it again, on the monotonic clock; only while `process` is None."""


class Supervisor:
    """Starts children in order, restarts those that die, stops them in reverse order."""

    def __init__(self, say: Callable[[str], None]) -> None:
        self._say = say
        self._running: list[_Running] = []
        self._requests = 0

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """Take Ctrl-C, SIGTERM and a closed terminal as requests to stop; at the end stop all."""
        wanted = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)
        before = {number: signal.signal(number, self._asked) for number in wanted}
        try:
            yield
        finally:
            self._stop_all()
            for number, handler in before.items():
                signal.signal(number, handler)

    def start(self, child: Child) -> None:
        """Start a child and keep it running from now on; StartFailed if it never came up."""
        self._refuse_when_stopping()
        self._running.append(_Running(child, child.launch()))

    def complete(self, name: str, launch: Launch, log: Path) -> None:
        """Run a process to its end; StartFailed unless it returns 0."""
        self._refuse_when_stopping()
        process = launch()
        try:
            while process.poll() is None:
                self._refuse_when_stopping()
                time.sleep(GLANCE / 2)
        finally:
            end(process, signal.SIGTERM, 5)
        if process.returncode != 0:
            why = why_ended(process.returncode)
            raise StartFailed(f"{name}没有完成（{why}），日志 {log} 的末尾：\n{log_tail(log)}")

    def wait_until(self, ready: Callable[[], bool], patience: float) -> bool:
        """Watch the children until `ready()` holds or the seconds are over; say which."""
        deadline = time.monotonic() + patience
        while not ready():
            self._refuse_when_stopping()
            if time.monotonic() > deadline:
                return False
            self._look()
            time.sleep(GLANCE)
        return True

    def watch(self) -> None:
        """Restart children that die until somebody asks to stop."""
        while not self._requests:
            self._look()
            time.sleep(GLANCE)

    def _asked(self, _number: int, _frame: FrameType | None) -> None:
        self._requests += 1

    def _refuse_when_stopping(self) -> None:
        if self._requests:
            raise Stopped

    def _look(self) -> None:
        for running in self._running:
            if running.process is None:
                self._restart(running)
            elif running.process.poll() is not None:
                self._bury(running, running.process)

    def _bury(self, running: _Running, process: "subprocess.Popen[bytes]") -> None:
        kill_group(process)
        if time.monotonic() - running.started > HEALTHY_AFTER:
            running.deaths = 0
        self._postpone(running, f"{running.child.name}意外退出（{why_ended(process.returncode)}）")

    def _postpone(self, running: _Running, what: str) -> None:
        delay = min(FIRST_DELAY * 2**running.deaths, LONGEST_DELAY)
        running.process, running.deaths = None, running.deaths + 1
        running.due = time.monotonic() + delay
        self._say(f"{what}，{delay:g} 秒后重新启动。日志：{running.child.log}")

    def _restart(self, running: _Running) -> None:
        if time.monotonic() < running.due:
            return
        try:
            running.process = running.child.launch()
        except StartFailed as error:
            self._postpone(running, f"{running.child.name}没有起来：{error}")
        else:
            running.started = time.monotonic()
            self._say(f"{running.child.name}已重新启动。")

    def _stop_all(self) -> None:
        for foundation in (False, True):
            chosen = [r for r in reversed(self._running) if r.child.foundation is foundation]
            self._stop(chosen)
        self._running.clear()

    def _stop(self, chosen: list[_Running]) -> None:
        """Ask all to stop at once, then wait for each; a second request cuts the waiting short."""
        alive = [(r.child, r.process) for r in chosen if r.process is not None]
        for child, process in alive:
            if process.poll() is None:
                process.send_signal(child.stop_signal)
        deadline = time.monotonic() + max((c.patience for c, _ in alive), default=0.0)
        while any(p.poll() is None for _, p in alive) and time.monotonic() < deadline:
            if self._requests > 1:
                break
            time.sleep(GLANCE / 2)
        for _, process in alive:
            kill_group(process)


def why_ended(code: int) -> str:
    """Return a process's end in words: its return code, or the signal that killed it."""
    if code >= 0:
        return f"返回 {code}"
    return f"被信号 {signal.Signals(-code).name} 终止"
