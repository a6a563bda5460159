"""docx -> text: paragraphs and tables in order, numbering shown, deleted changes left out."""

from collections.abc import Iterator
from zipfile import ZipFile

from lxml.etree import _Element

from server.adapters.documents.layout import RawCell, TextBuilder
from server.adapters.documents.numbering import Numbering, W, numbering_of
from server.adapters.documents.package import open_package, parse_xml, read_part
from server.domain.reports.source import SourceText

_MC = "{http://schemas.openxmlformats.org/markup-compatibility/2006}"
_SKIPPED = frozenset({
    f"{W}del", f"{W}moveFrom", f"{W}instrText", f"{W}delText", f"{W}pPr", f"{W}rPr", f"{W}tblPr",
    f"{W}footnoteReference", f"{W}commentReference", f"{_MC}Fallback",
})  # fmt: skip
_BREAKS = {f"{W}tab": "\t", f"{W}br": "\n", f"{W}cr": "\n", f"{W}noBreakHyphen": "-"}
_BOX = f"{W}txbxContent"
_DEEPEST = 60


def read(content: bytes, name: str) -> SourceText:
    """Return the text and tables of a docx file.

    Raises: Refused, for damaged or hostile packages.
    """
    package = open_package(content, name)
    with package:
        body = parse_xml(read_part(package, "word/document.xml", name) or b"", name).find(
            f"{W}body"
        )
        numbering = numbering_of(
            _part(package, "word/numbering.xml", name), _part(package, "word/styles.xml", name)
        )
        builder = TextBuilder()
        notes: list[str] = []
        if body is not None:
            _read_blocks(body, numbering, builder)
            notes += _changes(body)
        margins = list(_headers(package, name))
    return builder.build("docx", name, notes, margins)


def _part(package: ZipFile, part: str, name: str) -> _Element | None:
    content = read_part(package, part, name)
    return None if content is None else parse_xml(content, name)


def _headers(package: ZipFile, name: str) -> Iterator[str]:
    """Yield the text of page headers: a secrecy mark often stands only there."""
    for part in package.namelist():
        if part.startswith(("word/header", "word/footer")) and part.endswith(".xml"):
            root = _part(package, part, name)
            text = "".join(root.itertext()).strip() if root is not None else ""
            if text:
                yield text


def _changes(body: _Element) -> Iterator[str]:
    if next(body.iter(f"{W}del", f"{W}moveFrom"), None) is not None:
        yield "文件带有修订标记：已删除的文字没有读入"
    if next(body.iter(f"{W}ins", f"{W}moveTo"), None) is not None:
        yield "文件带有修订标记：未接受的插入文字已读入，请核对"


def _read_blocks(parent: _Element, numbering: Numbering, builder: TextBuilder) -> None:
    for element in _blocks(parent):
        if element.tag == f"{W}p":
            builder.paragraph(numbering.prefix(element) + _text(element))
            for box in element.iter(_BOX):
                if not _in_fallback(box):
                    _read_blocks(box, numbering, builder)
        else:
            builder.table(tuple(_cells(element, numbering)))


def _blocks(parent: _Element, depth: int = 0) -> Iterator[_Element]:
    """Yield paragraphs and tables, looking through content controls and tracked insertions."""
    for element in parent:
        if element.tag in {f"{W}p", f"{W}tbl"}:
            yield element
        elif (
            element.tag in {f"{W}sdt", f"{W}sdtContent", f"{W}ins", f"{W}customXml", f"{W}moveTo"}
            and depth < _DEEPEST
        ):
            yield from _blocks(element, depth + 1)


def _text(paragraph: _Element) -> str:
    return "".join(_pieces(paragraph))


def _pieces(element: _Element, depth: int = 0) -> Iterator[str]:
    for child in element:
        tag = child.tag
        if tag in _SKIPPED or tag == _BOX or depth > _DEEPEST:
            continue
        if tag == f"{W}t":
            yield child.text or ""
        elif tag in _BREAKS:
            yield _BREAKS[tag]
        else:
            yield from _pieces(child, depth + 1)


def _in_fallback(box: _Element) -> bool:
    return any(parent.tag == f"{_MC}Fallback" for parent in box.iterancestors())


def _cells(table: _Element, numbering: Numbering) -> Iterator[RawCell]:
    """Yield the cells of a table; a vertically merged cell is yielded once, at its top."""
    for row, line in enumerate(_rows(table)):
        column = 0
        for cell in line.iterchildren(f"{W}tc", f"{W}sdt"):
            span = _span(cell)
            if not _goes_on(cell):
                yield RawCell(row, column, tuple(_cell_texts(cell, numbering)), 1, span)
            column += span


def _rows(table: _Element) -> Iterator[_Element]:
    for row in table.iter(f"{W}tr"):
        if next(row.iterancestors(f"{W}tbl")) is table and row.find(f"{W}trPr/{W}del") is None:
            yield row


def _span(cell: _Element) -> int:
    span = cell.find(f".//{W}tcPr/{W}gridSpan")
    value = span.get(f"{W}val") if span is not None else None
    return min(int(value), 100) if value and value.isdigit() else 1


def _goes_on(cell: _Element) -> bool:
    merge = cell.find(f".//{W}tcPr/{W}vMerge")
    return merge is not None and merge.get(f"{W}val") != "restart"


def _cell_texts(cell: _Element, numbering: Numbering) -> Iterator[str]:
    for paragraph in cell.iter(f"{W}p"):
        text = _text(paragraph)
        yield (numbering.prefix(paragraph) + text) if text.strip() else ""
