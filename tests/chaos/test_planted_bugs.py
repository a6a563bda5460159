"""The harness itself: a storm must condemn the classical mistakes, and acquit the product."""

import random
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from server.adapters.embedded import PostgresHandle, start_postgres
from server.db.migrate import migrate
from tests.chaos.harness import staged
from tests.chaos.lengths import MAILS, SECONDS
from tests.chaos.nemesis import Nemesis
from tests.ledger import found_town, opened
from tests.smtp_double import ALWAYS, Fault, start_double

COURIERS = 3
LENGTH = min(SECONDS, 25)
FAULTS = (
    Fault("accepted", "drop", chance=0.02, last=ALWAYS),
    Fault("accepted", "slow", seconds=0.05, last=ALWAYS),
)


@pytest.fixture
def postgres(home: Path) -> Iterator[PostgresHandle]:
    """A database whose commits survive the death of its processes."""
    with start_postgres(home, {"fsync": "off"}) as handle:
        yield handle


@pytest.mark.timeout(LENGTH * 6 + 300)
@pytest.mark.parametrize("bug", ["", "mark-before-send", "no-fence", "naive-disconnect"])
def test_a_storm_condemns_every_planted_mistake_and_nothing_else(
    postgres: PostgresHandle, tmp_path: Path, bug: str, say: Callable[[object], None]
) -> None:
    url = postgres.url
    migrate(url)
    with opened(url) as engine, start_double(tmp_path / "log.jsonl", *FAULTS) as double:
        town = found_town(engine, MAILS)
        town.owe()
        town.gather()
        with staged(town, url, double) as scene:
            nemesis = Nemesis(scene, postgres, random.Random(7), COURIERS, bug)
            nemesis.rage(LENGTH)
            nemesis.rest()
            judgement = scene.drain(LENGTH * 3 + 120, hurry=True)
    say(
        f"{bug or 'the product'}: {scene.kills} kills, lost {len(judgement.lost)},"
        f" unexplained {len(judgement.unexplained)}, duplicated {judgement.duplicated},"
        f" uncertain {judgement.uncertain}"
    )
    assert judgement.kept is (not bug), judgement
