"""The short form of the chaos tests: one small storm over a whole installation of real processes.

`make chaos` is the long form.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.chaos.installation import installed
from tests.chaos.weather import storm
from tests.folders import open_folder
from tests.smtp_double import ALWAYS, Fault

OFFICERS = 80
SECONDS = 8
FAULTS = (
    Fault("accepted", "drop", chance=0.05, last=ALWAYS),
    Fault("data", "drop", chance=0.05, last=ALWAYS),
    Fault("accepted", "slow", seconds=0.05, last=ALWAYS),
)


@pytest.fixture
def home() -> Iterator[Path]:
    """A folder that the database's own account can enter."""
    folder = open_folder("duban-storm-")
    yield folder
    shutil.rmtree(folder, ignore_errors=True)


@pytest.mark.timeout(300)
def test_through_a_small_storm_nobody_goes_without_and_every_copy_is_explained(home: Path) -> None:
    with installed(home, OFFICERS, *FAULTS, seed=3) as place:
        result = storm(place, seed=3, seconds=SECONDS, patience=150)
        log = place.log("worker")
    assert result.judgement.kept, f"{result}\n{log}"
    assert result.judgement.duplicated <= result.judgement.uncertain
    assert result.kills >= 5
