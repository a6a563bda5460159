"""Tables that no format describes: every row as printed label, unit and figure.

Before 2014 each province, and many an office, had a table of its own.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.domain.reports.cells import HEADERS, Stream, Token, cell_value, without_mark
from server.domain.reports.parsed import Figure, Span

_UNIT_HEADERS = frozenset(
    {"单位", "计量单位", "数值", "数量", "统计数", "统计数据", "本年度", "本年累计", "数据"}
)
_LONGEST_LABEL = 60
_LEAST_ROWS = 3
_MOST_GAPS = 6


@dataclass(frozen=True, slots=True)
class LocalReading:
    """The rows of such a table and its range in the decoded text."""

    figures: tuple[Figure, ...]
    zone: Span


def has_header(flat: str) -> bool:
    """Say whether the text holds the header words of a statistics table."""
    return any(word in flat for word in HEADERS) and any(word in flat for word in _UNIT_HEADERS)


def local_figures(stream: Stream, decoded: str) -> LocalReading | None:
    """Return the rows of the first such table; None without one.

    The key of a figure is its label as the document prints it, without its mark.
    """
    start = _header(stream.tokens)
    if start is None:
        return None
    figures = tuple(_rows(stream.tokens[start:], decoded))
    if len(figures) < _LEAST_ROWS:
        return None
    ends = [figure.end or 0 for figure in figures]
    return LocalReading(figures, Span(stream.tokens[start].start, max(ends)))


def _header(tokens: Sequence[Token]) -> int | None:
    """Return where a header cell stands that is followed by one for unit or number."""
    for index, token in enumerate(tokens):
        after = {other.text for other in tokens[index + 1 : index + 3]}
        if token.text in HEADERS and after & _UNIT_HEADERS:
            return index
    return None


def _rows(tokens: Sequence[Token], decoded: str) -> Iterator[Figure]:
    """Yield label, unit, first figure; stop where rows no longer follow each other."""
    label: Token | None = None
    unit, gaps, done = "", 0, True
    for token in tokens:
        value = cell_value(token.text)
        if token.is_unit:
            unit = token.text
        elif value is None:
            label, unit, done = token, "", False
            gaps += 1
        elif label is not None and not done and len(label.text) <= _LONGEST_LABEL:
            yield Figure(
                without_mark(decoded[label.start : label.end]), label.text,
                value[1], value[0], unit, token.start, token.end,
            )  # fmt: skip
            done, gaps = True, 0
        if gaps > _MOST_GAPS:
            return
