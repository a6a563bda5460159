"""The rows of a format's table as a document prints them: labels in order, values after them."""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from server.domain.formats import FormatTable, Row
from server.domain.reports.cells import HEADERS, Stream, Token, bare_label, cell_value
from server.domain.reports.normalise import flatten

_WINDOW = 14
_LIST_WINDOW = 30
"""A list may leave out whole blocks of rows; a matrix prints 总计 in its header too."""
_FUZZY_WINDOW = 4
_ALIKE = 82
_SHORTEST_FUZZY = 5
_LONGEST_CAPTION = 60
_MOST_PIECES = 6
_BLANK = re.compile(r"[ \u3000]+")
_THIS_YEAR = re.compile("本年|当年|今年")


def matched(table: FormatTable, stream: Stream) -> Iterator[tuple[Row | None, Token, list[Token]]]:
    """Yield each row met, in the format's order, with its label and the cells after it.

    The row is None for one that the format does not know: provinces added rows to national lists.
    """
    tokens = stream.tokens
    names = [_names(row) for row in table.rows]
    reach = _LIST_WINDOW if table.kind == "list" else _WINDOW
    place, index = 0, _start(table, tokens)
    pieces: list[str] = []
    while index < len(tokens) and place < len(names):
        token = tokens[index]
        index += 1
        if cell_value(token.text) is not None or token.is_unit:
            continue
        followed = _value_follows(tokens, index)
        found = _row_at(_labels(token, pieces), names, place, reach, followed=followed)
        pieces = [] if followed else [*pieces[1 - _MOST_PIECES :], token.text]
        if found is None or not (table.rows[found].group or followed):
            if place and table.kind == "list" and _measured(tokens, index):
                yield None, token, _values(tokens, index)
            continue
        values = _values(tokens, index)
        yield table.rows[found], token, values
        place, index, pieces = found + 1, index + len(values), []


def _labels(token: Token, pieces: Sequence[str]) -> list[str]:
    """Return what a cell may be called: whole with the lines above it, alone, its last words."""
    text = token.text
    broken = ["".join(pieces[at:]) + text for at in range(len(pieces))]
    words = [text[found.end() :] for found in _BLANK.finditer(text)]
    return [bare_label(label) for label in (*broken, text, *words)]


def value_place(tokens: Sequence[Token]) -> int:
    """Return which of the value columns is this year's: the first, unless their heads say else."""
    start = next((at for at, token in enumerate(tokens) if token.text in HEADERS), None)
    if start is None:
        return 0
    heads = [
        token.text for token in tokens[start + 1 : start + 6] if token.row == tokens[start].row
    ]
    heads = [head for head in heads if head not in {"单位", "计量单位"}]
    return next((at for at, head in enumerate(heads) if _THIS_YEAR.search(head)), 0)


def _start(table: FormatTable, tokens: Sequence[Token]) -> int:
    """Return where the table begins: its header, else its first row, else the stream's start."""
    words = [bare_label(word) for word in table.shown_by]
    for index, token in enumerate(tokens):
        if token.text in HEADERS:
            return index
        if (
            words
            and any(word in token.name for word in words)
            and len(token.text) <= _LONGEST_CAPTION
        ):
            return (
                index if table.kind == "list" and not table.rows[0].columns else max(index - 60, 0)
            )
    return 0


@cache
def _names(row: Row) -> tuple[str, ...]:
    return tuple(bare_label(flatten(label)) for label in (row.label, *row.aliases))


def _row_at(
    labels: Sequence[str], names: Sequence[tuple[str, ...]], place: int, reach: int, *,
    followed: bool,
) -> int | None:  # fmt: skip
    """Return the row that one of the labels names, looking only ahead; exact before alike."""
    window = range(place, min(place + reach, len(names)))
    for label in labels:
        for row in window:
            if label in names[row]:
                return row
    for row in range(place, min(place + _FUZZY_WINDOW, len(names))) if followed else ():
        if any(_alike(label, known) for label in labels for known in names[row]):
            return row
    return None


def _alike(name: str, known: str) -> bool:
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415  # loaded for misprinted labels alone

    return min(len(name), len(known)) >= _SHORTEST_FUZZY and ratio(name, known) >= _ALIKE


def _value_follows(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and (
        cell_value(tokens[index].text) is not None or tokens[index].is_unit
    )


def _measured(tokens: Sequence[Token], index: int) -> bool:
    """Say whether a unit and then a value follow, as in a row of the table."""
    if index + 1 >= len(tokens):
        return False
    label, unit, value = tokens[index - 1 : index + 2]
    return (
        unit.is_unit
        and cell_value(value.text) is not None
        and unit.row in {label.row, label.row + 1}
        and (unit.row == label.row) == (value.row == label.row)
    )


def _values(tokens: Sequence[Token], index: int) -> list[Token]:
    """Return unit and value cells up to the next label, of the label's row where it has any."""
    found: list[Token] = []
    for token in tokens[index:]:
        if cell_value(token.text) is None and not token.is_unit:
            break
        found.append(token)
    row = tokens[index - 1].row
    return [token for token in found if token.row == row] or found
