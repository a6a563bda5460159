"""A report's template, read into blocks that any file form can write.

A line of the template is a paragraph unless it begins with one of these marks:
`# ` the title, `## ` a section heading, `##@ ` a heading that the word processor numbers,
`@ ` an item that it numbers, `>> ` a right-aligned line; `[T2]`, `[T3]`, `[T4]` alone is a table.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from server.demo.tables import Grid, publication_table, request_table, review_table

MARKS = (
    ("##@ ", "auto_heading"),
    ("## ", "heading"),
    ("# ", "title"),
    ("@ ", "auto_item"),
    (">> ", "signature"),
)


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph (`text`) of a `role`, or a table (`grid`)."""

    role: str
    text: str = ""
    grid: Grid = ()


def blocks(body: str, figures: Mapping[str, Any]) -> tuple[Block, ...]:
    """The blocks of `body`; `figures` holds the tables t2, t3 and t4."""
    tables = {
        "[T2]": publication_table(figures.get("t2", {})),
        "[T3]": request_table(figures.get("t3", {})),
        "[T4]": review_table(figures.get("t4", {})),
    }
    return tuple(_block(line, tables) for line in body.strip().splitlines() if line.strip())


def title_of(script: tuple[Block, ...]) -> str:
    """The report's title; the template's test guarantees exactly one."""
    return next(block.text for block in script if block.role == "title")


def _block(line: str, tables: Mapping[str, Grid]) -> Block:
    if line in tables:
        return Block("table", grid=tables[line])
    for mark, role in MARKS:
        if line.startswith(mark):
            return Block(role, line.removeprefix(mark))
    return Block("paragraph", line)
