"""Telling the workers that there is work. A hint only: the row in PostgreSQL is the work itself.

What no hint announced, the workers' own schedule finds.
"""

import logging
from enum import StrEnum
from functools import cache

from celery import Celery
from kombu.exceptions import OperationalError
from redis.exceptions import RedisError

log = logging.getLogger(__name__)

OPTIONS = {
    # A person waits for the page: a Redis that is away or silent may cost a second, no more.
    "socket_timeout": 1,
    "socket_connect_timeout": 1,
    "max_retries": 1,
    "interval_start": 0,
    "interval_step": 0,
    "interval_max": 0,
    # The workers' own, or they would not find the hint (workers/app.py).
    "global_keyprefix": "duban:",
}


class TaskName(StrEnum):
    """The tasks that pages announce work to."""

    READ_REPORTS = "workers.ingest.read_next"
    MAKE_CHECKLISTS = "workers.checklists.generate"
    DELIVER = "workers.delivery.deliver"
    TELL_ROBOTS = "workers.robots.tell"


QUEUES = {
    TaskName.READ_REPORTS: "parse",
    TaskName.MAKE_CHECKLISTS: "parse",
    TaskName.DELIVER: "mail",
    TaskName.TELL_ROBOTS: "parse",
}


@cache
def _producer(redis_url: str) -> Celery:
    app = Celery("duban", broker=redis_url, set_as_current=False)
    app.conf.update(broker_transport_options=OPTIONS, task_ignore_result=True)
    return app


def nudge(redis_url: str, task: TaskName) -> None:
    """Announce work, after its transaction has committed. Never fails: a hint lost is no loss."""
    if not redis_url:
        return
    try:
        _producer(redis_url).send_task(task.value, queue=QUEUES[task], retry=False, expires=60)
    except (OperationalError, RedisError, OSError) as error:
        log.warning("no hint for %s: %s", task.value, error.__class__.__name__)
