"""Known figures laid out as offices lay them out: grids by format, drawn as every kind of file.

A grid is rows of boxes; a box spans rows and columns. Each drawer returns what a file would hold.
"""

# ruff: noqa: E501 - the heads of the tables are a table, and a row stays a line

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from html import escape
from itertools import product

from server.adapters.rulebook_reading import report_formats
from server.domain.formats import FormatTable, ReportFormat, Row, format_named
from tests.packing import cell as sheet_cell
from tests.packing import docx, paragraph, xlsx

BLOCKS = ("rev", "dir", "aft")
NOTE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
_CHINESE = "一二三四五六七八九十"


@dataclass(frozen=True)
class Box:
    """A cell of a grid with its spans."""

    text: str
    rows: int = 1
    columns: int = 1


Grid = list[list[Box]]
Printed = Mapping[str, str]
"""Figure key -> the text of its cell."""


def form_of(key: str) -> ReportFormat:
    """Return the shipped format with this key."""
    form = format_named(report_formats(), key)
    assert form is not None
    return form


def keys_of(form: ReportFormat) -> list[str]:
    """Return the keys of all figures that the format has."""
    return [key for table in form.tables for row in table.rows for key in _row_keys(table, row)]


def _row_keys(table: FormatTable, row: Row) -> list[str]:
    columns = row.columns or (table.columns if table.kind != "list" else ())
    if row.group:
        return []
    return [f"{row.key}.{column}" for column in columns] if columns else [row.key]


def grids_of(form: ReportFormat, printed: Printed) -> list[tuple[str, list[Grid]]]:
    """Return the format's tables with the heading that stands before each."""
    if form.uniform:
        return [
            ("二、主动公开政府信息情况", _disclosure(form, printed)),
            ("三、收到和处理政府信息公开申请情况", [_requests(form, printed)]),
            ("四、政府信息公开行政复议、行政诉讼情况", [_review(printed)]),
        ]
    return [("附件：政府信息公开情况统计表", [_statistics(form, printed)])]


_ITEMS_2021 = (
    ("（一）", ("本年制发件数", "本年废止件数", "现行有效件数"), ("T2.1.regulations", "T2.1.normative")),
    ("（五）", ("本年处理决定数量",), ("T2.5.licence",)),
    ("（六）", ("本年处理决定数量",), ("T2.6.penalty", "T2.6.coercion")),
    ("（八）", ("本年收费金额（单位：万元）",), ("T2.8.fee",)),
)  # fmt: skip
_ITEMS_2019 = (
    ("（一）", ("本年新制作数量", "本年新公开数量", "对外公开总数量"), ("T2.1.regulations", "T2.1.normative")),
    ("（五）", ("上一年项目数量", "本年增/减", "处理决定数量"), ("T2.5.licence", "T2.5.other")),
    ("（六）", ("上一年项目数量", "本年增/减", "处理决定数量"), ("T2.6.penalty", "T2.6.coercion")),
    ("（八）", ("上一年项目数量", "本年增/减"), ("T2.8.fee",)),
    ("（九）", ("采购项目数量", "采购总金额"), ("T2.9.procurement",)),
)  # fmt: skip


def _disclosure(form: ReportFormat, printed: Printed) -> list[Grid]:
    """Return the sub-tables of part two, each a grid of four columns."""
    rows = {row.key: row for row in form.tables[0].rows}
    items = _ITEMS_2021 if form.key == "2021" else _ITEMS_2019
    grids = []
    for mark, heads, keys in items:
        grid = [[Box(f"第二十条第{mark}项", columns=4)], _stretched(["信息内容", *heads])]
        for key in keys:
            texts = [printed[name] for name in _row_keys(form.tables[0], rows[key])]
            grid.append(_stretched([rows[key].label, *texts]))
        grids.append(grid)
    return grids


def _stretched(texts: Sequence[str]) -> list[Box]:
    """Return boxes over four columns, the last stretched to the edge."""
    boxes = [Box(text) for text in texts]
    return [*boxes[:-1], replace(boxes[-1], columns=5 - len(boxes))]


_GROUPS = (
    ("（三）不予公开", "d"), ("（四）无法提供", "u"), ("（五）不予处理", "n"), ("（六）其他处理", "o"),
)  # fmt: skip


def _requests(form: ReportFormat, printed: Printed) -> Grid:
    """Return the matrix of part three with its merged heads and groups."""
    table = form.tables[1]
    results = [row for row in table.rows if row.key not in {"T3.new", "T3.ci", "T3.co"}]
    grid = [
        [Box(NOTE, 3, 3), Box("申请人情况", columns=7)],
        [Box("自然人", 2), Box("法人或其他组织", columns=5), Box("总计", 2)],
        [Box(label) for label in table.column_labels[1:6]],
    ]
    marks = {"T3.new": "一、", "T3.ci": "二、", "T3.co": "四、", "T3.open": "（一）",
             "T3.part": "（二）", "T3.o": "（六）", "T3.sum": "（七）"}  # fmt: skip
    seen: set[str] = set()
    for row in table.rows:
        cells = [Box(printed[key]) for key in _row_keys(table, row)]
        label = marks.get(row.key, "") + row.label
        first = [Box("三、本年度办理结果", len(results))] if row is results[0] else []
        letter = row.key[3]
        members = [one for one in results if one.key[3] == letter and one.key[4:].isdigit()]
        if row in members:
            name = next(name for name, key in _GROUPS if key == letter)
            group = [] if letter in seen else [Box(name, len(members))]
            seen.add(letter)
            label = f"{members.index(row) + 1}.{row.label}"
            grid.append([*first, *group, Box(label), *cells])
        else:
            wide = 3 if row.key in {"T3.new", "T3.ci", "T3.co"} else 2
            grid.append([*first, Box(label, columns=wide), *cells])
    return grid


def _review(printed: Printed) -> Grid:
    """Return the line of part four below its three heads."""
    names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    keys = ["uphold", "correct", "other", "pending", "total"]
    return [
        [Box("行政复议", columns=5), Box("行政诉讼", columns=10)],
        [*(Box(name, 2) for name in names), Box("未经复议直接起诉", columns=5), Box("复议后起诉", columns=5)],
        [Box(name) for name in names * 2],
        [Box(printed[f"T4.{block}.{key}"]) for block, key in product(BLOCKS, keys)],
    ]  # fmt: skip


def stacked_review(printed: Printed) -> Grid:
    """Return part four with its three blocks below each other."""
    names = ["结果维持", "结果纠正", "其他结果", "尚未审结", "总计"]
    keys = ["uphold", "correct", "other", "pending", "total"]
    heads = ([Box("行政复议", columns=2)], [Box("行政诉讼", 2), Box("未经复议直接起诉")],
             [Box("复议后起诉")])  # fmt: skip
    return [
        [Box("类别", columns=2), *map(Box, names)],
        *([*head, *(Box(printed[f"T4.{block}.{key}"]) for key in keys)]
          for head, block in zip(heads, BLOCKS, strict=True)),
    ]  # fmt: skip


def beside(grid: Grid) -> Grid:
    """Return a list printed in two halves side by side, the head above both."""
    head, rows = grid[0], grid[1:]
    half = -(-len(rows) // 2)
    right = [*rows[half:], *([[Box(""), Box(""), Box("")]] if len(rows) % 2 else [])]
    return [[*head, *head], *([*one, *two] for one, two in zip(rows[:half], right, strict=True))]


def counted(grid: Grid) -> Grid:
    """Return a list with a column of running numbers before it."""
    rows = ([Box(str(number)), *row] for number, row in enumerate(grid[1:], start=1))
    return [[Box("序号"), *grid[0]], *rows]


def unit_last(grid: Grid) -> Grid:
    """Return a list whose units stand after the values."""
    return [[label, value, unit] for label, unit, value in grid]


def with_last_year(grid: Grid) -> Grid:
    """Return a list with last year's figures before this year's."""
    head, *rows = grid
    wide = [[*head[:2], Box("上年数"), Box("本年数")]]
    return wide + [[*row[:2], Box("77"), row[2]] for row in rows]


def _statistics(form: ReportFormat, printed: Printed) -> Grid:
    last = "本年累计" if form.key == "old" else "统计数"
    grid = [[Box("指标名称" if form.key == "old" else "统计指标"), Box("单位"), Box(last)]]
    for row in form.tables[0].rows:
        value = "" if row.group else printed[row.key]
        grid.append([Box(_marked(row)), Box(row.unit), Box(value)])
    return grid


def _marked(row: Row) -> str:
    """Return a row's label with the mark that its key tells."""
    key = row.key
    if key[0].isdigit():
        whole, _, part = key.partition(".")
        number = int(whole)
        name = _CHINESE[number - 1] if number <= 10 else "十" + _CHINESE[number - 11]
        return f"{part}.{row.label}" if part else f"{name}、{row.label}"
    if key[-1] in "abcdef":
        return f"其中：{row.label}" if key[-1] == "a" else row.label
    if key[-1].isdigit():
        return f"{key[-1]}.{row.label}"
    return f"{key[1:].replace('(', '（').replace(')', '）') or key + '、'}{row.label}"


# --- drawing --------------------------------------------------------------------------------


def placed(grid: Grid) -> Iterator[list[tuple[int, Box]]]:
    """Yield each row's boxes with their columns."""
    taken: set[tuple[int, int]] = set()
    for number, row in enumerate(grid):
        line, column = [], 0
        for box in row:
            while (number, column) in taken:
                column += 1
            taken |= {
                (number + down, column + right)
                for down, right in product(range(box.rows), range(box.columns))
            }
            line.append((column, box))
            column += box.columns
        yield line


def lined(grid: Grid, between: str, *, covered: bool = False, edge: str = "") -> str:
    """Return a line per row; `covered` keeps an empty cell for each place that a span covers."""
    width = max(column + box.columns for row in placed(grid) for column, box in row)
    lines = []
    for row in placed(grid):
        texts = [box.text for _, box in row]
        if covered:
            known = {column: box.text for column, box in row}
            texts = [known.get(column, "") for column in range(width)]
        lines.append(edge + between.join(texts) + edge)
    return "\n".join(lines) + "\n"


def one_per_line(grid: Grid, gap: str = "\n") -> str:
    """Return each cell on its own line, blank ones lost, as text copied from a page has it."""
    return gap.join(box.text for row in grid for box in row if box.text) + "\n"


def wrapped(grid: Grid, width: int = 11) -> str:
    """Return each cell on its own line, long ones broken, as narrow columns are copied."""
    return "".join(
        box.text[at : at + width] + "\n"
        for row in grid
        for box in row
        for at in range(0, len(box.text), width)
    )


def piped_cells(grid: Grid) -> str:
    """Return each cell on its own line with a pipe after it, rows ended by the pipes of spans."""
    return "".join(
        "".join(f"{box.text} |\n" for box in row) + "|" * (row[-1].columns - 1) + "\n"
        for row in grid
    )


def html_table(grid: Grid, *, inner: str = "{}", head: int = 0, cut: int = 0) -> str:
    """Return a table; `inner` wraps each cell's text, `cut` begins a new one with the first `head`
    rows repeated.
    """
    rows = ["<tr>" + "".join(_html_cell(box, inner) for box in row) + "</tr>" for row in grid]
    if not cut:
        return "<table>" + "".join(rows) + "</table>"
    first, second = rows[:cut], [*rows[:head], *rows[cut:]]
    return "".join(f"<table>{''.join(part)}</table>" for part in (first, second))


def _html_cell(box: Box, inner: str) -> str:
    spans = "".join(
        f' {name}="{count}"'
        for name, count in (("rowspan", box.rows), ("colspan", box.columns))
        if count > 1
    )
    return f"<td{spans}>{inner.format(escape(box.text) or '&nbsp;')}</td>"


def docx_table(grid: Grid) -> str:
    """Return a table's XML with gridSpan and vMerge."""
    rows: dict[int, dict[int, tuple[Box, bool]]] = {}
    for number, row in enumerate(placed(grid)):
        for column, box in row:
            for down in range(box.rows):
                rows.setdefault(number + down, {})[column] = (box, down > 0)
    lines = []
    for number in sorted(rows):
        cells = (_docx_cell(*rows[number][column]) for column in sorted(rows[number]))
        lines.append("<w:tr>" + "".join(cells) + "</w:tr>")
    return "<w:tbl>" + "".join(lines) + "</w:tbl>"


def _docx_cell(box: Box, goes_on: bool) -> str:
    span = f'<w:gridSpan w:val="{box.columns}"/>' if box.columns > 1 else ""
    merge = "<w:vMerge/>" if goes_on else '<w:vMerge w:val="restart"/>' if box.rows > 1 else ""
    text = "".join(map(paragraph, ("" if goes_on else box.text).split("\n")))
    return f"<w:tc><w:tcPr>{span}{merge}</w:tcPr>{text}</w:tc>"


def docx_file(parts: Sequence[str | Grid]) -> bytes:
    """Return a docx of these lines and tables in order."""
    return docx(
        "".join(paragraph(part) if isinstance(part, str) else docx_table(part) for part in parts)
    )


def xlsx_file(parts: Sequence[str | Grid], number: Callable[[str], float | str]) -> bytes:
    """Return a workbook whose one sheet holds these lines and tables below each other."""
    rows, merges, at = [], [], 1
    for part in parts:
        grid = [[Box(part)]] if isinstance(part, str) else part
        for row in placed(grid):
            cells = "".join(
                sheet_cell(f"{_letter(column)}{at}", number(box.text))
                for column, box in row
                if box.text
            )
            rows.append(f'<row r="{at}">{cells}</row>')
            merges += [
                f"{_letter(column)}{at}:{_letter(column + box.columns - 1)}{at + box.rows - 1}"
                for column, box in row
                if box.rows * box.columns > 1
            ]
            at += 1
    merged = "".join(f'<mergeCell ref="{one}"/>' for one in merges)
    tail = f'<mergeCells count="{len(merges)}">{merged}</mergeCells>' if merges else ""
    return xlsx(f"<sheetData>{''.join(rows)}</sheetData>{tail}")


def _letter(column: int) -> str:
    return chr(ord("A") + column)


def mapped(grid: Grid, change: Callable[[str], str]) -> Grid:
    """Return the grid with each text changed."""
    return [[replace(box, text=change(box.text)) for box in row] for row in grid]
