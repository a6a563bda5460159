"""The supervision slip (督办单) as a document: one matter, one sheet, room for the result."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO

from docx.document import Document as DocumentObject
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm, Pt, RGBColor
from docx.table import Table, _Cell

from server.rendering import official_style as style
from server.rendering.document_contexts import SlipDocument
from server.rendering.docx import plain_date
from server.rendering.phrases import one_line

COLOURS = {
    "blue": RGBColor(0x1D, 0x5F, 0xA8),
    "yellow": RGBColor(0xB5, 0x7A, 0x00),
    "red": RGBColor(0xC0, 0x00, 0x00),
}
"""Of the title; the word beside it says the colour too, for a copy in black and white."""
WIDTHS = (28, 50, 28, 50)
"""Label and value twice, in mm; together the 156 mm of the page."""
SIZE = Pt(14)
PITCH = Pt(24)
TALL, LOW = Mm(28), Mm(11)


def slip_document(context: SlipDocument) -> bytes:
    """Return the slip as a .docx on one upright page."""
    document = style.official_document()
    document.core_properties.title = one_line(f"{context.unit_name}{context.title}")
    document.core_properties.author = one_line(context.office.name)
    style.title(document, "政府信息公开工作", context.title)
    for run in document.paragraphs[-1].runs:
        run.font.color.rgb = COLOURS[context.colour]
    number = style.body(document, f"编号：{one_line(context.number)}", indent=0)
    number.alignment = WD_ALIGN_PARAGRAPH.RIGHT
    _table(document, context)
    style.signature(document, one_line(context.office.name), plain_date(context.issued_on))
    if context.office.phone:
        style.body(document, f"（联系电话：{one_line(context.office.phone)}）")
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def _table(document: DocumentObject, context: SlipDocument) -> None:
    table = document.add_table(rows=0, cols=len(WIDTHS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, width in zip(table.columns, WIDTHS, strict=True):
        column.width = Mm(width)
    _pairs(table, ("承办单位", context.unit_name), ("交办日期", plain_date(context.issued_on)))
    _pairs(table, ("责任领导", context.leads), ("责任人", context.officers))
    _wide(table, "督办事项", context.matter)
    _wide(table, "事项依据", context.source)
    due = plain_date(context.due_on) + ("（暂定）" if context.provisional else "")
    _pairs(table, ("办理时限", due), ("反馈时限", _day(context.answer_by)))
    _wide(table, "督办要求", context.demand, height=TALL)
    _pairs(table, ("签发人", context.issued_by), ("签收人和时间", context.signed))
    _wide(table, "办理结果", "", height=TALL)
    _wide(table, "审核意见", "", height=LOW)


def _day(value: date | None) -> str:
    return plain_date(value) if value else ""


def _pairs(table: Table, *pairs: tuple[str, str]) -> None:
    cells = _row(table, LOW)
    for (label, value), place in zip(pairs, (0, 2), strict=True):
        _write(cells[place], label, font=style.BLACK, centred=True)
        _write(cells[place + 1], value)


def _wide(table: Table, label: str, value: str, *, height: int = LOW) -> None:
    cells = _row(table, height)
    _write(cells[0], label, font=style.BLACK, centred=True)
    _write(cells[1].merge(cells[3]), value)


def _row(table: Table, height: int) -> Sequence[_Cell]:
    row = table.add_row()  # type: ignore[no-untyped-call]  # python-docx
    row.height, row.height_rule = height, WD_ROW_HEIGHT_RULE.AT_LEAST
    for cell, width in zip(row.cells, WIDTHS, strict=True):
        cell.width = Mm(width)
    cells: Sequence[_Cell] = row.cells
    return cells


def _write(cell: _Cell, words: str, *, font: str = style.IMITATION, centred: bool = False) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    style.pitch(paragraph, PITCH)
    style.text(paragraph, one_line(words), font, SIZE)
