"""Writes a report as a Word document: merged tables, and real automatic numbering where asked."""

import io
import zipfile
from collections.abc import Iterator
from copy import deepcopy
from dataclasses import replace
from html import escape
from typing import Any

from docx import Document
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

from server.demo.script import Block
from server.demo.tables import Cell, Grid

FONTS = {"title": "方正小标宋简体", "heading": "黑体", "auto_heading": "黑体"}
BODY_FONT = "仿宋_GB2312"
SIZES = {"title": Pt(22)}
BODY_SIZE = Pt(16)
TABLE_HALF_POINTS = 17
TEXT_WIDTH = 8844
REQUEST_SHARES = (9, 12, 31, *(7,) * 7)
INDENT = Pt(32)
LINE = Pt(28)
ZIP_TIME = (2000, 1, 1, 0, 0, 0)
NUMBERING = {
    "auto_heading": ("chineseCounting", "%1、"),
    "auto_item": ("chineseCounting", "（%1）"),
}


def docx_file(script: tuple[Block, ...]) -> bytes:
    """The document; the same script always gives the same bytes."""
    document = Document()
    _page(document)
    numbers = _numbering_of(document, script)
    for index, block in enumerate(script):
        if block.role == "table":
            _table(document, block.grid)
        else:
            _number(_paragraph(document, block), numbers.get(index))
    return _packed(document)


def _page(document: Any) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.top_margin, section.bottom_margin = Mm(37), Mm(35)
    section.left_margin, section.right_margin = Mm(28), Mm(26)


def _paragraph(document: Any, block: Block) -> Any:
    paragraph = document.add_paragraph()
    shape = paragraph.paragraph_format
    shape.space_after, shape.line_spacing = Pt(0), LINE
    if block.role == "title":
        paragraph.alignment, shape.space_after = WD_ALIGN_PARAGRAPH.CENTER, LINE
        shape.line_spacing = Pt(36)
    elif block.role == "signature":
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    else:
        shape.first_line_indent = INDENT
    font = FONTS.get(block.role, BODY_FONT)
    _run(paragraph, block.text, font, SIZES.get(block.role, BODY_SIZE))
    return paragraph


def _run(paragraph: Any, text: str, font: str, size: Any) -> None:
    run = paragraph.add_run(text)
    run.font.name, run.font.size = font, size
    run._element.rPr.rFonts.set(qn("w:eastAsia"), font)  # noqa: SLF001 - python-docx has no setter


def _numbering_of(document: Any, script: tuple[Block, ...]) -> dict[int, int]:
    """Block index -> numbering id: headings share one list, each run of items has its own."""
    result: dict[int, int] = {}
    headings: int | None = None
    for index, block in enumerate(script):
        if block.role == "auto_heading":
            headings = headings or _new_list(document, block.role)
            result[index] = headings
        elif block.role == "auto_item":
            result[index] = result.get(index - 1) or _new_list(document, block.role)
    return result


def _new_list(document: Any, role: str) -> int:
    form, text = NUMBERING[role]
    numbering = document.part.numbering_part.element
    number = 100 + len(numbering.findall(qn("w:num")))
    abstract = parse_xml(
        f'<w:abstractNum {nsdecls("w")} w:abstractNumId="{number}"><w:lvl w:ilvl="0">'
        f'<w:start w:val="1"/><w:numFmt w:val="{form}"/><w:suff w:val="nothing"/>'
        f'<w:lvlText w:val="{text}"/><w:rPr><w:rFonts w:eastAsia="{FONTS.get(role, BODY_FONT)}"/>'
        f'<w:sz w:val="32"/></w:rPr></w:lvl></w:abstractNum>'
    )
    numbering.insert(0, abstract)
    numbering.append(
        parse_xml(
            f'<w:num {nsdecls("w")} w:numId="{number}"><w:abstractNumId w:val="{number}"/></w:num>'
        )
    )
    return number


def _number(paragraph: Any, number: int | None) -> None:
    if number is None:
        return
    properties = paragraph._p.get_or_add_pPr().get_or_add_numPr()  # noqa: SLF001 - no public way
    properties.get_or_add_ilvl().val = 0
    properties.get_or_add_numId().val = number


def _table(document: Any, grid: Grid) -> None:
    widths = _widths(sum(cell.columns for cell in grid[0]))
    columns = "".join(f'<w:gridCol w:w="{width}"/>' for width in widths)
    rows = "".join(f"<w:tr>{row}</w:tr>" for row in _rows(grid, widths))
    document.element.body.insert_element_before(
        parse_xml(
            f'<w:tbl {nsdecls("w")}><w:tblPr><w:tblStyle w:val="TableGrid"/>'
            f'<w:tblW w:type="dxa" w:w="{TEXT_WIDTH}"/></w:tblPr><w:tblGrid>{columns}</w:tblGrid>'
            f"{rows}</w:tbl>"
        ),
        "w:sectPr",
    )


def _widths(columns: int) -> list[int]:
    """Column widths in twentieths of a point; the request table's labels need more room."""
    shares = REQUEST_SHARES if columns == len(REQUEST_SHARES) else (1,) * columns
    return [TEXT_WIDTH * share // sum(shares) for share in shares]


def _rows(grid: Grid, widths: list[int]) -> Iterator[str]:
    """Each row's cells; a cell that an upper one covers is written as its continuation."""
    below: dict[int, Cell] = {}
    for row in grid:
        cells, fresh, column = [], iter(row), 0
        while column < len(widths):
            covering = below.get(column)
            cell = covering or next(fresh)
            width = sum(widths[column : column + cell.columns])
            cells.append(_cell(cell, width, continued=covering is not None))
            below.pop(column, None)
            if cell.rows > 1:
                below[column] = replace(cell, rows=cell.rows - 1)
            column += cell.columns
        yield "".join(cells)


def _cell(cell: Cell, width: int, *, continued: bool) -> str:
    span = f'<w:tcW w:w="{width}" w:type="dxa"/>'
    span += f'<w:gridSpan w:val="{cell.columns}"/>' if cell.columns > 1 else ""
    merge = "<w:vMerge/>" if continued else ""
    if cell.rows > 1 and not continued:
        merge = '<w:vMerge w:val="restart"/>'
    text = "" if continued else f"<w:t>{escape(cell.text)}</w:t>"
    font = f'<w:rFonts w:eastAsia="宋体"/><w:sz w:val="{TABLE_HALF_POINTS}"/>'
    return (
        f"<w:tc><w:tcPr>{span}{merge}</w:tcPr><w:p><w:pPr>"
        f'<w:spacing w:after="0" w:line="240" w:lineRule="auto"/><w:jc w:val="center"/></w:pPr>'
        f"<w:r><w:rPr>{font}</w:rPr>{text}</w:r></w:p></w:tc>"
    )


def _packed(document: Any) -> bytes:
    """The document's bytes without the time of day that the zip writer stamps on each part."""
    source, target = io.BytesIO(), io.BytesIO()
    document.save(source)
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w") as write:
        for info in read.infolist():
            entry = deepcopy(info)
            entry.date_time = ZIP_TIME
            write.writestr(entry, read.read(info.filename), zipfile.ZIP_DEFLATED)
    return target.getvalue()
