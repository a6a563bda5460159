"""A worker whose processes are all gone, or all held, ends: its supervisor starts it anew.

Only the worker's first process starts others. Should it ever wait for ever, as in a read from a
queue that died in the middle of a word, nobody would tick or deliver and nothing would be seen.
"""

import ctypes
import multiprocessing
import os
import threading
import time

import structlog

SILENCE = 120.0
"""Seconds without any process before a worker gives itself up: two missed minutes."""
EVERY = 1.0

log = structlog.get_logger()
_last = multiprocessing.RawValue(ctypes.c_double, 0.0)
"""When any process of this worker last ran, by the machine's monotonic clock."""


def beat() -> None:
    """Beat for as long as this process lives; call once after the fork."""
    threading.Thread(target=_beat, name="pulse", daemon=True).start()


def watch() -> None:
    """Let the worker's first process end when no process beats any more; call once at its start."""
    _last.value = time.monotonic()
    threading.Thread(target=_watch, name="pulse", daemon=True).start()


def _beat() -> None:
    while True:
        _last.value = time.monotonic()
        time.sleep(EVERY)


def _watch() -> None:
    while time.monotonic() - _last.value < SILENCE:
        time.sleep(EVERY)
    log.critical("pool_gone", silent_for=SILENCE)
    os._exit(os.EX_SOFTWARE)
