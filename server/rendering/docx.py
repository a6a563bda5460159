"""Documents in the official style: the checklist as a notice with its table as an annex."""

from collections.abc import Sequence
from datetime import date
from io import BytesIO
from itertools import groupby
from typing import cast

from docx.document import Document as DocumentObject
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml import OxmlElement
from docx.shared import Mm
from docx.table import Table, _Cell, _Row

from server.rendering import official_style as style
from server.rendering.document_contexts import ChecklistDocument, ChecklistRow
from server.rendering.pages import word
from server.rendering.phrases import one_line

COLUMNS = (
    ("序号", 12),
    ("报告所列问题或承诺", 58),
    ("整改事项和完成标准", 54),
    ("佐证", 28),
    ("完成时限", 34),
    ("责任人", 19),
    ("完成情况", 20),
)
"""Heads and widths in mm; together the 225 mm of a landscape page."""
REQUIREMENTS = (
    ("一、逐项落实。", "对照清单明确责任人，在完成时限前办结。确需延期的，应在到期前说明理由。"),
    ("二、留存佐证。", "完成一项，填报一项，附文号、链接或数据。没有佐证的，视为未完成。"),
    ("三、审核销号。", "本办公室逐项审核，符合标准的予以销号；不符合的，写明理由退回。"),
)
CENTRED = {"序号", "完成时限", "责任人", "完成情况"}


def checklist_document(context: ChecklistDocument) -> bytes:
    """Return the checklist as a .docx: the letter upright, the table lying, as its annex."""
    document = style.official_document()
    document.core_properties.title = one_line(f"{context.unit_name}{context.title}")
    document.core_properties.author = one_line(context.office.name)
    _letter(document, context)
    style.add_landscape(document)
    style.body(document, "附件", indent=0, font=style.BLACK)
    style.title(document, one_line(context.unit_name), context.title)
    _table(document, context.rows)
    return _bytes(document)


def _letter(document: DocumentObject, context: ChecklistDocument) -> None:
    style.title(document, "关于落实政府信息公开整改清单的通知")
    style.blank(document)
    style.body(document, f"{one_line(context.unit_name)}：", indent=0)
    style.body(
        document,
        f"根据你单位{context.year - 1}年度政府信息公开工作年度报告所列的存在问题和改进措施，"
        f"现将{context.year}年度整改清单印发给你们，共{len(context.rows)}项。请按以下要求落实。",
    )
    _requirements(document)
    style.blank(document)
    style.body(document, f"附件：{one_line(context.unit_name)}{context.title}")
    style.blank(document)
    style.signature(document, one_line(context.office.name), plain_date(context.issued_on))
    if context.office.phone:
        style.body(document, f"（联系电话：{one_line(context.office.phone)}）")


def _requirements(document: DocumentObject) -> None:
    for heading, words in REQUIREMENTS:
        paragraph = style.body(document, heading, font=style.BLACK)
        style.text(paragraph, words, style.IMITATION, style.BODY_SIZE)


def plain_date(day: date) -> str:
    """Return the date as documents write it, without leading zeros: 2026年1月5日."""
    return f"{day.year}年{day.month}月{day.day}日"


def _table(document: DocumentObject, rows: Sequence[ChecklistRow]) -> None:
    table = document.add_table(rows=0, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)
    _head(_add_row(table))
    for commitment, group in groupby(rows, key=lambda row: row.commitment):
        _commitment(table, commitment, list(group))


def _head(row: _Row) -> None:
    for cell, (head, _) in zip(row.cells, COLUMNS, strict=True):
        _write(cell, head, centred=True, font=style.BLACK)
    row_property(row, "w:tblHeader")
    row_property(row, "w:cantSplit")


def _commitment(table: Table, commitment: str, rows: list[ChecklistRow]) -> None:
    """Add the rows of one commitment; its text stands once.

    Not in a cell that spans them: such a cell is torn apart where the page breaks.
    """
    first = rows[0].item.ordinal
    for row in rows:
        _row(table, row, commitment if row is rows[0] else f"同第{first}项")


def _row(table: Table, row: ChecklistRow, commitment: str) -> None:
    item = row.item
    done = f"{plain_date(row.done_on)}完成" if row.done_on else ""
    words = (
        str(item.ordinal),
        commitment,
        item.what,
        item.proof,
        plain_date(item.by_when) + ("（暂定）" if item.provisional else ""),
        word(item.owner.value, "role"),
        "；".join(filter(None, (done, row.evidence))),
    )
    added = _add_row(table)
    for cell, text, (head, _) in zip(added.cells, words, COLUMNS, strict=True):
        _write(cell, one_line(text), centred=head in CENTRED)
    row_property(added, "w:cantSplit")


def _add_row(table: Table) -> _Row:
    """Add a row whose cells have their columns' widths: Word trusts these, not the grid."""
    row = cast("_Row", table.add_row())  # type: ignore[no-untyped-call]  # python-docx
    for cell, (_, width) in zip(row.cells, COLUMNS, strict=True):
        cell.width = Mm(width)
    return row


def _write(cell: _Cell, words: str, *, centred: bool, font: str = style.IMITATION) -> None:
    cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER if centred else WD_ALIGN_PARAGRAPH.LEFT
    style.pitch(paragraph, style.TABLE_PITCH)
    style.text(paragraph, words, font, style.TABLE_SIZE)


def row_property(row: _Row, name: str) -> None:
    """Set a property of a table row for which python-docx has no call: w:cantSplit, w:tblHeader."""
    row._tr.get_or_add_trPr().append(OxmlElement(name))  # noqa: SLF001 - no API for it


def _bytes(document: DocumentObject) -> bytes:
    out = BytesIO()
    document.save(out)
    return out.getvalue()
