"""R-01, R-02, R-03, R-14, R-17: whole installations in storms; nothing lost, every copy explained.

The seeds alternate between a calm mail server and one that loses replies, cuts bodies, says 451.
"""

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.installation import installed
from tests.chaos.lengths import MAILS, SECONDS, SEEDS
from tests.chaos.weather import storm
from tests.smtp_double import ALWAYS, Fault

LOST_REPLIES = Fault("accepted", "drop", chance=0.02, last=ALWAYS)
CUTS = Fault("data", "drop", chance=0.02, last=ALWAYS)
LATER = Fault("dot", "reply", code=451, chance=0.02, last=ALWAYS)
UNHURRIED = Fault("accepted", "slow", seconds=0.05, last=ALWAYS)
FAULTS = (LOST_REPLIES, CUTS, LATER, UNHURRIED)
KILLS = min(100, round(SECONDS * 100 / 60))
"""What a storm of a minute does at least; a shorter one in proportion."""


@pytest.mark.timeout(SECONDS * 8 + 600)
@pytest.mark.parametrize("seed", SEEDS)
def test_through_a_storm_nobody_goes_without_and_every_copy_is_explained(
    home: Path, seed: int, say: Callable[[object], None]
) -> None:
    faults = FAULTS if seed % 2 else (UNHURRIED,)
    with installed(home, MAILS, *faults, seed=seed) as place:
        result = storm(place, seed=seed, seconds=SECONDS, patience=SECONDS * 3 + 240, fewest=KILLS)
        outcomes = place.town.outcomes()
        keys = place.town.rows(
            "SELECT count(*), count(DISTINCT (matter_id, due_version, stage, recipient_id))"
            " FROM reminder"
        )
        marks = place.town.value(
            "SELECT count(*) FROM (SELECT FROM message_event WHERE kind = 'sent'"
            " GROUP BY message_id HAVING count(*) > 1) AS twice"
        )
    say(f"seed {seed}: {result}")
    assert result.judgement.kept, result
    assert result.judgement.duplicated <= result.judgement.uncertain
    assert outcomes.get("mailed", 0) >= MAILS - outcomes.get("undelivered", 0)
    assert (keys[0][0], marks) == (keys[0][1], 0)
    assert result.kills >= KILLS
