"""The product's own processes on a town's ledger: worker, beat, Redis, as an operator runs them."""

import os
import subprocess
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from celery import Celery

from server.adapters.embedded import start_valkey
from server.commands.run import SOFT_STOP, beat_command, worker_command


@contextmanager
def running(database_url: str, smtp_url: str, *, processes: int) -> Iterator[str]:
    """Run a worker of so many processes, and beat, for the block; yield the broker's address."""
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder, ExitStack() as stack:
        home = Path(folder)
        home.chmod(0o711)
        redis = stack.enter_context(start_valkey(home))
        environment = os.environ | {
            "DUBAN_DATABASE_URL": database_url,
            "DUBAN_REDIS_URL": redis.url,
            "DUBAN_SMTP_URL": smtp_url,
            "DUBAN_SECRET_KEY": "k" * 43,
            "DUBAN_HOME": folder,
            "DUBAN_TRIAL": "true",
            **SOFT_STOP,
        }
        worker = worker_command("--concurrency", str(processes))
        for command in (worker, beat_command(home)):
            stack.enter_context(_process(command, environment))
        yield redis.url


def hint(redis_url: str, times: int) -> None:
    """Tell so many processes that there is mail, as a page does after a sign-in."""
    celery = Celery(broker=redis_url)
    celery.conf.broker_transport_options = {"global_keyprefix": "duban:"}
    for _ in range(times):
        celery.send_task("workers.delivery.deliver", queue="mail")
    celery.close()


@contextmanager
def _process(command: list[str], environment: dict[str, str]) -> Iterator[None]:
    process = subprocess.Popen(
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        yield
    finally:
        process.terminate()
        process.wait(60)


def wait_until(condition: Callable[[], bool], *, patience: float) -> None:
    """Wait for a condition; raise when it does not come true in time."""
    until = time.monotonic() + patience
    while not condition():
        if time.monotonic() > until:
            raise TimeoutError("the bench waited in vain")
        time.sleep(0.05)
