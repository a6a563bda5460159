import json

import pytest
from redis import Redis

from server.queue import TaskName, nudge


def test_a_hint_lies_in_the_queue_that_workers_read(redis_url: str) -> None:
    nudge(redis_url, TaskName.READ_REPORTS)
    with Redis.from_url(redis_url) as client:
        (message,) = client.lrange("duban:parse", 0, -1)
    assert json.loads(message)["headers"]["task"] == "workers.ingest.read_next"


@pytest.mark.timeout(30)
def test_a_broker_that_is_away_is_given_up_without_an_error() -> None:
    nudge("redis://127.0.0.1:1/0", TaskName.READ_REPORTS)


def test_without_a_broker_nothing_is_announced() -> None:
    nudge("", TaskName.READ_REPORTS)
