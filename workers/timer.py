"""Each worker process's own minute: it ticks and delivers though beat and Redis be gone."""

import random
import threading
import time

import structlog

from workers import guard, runtime
from workers.courier import deliver_ready
from workers.reminders import run_tick
from workers.robots import booth, tell_ready

MINUTE = 60.0
GRACE = 30.0
"""Seconds that a message under way may take when the process is asked to end."""

log = structlog.get_logger()
_threads: list[threading.Thread] = []


def start() -> None:
    """Start this process's timer; call once after the fork."""
    thread = threading.Thread(target=_run, name="timer", daemon=True)
    _threads.append(thread)
    thread.start()


def finish() -> None:
    """Ask the loops of this process to end and wait for the message at hand."""
    runtime.retiring.set()
    for thread in _threads:
        thread.join(GRACE)


def _run() -> None:
    # Processes start together; spread out, they cover the minute and not one moment of it.
    pause = random.uniform(0.5, 1.0) * MINUTE  # noqa: S311 - spreads load, guards nothing
    while _slept(pause):
        beat_once()
        pause = MINUTE


def _slept(seconds: float) -> bool:
    """Sleep, watching for the end; tell whether the whole time passed."""
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if runtime.stopping():
            return False
        time.sleep(1.0)
    return True


def beat_once() -> None:
    """Tick, deliver mails, then tell robots; whatever goes wrong, the next minute tries again."""
    try:
        run_tick("timer")
        if guard.may_deliver():
            deliver_ready(runtime.office())
            tell_ready(booth())
    except Exception:  # a timer that ends with its first fault would be no safety
        log.exception("timer_failed")
