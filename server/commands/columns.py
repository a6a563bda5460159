"""Columns of text in which a Chinese character is as wide as two Latin ones."""

import unicodedata
from collections.abc import Sequence

_WIDE = ("W", "F")
_GAP = "  "


def width(text: str) -> int:
    """Return how many places the text takes on a terminal."""
    return sum(2 if unicodedata.east_asian_width(sign) in _WIDE else 1 for sign in text)


def aligned(rows: Sequence[Sequence[str]]) -> list[str]:
    """Return one line per row, every column as wide as its widest cell."""
    widths = [max(map(width, column)) for column in zip(*rows, strict=True)]
    return [
        _GAP.join(
            cell + " " * (room - width(cell)) for cell, room in zip(row, widths, strict=True)
        ).rstrip()
        for row in rows
    ]
