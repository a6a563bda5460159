"""Table cells -> figures by label and order, for the format whose table it is."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby, product

from server.domain.formats import FormatTable, ReportFormat, Row
from server.domain.reports.cells import Stream, Token, cell_value, streams, without_mark
from server.domain.reports.figure_columns import Head, heads_of, index_of, under
from server.domain.reports.figure_rows import matched, value_place
from server.domain.reports.local_figures import has_header, local_figures
from server.domain.reports.parsed import Figure, Span
from server.domain.reports.source import SourceText

_LEAST = 4
"""Fewer figures are words of the prose that happen to name a row."""


@dataclass(frozen=True, slots=True)
class TableReading:
    """The figures of one format's tables and the ranges of decoded text that they occupy."""

    format: ReportFormat | None
    figures: tuple[Figure, ...]
    zones: tuple[Span, ...]
    known: int = 0
    """How many of the figures are the format's own; the others stand in rows added to it."""


_NOTHING = TableReading(None, (), ())


def read_figures(
    document: SourceText, flat: str, formats: Iterable[ReportFormat], year: int | None
) -> TableReading:
    """Return the figures of the format that explains most cells; none where no table is known."""
    squeezed = re.sub(r"\s+", "", flat)
    choices = [form for form in formats if _shown(form, squeezed)]
    if not choices and not has_header(flat):
        return _NOTHING
    found = [_Printed(stream, document.text) for stream in streams(document, flat)]
    readings = [_read(form, found) for form in choices]
    best = max(readings, key=lambda one: _rank(one, squeezed, year), default=_NOTHING)
    for printed in found:
        local = local_figures(printed.stream, document.text)
        if local is not None and best.known < max(_LEAST, len(local.figures) // 2):
            return TableReading(None, local.figures, (local.zone,))
    return best if best.known >= _LEAST else _NOTHING


def _rank(reading: TableReading, flat: str, year: int | None) -> tuple[int, int, bool]:
    """Rank readings: by figures, then by the format's own header words, then by the year."""
    form = reading.format
    tables = form.tables if form else ()
    words = sum(word in flat for table in tables for word in table.shown_by)
    return reading.known, words, bool(form and year and form.fits(year))


def _shown(form: ReportFormat, flat: str) -> bool:
    return any(word in flat for table in form.tables for word in table.shown_by)


@dataclass(frozen=True, slots=True)
class _Printed:
    """Cells in reading order with the decoded text that they stand in."""

    stream: Stream
    decoded: str


def _read(form: ReportFormat, found: Sequence[_Printed]) -> TableReading:
    """Read each table of the format where it is printed: as a real table, else in lines."""
    figures: list[Figure] = []
    zones: list[Span] = []
    for table in form.tables:
        rows = next((rows for one in found if _told(rows := _rows(table, one))), [])
        figures.extend(figure for figure, _ in rows if figure is not None)
        if rows:
            zones.append(Span(min(s.start for _, s in rows), max(s.end for _, s in rows)))
    keys = {row.key for table in form.tables for row in table.rows}
    known = sum(not keys.isdisjoint({one.key, one.key.rpartition(".")[0]}) for one in figures)
    return TableReading(form, tuple(figures), tuple(zones), known)


_Rows = list[tuple[Figure | None, Span]]
_Found = Iterator[tuple[Figure | None, Span]]


def _rows(table: FormatTable, printed: _Printed) -> _Rows:
    return list(_READERS[table.kind](table, printed))


def _told(rows: _Rows) -> bool:
    return any(figure is not None for figure, _ in rows)


def _read_list(table: FormatTable, printed: _Printed) -> _Found:
    place = value_place(printed.stream.tokens)
    for row, label, values in matched(table, printed.stream):
        span = Span(label.start, values[-1].end if values else label.end)
        if row is None:
            yield _added(printed.decoded, label, values), span
        elif row.group:
            yield None, span
        elif row.columns:
            for column, token in zip(row.columns, _columns(values, len(row.columns)), strict=False):
                yield _figure(f"{row.key}.{column}", row, token), span
        else:
            yield _figure(row.key, row, _value(values, label, place)), span


def _added(decoded: str, label: Token, values: Sequence[Token]) -> Figure:
    """Return the figure of a row that the format does not know: unit, then value."""
    unit, token = values[0], values[1]
    state, value = cell_value(token.text) or ("blank", None)
    key = without_mark(decoded[label.start : label.end])
    return Figure(key, label.text, value, state, unit.text, token.start, token.end)


def _read_matrix(table: FormatTable, printed: _Printed) -> _Found:
    heads = heads_of(table, printed.stream)
    labels = dict(zip(table.columns, table.column_labels, strict=True))
    for row, label, values in matched(table, printed.stream):
        cells = under(heads, values)
        if row is None or len(cells) < len(heads):
            continue
        span = Span(label.start, cells[-1].end)
        for head, token in zip(heads, cells, strict=True):
            if head.key:
                yield _figure(f"{row.key}.{head.key}", row, token, labels[head.key]), span


def _read_line(table: FormatTable, printed: _Printed) -> _Found:
    """Read the one row of figures under the headings of complaints and lawsuits."""
    tokens = printed.stream.tokens
    start = index_of(tokens, table)
    if start is None:
        return
    width = len(table.rows) * len(table.columns)
    after = tokens[start:]
    whole = _whole(after, len(table.columns), width)
    if not whole:
        return
    best = max(whole, key=lambda run: sum(bool(token.text) for token in run))
    heads = [Head("", token.column) for token in after if token.name in table.column_labels]
    shown = sorted(heads[:width], key=lambda head: head.column) if len(heads) >= width else []
    cells = under(shown, best)[-width:]
    places = product(table.rows, zip(table.columns, table.column_labels, strict=True))
    for (row, (column, label)), token in zip(places, cells, strict=True):
        span = Span(tokens[start].start, token.end)
        yield _figure(f"{row.key}.{column}", row, token, label), span


def _whole(tokens: Sequence[Token], block: int, width: int) -> list[list[Token]]:
    """Return what may be the row of figures: a row, else a stretch of cells, else its blocks."""
    runs = list(_runs(tokens))
    rows = [list(row) for run in runs for _, row in groupby(run, key=lambda token: token.row)]
    for found in (rows, runs):
        if whole := [run for run in found if len(run) >= width]:
            return whole
    return _joined(rows, block, width) or _joined(runs, block, width)


def _joined(runs: Sequence[list[Token]], block: int, width: int) -> list[list[Token]]:
    """Return the row put together from blocks that stand apart, where they fill it exactly."""
    blocks = [_last_blocks(run, block) for run in runs if any(token.text for token in run)]
    joined = [token for run in blocks for token in run][:width]
    return [joined] if len(joined) == width else []


def _last_blocks(run: list[Token], block: int) -> list[Token]:
    """Return the run without blank cells before its blocks; nothing where it does not fit."""
    over = len(run) % block
    return [] if any(token.text for token in run[:over]) else run[over:]


def _runs(tokens: Sequence[Token]) -> Iterator[list[Token]]:
    """Yield the stretches of value cells."""
    run: list[Token] = []
    for token in tokens:
        if cell_value(token.text) is not None:
            run.append(token)
        elif run:
            yield run
            run = []
    if run:
        yield run


_READERS = {"list": _read_list, "matrix": _read_matrix, "line": _read_line}


def _value(values: Sequence[Token], label: Token, place: int) -> Token:
    """Return the cell after the unit, else before it; a blank one where none is printed."""
    unit = next((at for at, token in enumerate(values) if token.is_unit), -1)
    row = values[unit].row if unit >= 0 else label.row
    after = values[unit + 1 :] or values[: max(unit, 0)]
    same_row = [token for token in after if token.row == row]
    chosen = same_row[place:] or same_row or [token for token in after if token.text] or list(after)
    if unit < 0:
        chosen = [token for token in chosen if token.text] or chosen
    blank = values[unit].end if unit >= 0 else label.end
    return chosen[0] if chosen else Token("", blank, blank, row)


def _columns(values: Sequence[Token], count: int) -> list[Token]:
    return [token for token in values if not token.is_unit][:count]


def _figure(key: str, row: Row, token: Token, column: str = "") -> Figure:
    state, value = cell_value(token.text) or ("blank", None)
    label = f"{row.label}·{column}" if column else row.label
    return Figure(key, label, value, state, row.unit, token.start, token.end)
