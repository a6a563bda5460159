"""How alike texts are, and which passages they share: one report, or thousands against each other.

Texts are cut into overlapping runs of letters (shingles). A signature of the smallest hashes
brings likely pairs into the same bucket, so that the cost grows with the number of texts and not
with its square; every pair that a bucket proposes is then measured exactly.
"""

import re
from collections.abc import Hashable, Iterator, Mapping
from dataclasses import dataclass
from itertools import combinations, pairwise
from zlib import crc32

_LETTERS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_SENTENCE = re.compile(r"[^。！？；!?;\n]+")
_SHINGLE = 5
_BANDS = 24
_ROWS = 3
_BINS = _BANDS * _ROWS
_NO_HASH = 1 << 32
_MIX = 0x9E3779B1
_LEAST_SENTENCE = 10
_MOST_IN_BUCKET = 400
"""A bucket of this size holds a form text that everybody copies; pairs are taken in a chain."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """Two texts by their keys and the share of shingles that they have in common (0 to 1)."""

    one: Hashable
    two: Hashable
    share: float


@dataclass(frozen=True, slots=True)
class Passage:
    """A sentence that stands in both texts, with its range in each."""

    start: int
    end: int
    other_start: int
    other_end: int


def shingles(text: str) -> frozenset[int]:
    """Return the hashes of all runs of five letters; punctuation and blanks do not count."""
    letters = _LETTERS.sub("", text)
    last = max(len(letters) - _SHINGLE + 1, 1 if letters else 0)
    return frozenset(crc32(letters[place : place + _SHINGLE].encode()) for place in range(last))


def likeness(one: str, two: str) -> float:
    """Return the share of common shingles (Jaccard); 0 where a text has no letters."""
    return _share(shingles(one), shingles(two))


def similar_pairs(texts: Mapping[Hashable, str], least: float = 0.5) -> list[Likeness]:
    """Return all pairs that share at least `least` of their shingles, the likest first.

    Pairs with a share well above `least` (0.6 and more) are practically never missed.
    """
    sets = {key: found for key, text in texts.items() if (found := shingles(text))}
    alike = (
        Likeness(one, two, round(share, 4))
        for one, two in _candidates(sets)
        if (share := _share(sets[one], sets[two])) >= least
    )
    return sorted(alike, key=lambda pair: -pair.share)


def shared_passages(one: str, two: str) -> list[Passage]:
    """Return the sentences of `one` that also stand in `two`, in the order of `one`."""
    places: dict[str, tuple[int, int]] = {}
    for start, end, letters in _sentences(two):
        places.setdefault(letters, (start, end))
    return [
        Passage(start, end, *places[letters])
        for start, end, letters in _sentences(one)
        if letters in places
    ]


def _sentences(text: str) -> Iterator[tuple[int, int, str]]:
    for found in _SENTENCE.finditer(text):
        letters = _LETTERS.sub("", found[0])
        if len(letters) >= _LEAST_SENTENCE:
            blank = len(found[0]) - len(found[0].lstrip())
            yield found.start() + blank, found.end(), letters


def _share(one: frozenset[int], two: frozenset[int]) -> float:
    common = len(one & two)
    return common / (len(one) + len(two) - common) if common else 0.0


def _candidates(sets: Mapping[Hashable, frozenset[int]]) -> Iterator[tuple[Hashable, Hashable]]:
    """Yield each pair that meets in some bucket, once."""
    buckets: dict[tuple[int, ...], list[Hashable]] = {}
    for key, found in sets.items():
        for bucket in _bands(_signature(found)):
            buckets.setdefault(bucket, []).append(key)
    order = {key: place for place, key in enumerate(sets)}
    seen: set[tuple[int, int]] = set()
    for keys in buckets.values():
        for one, two in _pairs(keys):
            places = (order[one], order[two])
            if places not in seen:
                seen.add(places)
                yield one, two


def _pairs(keys: list[Hashable]) -> Iterator[tuple[Hashable, Hashable]]:
    if len(keys) <= _MOST_IN_BUCKET:
        return combinations(keys, 2)
    return pairwise(keys)


def _signature(found: frozenset[int]) -> list[int]:
    """Return the smallest hash of each bin; an empty bin takes over from the next one."""
    bins = [_NO_HASH] * _BINS
    for shingle in found:
        mixed = (shingle * _MIX) & 0xFFFFFFFF
        place = mixed % _BINS
        bins[place] = min(bins[place], mixed)
    for place in range(2 * _BINS - 1, -1, -1):
        if bins[place % _BINS] == _NO_HASH:
            bins[place % _BINS] = bins[(place + 1) % _BINS]
    return bins


def _bands(signature: list[int]) -> Iterator[tuple[int, ...]]:
    for band in range(_BANDS):
        yield band, *signature[band * _ROWS : (band + 1) * _ROWS]
