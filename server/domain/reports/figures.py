"""Table cells -> figures by label and order, for the format whose table it is."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import product

from server.domain.formats import FormatTable, ReportFormat, Row
from server.domain.reports.cells import Stream, Token, bare_label, cell_value, streams
from server.domain.reports.local_figures import HEADERS, has_header, local_figures
from server.domain.reports.normalise import flatten
from server.domain.reports.parsed import Figure, Span
from server.domain.reports.source import SourceText

_WINDOW = 14
_LIST_WINDOW = 30
"""A list may leave out whole blocks of rows; a matrix prints 总计 in its header too."""
_FUZZY_WINDOW = 4
_ALIKE = 82
_SHORTEST_FUZZY = 5
_LONGEST_CAPTION = 60
_LEAST = 4
"""Fewer figures are words of the prose that happen to name a row."""


@dataclass(frozen=True, slots=True)
class TableReading:
    """The figures of one format's tables and the ranges of decoded text that they occupy."""

    format: ReportFormat | None
    figures: tuple[Figure, ...]
    zones: tuple[Span, ...]


_NOTHING = TableReading(None, (), ())


def read_figures(
    document: SourceText, flat: str, formats: Iterable[ReportFormat], year: int | None
) -> TableReading:
    """Return the figures of the format that explains most cells; none where no table is known."""
    choices = [form for form in formats if _shown(form, flat)]
    if not choices and not has_header(flat):
        return TableReading(None, (), ())
    for stream in streams(document, flat):
        readings = (_read(form, stream) for form in choices)
        best = max(readings, key=lambda one: _rank(one, flat, year), default=_NOTHING)
        local = local_figures(stream, document.text)
        if local is not None and _count(best) < max(_LEAST, len(local.figures) // 2):
            return TableReading(None, local.figures, (local.zone,))
        if _count(best) >= _LEAST:
            return best
    return _NOTHING


def _rank(reading: TableReading, flat: str, year: int | None) -> tuple[int, int, bool]:
    """Rank readings: by figures, then by the format's own header words, then by the year."""
    form = reading.format
    tables = form.tables if form else ()
    words = sum(word in flat for table in tables for word in table.shown_by)
    return _count(reading), words, bool(form and year and form.fits(year))


def _count(reading: TableReading) -> int:
    return len(reading.figures)


def _shown(form: ReportFormat, flat: str) -> bool:
    return any(word in flat for table in form.tables for word in table.shown_by)


def _read(form: ReportFormat, stream: Stream) -> TableReading:
    figures: list[Figure] = []
    zones: list[Span] = []
    for table in form.tables:
        found = list(_READERS[table.kind](table, stream))
        figures.extend(figure for figure, _ in found if figure is not None)
        spans = [span for _, span in found]
        if any(figure for figure, _ in found):
            zones.append(Span(min(s.start for s in spans), max(s.end for s in spans)))
    return TableReading(form, tuple(figures), tuple(zones))


_Found = Iterator[tuple[Figure | None, Span]]


def _read_list(table: FormatTable, stream: Stream) -> _Found:
    for row, label, values in _matched(table, stream):
        span = Span(label.start, values[-1].end if values else label.end)
        if row.group:
            yield None, span
        elif row.columns:
            for column, token in zip(row.columns, _columns(values, len(row.columns)), strict=False):
                yield _figure(f"{row.key}.{column}", row, token), span
        else:
            yield _figure(row.key, row, _first_value(values, label)), span


def _read_matrix(table: FormatTable, stream: Stream) -> _Found:
    columns = _column_keys(table, stream)
    labels = dict(zip(table.columns, table.column_labels, strict=True))
    for row, label, values in _matched(table, stream):
        cells = values[-len(columns) :]
        if len(cells) < len(columns):
            continue
        span = Span(label.start, cells[-1].end)
        for column, token in zip(columns, cells, strict=True):
            if column:
                yield _figure(f"{row.key}.{column}", row, token, labels[column]), span


def _read_line(table: FormatTable, stream: Stream) -> _Found:
    """Read the one row of figures under the headings of complaints and lawsuits."""
    start = _index_of(stream.tokens, table.column_labels[0])
    if start is None:
        return
    width = len(table.rows) * len(table.columns)
    runs = list(_runs(stream.tokens[start:]))
    whole = [run for run in runs if len(run) >= width] or _joined(runs, len(table.columns), width)
    if not whole:
        return
    best = max(whole, key=lambda run: sum(bool(token.text) for token in run))
    places = product(table.rows, zip(table.columns, table.column_labels, strict=True))
    for (row, (column, label)), token in zip(places, best[-width:], strict=True):
        span = Span(stream.tokens[start].start, token.end)
        yield _figure(f"{row.key}.{column}", row, token, label), span


def _joined(runs: Sequence[list[Token]], block: int, width: int) -> list[list[Token]]:
    """Return the row put together from blocks that stand apart, where they fill it exactly."""
    blocks = [run for run in runs if len(run) % block == 0 and any(token.text for token in run)]
    joined = [token for run in blocks for token in run][:width]
    return [joined] if len(joined) == width else []


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


def _matched(table: FormatTable, stream: Stream) -> Iterator[tuple[Row, Token, list[Token]]]:
    """Yield each row met, in the format's order, with its label and the cells after it."""
    tokens = stream.tokens
    names = [_names(row) for row in table.rows]
    place, index = 0, _start(table, tokens)
    while index < len(tokens) and place < len(names):
        token = tokens[index]
        index += 1
        if cell_value(token.text) is not None or token.is_unit:
            continue
        reach = _LIST_WINDOW if table.kind == "list" else _WINDOW
        found = _row_at(token, names, place, reach, followed=_value_follows(tokens, index))
        if found is None or not (table.rows[found].group or _value_follows(tokens, index)):
            continue
        values = _values(tokens, index)
        yield table.rows[found], token, values
        place, index = found + 1, index + len(values)


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


def _names(row: Row) -> tuple[str, ...]:
    return tuple(bare_label(flatten(label)) for label in (row.label, *row.aliases))


def _row_at(
    token: Token, names: Sequence[tuple[str, ...]], place: int, reach: int, *, followed: bool
) -> int | None:
    """Return the row that a label names, looking only ahead; exact before alike."""
    name = token.name
    window = range(place, min(place + reach, len(names)))
    for row in window:
        if name in names[row]:
            return row
    if not followed or len(name) < _SHORTEST_FUZZY:
        return None
    for row in range(place, min(place + _FUZZY_WINDOW, len(names))):
        if any(_alike(name, known) for known in names[row]):
            return row
    return None


def _alike(name: str, known: str) -> bool:
    from rapidfuzz.fuzz import ratio  # noqa: PLC0415  # loaded for misprinted labels alone

    return len(known) >= _SHORTEST_FUZZY and ratio(name, known) >= _ALIKE


def _value_follows(tokens: Sequence[Token], index: int) -> bool:
    return index < len(tokens) and (
        cell_value(tokens[index].text) is not None or tokens[index].is_unit
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


def _first_value(values: Sequence[Token], label: Token) -> Token:
    """Return the cell after the unit; a blank one at the label's end where it is not printed."""
    unit = next((place for place, token in enumerate(values) if token.is_unit), -1)
    after = values[unit + 1 :]
    row = values[unit].row if unit >= 0 else label.row
    same_row = [token for token in after if token.row == row]
    chosen = same_row or [token for token in after if token.text] or list(after)
    blank = values[unit].end if unit >= 0 else label.end
    return chosen[0] if chosen else Token("", blank, blank, row)


def _columns(values: Sequence[Token], count: int) -> list[Token]:
    return [token for token in values if not token.is_unit][:count]


def _column_keys(table: FormatTable, stream: Stream) -> tuple[str, ...]:
    """Return the column keys in printed order; "" for a subtotal that the format does not have."""
    known = dict(zip(table.column_labels, table.columns, strict=True))
    start = _index_of(stream.tokens, table.column_labels[0])
    keys: list[str] = []
    for token in stream.tokens[start or 0 : (start or 0) + 20]:
        if token.name in known:
            keys.append(known[token.name])
        elif token.name in {"小计", "合计"} and keys:
            keys.append("")
        if keys and keys[-1] == table.columns[-1]:
            break
    return tuple(keys) if set(keys) - {""} == set(table.columns) else table.columns


def _index_of(tokens: Sequence[Token], label: str) -> int | None:
    return next((index for index, token in enumerate(tokens) if token.name == label), None)


def _figure(key: str, row: Row, token: Token, column: str = "") -> Figure:
    state, value = cell_value(token.text) or ("blank", None)
    label = f"{row.label}·{column}" if column else row.label
    return Figure(key, label, value, state, row.unit, token.start, token.end)
