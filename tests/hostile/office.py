"""Word and Excel packages: bombs, lies, entities, macros, far cells, secrecy marks."""

import struct
import zipfile
from collections.abc import Callable, Iterator
from io import BytesIO

from tests import packing
from tests.hostile.case import MEGABYTE, TEXT, Hostile
from tests.packing import REPORT, cell, docx, packed, paragraph, xlsx

_DTD = (
    '<?xml version="1.0"?><!DOCTYPE l [<!ENTITY a "ha">'
    + "".join(
        f'<!ENTITY {to} "{"&" + of + ";" + "&" + of + ";"}">'
        for of, to in zip("abcdefghijklmnopqrstuvwxy", "bcdefghijklmnopqrstuvwxyz", strict=True)
    )
    + "]>"
)


def packages() -> Iterator[Hostile]:
    """Yield what pretends to be a docx."""
    yield Hostile("bomb-xml.docx", _bomb, says="过大")
    yield Hostile("bomb-ratio.docx", _ratio_bomb, says="压缩比异常")
    yield Hostile("lying-size.docx", _lying_size, says="损坏")
    yield Hostile("many-parts.docx", _many_parts, says="损坏的压缩包")
    yield Hostile("billion-laughs.docx", lambda: _document(_DTD + _root("&z;")), says="类型声明")
    yield Hostile("external-entity.docx", _external_entity, says="类型声明")
    yield Hostile("utf16-doctype.docx", _utf16_doctype)
    yield Hostile("attached-template.docx", _external("attachedTemplate"), says="外部")
    yield Hostile("external-ole.docx", _external("oleObject"), says="外部")
    yield Hostile("external-frame.docx", _external("frame"), says="外部")
    yield Hostile("hyperlink-only.docx", _external("hyperlink"), "read")
    yield Hostile("macros.docx", lambda: docx(extra={"word/vbaProject.bin": b"x"}), says="宏")
    yield Hostile(
        "active-x.docx", lambda: docx(extra={"word/activeX/activeX1.bin": b"x"}), says="宏"
    )
    yield Hostile(
        "embedded.docx", lambda: docx(extra={"word/embeddings/oleObject1.bin": b"x"}), says="嵌入"
    )
    yield Hostile("no-body.docx", lambda: docx(""), says="没有文字")
    yield Hostile("not-xml.docx", lambda: _document("这不是 XML"), says="不完整")
    yield Hostile("half-xml.docx", lambda: _document(_root("文")[:-30]), says="不完整")
    yield Hostile("truncated.docx", lambda: docx()[:-200], says="损坏")
    yield Hostile("flipped.docx", _flipped, "either")
    yield Hostile("zip-of-the-future.docx", _version_23, says="损坏")
    yield Hostile("encrypted-part.docx", _encrypted_part, says="密码")
    yield Hostile("deep-tables.docx", lambda: docx(_nested_tables(400)), "either")
    yield Hostile("deep-controls.docx", _deep_controls, "either")
    yield Hostile("wide-table.docx", lambda: docx(_table(1, 5_000)), "either")
    yield Hostile("long-table.docx", lambda: docx(_table(5_000, 4)), "either")
    yield Hostile("huge-span.docx", _huge_span, "read")
    yield Hostile("one-long-run.docx", lambda: docx(paragraph("公开" * 3_000_000)), "either")
    yield Hostile("many-runs.docx", _many_runs, "either")
    yield Hostile("secret-body.docx", lambda: docx(_with_first("机密★5年")), says="机密★")
    yield Hostile("secret-header.docx", _secret_header, says="绝密★")
    yield Hostile("traversal-parts.docx", _traversal_parts, "read")


def workbooks() -> Iterator[Hostile]:
    """Yield what pretends to be a workbook."""
    far = "<sheetData><row r='1048576'>" + cell("XFD1048576", 1) + "</row></sheetData>"
    yield Hostile("far-cell.xlsx", lambda: xlsx(far), says="过大")
    yield Hostile("far-cell-odd.xlsx", lambda: xlsx(_odd_far_cell()), "refused")
    yield Hostile("many-rows.xlsx", _many_rows, says="过大")
    yield Hostile("huge-merge.xlsx", _huge_merge, "read")
    yield Hostile("macros.xlsx", lambda: xlsx(_sheet(), {"xl/vbaProject.bin": b"x"}), says="宏")
    yield Hostile("external-link.xlsx", _external_link, says="外部")
    yield Hostile("truncated.xlsx", lambda: xlsx(_sheet())[:-150], says="损坏")
    yield Hostile("no-sheet-part.xlsx", _no_sheet, says="损坏")
    yield Hostile("empty-sheet.xlsx", lambda: xlsx("<sheetData/>"), says="没有文字")
    yield Hostile("laughs.xlsx", _laughing_sheet)


def _document(xml: str) -> bytes:
    return packed({"word/document.xml": xml})


def _root(text: str) -> str:
    return (
        f'<w:document xmlns:w="{packing.W}"><w:body><w:p><w:r><w:t>{text}</w:t></w:r></w:p>'
        "</w:body></w:document>"
    )


def _bomb() -> bytes:
    return docx(paragraph("公" * 1000) * 60_000)


def _ratio_bomb() -> bytes:
    return docx(extra={"word/media/image1.png": bytes(30 * MEGABYTE)})


def _lying_size() -> bytes:
    """Return a package whose directory says that the document is short."""
    content = bytearray(docx(paragraph("公" * 1000) * 3_000))
    at = content.rfind(b"PK\x01\x02", 0, content.rfind(b"word/document.xml"))
    content[at + 24 : at + 28] = struct.pack("<I", 100)
    return bytes(content)


def _many_parts() -> bytes:
    return docx(extra={f"word/media/{number}.png": b"" for number in range(3_000)})


def _external_entity() -> bytes:
    declared = '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'
    return _document(declared + _root("&x;"))


def _utf16_doctype() -> bytes:
    declared = '<?xml version="1.0" encoding="utf-16"?><!DOCTYPE a [<!ENTITY x "y">]>'
    return packed({"word/document.xml": (declared + _root("&x;" * 9)).encode("utf-16")})


def _external(kind: str) -> Callable[[], bytes]:
    rels = packing.relationships(kind, "http://169.254.169.254/latest")
    return lambda: docx(extra={"word/_rels/document.xml.rels": rels})


def _flipped() -> bytes:
    content = bytearray(docx())
    for at in range(60, len(content) - 400, 37):
        content[at] ^= 0x5A
    return bytes(content)


def _version_23() -> bytes:
    """Return a package whose directory asks for a program of version 23.2."""
    at = docx().rindex(b"PK\x01\x02") + 6
    return docx()[:at] + b"\xe8" + docx()[at + 1 :]


def _encrypted_part() -> bytes:
    content = bytearray(docx())
    at = content.find(b"PK\x01\x02")
    while at >= 0:
        content[at + 8] |= 1
        at = content.find(b"PK\x01\x02", at + 4)
    return bytes(content)


def _nested_tables(depth: int) -> str:
    start, end = "<w:tbl><w:tr><w:tc>", "</w:tc></w:tr></w:tbl>"
    return paragraph(REPORT[0]) + start * depth + paragraph("公开") + end * depth


def _deep_controls() -> bytes:
    depth = 100
    inner = "<w:sdt><w:sdtContent>" * depth + paragraph(TEXT) + "</w:sdtContent></w:sdt>" * depth
    return docx(paragraph(REPORT[0]) + inner)


def _table(rows: int, columns: int) -> str:
    row = "<w:tr>" + f"<w:tc>{paragraph('12')}</w:tc>" * columns + "</w:tr>"
    return paragraph(REPORT[0]) + f"<w:tbl>{row * rows}</w:tbl>"


def _huge_span() -> bytes:
    span = '<w:tcPr><w:gridSpan w:val="999999999999"/></w:tcPr>'
    table = f"<w:tbl><w:tr><w:tc>{span}{paragraph('数')}</w:tc></w:tr></w:tbl>"
    return docx("".join(map(paragraph, REPORT)) + table)


def _many_runs() -> bytes:
    runs = "<w:r><w:t>公</w:t></w:r>" * 400_000
    return docx(paragraph(REPORT[0]) + f"<w:p>{runs}</w:p>")


def _with_first(text: str) -> str:
    return "".join(map(paragraph, (text, *REPORT)))


def _secret_header() -> bytes:
    header = f'<w:hdr xmlns:w="{packing.W}">{paragraph("绝密★长期")}</w:hdr>'
    return docx(extra={"word/header1.xml": header})


def _traversal_parts() -> bytes:
    return docx(extra={"../../../tmp/duban-was-here": b"x", "/etc/cron.d/x": b"x"})


def _sheet() -> str:
    return f"<sheetData><row r='1'>{cell('A1', '指标')}{cell('B1', 264)}</row></sheetData>"


def _odd_far_cell() -> str:
    """Return a sheet whose far cell is written so that a plain search does not see it."""
    near = "<row r='1'>" + cell("A1", 1) + "</row>"
    far = "<row r='1048576'><c t='n' s='0'  r = '&#88;FD1048576'><v>1</v></c></row>"
    return f"<sheetData>{near}{far}</sheetData>"


def _many_rows() -> bytes:
    rows = "".join(f"<row r='{n}'>{cell(f'A{n}', n)}</row>" for n in range(1, 60_000))
    return xlsx(f"<sheetData>{rows}</sheetData>")


def _huge_merge() -> bytes:
    merges = '<mergeCells count="1"><mergeCell ref="A1:XFD1048576"/></mergeCells>'
    return xlsx(_sheet() + merges)


def _external_link() -> bytes:
    rels = packing.relationships("externalLinkPath", "file:///c:/x.xlsx")
    return xlsx(_sheet(), {"xl/externalLinks/_rels/externalLink1.xml.rels": rels})


def _no_sheet() -> bytes:
    source = zipfile.ZipFile(BytesIO(xlsx(_sheet())))
    return packed({
        name: source.read(name) for name in source.namelist() if "sheet1" not in name
    })  # fmt: skip


def _laughing_sheet() -> bytes:
    return xlsx(_sheet(), {"xl/sharedStrings.xml": _DTD + "<sst><si><t>&z;</t></si></sst>"})
