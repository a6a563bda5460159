"""Builds decoded text with table cells at known places, for every kind that has tables."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.reports.source import Cell, SourceText, Table

_PROSE_CELL = 150
"""A cell with more text than any figure or label has: the table only lays out the page."""


@dataclass(frozen=True, slots=True)
class RawCell:
    """A cell before it has a place: its paragraphs and spans."""

    row: int
    column: int
    paragraphs: tuple[str, ...]
    row_span: int = 1
    column_span: int = 1


class TextBuilder:
    """Collects paragraphs and tables; offsets are known as it grows."""

    def __init__(self) -> None:
        self._parts: list[str] = []
        self._length = 0
        self._tables: list[Table] = []

    def paragraph(self, text: str) -> None:
        """Add a paragraph and its line end."""
        self._add(text.rstrip() + "\n")

    def table(self, cells: Sequence[RawCell]) -> None:
        """Add a table: one line per row, cells set apart by tabs; a layout table becomes prose."""
        if _lays_out(cells):
            for cell in cells:
                for text in cell.paragraphs:
                    self.paragraph(text)
            return
        placed: list[Cell] = []
        for place, cell in enumerate(cells):
            if place and cell.row != cells[place - 1].row:
                self._add("\n")
            elif place:
                self._add("\t")
            placed.append(self._cell(cell))
        self._add("\n")
        if placed:
            self._tables.append(Table(tuple(placed)))

    def build(
        self, kind: str, name: str, notes: Sequence[str] = (), margins: Sequence[str] = ()
    ) -> SourceText:
        """Return the document."""
        text, tables = "".join(self._parts), tuple(self._tables)
        return SourceText(text, tables, kind, name, tuple(notes), tuple(margins))

    def _cell(self, cell: RawCell) -> Cell:
        text = " ".join(part.strip() for part in cell.paragraphs if part.strip())
        text = text.replace("\n", " ").replace("\t", " ")
        start = self._length
        self._add(text)
        return Cell(
            cell.row, cell.column, text, start, self._length, cell.row_span, cell.column_span
        )

    def _add(self, text: str) -> None:
        self._parts.append(text)
        self._length += len(text)


def _lays_out(cells: Sequence[RawCell]) -> bool:
    return any(sum(len(text) for text in cell.paragraphs) > _PROSE_CELL for cell in cells)
