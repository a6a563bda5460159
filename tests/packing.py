"""Making small files of every kind by hand, for tests that need one with a known fault."""

import struct
import zipfile
import zlib
from collections.abc import Mapping, Sequence
from io import BytesIO
from xml.sax.saxutils import escape

REPORT = (
    "青石镇财政局2025年政府信息公开工作年度报告",
    "一、总体情况",
    "2025年，我局主动公开政府信息128条，收到政府信息公开申请3件，均已按时办结。",
    "二、存在的主要问题及改进情况",
    "存在的问题：一是公开内容不够丰富，民生领域信息偏少。二是公开渠道较为单一，新媒体运用不足。",
    "改进措施：一是充实民生信息内容，重点公开惠民补贴信息。二是开通微信公众号，拓宽公开渠道。",
    "三、其他需要报告的事项",
    "本年度没有其他需要报告的事项。",
)
W = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
R = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_TYPES = (
    '<?xml version="1.0"?><Types xmlns="http://schemas.openxmlformats.org/package/2006/'
    'content-types"><Default Extension="rels" ContentType="application/vnd.openxmlformats-package.'
    'relationships+xml"/><Default Extension="xml" ContentType="application/xml"/></Types>'
)


def packed(parts: Mapping[str, bytes | str], *, stored: bool = False) -> bytes:
    """Return a zip of these parts."""
    target = BytesIO()
    how = zipfile.ZIP_STORED if stored else zipfile.ZIP_DEFLATED
    with zipfile.ZipFile(target, "w", how) as package:
        for name, content in parts.items():
            package.writestr(name, content)
    return target.getvalue()


def docx(body: str | None = None, extra: Mapping[str, bytes | str] | None = None) -> bytes:
    """Return a docx whose body is this XML, by default the report's paragraphs."""
    inner = "".join(map(paragraph, REPORT)) if body is None else body
    document = (
        f'<?xml version="1.0"?><w:document xmlns:w="{W}"><w:body>{inner}</w:body></w:document>'
    )
    return packed({"[Content_Types].xml": _TYPES, "word/document.xml": document, **(extra or {})})


def paragraph(text: str) -> str:
    """Return a paragraph's XML."""
    return f'<w:p><w:r><w:t xml:space="preserve">{escape(text)}</w:t></w:r></w:p>'


def relationships(kind: str, target: str, *, external: bool = True) -> str:
    """Return the relationships of the document with one entry."""
    mode = ' TargetMode="External"' if external else ""
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="rId1" Type="{R}/{kind}" Target="{target}"{mode}/></Relationships>'
    )


def xlsx(sheet: str, extra: Mapping[str, bytes | str] | None = None) -> bytes:
    """Return a workbook with one sheet of this XML."""
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    types = _TYPES.replace(
        "</Types>",
        '<Override PartName="/xl/workbook.xml" ContentType="application/vnd.openxmlformats-'
        'officedocument.spreadsheetml.sheet.main+xml"/></Types>',
    )
    parts = {
        "[Content_Types].xml": types,
        "_rels/.rels": relationships("officeDocument", "xl/workbook.xml", external=False),
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{R}"><sheets>'
        '<sheet name="统计表" sheetId="1" r:id="rId1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": relationships(
            "worksheet", "worksheets/sheet1.xml", external=False
        ),
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}">{sheet}</worksheet>',
    }
    return packed({**parts, **(extra or {})})


def cell(place: str, value: float | str) -> str:
    """Return a cell's XML."""
    if isinstance(value, str):
        return f'<c r="{place}" t="inlineStr"><is><t>{escape(value)}</t></is></c>'
    return f'<c r="{place}"><v>{value}</v></c>'


def pdf(objects: Sequence[bytes], trailer: bytes = b"", *, closed: bool = True) -> bytes:
    """Return a PDF of these objects, the first being the catalogue."""
    out = bytearray(b"%PDF-1.7\n")
    places = []
    for number, content in enumerate(objects, start=1):
        places.append(len(out))
        out += b"%d 0 obj\n%b\nendobj\n" % (number, content)
    start = len(out)
    out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    out += b"".join(b"%010d 00000 n \n" % place for place in places)
    out += b"trailer\n<</Size %d/Root 1 0 R%b>>\n" % (len(objects) + 1, trailer)
    return bytes(out) + (b"startxref\n%d\n%%%%EOF\n" % start if closed else b"")


def stream(content: bytes, head: bytes = b"", *, deflated: bool = False) -> bytes:
    """Return a PDF stream object."""
    body = zlib.compress(content, 9) if deflated else content
    how = b"/Filter/FlateDecode" if deflated else b""
    return b"<</Length %d%b%b>>\nstream\n%b\nendstream" % (len(body), how, head, body)


def pdf_page(content: bytes, resources: bytes, *more: bytes, pages: int = 1) -> list[bytes]:
    """Return the objects of a PDF whose pages all show the content (object 4)."""
    kids = b" ".join(b"3 0 R" for _ in range(pages))
    return [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Count %d/Kids[%b]>>" % (pages, kids),
        b"<</Type/Page/Parent 2 0 R/MediaBox[0 0 595 842]/Contents 4 0 R/Resources<<%b>>>>"
        % resources,
        stream(content),
        *more,
    ]


def ole(streams: Mapping[str, bytes], *, storages: Sequence[str] = ()) -> bytes:
    """Return a compound file with these streams below its root, each of 4,096 bytes at least."""
    size = 512
    bodies = [content.ljust(4096, b"\0") for content in streams.values()]
    names = [*streams, *storages]
    table, sectors = [0xFFFFFFFD, 0xFFFFFFFE], b""
    starts = []
    for body in bodies:
        count = -(-len(body) // size)
        starts.append(len(table))
        table += [*range(len(table) + 1, len(table) + count), 0xFFFFFFFE]
        sectors += body.ljust(count * size, b"\0")
    entries = [_entry("Root Entry", 5, child=1)]
    for at, name in enumerate(names):
        right = at + 2 if at + 1 < len(names) else 0xFFFFFFFF
        start = starts[at] if at < len(starts) else 0
        entries.append(_entry(name, 2 if at < len(starts) else 1, right=right, start=start))
    directory = b"".join(entries).ljust(size, b"\0")[:size]
    fat = struct.pack("<128I", *(table + [0xFFFFFFFF] * 128)[:128])
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16)
    head += struct.pack("<HHHHH", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += struct.pack("<IIIIIIIII", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    head += struct.pack("<109I", 0, *([0xFFFFFFFF] * 108))
    return head.ljust(size, b"\0") + fat + directory + sectors


def _entry(
    name: str, kind: int, *, right: int = 0xFFFFFFFF, child: int = 0xFFFFFFFF, start: int = 0
) -> bytes:
    title = name.encode("utf-16-le")
    head = title.ljust(64, b"\0") + struct.pack("<HBB", len(title) + 2, kind, 1)
    links = struct.pack("<III", 0xFFFFFFFF, right, child)
    return (head + links + bytes(36) + struct.pack("<IQ", start, 4096)).ljust(128, b"\0")
