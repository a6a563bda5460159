"""Writes a report as a plain text file, the way a clerk saves one from an old editor."""

from server.demo.script import Block
from server.demo.tables import Grid

INDENT = "\u3000\u3000"


def text_file(script: tuple[Block, ...], encoding: str) -> bytes:
    """The text with CRLF line ends, tables as tab-separated lines."""
    lines = [line for block in script for line in _lines(block)]
    return ("\r\n".join(lines) + "\r\n").encode(encoding)


def _lines(block: Block) -> list[str]:
    if block.role == "table":
        return _table_lines(block.grid)
    if block.role == "title":
        return [INDENT * 3 + block.text, ""]
    if block.role == "signature":
        return [INDENT * 10 + block.text]
    return [INDENT + block.text]


def _table_lines(grid: Grid) -> list[str]:
    return ["\t".join(cell.text for cell in row) for row in grid]
