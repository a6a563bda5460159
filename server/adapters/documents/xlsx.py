"""xlsx and xls -> text: each visible sheet's cells as a table, numbers as a person sees them."""

import re
from collections.abc import Iterator, Sequence
from datetime import date, datetime, time, timedelta
from io import BytesIO
from zipfile import ZipFile

from python_calamine import (
    CalamineError,
    CalamineSheet,
    CalamineWorkbook,
    PasswordError,
    SheetTypeEnum,
    SheetVisibleEnum,
)

from server.adapters.documents.layout import RawCell, TextBuilder
from server.adapters.documents.package import open_package, read_part
from server.domain.reports.source import SourceText
from server.errors import Refused

MOST_ROWS = 20_000
MOST_COLUMNS = 100
MOST_CELLS = 400_000
_LONGEST_LABEL = 100
_CELL_WITH_VALUE = re.compile(rb'<c\b[^>]*?\br\s*=\s*["\']([A-Z]{1,3})(\d{1,7})["\'][^>]*?(?<!/)>')
_SHEET = re.compile(r"xl/worksheets/[^/]+\.xml", re.IGNORECASE)
_Merge = tuple[tuple[int, int], tuple[int, int]]


def read(content: bytes, name: str) -> SourceText:
    """Return the sheets' titles and cells.

    Raises: Refused, for damaged, encrypted, hostile or overlarge workbooks.
    """
    if content.startswith(b"PK"):
        with open_package(content, name) as package:
            _check_extent(package, name)
    workbook = _opened(content, name)
    builder, notes = TextBuilder(), list[str]()
    for sheet in workbook.sheets_metadata:
        if sheet.typ != SheetTypeEnum.WorkSheet:
            continue
        if sheet.visible != SheetVisibleEnum.Visible:
            notes.append(f"工作表“{sheet.name}”是隐藏的，没有读入")
            continue
        _add_sheet(builder, _loaded(workbook, sheet.name, name), name)
    return builder.build("xlsx", name, notes)


def _opened(content: bytes, name: str) -> CalamineWorkbook:
    try:
        return CalamineWorkbook.from_filelike(BytesIO(content))
    except PasswordError as error:
        raise Refused(f"文件“{name}”设有密码。请去掉密码后导入。") from error
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged(name) from error


def _loaded(workbook: CalamineWorkbook, sheet: str, name: str) -> CalamineSheet:
    try:
        return workbook.get_sheet_by_name(sheet)
    except (CalamineError, OSError, ValueError) as error:
        raise _damaged(name) from error


def _damaged(name: str) -> Refused:
    return Refused(
        f"文件“{name}”是 Excel 工作簿，但已损坏，读不出内容。"
        "请用 Excel 或 WPS 另存为 .xlsx 后导入。"
    )


def _check_extent(package: ZipFile, name: str) -> None:
    """Refuse a sheet whose farthest value lies far off: the rows between would all be made."""
    for part in package.namelist():
        if not _SHEET.fullmatch(part):
            continue
        for found in _CELL_WITH_VALUE.finditer(read_part(package, part, name) or b""):
            if int(found[2]) > MOST_ROWS or _column(found[1]) > MOST_COLUMNS:
                raise _too_large(name, f"{part.rsplit('/', 1)[-1]} 的单元格 {found[0].decode()}")


def _column(letters: bytes) -> int:
    number = 0
    for letter in letters:
        number = number * 26 + letter - 64
    return number


def _too_large(name: str, what: str) -> Refused:
    return Refused(
        f"文件“{name}”的表格过大（{what[:60]}），超过 {MOST_ROWS} 行或 {MOST_COLUMNS} 列。"
        "请删去统计表以外的行、列和工作表后重新导入。"
    )


def _add_sheet(builder: TextBuilder, sheet: CalamineSheet, name: str) -> None:
    """Add a sheet: runs of rows as tables; titles, notes and long texts as lines."""
    height, width = sheet.total_height, sheet.total_width
    if height > MOST_ROWS or width > MOST_COLUMNS or height * width > MOST_CELLS:
        raise _too_large(name, f"工作表“{sheet.name}”有 {height} 行 {width} 列")
    covered, spans = _merged(sheet.merged_cell_ranges or [])
    pending: list[RawCell] = []
    for number, row in enumerate(sheet.to_python(skip_empty_area=False)):
        cells = list(_row(number, row, covered, spans))
        texts = [cell.paragraphs[0] for cell in cells if cell.paragraphs[0]]
        if _is_prose(texts, pending):
            _flush(builder, pending)
            for text in texts:
                builder.paragraph(text)
        else:
            pending += cells
    _flush(builder, pending)


def _is_prose(texts: Sequence[str], pending: Sequence[RawCell]) -> bool:
    """Say whether a row is no part of a table: blank, a title before it, or running text."""
    longest = max((len(text) for text in texts), default=0)
    return longest > _LONGEST_LABEL or len(texts) < (1 if pending else 2)


def _flush(builder: TextBuilder, pending: list[RawCell]) -> None:
    if pending:
        builder.table(tuple(pending))
        pending.clear()


def _row(
    number: int,
    row: Sequence[object],
    covered: set[tuple[int, int]],
    spans: dict[tuple[int, int], tuple[int, int]],
) -> Iterator[RawCell]:
    for column, value in enumerate(row):
        if (number, column) not in covered:
            rows, columns = spans.get((number, column), (1, 1))
            yield RawCell(number, column, (shown(value),), rows, columns)


def _merged(
    ranges: Sequence[_Merge],
) -> tuple[set[tuple[int, int]], dict[tuple[int, int], tuple[int, int]]]:
    """Return the places that a merged cell covers, and each merged cell's size by its first."""
    covered, spans = set[tuple[int, int]](), dict[tuple[int, int], tuple[int, int]]()
    for (top, left), (bottom, right) in ranges:
        bottom, right = min(bottom, MOST_ROWS), min(right, MOST_COLUMNS)  # noqa: PLW2901  # a cap
        if len(covered) > MOST_CELLS:
            break
        spans[top, left] = (bottom - top + 1, right - left + 1)
        for row in range(top, bottom + 1):
            covered.update((row, column) for column in range(left, right + 1))
        covered.discard((top, left))
    return covered, spans


def shown(value: object) -> str:
    """Return a value as a person sees it: 264 and not 264.0, 0.3 and not 0.30000000000000004."""
    if isinstance(value, bool):
        return "是" if value else "否"
    if isinstance(value, float):
        return str(int(value)) if value.is_integer() and abs(value) < 1e15 else f"{value:.12g}"  # noqa: PLR2004  # the digits that a table program shows
    if isinstance(value, datetime):
        return value.date().isoformat() if value.time() == time() else value.isoformat(" ")
    if isinstance(value, date | time | timedelta):
        return str(value)
    return str(value).strip()
