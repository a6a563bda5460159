"""The official document style as python-docx calls: page, fonts, paragraphs, page numbers.

Source: GB/T 9704-2012 党政机关公文格式 5.2, 6 and 7: A4, margins 37/35/28/26 mm, 22 lines of
28 characters, title 2号小标宋, body 3号仿宋, levels 黑体 and 楷体, page number 4号 between dashes.
"""

from typing import cast

from docx import Document
from docx.document import Document as DocumentObject
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.oxml.xmlchemy import BaseOxmlElement
from docx.section import Section
from docx.shared import Mm, Pt
from docx.text.paragraph import Paragraph
from docx.text.run import Run

SONG_TITLE = "方正小标宋简体"
IMITATION = "仿宋_GB2312"
BLACK = "黑体"
ITALIC = "楷体_GB2312"
SONG = "宋体"
LATIN = "Times New Roman"

TITLE_SIZE = Pt(22)
BODY_SIZE = Pt(16)
TABLE_SIZE = Pt(10.5)
PAGE_NUMBER_SIZE = Pt(14)
LINE_PITCH = Pt(28.95)
"""225 mm of text in 22 lines, a little less than 28.99 so that the last line always fits."""
TABLE_PITCH = Pt(17)


def official_document() -> DocumentObject:
    """Return an empty A4 document with official margins, fonts, line pitch and page numbers."""
    document = Document()
    normal = document.styles["Normal"]
    normal.font.size = BODY_SIZE
    set_font(normal.element.get_or_add_rPr(), IMITATION)
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    _margins(section, top=37, right=26, bottom=35, left=28)
    document.settings.odd_and_even_pages_header_footer = True
    _number(section.footer.paragraphs[0], WD_ALIGN_PARAGRAPH.RIGHT)
    _number(section.even_page_footer.paragraphs[0], WD_ALIGN_PARAGRAPH.LEFT)
    return document


def add_landscape(document: DocumentObject) -> Section:
    """Start a landscape page for a wide table, its head at the binding side."""
    section = cast("Section", document.add_section(WD_SECTION.NEW_PAGE))
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(297), Mm(210)
    _margins(section, top=28, right=35, bottom=26, left=37)
    return section


def title(document: DocumentObject, *lines: str) -> None:
    """Add the title, centred, one line for each part so that no word is broken."""
    for line in lines:
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.CENTER
        pitch(paragraph, Pt(35))
        paragraph.paragraph_format.space_after = Pt(8) if line is lines[-1] else 0
        text(paragraph, line, SONG_TITLE, TITLE_SIZE)


def body(
    document: DocumentObject, words: str, *, indent: float = 2, font: str = IMITATION
) -> Paragraph:
    """Add and return a paragraph of the body, its first line indented by so many characters."""
    paragraph = document.add_paragraph()
    paragraph.alignment = WD_ALIGN_PARAGRAPH.JUSTIFY
    paragraph.paragraph_format.first_line_indent = BODY_SIZE * indent
    pitch(paragraph, LINE_PITCH)
    text(paragraph, words, font, BODY_SIZE)
    return paragraph


def blank(document: DocumentObject) -> None:
    """Add an empty line of the grid."""
    body(document, "", indent=0)


def signature(document: DocumentObject, name: str, date_line: str) -> None:
    """Add the signature without seal: name and date to the right, on one page with each other."""
    for words, from_right in ((name, 2), (date_line, 4)):
        paragraph = document.add_paragraph()
        paragraph.alignment = WD_ALIGN_PARAGRAPH.RIGHT
        paragraph.paragraph_format.right_indent = BODY_SIZE * from_right
        paragraph.paragraph_format.keep_with_next = words == name
        pitch(paragraph, LINE_PITCH)
        text(paragraph, words, IMITATION, BODY_SIZE)


def text(paragraph: Paragraph, words: str, font: str, size: int) -> Run:
    """Add a run of text in a Chinese font and a size."""
    run = paragraph.add_run(words)
    run.font.size = size
    set_font(run._r.get_or_add_rPr(), font)  # noqa: SLF001 - python-docx offers no East Asian font
    return run


def pitch(paragraph: Paragraph, points: int) -> None:
    """Set the exact line pitch and no space around."""
    style = paragraph.paragraph_format
    style.line_spacing_rule, style.line_spacing = WD_LINE_SPACING.EXACTLY, points
    style.space_before = style.space_after = 0


def set_font(properties: BaseOxmlElement, font: str) -> None:
    """Name the Chinese font and its Latin companion; Word picks by character."""
    fonts = properties.find(qn("w:rFonts"))
    if fonts is None:
        fonts = OxmlElement("w:rFonts")
        properties.insert(0, fonts)
    fonts.set(qn("w:eastAsia"), font)
    for script in ("w:ascii", "w:hAnsi", "w:cs"):
        fonts.set(qn(script), LATIN)


def _margins(section: Section, *, top: int, right: int, bottom: int, left: int) -> None:
    section.top_margin, section.bottom_margin = Mm(top), Mm(bottom)
    section.left_margin, section.right_margin = Mm(left), Mm(right)
    section.footer_distance = Mm(bottom - 7 - 5)  # the number's line is 7 mm below the text


def _number(paragraph: Paragraph, side: WD_ALIGN_PARAGRAPH) -> None:
    """Write `— 1 —`, one character in from the outer edge."""
    paragraph.alignment = side
    indent = "right_indent" if side == WD_ALIGN_PARAGRAPH.RIGHT else "left_indent"
    setattr(paragraph.paragraph_format, indent, PAGE_NUMBER_SIZE)
    text(paragraph, "— ", SONG, PAGE_NUMBER_SIZE)
    run = text(paragraph, "", SONG, PAGE_NUMBER_SIZE)
    for kind, words in (("begin", ""), ("", "PAGE"), ("end", "")):
        run._r.append(_field_part(kind, words))  # noqa: SLF001 - python-docx has no fields
    text(paragraph, " —", SONG, PAGE_NUMBER_SIZE)


def _field_part(kind: str, words: str) -> BaseOxmlElement:
    if kind:
        part = OxmlElement("w:fldChar")
        part.set(qn("w:fldCharType"), kind)
    else:
        part = OxmlElement("w:instrText")
        part.text = words
    return part
