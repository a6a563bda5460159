"""A process killed at each moment of an attempt: nobody goes without, every copy is explained."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.harness import Scene, staged
from tests.ledger import found_town, opened
from tests.smtp_double import start_double

OFFICERS = 6


@pytest.fixture
def scene(database_url: str, tmp_path: Path) -> Iterator[Scene]:
    with opened(database_url) as engine, start_double(tmp_path / "accepted.jsonl") as double:
        town = found_town(engine, OFFICERS)
        town.owe()
        town.gather()
        with staged(town, database_url, double) as scene:
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


def test_a_process_killed_between_two_mails_costs_nothing_and_doubles_nothing(
    scene: Scene,
) -> None:
    assert scene.wait_for_death(scene.courier("--die", "after_record:2"))
    scene.courier()
    judgement = scene.drain()
    assert judgement.kept, judgement
    assert (judgement.duplicated, judgement.uncertain) == (0, 0)
    assert len(scene.double.accepted()) == OFFICERS
