"""The monthly circular (通报) as a document in the official style, its figures in one table."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from io import BytesIO

from docx.document import Document as DocumentObject
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.shared import Mm
from docx.table import _Cell

from server.domain.circulars import UnitFacts, Words
from server.rendering import official_style as style
from server.rendering.docx import plain_date, row_property
from server.rendering.phrases import one_line

COLUMNS = (
    ("单位", 44),
    ("应报", 12),
    ("按时", 12),
    ("迟报", 12),
    ("逾期未报", 14),
    ("最长逾期（工作日）", 16),
    ("整改到期", 12),
    ("按期完成", 12),
    ("督办单", 10),
    ("签收率", 12),
)
"""Heads and widths in mm; together the 156 mm of the page."""


@dataclass(frozen=True, slots=True)
class CircularDocument:
    """A circular as drafted or issued."""

    words: Words
    number: str
    facts: Sequence[UnitFacts]
    drawn_on: date
    issued_on: date | None
    """Null while it is a draft, which the document says."""
    office_name: str


def circular_document(context: CircularDocument) -> bytes:
    """Return the circular as a .docx."""
    document = style.official_document()
    document.core_properties.title = one_line(context.words.title)
    document.core_properties.author = one_line(context.office_name)
    if context.number:
        number = style.body(document, one_line(context.number), indent=0)
        number.alignment = WD_ALIGN_PARAGRAPH.CENTER
    if context.issued_on is None:
        style.body(document, "（草稿，未印发）", indent=0)
    style.title(document, *_title_lines(one_line(context.words.title)))
    style.blank(document)
    style.body(document, "各单位：", indent=0)
    _paragraphs(document, context.words.opening)
    style.body(document, "一、办理情况", font=style.BLACK)
    _paragraphs(document, context.words.findings)
    if context.facts:
        _table(document, context.facts)
        style.body(document, f"（数据截至{plain_date(context.drawn_on)}，逾期按工作日计算。）")
    style.body(document, "二、下一步要求", font=style.BLACK)
    _paragraphs(document, context.words.demands)
    style.blank(document)
    issued_on = context.issued_on or context.drawn_on
    style.signature(document, one_line(context.office_name), plain_date(issued_on))
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def figures_of(facts: UnitFacts) -> tuple[str, ...]:
    """Return one unit's row of the table, in the order of COLUMNS."""
    numbers = (
        facts.owed,
        facts.count("in_time"),
        facts.count("late"),
        facts.count("overdue"),
        facts.longest,
        facts.promised,
        facts.count("kept"),
        len(facts.slips),
    )
    return (facts.unit, *map(str, numbers), facts.signed_share)


def _title_lines(title: str) -> list[str]:
    """Return a title in two lines where it is long, broken before 督办 or in the middle."""
    if len(title) <= 20:  # noqa: PLR2004 - characters of 22 pt on 156 mm
        return [title]
    at = title.find("督办", 8)
    middle = at if at > 0 else len(title) // 2
    return [title[:middle], title[middle:]]


def _paragraphs(document: DocumentObject, words: str) -> None:
    for line in words.splitlines():
        if line.strip():
            style.body(document, one_line(line))


def _table(document: DocumentObject, facts: Sequence[UnitFacts]) -> None:
    table = document.add_table(rows=0, cols=len(COLUMNS))
    table.style = "Table Grid"
    table.alignment = WD_TABLE_ALIGNMENT.CENTER
    table.autofit = False
    for column, (_, width) in zip(table.columns, COLUMNS, strict=True):
        column.width = Mm(width)
    rows = [tuple(head for head, _ in COLUMNS), *(figures_of(each) for each in facts)]
    for number, words in enumerate(rows):
        row = table.add_row()
        row_property(row, "w:cantSplit")
        if number == 0:
            row_property(row, "w:tblHeader")
        for place, (cell, value) in enumerate(zip(row.cells, words, strict=True)):
            cell.width = Mm(COLUMNS[place][1])
            _write(cell, one_line(value), head=number == 0, left=number > 0 and place == 0)


def _write(cell: _Cell, words: str, *, head: bool, left: bool) -> None:
    paragraph = cell.paragraphs[0]
    paragraph.alignment = WD_ALIGN_PARAGRAPH.LEFT if left else WD_ALIGN_PARAGRAPH.CENTER
    style.pitch(paragraph, style.TABLE_PITCH)
    paragraph.paragraph_format.keep_with_next = head
    style.text(paragraph, words, style.BLACK if head else style.IMITATION, style.TABLE_SIZE)
