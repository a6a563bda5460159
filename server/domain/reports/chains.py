"""The most likely reading of a row of phrases, by learned weights of their signs (Viterbi)."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from server.domain.reports.signs import Signs

LABELS = ("PB", "PI", "MB", "MI", "O0", "OP", "OM")
"""Begins a problem, goes on with it; the same of a measure; neither: before the first item, after a
problem, after a measure."""
_NEVER = float("-inf")


@dataclass(frozen=True, slots=True)
class Chain:
    """`weights[sign]` has one number per label, in the order of LABELS; `scale` make one.

    What follows what is weighed by the signs "PB>" and "PB>context".
    """

    weights: Mapping[str, Sequence[float]]
    scale: float = 1.0


UNCHAINED = Chain({})
"""Weights that were never learned: what the rules read stands."""


def decode(row: Sequence[Signs], chain: Chain, costs: Sequence[int] = ()) -> list[int]:
    """Return the places in LABELS of the best reading of the row.

    `costs`, in training, are the right labels: every other one is made a little more likely.
    """
    scores: list[float] = []
    back: list[list[int]] = []
    for place, signs in enumerate(row):
        own = emission(signs, chain)
        if costs:
            own = [score + (label != costs[place]) * chain.scale for label, score in enumerate(own)]
        scores, came = _step(own, scores, signs.context, chain) if place else (_first(own), [])
        back.append(came)
    return _traced(scores, back)


def worth(row: Sequence[Signs], labels: Sequence[str], chain: Chain) -> float:
    """Return what the weights speak for this reading of the row; 1.0 is one step of learning."""
    total = 0.0
    for place, (signs, label) in enumerate(zip(row, labels, strict=True)):
        at = LABELS.index(label)
        total += emission(signs, chain)[at]
        if place:
            total += _passage(labels[place - 1], signs.context, chain)[at]
    return total / chain.scale


def emission(signs: Signs, chain: Chain) -> list[float]:
    """Return what the signs of one phrase speak for each label."""
    rows = [chain.weights[sign] for sign in signs.own if sign in chain.weights]
    return [float(sum(column)) for column in zip(*rows, strict=True)] or [0.0] * len(LABELS)


def _first(own: Sequence[float]) -> list[float]:
    return [
        score if _may(None, label) else _NEVER for label, score in zip(LABELS, own, strict=True)
    ]


def _step(
    own: Sequence[float], before: Sequence[float], context: str, chain: Chain
) -> tuple[list[float], list[int]]:
    """Return the best score of each label here, and the label before it."""
    rows = [_passage(label, context, chain) for label in LABELS]
    scores, came = [], []
    for label, score in enumerate(own):
        best = max(_sources()[label], key=lambda source: before[source] + rows[source][label])
        scores.append(before[best] + rows[best][label] + score)
        came.append(best)
    return scores, came


def _passage(label: str, context: str, chain: Chain) -> Sequence[float]:
    """Return what speaks for each label after this one."""
    nothing = (0.0,) * len(LABELS)
    always = chain.weights.get(f"{label}>", nothing)
    here = chain.weights.get(f"{label}>{context}", nothing)
    return [one + two for one, two in zip(always, here, strict=True)]


def _traced(scores: Sequence[float], back: Sequence[Sequence[int]]) -> list[int]:
    if not back:
        return []
    path = [max(range(len(LABELS)), key=lambda label: scores[label])]
    for came in reversed(back[1:]):
        path.append(came[path[-1]])
    return path[::-1]


@cache
def _sources() -> tuple[tuple[int, ...], ...]:
    """Return for each label the labels that may stand before it."""
    every = range(len(LABELS))
    return tuple(tuple(one for one in every if _may(LABELS[one], label)) for label in LABELS)


def _may(before: str | None, label: str) -> bool:
    """Say whether a label may follow: an item goes on only with itself, O remembers the last."""
    if label == "O0":
        return before in {None, "O0"}
    if label in {"PI", "MI"}:
        return before is not None and before[0] == label[0]
    if label in {"OP", "OM"}:
        return before is not None and label[1] in before
    return True
