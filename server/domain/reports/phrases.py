"""The problem part of a report as phrases: what stands between two signs, with its mark and place.

A phrase is the smallest thing that can begin or end an item. See docs/decisions/0009.
"""

import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from functools import cache

from server.domain.reports.clauses import with_lost_numerals
from server.domain.reports.enumerators import Mark
from server.domain.reports.lines import Piece, trim
from server.domain.reports.listed import lead_end, tail_start

_SIGN = r"[,:、;。!?】→]|——|--|[ \t\n]+"
_OPEN, _CLOSE = "“(《〈[‘", "”)》〉]’"
_AFTER_WORD = (
    r"(?:(?<=[,;。:、 ])|^)(?:但是|但|然而|不过|可是|只是)(?!不限)"
    r"|(?<=,)(?:再就是|比如|例如|如)(?=[^,。;]{4})"
    r"|^[^,。;]{0,14}?(?:针对|对于)(?=[^,。;]{4,60}的?(?:问题|现象|情况|不足|短板|困难),)"
)
"""An item may begin after these words without any sign."""
_CLOSED_BY = (
    r"(?:等|的)+(?:方面|突出|主要)?的?(?:问题|不足|情况|现象|短板|困难|薄弱环节)(?=[,。;]|$)"
)
"""An item may end before these words."""
_JOINED = r"以及|(?<=[\u4e00-\u9fff])(?:和|与)(?=[^,、;。]{6})"
_TRIMMED = " \t\n,、:;→"


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words of normalised text between two signs.

    `before` is the sign before it inside its sentence, `after` the one behind it; `sentence`
    numbers the sentences, `stop` is what closes that sentence; `opens` and `closes` tell of lines.
    """

    start: int
    end: int
    sentence: int
    mark: Mark | None
    before: str
    after: str
    opens: bool
    closes: bool
    first: bool
    last: bool
    stop: str


def phrases(text: str, start: int, end: int, bounds: Iterable[int] = ()) -> list[Phrase]:
    """Return the phrases of text[start:end]; each of `bounds` begins or ends one."""
    places = sorted(set(bounds))
    found: list[Phrase] = []
    for number, piece in enumerate(with_lost_numerals(text, start, end)):
        own = places[bisect_right(places, piece.start) : bisect_left(places, piece.end)]
        found.extend(_of_piece(text, piece, number, own))
    return found


def _of_piece(text: str, piece: Piece, number: int, own: Sequence[int]) -> Iterator[Phrase]:
    spans = list(_spans(text, piece, own))
    for place, (first, last, before, after) in enumerate(spans):
        final = place + 1 == len(spans)
        yield Phrase(
            first, last, number, None if place else piece.mark, before,
            (piece.stop or "\n" * piece.closes) if final else after,
            piece.opens and not place, piece.closes and final, not place, final, piece.stop,
        )  # fmt: skip


def _spans(text: str, piece: Piece, own: Sequence[int]) -> Iterator[tuple[int, int, str, str]]:
    """Yield the ranges between the cuts with the signs on both sides."""
    cuts = sorted(_cuts(text, piece, own))
    position, before = piece.start, ""
    for start, end, sign in [*cuts, (piece.end, piece.end, "")]:
        first, last = trim(text, min(position, start), start, _TRIMMED)
        if first < last:
            yield first, last, before, sign
        before, position = sign, max(position, end)


def _cuts(text: str, piece: Piece, own: Sequence[int]) -> Iterator[tuple[int, int, str]]:
    words = text[piece.start : piece.end]
    tail = tail_start(words)
    shut = _shut(words)
    for found in _compiled(_SIGN).finditer(words):
        closing = found.end() == len(words) and found[0][0] in "。!?;"
        if not shut[found.start()] and not closing:
            yield piece.start + found.start(), piece.start + found.end(), found[0][0]
    if tail is not None:
        for found in _compiled(_JOINED).finditer(words):
            yield piece.start + found.start(), piece.start + found.end(), "和"
    bare = [(lead_end(words), "领"), (tail, "尾")]
    bare += [(found.end(), "转") for found in _compiled(_AFTER_WORD).finditer(words)]
    bare += [(found.start(), "尾") for found in _compiled(_CLOSED_BY).finditer(words)]
    yield from ((piece.start + at, piece.start + at, sign) for at, sign in bare if at is not None)
    yield from ((place, place, "界") for place in own)


def _shut(words: str) -> list[bool]:
    """Return for each letter whether it stands inside brackets or quotation marks."""
    depth, found = 0, []
    for letter in words:
        depth = max(0, depth - (letter in _CLOSE))
        found.append(depth > 0)
        depth += letter in _OPEN
    return found


@cache
def _compiled(grammar: str) -> re.Pattern[str]:
    return re.compile(grammar)
