"""A document as decoded text with the tables that stand in it. All offsets count characters."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Cell:
    """One table cell: `text == document.text[start:end]`; merged cells carry their spans."""

    row: int
    column: int
    text: str
    start: int
    end: int
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Table:
    """The cells of one table in reading order; merged cells appear once, at their first place."""

    cells: tuple[Cell, ...]

    @property
    def start(self) -> int:
        """Offset of the first cell."""
        return min((cell.start for cell in self.cells), default=0)

    @property
    def end(self) -> int:
        """Offset after the last cell."""
        return max((cell.end for cell in self.cells), default=0)


@dataclass(frozen=True, slots=True)
class SourceText:
    """What an adapter read from a file: the decoded text is what every span counts in.

    `kind` is the file's true kind (txt, docx, html, pdf, xlsx), `notes` are Chinese remarks
    on what could not be read with certainty, `margins` what runs at the head or foot of pages.
    """

    text: str
    tables: tuple[Table, ...] = ()
    kind: str = "txt"
    name: str = ""
    notes: tuple[str, ...] = ()
    margins: tuple[str, ...] = ()
