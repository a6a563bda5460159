"""PDF with a text layer -> text: order by place, tables by their ruling, no page numbers."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce

import pypdfium2

from server.adapters.documents.layout import RawCell, TextBuilder
from server.adapters.documents.pdf_grid import Grid, Place, edges, grids_of
from server.adapters.documents.pdf_legible import is_garbled
from server.adapters.documents.pdf_lines import Line, lines_of, paragraphs_of
from server.adapters.documents.pdf_page import Glyph, Page, read_page
from server.adapters.documents.pdf_seams import joined
from server.domain.reports.source import SourceText
from server.errors import Refused

MOST_PAGES = 500
_FEWEST_LETTERS = 10
"""A page with fewer is a picture or empty."""
_ACTIVE = re.compile(rb"/(?:JavaScript|JS|Launch|EmbeddedFiles?|RichMedia|XFA)\b")
_NUMBER = re.compile(
    r"[-—–―_·.\s]*(?:第?\s*\d{1,4}\s*页?|第?\s*[ivx]{1,6}\s*页?)[-—–―_·.\s]*(?:[/,，共]\s*共?\s*\d{1,4}\s*页?)?[-—–―_·.\s]*"
)
_DIGITS = re.compile(r"\d+")
_NEAR = 5.0
"""Points by which a column may move from page to page."""
_MARGIN = 0.12
"""Of a page's height: running heads and page numbers stand above and below."""


@dataclass(frozen=True, slots=True, eq=False)
class _Table:
    grid: Grid
    texts: dict[Place, str]
    page: int


_Block = Line | _Table


def read(content: bytes, name: str) -> SourceText:
    """Return the text and tables of a PDF.

    Raises: Refused, when it is encrypted, damaged, scanned, garbled or carries programs.
    """
    _check_passive(content, name)
    pages = _pages(content, name)
    _check_legible(pages, name)
    lines = [_split(page, number) for number, page in enumerate(pages)]
    heads = _running_heads(lines, pages)
    builder = TextBuilder()
    _write(builder, [block for page in lines for block in page if block not in heads])
    margins = sorted({block.text for block in heads if isinstance(block, Line)})
    return builder.build("pdf", name, _unread(pages), margins)


def _check_passive(content: bytes, name: str) -> None:
    if found := _ACTIVE.search(content):
        what = found[0].decode()
        raise Refused(
            f"文件“{name}”含有脚本、程序或附件（{what}）。"
            "请在阅读器里“打印为 PDF”或转成 docx 后导入。"
        )


def _pages(content: bytes, name: str) -> list[Page]:
    try:
        document = pypdfium2.PdfDocument(content)
    except pypdfium2.PdfiumError as error:
        raise _unopened(str(error), name) from error
    try:
        if len(document) > MOST_PAGES:
            raise Refused(
                f"文件“{name}”有 {len(document)} 页，超过 {MOST_PAGES} 页。请只导入年度报告本身。"
            )
        return [read_page(page) for page in document]
    except pypdfium2.PdfiumError as error:
        raise _unopened(str(error), name) from error
    finally:
        document.close()


def _unopened(reason: str, name: str) -> Refused:
    if "password" in reason.lower() or "security" in reason.lower():
        return Refused(f"文件“{name}”设有密码。请去掉密码后导入。")
    return Refused(f"文件“{name}”是 PDF 文件，但已损坏，打不开。请重新导出后导入。")


def _check_legible(pages: Sequence[Page], name: str) -> None:
    letters = sum(len(page.glyphs) for page in pages)
    if letters < _FEWEST_LETTERS * len(pages) and letters < 300:  # noqa: PLR2004  # half a page of text
        raise Refused(
            f"文件“{name}”是扫描件或图片，没有文字层，读不出内容。"
            "请用 Word 原稿（docx）导入，或先做文字识别（OCR）并核对后导入。"
        )
    text = "".join(glyph.letter for page in pages for glyph in page.glyphs)
    if is_garbled(text, sum(page.unmapped for page in pages)):
        raise Refused(
            f"文件“{name}”的文字是乱码：所用字体没有对应的字符编码。"
            "请用 Word 原稿（docx）导入，或重新导出为可复制文字的 PDF。"
        )


def _unread(pages: Sequence[Page]) -> list[str]:
    blank = [
        str(number)
        for number, page in enumerate(pages, start=1)
        if page.pictured and len(page.glyphs) < _FEWEST_LETTERS
    ]
    return [f"第 {'、'.join(blank)} 页是图片，没有读到文字，请核对"] if blank else []


def _split(page: Page, number: int) -> list[_Block]:
    """Return a page's lines and tables from top to bottom."""
    grids = grids_of(page.rules)
    inside: list[dict[Place, list[Glyph]]] = [{} for _ in grids]
    outside: list[Glyph] = []
    for glyph in page.glyphs:
        for grid, cells in zip(grids, inside, strict=True):
            place = grid.place(glyph)
            if place is not None:
                cells.setdefault(place, []).append(glyph)
                break
        else:
            outside.append(glyph)
    texts = map(_texts, inside)
    tables = [_Table(*pair, number) for pair in zip(grids, texts, strict=True)]
    return sorted([*lines_of(outside, number), *tables], key=_top)


def _top(block: _Block) -> float:
    return block.top if isinstance(block, Line) else block.grid.rows[0]


def _texts(cells: dict[Place, list[Glyph]]) -> dict[Place, str]:
    return {
        place: "".join(line.text.replace("\t", " ") for line in lines_of(glyphs))
        for place, glyphs in cells.items()
    }


def _running_heads(pages: Sequence[Sequence[_Block]], sizes: Sequence[Page]) -> set[_Block]:
    """Return what stands in the margins and is a page number or the same on several pages."""
    margins = [
        block
        for blocks, page in zip(pages, sizes, strict=True)
        for block in blocks
        if isinstance(block, Line)
        and not _MARGIN * page.height < (block.top + block.bottom) / 2 < (1 - _MARGIN) * page.height
    ]
    seen = Counter(_DIGITS.sub("0", line.text) for line in margins)
    often = max(2, (len(pages) + 1) // 2)
    return {
        line
        for line in margins
        if _NUMBER.fullmatch(line.text) or seen[_DIGITS.sub("0", line.text)] >= often
    }


def _write(builder: TextBuilder, blocks: Sequence[_Block]) -> None:
    lines: list[Line] = []
    tables: list[_Table] = []
    for block in blocks:
        if isinstance(block, Line):
            _write_tables(builder, tables)
            lines.append(block)
        else:
            _write_lines(builder, lines)
            tables.append(block)
    _write_lines(builder, lines)
    _write_tables(builder, tables)


def _write_tables(builder: TextBuilder, tables: list[_Table]) -> None:
    """Write tables with nothing between them; one that runs on over pages is one."""
    for run in _runs(tables):
        columns = edges([edge for table in run for edge in table.grid.columns])
        parts = [tuple(_cells(table, columns)) for table in run]
        builder.table(reduce(joined, parts))
    tables.clear()


def _runs(tables: Sequence[_Table]) -> Iterator[list[_Table]]:
    run: list[_Table] = []
    for table in tables:
        if run and not _goes_on(run[-1], table):
            yield run
            run = []
        run.append(table)
    if run:
        yield run


def _goes_on(above: _Table, below: _Table) -> bool:
    """Say whether the lower table is the upper one's rest: on the next page, as wide."""
    ends = ((table.grid.columns[0], table.grid.columns[-1]) for table in (above, below))
    near = all(abs(first - second) < _NEAR for first, second in zip(*ends, strict=True))
    return near and below.page == above.page + 1


def _write_lines(builder: TextBuilder, lines: list[Line]) -> None:
    for paragraph in paragraphs_of(lines):
        builder.paragraph(paragraph)
    lines.clear()


def _cells(table: _Table, columns: Sequence[float]) -> Iterator[RawCell]:
    """Yield the cells, their columns counted among these edges."""
    at = [_nearest(columns, edge) for edge in table.grid.columns]
    for place, rows, spanned in table.grid.cells():
        first, last = at[place[1]], at[place[1] + spanned]
        yield RawCell(place[0], first, (table.texts.get(place, ""),), rows, last - first)


def _nearest(columns: Sequence[float], edge: float) -> int:
    return min(range(len(columns)), key=lambda at: abs(columns[at] - edge))
