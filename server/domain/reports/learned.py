"""Weights learned from read reports: how much each character and pair of characters of an item
speaks for each class. They back the words of the taxonomy up where none of them was foreseen.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt
from typing import Any

_OPENING = 1.0
_LATER = 0.5


class Rows(dict[str, Any]):
    """Rows of whole numbers as their file writes them, "38 -16", each read when first asked for.

    A report asks for a few hundred of forty thousand.
    """

    def __getitem__(self, gram: str) -> tuple[int, ...]:
        """Return the numbers of a gram."""
        row = super().__getitem__(gram)
        if isinstance(row, str):
            row = self[gram] = tuple(map(int, row.split()))
        numbers: tuple[int, ...] = row
        return numbers

    def get(self, gram: str, default: Any = None) -> Any:
        """Return the numbers of a gram, or the default."""
        if gram not in self:
            return default
        return self[gram]


@dataclass(frozen=True, slots=True)
class Learned:
    """`weights[gram]` has one number per class, in the order of `classes`; `scale` make one."""

    classes: tuple[str, ...]
    weights: Mapping[str, Sequence[float]]
    scale: float = 1.0

    def speak(self, text: str, opening: int) -> dict[str, float]:
        """Return what the text's grams say for each class; its length does not matter.

        Grams before `opening`, the end of the first clause, count twice.
        """
        shares = {
            gram: share
            for gram, share in gram_shares(text, opening).items()
            if gram in self.weights
        }
        length = sqrt(sum(share * share for share in shares.values())) * self.scale or 1.0
        sums = [0.0] * len(self.classes)
        for gram, share in shares.items():
            for index, weight in enumerate(self.weights[gram]):
                sums[index] += share / length * weight
        return dict(zip(self.classes, sums, strict=True))


UNLEARNED = Learned((), {})
"""Weights that say nothing."""


def gram_shares(text: str, opening: int) -> dict[str, float]:
    """Return the grams of a text with their share, not yet scaled to the text's length."""
    places = {gram: at for at, gram in _grams(text)}
    return {gram: _OPENING if at < opening else _LATER for gram, at in places.items()}


def _grams(text: str) -> Iterator[tuple[int, str]]:
    """Yield characters and pairs of Han characters from the end on: the first place wins."""
    han = ["\u4e00" <= letter <= "\u9fff" for letter in text]
    for place in range(len(text) - 1, -1, -1):
        if han[place]:
            yield place, text[place]
            if place + 1 < len(text) and han[place + 1]:
                yield place, text[place : place + 2]
