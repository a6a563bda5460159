"""What pages announce is what workers carry out."""

import pytest

from server.queue import OPTIONS, QUEUES, TaskName
from workers.app import app


@pytest.mark.parametrize("task", list(TaskName))
def test_a_hint_names_a_task_that_workers_know_in_the_queue_they_read(task: TaskName) -> None:
    app.loader.import_default_modules()
    assert task.value in app.tasks
    assert app.amqp.router.route({}, task.value)["queue"].name == QUEUES[task]


def test_hints_and_workers_share_their_prefix() -> None:
    options = app.conf.broker_transport_options
    assert options["global_keyprefix"] == OPTIONS["global_keyprefix"]


def test_every_scheduled_task_exists() -> None:
    app.loader.import_default_modules()
    assert {entry["task"] for entry in app.conf.beat_schedule.values()} <= set(app.tasks)
