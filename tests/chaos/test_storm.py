"""A minute of misfortune: nothing lost, every copy explained by the ledger, and few of them.

CHAOS_SECONDS (60), CHAOS_MAILS (1500) and CHAOS_SEEDS (1) set the size of a run.
"""

import os
import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from server.adapters.embedded import PostgresHandle, start_postgres
from server.db.migrate import migrate
from tests.chaos.harness import staged
from tests.chaos.nemesis import Nemesis
from tests.ledger import found_town, opened
from tests.smtp_double import ALWAYS, Fault, start_double

SECONDS = float(os.environ.get("CHAOS_SECONDS", "60"))
MAILS = int(os.environ.get("CHAOS_MAILS", "1500"))
SEEDS = range(1, 1 + int(os.environ.get("CHAOS_SEEDS", "1")))
COURIERS = 3
LOST_REPLIES = Fault("accepted", "drop", chance=0.02, last=ALWAYS)
CUTS = Fault("data", "drop", chance=0.02, last=ALWAYS)
LATER = Fault("dot", "reply", code=451, chance=0.02, last=ALWAYS)
UNHURRIED = Fault("accepted", "slow", seconds=0.05, last=ALWAYS)


@pytest.fixture
def postgres(server_home: Path) -> Iterator[PostgresHandle]:
    """A database whose commits survive the death of its processes, unlike that of other tests."""
    with start_postgres(server_home / "storm", {"fsync": "off"}) as handle:
        yield handle


@pytest.mark.timeout(SECONDS * 4 + 240)
@pytest.mark.parametrize("seed", SEEDS)
def test_through_a_storm_nobody_goes_without_and_every_copy_is_explained(
    postgres: PostgresHandle, tmp_path: Path, seed: int, capsys: pytest.CaptureFixture[str]
) -> None:
    with postgres.cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE storm{seed}")
    url = postgres.cluster.url(f"storm{seed}")
    migrate(url)
    faults = (LOST_REPLIES, CUTS, LATER, UNHURRIED)
    with opened(url) as engine, start_double(tmp_path / "log.jsonl", *faults, seed=seed) as double:
        town = found_town(engine, MAILS)
        town.owe()
        town.gather()
        with staged(town, url, double) as scene:
            nemesis = Nemesis(scene, postgres, random.Random(seed), COURIERS)
            nemesis.rage(SECONDS)
            nemesis.rest()
            judgement = scene.drain(SECONDS + 120, hurry=True)
        outcomes = town.outcomes()
    with capsys.disabled():
        print(f"\nseed {seed}: {dict(nemesis.done)}, {judgement}")
    assert judgement.kept
    assert outcomes == {"mailed": MAILS}
    assert judgement.duplicated <= judgement.uncertain
