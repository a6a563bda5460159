"""How alike texts are, and which passages they share: one report, or thousands against each other.

Texts are cut into overlapping runs of letters (shingles). A signature of the smallest hashes
brings likely pairs into the same bucket, so that the cost grows with the number of texts and not
with its square; every pair that a bucket proposes is then measured exactly.
"""

import re
from collections.abc import Hashable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations, pairwise
from zlib import crc32

_LETTERS = re.compile(r"[^\u4e00-\u9fffA-Za-z0-9]+")
_WORDS = re.compile(r"[\u4e00-\u9fffA-Za-z0-9]+")
_SHINGLE = 5
_BANDS = 24
_ROWS = 3
_BINS = _BANDS * _ROWS
_NO_HASH = 1 << 32
_MIX = 0x9E3779B1
_LEAST_PASSAGE = 10
_MOST_BEGINNINGS = 8
"""Places of a much repeated stretch that are tried; without a bound time would not be linear."""
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
    """A stretch that stands in both texts, with its range in each."""

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
    """Return the stretches of `one` that stand word for word in `two` too, in the order of `one`.

    Punctuation and blanks do not count; a stretch has at least ten letters, because shorter ones
    everybody writes.
    """
    first, second = _lettered(one), _lettered(two)
    places: dict[str, list[int]] = {}
    for place in range(len(second.letters) - _LEAST_PASSAGE + 1):
        begins = places.setdefault(second.letters[place : place + _LEAST_PASSAGE], [])
        if len(begins) < _MOST_BEGINNINGS:
            begins.append(place)
    return list(_runs(first, second, places))


def copied_share(text: str, passages: Sequence[Passage]) -> float:
    """Return the share of a text's letters that lie in these passages of it (0 to 1)."""
    whole = len(_lettered(text).letters)
    copied = sum(len(_lettered(text[each.start : each.end]).letters) for each in passages)
    return copied / whole if whole else 0.0


def fingerprint(text: str) -> tuple[int, ...]:
    """Return 24 numbers below 2**40; texts that are much alike have at least one in common.

    Stored, they find the likely pairs of one text among thousands without reading the others.
    """
    found = shingles(text)
    if not found:
        return ()
    return tuple(
        (band << 32) | crc32(",".join(map(str, rows)).encode())
        for band, *rows in _bands(_signature(found))
    )


@dataclass(frozen=True, slots=True)
class _Lettered:
    """The letters of a text alone, and where each stands in it."""

    letters: str
    places: tuple[int, ...]


def _lettered(text: str) -> _Lettered:
    places = tuple(
        place for found in _WORDS.finditer(text) for place in range(found.start(), found.end())
    )
    return _Lettered("".join(text[place] for place in places), places)


def _runs(
    first: _Lettered, second: _Lettered, places: Mapping[str, list[int]]
) -> Iterator[Passage]:
    at = 0
    while at + _LEAST_PASSAGE <= len(first.letters):
        begins = places.get(first.letters[at : at + _LEAST_PASSAGE], ())
        longest = max(((_run(first, second, at, other), -other) for other in begins), default=None)
        if longest is None:
            at += 1
            continue
        length, other = longest[0], -longest[1]
        yield Passage(
            first.places[at],
            first.places[at + length - 1] + 1,
            second.places[other],
            second.places[other + length - 1] + 1,
        )
        at += length


def _run(first: _Lettered, second: _Lettered, at: int, other: int) -> int:
    """Return how many letters are the same from these two places on."""
    most = min(len(first.letters) - at, len(second.letters) - other)
    length = _LEAST_PASSAGE
    while length < most and first.letters[at + length] == second.letters[other + length]:
        length += 1
    return length


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
