"""The columns of a matrix as a document prints them, and the cells of a row under them."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.formats import FormatTable
from server.domain.reports.cells import Stream, Token, cell_value

_LONGEST_HEAD = 20
_SUBTOTALS = frozenset({"小计", "合计"})


@dataclass(frozen=True, slots=True)
class Head:
    """A column's key and place; the key is "" for a subtotal that the format does not have."""

    key: str
    column: int


def heads_of(table: FormatTable, stream: Stream) -> list[Head]:
    """Return the columns in printed order, as the format has them where they are not printed."""
    known = dict(zip(table.column_labels, table.columns, strict=True))
    start = index_of(stream.tokens, table) or 0
    heads: list[Head] = []
    for token in stream.tokens[start : start + _LONGEST_HEAD]:
        if cell_value(token.text) is not None and token.text:
            break
        if token.name in known or (token.name in _SUBTOTALS and heads):
            heads.append(Head(known.get(token.name, ""), token.column))
    if sorted(head.key for head in heads if head.key) != sorted(table.columns):
        return [Head(key, -1) for key in table.columns]
    if stream.gridded:
        return sorted(heads, key=lambda head: head.column)
    return sorted(heads, key=lambda head: head.key == table.columns[-1])


def under(heads: Sequence[Head], values: Sequence[Token]) -> Sequence[Token]:
    """Return the cells under the heads: by place where blank cells stand beside them, else last."""
    if len(values) > len(heads):
        known = {token.column: token for token in values}
        cells = [known[head.column] for head in heads if head.column in known]
        rest = (token for token in values if token not in cells)
        if len({*cells}) == len(heads) and not any(token.text for token in rest):
            return cells
    return values[-len(heads) :] if heads else values


def index_of(tokens: Sequence[Token], table: FormatTable) -> int | None:
    """Return where the heads begin: at the first of them, or at a line that holds them all."""
    first, line = table.column_labels[0], "".join(table.column_labels)
    names = ((index, token.name) for index, token in enumerate(tokens))
    return next((at for at, name in names if name == first or name.startswith(line)), None)
