"""Normalised text as lines and as pieces (sentences), each with its mark."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.domain.reports.enumerators import Mark, inline_marks, mark_at

_LINE = re.compile(r"[^\n]+")
_SENTENCE = re.compile(r"【?[^。!?;【]+(?:[。!?;]+[”’\")》]*)?|[。!?;]+|【")
_TRAIL = " \t;,、:|"


@dataclass(frozen=True, slots=True)
class Piece:
    """A sentence (or less, where a mark cuts it) of normalised text.

    `start` is the first character of its content after the mark, `end` is after its last
    character, a trailing ；or ，excluded. `opens` says that a line begins here, `closes` that
    the line ends here, `stop` is the punctuation that ended it ("" at a line end).
    """

    start: int
    end: int
    mark: Mark | None
    opens: bool
    closes: bool
    stop: str

    def text(self, normal: str) -> str:
        """Return the piece's text."""
        return normal[self.start : self.end]


def lines(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Yield the trimmed range of each line that is not blank."""
    for found in _LINE.finditer(text, start, end):
        first, last = trim(text, *found.span())
        if first < last:
            yield first, last


def trim(text: str, start: int, end: int, letters: str = " \t\n") -> tuple[int, int]:
    """Return the range without the given letters at either end."""
    while start < end and text[start] in letters:
        start += 1
    while end > start and text[end - 1] in letters:
        end -= 1
    return start, end


def pieces(text: str, start: int, end: int) -> list[Piece]:
    """Return the pieces of text[start:end] in order."""
    found: list[Piece] = []
    for first, last in lines(text, start, end):
        found.extend(_line_pieces(text, first, last))
    return found


def _line_pieces(text: str, start: int, end: int) -> Iterator[Piece]:
    marks = _line_marks(text, start, end)
    bounds = [mark.start for mark in marks] + [end]
    opens = True
    if bounds[0] > start:
        yield from _sentences(text, start, bounds[0], None, end, opens=True)
        opens = False
    for mark, limit in zip(marks, bounds[1:], strict=True):
        yield from _sentences(text, mark.content, limit, mark, end, opens=opens)
        opens = False


def _line_marks(text: str, start: int, end: int) -> list[Mark]:
    first = mark_at(text, start)
    marks = [first] if first and first.content < end else []
    begin = marks[0].content if marks else start
    return [*marks, *inline_marks(text, begin, end)]


def _sentences(
    text: str, start: int, end: int, mark: Mark | None, line_end: int, *, opens: bool
) -> Iterator[Piece]:
    for found in _SENTENCE.finditer(text, start, end):
        first, last = trim(text, found.start(), found.end())
        stop = text[last - 1] if text[last - 1] in "。!?;:" else ""
        first, last = trim(text, first, last, _TRAIL)
        if first < last:
            yield Piece(first, last, mark, opens, found.end() >= line_end, stop)
            mark, opens = None, False
