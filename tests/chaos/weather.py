"""Seeded misfortune for a whole installation, and the calm after it."""

import random
import time
from collections.abc import Callable
from dataclasses import dataclass

from tests.chaos.checker import Judgement
from tests.chaos.installation import Installation

PAUSE = 3.0
"""Seconds of a SIGSTOP: longer than a lease, so that the sleeper wakes up without one."""


@dataclass(frozen=True, slots=True)
class Storm:
    """What a storm left: the judgement, how long the draining took, how much harm was done."""

    judgement: Judgement
    drained_in: float
    kills: int
    harm: dict[str, int]

    def __str__(self) -> str:
        judged = self.judgement
        return (
            f"planned {judged.planned}, lost {len(judged.lost)}, duplicated {judged.duplicated},"
            f" uncertain {judged.uncertain}, unexplained {len(judged.unexplained)},"
            f" unfinished {judged.unfinished}, silent {judged.silent}, {self.kills} kills"
            f" {self.harm}, drained in {self.drained_in:.0f} s"
        )


def storm(
    place: Installation, *, seed: int, seconds: float, patience: float, fewest: int = 0
) -> Storm:
    """Plan everything, do harm for so long, repair, wait for the end, judge.

    On a machine that others keep busy it lasts up to three times as long, for `fewest` kills.
    """
    chance = random.Random(seed)
    place.start("worker", "beat")
    place.plan_everything()
    place.until(lambda: bool(place.double.accepted()), 60)
    ends = time.monotonic() + 3 * seconds
    _rage(place, chance, lambda begun: begun < seconds)
    _rage(place, chance, lambda _: place.kills < fewest and time.monotonic() < ends)
    place.wake(everybody=True)
    began = time.monotonic()
    place.until(lambda: _supervised(place), patience)
    return Storm(place.judge(), time.monotonic() - began, place.kills, dict(place.done))


def _supervised(place: Installation) -> bool:
    """Start what ended, as every supervisor does: a worker whose first child is killed ends too."""
    place.start("worker", "beat")
    return place.settled()


def _rage(place: Installation, chance: random.Random, goes_on: Callable[[float], bool]) -> None:
    children = [lambda: place.kill_child(chance)] * 20
    rare = [
        lambda: place.pause_child(chance, PAUSE),
        lambda: place.pause_child(chance, PAUSE),
        lambda: place.kill("worker"),
        lambda: place.kill("beat"),
        place.restart_smtp,
        place.restart_postgres,
        place.flush_valkey,
        lambda: (place.kill_valkey(), place.start_valkey()),
    ]
    began = time.monotonic()
    while goes_on(time.monotonic() - began):
        time.sleep(chance.uniform(0.1, 0.5))
        chance.choice([*children, *rare])()
        place.wake()
        place.start("worker", "beat")
