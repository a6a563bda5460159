"""Letters with places -> lines, and lines -> the paragraphs that were wrapped into them."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from server.adapters.documents.pdf_page import Glyph

_SAME_LINE = 0.45
"""Of a letter's height: how far its centre may lie from its line's."""
_WORD_GAP = 0.18
_COLUMN_GAP = 2.2
"""In heights: a wider gap parts columns, not the spaced letters of a title."""
_NO_START = frozenset("，。、；：？！）》】〕”’,.;:?!)]}%％")
_ENDS = frozenset("。！？；.!?;：:")
_INDENT = 1.3
_SAME_SIZE = 0.15


@dataclass(frozen=True, slots=True)
class Line:
    """One line of a page; `lead` is the width of the first word, which wraps as a whole."""

    text: str
    left: float
    right: float
    top: float
    bottom: float
    size: float
    lead: float
    page: int


def lines_of(glyphs: Sequence[Glyph], page: int = 0) -> list[Line]:
    """Return the lines from top to bottom."""
    found: list[list[Glyph]] = []
    centre = 0.0
    for glyph in sorted(glyphs, key=lambda one: (one.middle, one.left)):
        if found and abs(glyph.middle - centre) <= _SAME_LINE * max(
            glyph.height, found[-1][0].height
        ):
            found[-1].append(glyph)
            centre += (glyph.middle - centre) / len(found[-1])
        else:
            found.append([glyph])
            centre = glyph.middle
    return [_line(sorted(line, key=lambda one: one.left), page) for line in found]


def _line(glyphs: Sequence[Glyph], page: int) -> Line:
    size = median(glyph.height for glyph in glyphs) or 1.0
    return Line(
        text=_text(glyphs, size),
        left=glyphs[0].left,
        right=max(glyph.right for glyph in glyphs),
        top=min(glyph.top for glyph in glyphs),
        bottom=max(glyph.bottom for glyph in glyphs),
        size=size,
        lead=_lead(glyphs),
        page=page,
    )


def _text(glyphs: Sequence[Glyph], size: float) -> str:
    parts = [glyphs[0].letter]
    for before, glyph in pairwise(glyphs):
        if _is_printed_twice(before, glyph, size):
            continue
        parts += (_between(before, glyph, size), glyph.letter)
    return "".join(parts)


def _is_printed_twice(before: Glyph, glyph: Glyph, size: float) -> bool:
    """Say whether a letter was set twice at one place, as some programs make bold type."""
    return before.letter == glyph.letter and abs(before.left - glyph.left) < size * 0.15


def _between(before: Glyph, glyph: Glyph, size: float) -> str:
    """Return the blank that the gap means: none beside Chinese letters, however it was set."""
    gap = glyph.left - before.right
    if gap > size * _COLUMN_GAP:
        return "\t"
    latin = before.letter < "\u0250" and glyph.letter < "\u0250"
    return " " if latin and gap > size * _WORD_GAP else ""


def _lead(glyphs: Sequence[Glyph]) -> float:
    last = 0
    while last + 1 < len(glyphs) and _sticks(glyphs[last], glyphs[last + 1]):
        last += 1
    return glyphs[last].right - glyphs[0].left


def _sticks(before: Glyph, glyph: Glyph) -> bool:
    if glyph.letter in _NO_START:
        return True
    close = glyph.left - before.right < before.height * _WORD_GAP
    return close and all(one.letter < "\u0250" and one.letter.isalnum() for one in (before, glyph))


def paragraphs_of(lines: Sequence[Line]) -> Iterator[str]:
    """Yield the texts of paragraphs: a line goes on where its first word found no more room.

    `lines` stand in reading order and may run over several pages.
    """
    left, right = _margins(lines)
    indented = _is_indented(lines, left)
    parts: list[str] = []
    previous: Line | None = None
    for line in lines:
        if previous is not None and not _goes_on(previous, line, left, right, indented=indented):
            yield "".join(parts)
            parts.clear()
        elif parts:
            parts.append(_seam(parts[-1], line.text))
        parts.append(line.text)
        previous = line
    if parts:
        yield "".join(parts)


def _margins(lines: Sequence[Line]) -> tuple[float, float]:
    """Return the body's left and right edge: where most lines begin, the farthest usual end."""
    if not lines:
        return 0.0, 0.0
    body = [line for line in lines if len(line.text) >= 12] or list(lines)  # noqa: PLR2004  # no title, no mark
    starts = sorted(line.left for line in body)
    ends = sorted(line.right for line in body)
    return starts[len(starts) // 20], ends[-1 - len(ends) // 20]


def _is_indented(lines: Sequence[Line], left: float) -> bool:
    """Say whether paragraphs begin with an indent, so that a line without one goes on."""
    begun = sum(left + _INDENT * line.size < line.left < left + 3.5 * line.size for line in lines)
    return begun * 5 > len(lines)


def _goes_on(before: Line, line: Line, left: float, right: float, *, indented: bool) -> bool:
    if "\t" in before.text or "\t" in line.text:
        return False
    if abs(before.size - line.size) > _SAME_SIZE * before.size:
        return False
    if line.left > left + _INDENT * line.size and not _hangs(before, line):
        return False
    if before.right + line.lead + 0.3 * line.size < right:
        return False
    return indented or before.text[-1] not in _ENDS


def _hangs(before: Line, line: Line) -> bool:
    """Say whether both begin at one place, as the lines of an indented block do."""
    return abs(before.left - line.left) < 0.3 * line.size


def _seam(before: str, after: str) -> str:
    return " " if before[-1:].isascii() and before[-1:].isalpha() and after[:1].isalpha() else ""
