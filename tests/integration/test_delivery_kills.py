"""A process killed at each moment of an attempt: nobody goes without, every copy is explained.

The same judge must condemn the classical mistakes; a chaos test that never caught one proves
nothing. The long form of this is tests/chaos.
"""

import os
import signal
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.harness import Scene, staged
from tests.ledger import found_town, opened
from tests.smtp_double import Fault, start_double

OFFICERS = 6


@contextmanager
def stage(database_url: str, folder: Path, *faults: Fault) -> Iterator[Scene]:
    with opened(database_url) as engine, start_double(folder / "log.jsonl", *faults) as double:
        town = found_town(engine, OFFICERS)
        town.owe()
        town.gather()
        with staged(town, database_url, double) as scene:
            yield scene


@pytest.fixture
def scene(database_url: str, tmp_path: Path) -> Iterator[Scene]:
    with stage(database_url, tmp_path) as scene:
        yield scene


@pytest.mark.parametrize(
    ("point", "copies"),
    [
        ("after_claim", 0),
        ("after_writing", 0),
        ("before_intent", 0),
        ("after_intent", 0),
        ("after_dot", 1),
        ("after_reply", 1),
        ("after_record", 0),
    ],
)
def test_a_process_killed_at(scene: Scene, point: str, copies: int) -> None:
    nth = 1 if point in ("after_claim", "after_writing") else 3
    assert scene.wait_for_death(scene.courier("--die", f"{point}:{nth}"))
    scene.courier()
    judgement = scene.drain()
    assert judgement.kept, judgement
    assert judgement.planned == OFFICERS
    assert judgement.duplicated <= copies
    uncertain = point in ("after_intent", "after_dot", "after_reply")
    assert judgement.uncertain == int(uncertain)
    assert scene.town.outcomes() == {"mailed": OFFICERS}


@pytest.mark.parametrize("point", ["before_intent", "after_intent", "after_dot", "after_reply"])
def test_a_process_killed_with_several_connections_doubts_at_most_so_many(
    scene: Scene, point: str
) -> None:
    assert scene.wait_for_death(scene.courier("--die", f"{point}:1", "--connections", "4"))
    scene.courier("--connections", "4")
    judgement = scene.drain()
    assert judgement.kept, judgement
    assert judgement.uncertain == (0 if point == "before_intent" else 4)
    assert judgement.duplicated <= (4 if point == "after_reply" else point == "after_dot")
    assert scene.town.outcomes() == {"mailed": OFFICERS}


def test_a_process_killed_between_two_mails_costs_nothing_and_doubles_nothing(
    scene: Scene,
) -> None:
    assert scene.wait_for_death(scene.courier("--die", "after_record:2"))
    scene.courier()
    judgement = scene.drain()
    assert judgement.kept, judgement
    assert (judgement.duplicated, judgement.uncertain) == (0, 0)
    assert len(scene.double.accepted()) == OFFICERS


def test_a_process_that_slept_through_its_lease_may_not_send_any_more(scene: Scene) -> None:
    sleeper = scene.courier("--pause", "before_intent:1")
    assert scene.wait_for_pause(sleeper)
    scene.courier()
    assert scene.drain().kept
    os.kill(sleeper.pid, signal.SIGCONT)
    time.sleep(1)
    assert len(scene.double.accepted()) == OFFICERS
    assert scene.drain().duplicated == 0


LOSES_ITS_REPLY = Fault("accepted", "drop", recipient="officer2@*")


def test_an_acceptance_without_reply_is_repeated_once_and_explained(
    database_url: str, tmp_path: Path
) -> None:
    with stage(database_url, tmp_path, LOSES_ITS_REPLY) as scene:
        scene.courier()
        judgement = scene.drain()
    assert judgement.kept, judgement
    assert (judgement.duplicated, judgement.uncertain) == (1, 1)


def test_greylisting_everybody_delays_and_never_doubles(database_url: str, tmp_path: Path) -> None:
    with stage(database_url, tmp_path, Fault("rcpt", "reply", code=450)) as scene:
        scene.courier()
        while scene.town.value("SELECT count(*) FROM message WHERE failures = 1") < OFFICERS:
            time.sleep(0.1)
        judgement = scene.drain(hurry=True)
    assert judgement.kept, judgement
    assert len(scene.double.accepted()) == OFFICERS


class TestPlantedMistakes:
    def test_marking_before_sending_loses(self, scene: Scene) -> None:
        dying = scene.courier("--bug", "mark-before-send", "--die", "before_intent:2")
        assert scene.wait_for_death(dying)
        scene.courier()
        judgement = scene.drain()
        assert len(judgement.lost) == len(judgement.false_marks) == 1

    def test_no_fence_doubles_without_a_word(self, scene: Scene) -> None:
        assert scene.wait_for_death(scene.courier("--bug", "no-fence", "--die", "after_reply:2"))
        scene.courier()
        assert len(scene.drain().unexplained) == 1

    def test_taking_every_disconnection_for_not_sent_doubles_without_a_word(
        self, database_url: str, tmp_path: Path
    ) -> None:
        with stage(database_url, tmp_path, LOSES_ITS_REPLY) as scene:
            scene.courier("--bug", "naive-disconnect")
            assert len(scene.drain().unexplained) == 1
