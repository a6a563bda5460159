"""A table that runs on over a page's end: its parts put together, a row cut in two made whole."""

import re
from collections.abc import Sequence
from dataclasses import replace

from server.adapters.documents.layout import RawCell

_MARK = re.compile(r"[（(]?[一二三四五六七八九十\d]{1,3}[)）、.．:：]|[①-⑳]|其中|小计|合计|总计")
_HAN = re.compile(r"[\u4e00-\u9fff]")

_Pairs = list[tuple[RawCell, RawCell]]


def joined(upper: Sequence[RawCell], lower: Sequence[RawCell]) -> tuple[RawCell, ...]:
    """Return the cells of both parts as one table; their columns must be the same."""
    height = max(cell.row + cell.row_span for cell in upper)
    pairs = _meeting(upper, lower, height)
    cut = _is_cut(pairs)
    going_on = pairs if cut else [pair for pair in pairs if _spans_on(*pair)]
    shift = height - cut
    grown = {id(above): _grown(above, below, cut=cut) for above, below in going_on}
    dropped = {id(below) for _, below in going_on}
    kept = [grown.get(id(cell), cell) for cell in upper]
    moved = [replace(cell, row=cell.row + shift) for cell in lower if id(cell) not in dropped]
    return tuple(sorted([*kept, *moved], key=lambda cell: (cell.row, cell.column)))


def _meeting(upper: Sequence[RawCell], lower: Sequence[RawCell], height: int) -> _Pairs:
    """Return the cells that touch at the seam, above and below, by column."""
    above = {
        (cell.column, cell.column_span): cell
        for cell in upper
        if cell.row + cell.row_span == height
    }
    return [
        (above[place], cell)
        for cell in lower
        if cell.row == 0 and (place := (cell.column, cell.column_span)) in above
    ]


def _is_cut(pairs: _Pairs) -> bool:
    """Say whether one row was cut: only one piece has values, and no new label begins."""
    last = max((at for at, pair in enumerate(pairs) if any(map(_names, pair))), default=-1)
    labels, values = pairs[: last + 1], pairs[last + 1 :]
    if not values or not labels or any(_MARK.match(_text(below)) for _, below in labels):
        return False
    above = any(_text(cell) for cell, _ in values)
    below = any(_text(cell) for _, cell in values)
    return not (above and below)


def _spans_on(above: RawCell, below: RawCell) -> bool:
    """Say whether a cell over several rows goes on below: it says nothing or no new thing."""
    text = _text(below)
    return below.row_span > 1 and (not text or (above.row_span > 1 and not _MARK.match(text)))


def _grown(above: RawCell, below: RawCell, *, cut: bool) -> RawCell:
    rows = above.row_span + below.row_span - cut
    return replace(above, paragraphs=(_text(above) + _text(below),), row_span=rows)


def _names(cell: RawCell) -> bool:
    return bool(_HAN.search(_text(cell)))


def _text(cell: RawCell) -> str:
    return "".join(cell.paragraphs)
