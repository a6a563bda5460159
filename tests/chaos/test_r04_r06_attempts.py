"""R-04, R-05, R-06: one attempt, ended at each of its moments, for each policy."""

import random
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.chaos.checker import FINAL
from tests.chaos.installation import Installation, installed
from tests.chaos.lengths import MAILS, REPEATS, SECONDS
from tests.chaos.weather import storm
from tests.smtp_double import ALWAYS, Fault

OFFICERS = 12
UNHURRIED = Fault("accepted", "slow", seconds=0.03, last=ALWAYS)
LOST_REPLIES = Fault("accepted", "drop", chance=0.02, last=ALWAYS)
POINTS = (
    "after_claim",
    "after_writing",
    "before_intent",
    "after_intent",
    "after_reply",
    "after_record",
)


def never_again(place: Installation) -> None:
    """Let no mail of this database ever be sent a second time by itself."""
    place.town.run("ALTER TABLE message ALTER on_uncertain SET DEFAULT 'hold'")
    place.town.run(
        "CREATE FUNCTION held() RETURNS trigger LANGUAGE plpgsql AS"
        " $$ BEGIN NEW.on_uncertain := 'hold'; RETURN NEW; END $$"
    )
    place.town.run(
        "CREATE TRIGGER held BEFORE INSERT ON message FOR EACH ROW EXECUTE FUNCTION held()"
    )


def held_or_settled(place: Installation) -> bool:
    """Whether nothing is under way any more; what may have arrived waits for a person."""
    place.town.run("UPDATE message SET next_attempt_at = now() WHERE state = 'queued'")
    waiting = place.town.value("SELECT count(*) FROM matter WHERE next_stage_on <= CURRENT_DATE")
    return not waiting and set(place.town.states()) <= FINAL | {"uncertain"}


@pytest.mark.timeout(SECONDS * 6 + 600)
def test_r04_mails_that_may_not_be_repeated_never_are(
    home: Path, say: Callable[[object], None]
) -> None:
    with installed(home, MAILS, UNHURRIED, LOST_REPLIES, seed=4) as place:
        never_again(place)
        result = storm(place, seed=4, seconds=SECONDS, patience=0)
        assert place.until(lambda: held_or_settled(place), SECONDS * 3 + 240), place.log("worker")
        accepted = place.double.accepted()
        held = place.town.states().get("uncertain", 0)
    twice = len(accepted) - len({acceptance["message_id"] for acceptance in accepted})
    say(f"R-04: {len(accepted)} accepted, {twice} twice, {held} held, {result.kills} kills")
    assert twice == 0
    assert held > 0


@pytest.mark.parametrize("turn", range(REPEATS))
@pytest.mark.parametrize("point", POINTS)
@pytest.mark.timeout(240)
def test_r05_a_worker_that_dies_at(
    home: Path, point: str, turn: int, say: Callable[[object], None]
) -> None:
    with installed(home, OFFICERS, UNHURRIED) as place:
        # One connection, so that nothing but the mail at hand is in doubt.
        place.environment |= {"CHAOS_DIE": f"{point}:{turn + 1}", "DUBAN_SMTP_CONNECTIONS": "1"}
        place.start("worker", "beat")
        place.plan_everything()
        assert place.until(lambda: "signal 9" in place.log("worker"), 90), place.log("worker")
        place.kill("worker")
        place.environment["CHAOS_DIE"] = ""
        place.start("worker")
        assert place.until(place.settled, 120), place.log("worker")
        judgement = place.judge()
    say(f"R-05 {point}: {judgement.duplicated} twice, {judgement.uncertain} uncertain")
    assert judgement.kept, judgement
    # Between the reply and the record the send journal is the proof, so not even one copy.
    assert judgement.duplicated == 0


@pytest.mark.timeout(240)
def test_r06_a_process_that_slept_through_its_lease_sends_nothing_more(
    home: Path, say: Callable[[object], None]
) -> None:
    slow = Fault("data", "slow", seconds=0.4, last=ALWAYS)
    with installed(home, OFFICERS * 3, slow) as place:
        place.start("worker", "beat")
        place.plan_everything()
        assert place.until(lambda: bool(place.double.accepted()), 60)
        for number in range(4):
            place.pause_child(random.Random(number), 6)
        place.until(lambda: False, 6)
        place.wake(everybody=True)
        assert place.until(place.settled, 120), place.log("worker")
        judgement = place.judge()
    say(f"R-06: {judgement.duplicated} twice, {judgement.uncertain} uncertain")
    assert judgement.kept, judgement
    assert judgement.duplicated <= judgement.uncertain
