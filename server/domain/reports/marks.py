"""A report's text cut into lines and pieces, so that every marked span is shown in its place."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise


@dataclass(frozen=True, slots=True)
class Mark:
    """A span to be shown; `key` says of what. Half-open, in characters of the text."""

    key: str
    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of one line under the same marks; `begins` are the marks that start here."""

    start: int
    text: str
    keys: tuple[str, ...]
    begins: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the text without its break."""

    start: int
    pieces: tuple[Piece, ...]

    @property
    def text(self) -> str:
        """The line as a whole."""
        return "".join(piece.text for piece in self.pieces)


def marked_lines(text: str, marks: Sequence[Mark]) -> tuple[Line, ...]:
    """Return all lines of the text, each cut wherever a mark begins or ends.

    The pieces of all lines, with the line breaks between them, are the text again. A mark outside
    the text, or empty, is not shown.
    """
    usable = sorted(
        (mark for mark in marks if 0 <= mark.start < mark.end <= len(text)),
        key=lambda mark: (mark.start, -mark.end, mark.key),
    )
    return tuple(_lines(text, usable))


def _lines(text: str, marks: Sequence[Mark]) -> Iterator[Line]:
    start, waiting = 0, 0
    active: list[Mark] = []
    begun: set[str] = set()
    for words in text.split("\n"):
        end = start + len(words)
        while waiting < len(marks) and marks[waiting].start < end:
            active.append(marks[waiting])
            waiting += 1
        yield Line(start, tuple(_pieces(words, start, active, begun)))
        start = end + 1
        active = [mark for mark in active if mark.end > start]


def _pieces(words: str, offset: int, marks: Sequence[Mark], begun: set[str]) -> Iterator[Piece]:
    cuts = sorted({offset, offset + len(words), *_cuts(marks, offset, offset + len(words))})
    for start, stop in pairwise(cuts):
        keys = tuple(mark.key for mark in marks if mark.start < stop and mark.end > start)
        begins = tuple(key for key in keys if key not in begun)
        begun.update(begins)
        yield Piece(start, words[start - offset : stop - offset], keys, begins)


def _cuts(marks: Iterable[Mark], start: int, end: int) -> Iterator[int]:
    for mark in marks:
        yield from (place for place in (mark.start, mark.end) if start < place < end)


def cells(line: Line, separator: str = "\t") -> list[list[Piece]]:
    """Return a table row's cells, each with its pieces; the separators are left out."""
    found: list[list[Piece]] = [[]]
    for piece in line.pieces:
        start = piece.start
        for number, words in enumerate(piece.text.split(separator)):
            if number:
                found.append([])
            begins = () if number else piece.begins
            found[-1].append(Piece(start, words, piece.keys, begins))
            start += len(words) + len(separator)
    return found
