"""The Celery application. Redis carries hints only: everything that matters is in PostgreSQL.

A message lost here costs at most a minute, a message doubled here costs nothing, for every task
asks the database what is to be done and takes it under a lease.
"""

import signal
from types import FrameType
from typing import Any

from celery import Celery
from celery.signals import (
    setup_logging,
    worker_init,
    worker_process_init,
    worker_process_shutdown,
    worker_ready,
)
from kombu.entity import Queue

from server import logs
from server.settings import get_settings
from workers import pulse, runtime, timer
from workers.schedule import SCHEDULE

app = Celery("duban", broker=get_settings().redis_url or "redis://127.0.0.1:6379/0")

app.conf.update(
    # -- what is carried -----------------------------------------------------------------------
    include=[
        "workers.bounces",
        "workers.checklists",
        "workers.comparison",
        "workers.delivery",
        "workers.ingest",
        "workers.maintenance",
        "workers.reminders",
        "workers.robots",
    ],
    # Arguments carry no facts, so JSON is enough; pickles from a broker would be code.
    accept_content=["json"],
    task_serializer="json",
    # Nobody waits for a result: pages ask the database.
    task_ignore_result=True,
    # A storm of files to read must delay neither mails nor the planning of them.
    task_queues=[Queue(name, routing_key=name) for name in ("tick", "mail", "parse")],
    task_default_queue="tick",
    task_routes={
        "workers.delivery.*": {"queue": "mail"},
        "workers.ingest.*": {"queue": "parse"},
        "workers.checklists.*": {"queue": "parse"},
        "workers.bounces.*": {"queue": "parse"},
        "workers.comparison.*": {"queue": "parse"},
        # Somebody else's server may take its time: never beside the mails.
        "workers.robots.*": {"queue": "parse"},
    },
    # -- dying ---------------------------------------------------------------------------------
    # Acknowledged when done: a task whose process dies is carried out again by another.
    task_acks_late=True,
    task_reject_on_worker_lost=True,
    # One at a time: a message held in reserve by a busy process helps nobody.
    worker_prefetch_multiplier=1,
    # Longer than the wait for a server's reply after the final dot (600 s) and its record.
    task_soft_time_limit=780,
    task_time_limit=840,
    # Processes are renewed before a leak anywhere in a library matters.
    worker_max_tasks_per_child=500,
    # Time for the mail at hand; the others are given back at once. A busy worker waits it out.
    worker_soft_shutdown_timeout=5,
    # Nobody sends commands to workers, and the reading of them waits without limit: a Redis that
    # died in the middle of a word would hold the worker's first process for ever.
    worker_enable_remote_control=False,
    # -- Redis away ----------------------------------------------------------------------------
    broker_connection_retry_on_startup=True,
    # For ever: a worker without Redis still ticks by its own timer.
    broker_connection_max_retries=None,
    # In flight when the connection broke: they run to their end, and once more, harmlessly.
    worker_cancel_long_running_tasks_on_connection_loss=False,
    broker_transport_options={
        # Longer than task_time_limit, else a long task is handed out twice.
        "visibility_timeout": 900,
        # A Redis that accepts and then is silent would hold a publisher for ever.
        "socket_timeout": 5,
        "socket_connect_timeout": 2,
        "socket_keepalive": True,
        "health_check_interval": 25,
        "retry_on_timeout": True,
        # Others may share the server.
        "global_keyprefix": "duban:",
    },
    # A publisher tries for a second and gives up; the database remembers.
    task_publish_retry_policy={"max_retries": 2, "interval_start": 0.2, "interval_max": 0.5},
    # -- time ----------------------------------------------------------------------------------
    timezone="Asia/Shanghai",
    enable_utc=True,
    beat_schedule=SCHEDULE,
    # Wakes up at least this often; entries are short intervals.
    beat_max_loop_interval=5,
    # -- logs ----------------------------------------------------------------------------------
    # Our own lines are logged by ourselves, not as warnings of a captured standard output.
    worker_redirect_stdouts=False,
)


@setup_logging.connect
def _log_as_all_processes_do(**_: Any) -> None:
    """Configure logging; that somebody listens to this signal keeps Celery from doing it."""
    logs.configure(as_json=get_settings().log_json)


@worker_ready.connect
def _watch_for_the_end(**_: Any) -> None:
    """Tell our processes of the end before Celery acts: its soft shutdown sleeps first."""
    for number in (signal.SIGTERM, signal.SIGQUIT, signal.SIGINT):
        signal.signal(number, _leaving_then(signal.getsignal(number)))


def _leaving_then(handler: Any) -> Any:
    def handle(number: int, frame: FrameType | None) -> None:
        runtime.leave()
        if callable(handler):
            handler(number, frame)

    return handle


@worker_init.connect
def _watch_the_pool(**_: Any) -> None:
    pulse.watch()


@worker_process_init.connect
def _start_threads(**_: Any) -> None:
    pulse.beat()
    timer.start()


@worker_process_shutdown.connect
def _stop_timer(**_: Any) -> None:
    timer.finish()
