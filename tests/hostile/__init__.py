"""Files that harm, lie, hide or are broken, made by code; none is stored.

Sources: what the security list of the project names for uploads and parsers (zip bombs, lying
headers, far cells, entities, macros, encryption, nesting) and for bad reports.
"""

from collections.abc import Iterator

from tests.hostile.case import MEGABYTE, TEXT, Hostile
from tests.hostile.office import packages, workbooks
from tests.hostile.printed import compounds, pdfs
from tests.packing import REPORT, docx, packed

__all__ = ["Hostile", "hostile_files"]


def hostile_files() -> list[Hostile]:
    """Return all of them."""
    return [*packages(), *workbooks(), *pdfs(), *compounds(), *_pages(), *_texts(), *_kinds()]


def _pages() -> Iterator[Hostile]:
    yield Hostile("nested-255.html", lambda: _nested(255), "either")
    yield Hostile("nested-200k.html", lambda: _nested(200_000), "either")
    yield Hostile("nested-lists.html", lambda: _nested(50_000, "<ul><li>"), "either")
    yield Hostile("unclosed-tables.html", lambda: _nested(20_000, "<table><tr><td>"), "either")
    yield Hostile("spans.html", _spans, "either")
    yield Hostile("lying-charset.html", _lying_charset, "read")
    yield Hostile("scripts-only.html", _scripts_only, says="没有文字")
    yield Hostile("hidden.html", _hidden_page, says="没有文字")
    yield Hostile("attributes.html", _attributes, "either")
    yield Hostile(
        "mail.mht", lambda: b"MIME-Version: 1.0\nContent-Type: text/html\n\n<p>", says="mht"
    )


def _texts() -> Iterator[Hostile]:
    yield Hostile("one-line.txt", ("公开信息" * 900_000).encode, "either")
    yield Hostile("one-line-marks.txt", ("一是公开。" * 700_000).encode, "either")
    yield Hostile("only-marks.txt", ("（一）1.①" * 300_000).encode, "either")
    yield Hostile("blank-lines.txt", (TEXT + "\n" * 9_000_000).encode, "either")
    yield Hostile("spaces.txt", (TEXT + " " * 9_000_000 + "年").encode, "either")
    yield Hostile("digits.txt", ("1," * 4_000_000).encode, "either")
    yield Hostile("brackets.txt", ("（" * 3_000_000).encode, "either")
    yield Hostile("65-megabytes.txt", lambda: b"a" * (65 * MEGABYTE), says="25 MB")
    yield Hostile("nul.txt", lambda: TEXT.replace("公开", "公\x00开").encode() + b"\x00", "either")
    yield Hostile("controls.txt", lambda: TEXT.replace("公", "\x01公\x02\x1b").encode(), "either")
    yield Hostile("surrogates.txt", _surrogates, "either")
    yield Hostile(
        "odd-utf16.txt", lambda: b"\xff\xfe" + TEXT.encode("utf-16-le") + b"\x00", "either"
    )
    yield Hostile("zero-width.txt", lambda: "\u200b".join(TEXT).encode(), "read")
    yield Hostile("bidi.txt", ("\u202e" + TEXT).encode, "read")
    yield Hostile("combining.txt", (TEXT + "e" + "\u0301" * 500_000).encode, "either")
    yield Hostile("random.txt", lambda: bytes((i * 97 + 13) % 251 for i in range(50_000)))
    yield Hostile("empty.txt", lambda: b"", says="空")
    yield Hostile("only-blanks.txt", lambda: b" \n\t\n" * 100, says="空")
    yield Hostile("secret-head.txt", f"秘密★一年\n{TEXT}".encode, says="秘密★")
    yield Hostile("机密-报告.txt", TEXT.encode, says="机密")
    yield Hostile("internal.txt", f"内部资料 注意保存\n{TEXT}".encode, says="内部资料")


def _kinds() -> Iterator[Hostile]:
    """Yield files whose names say something else than their bytes."""
    yield Hostile("program.docx", lambda: b"MZ" + bytes(500), says="可执行")
    yield Hostile("program.pdf.exe", lambda: b"\x7fELF" + bytes(500), says="可执行")
    yield Hostile("report.txt.docx", TEXT.encode, "read")
    yield Hostile("page.docx", f"<html><body>{_paragraphs()}</body></html>".encode, "read")
    yield Hostile("rich.doc", lambda: b"{\\rtf1 \\'d5\\'fe}", says="RTF")
    yield Hostile("picture.docx", lambda: b"\x89PNG\r\n\x1a\n" + bytes(300), says="图片")
    yield Hostile("layout.ofd", lambda: packed({"OFD.xml": "<a/>"}), says="OFD")
    yield Hostile("open.odt", lambda: packed({"content.xml": "<a/>"}), says="OpenDocument")
    yield Hostile("slides.pptx", lambda: packed({"ppt/presentation.xml": "<a/>"}), says="演示")
    yield Hostile("binary.xlsb", lambda: packed({"xl/workbook.bin": b"x"}), says="xlsx")
    yield Hostile("nested.zip", lambda: packed({"a.zip": packed({"b.txt": TEXT})}), says="压缩包")
    yield Hostile("archive.rar", lambda: b"Rar!\x1a\x07\x00" + bytes(99), says="RAR")
    yield Hostile("archive.7z", lambda: b"7z\xbc\xaf\x27\x1c" + bytes(99), says="7z")
    yield Hostile("archive.gz", lambda: b"\x1f\x8b\x08" + bytes(99), says="gzip")
    yield Hostile("empty.zip", lambda: packed({}), says="压缩包")
    yield Hostile("../../etc/passwd\x00.docx", docx, "read")
    yield Hostile("报告\u202excod.exe.docx", docx, "read")
    yield Hostile("长" * 300 + ".docx", docx, "read")
    yield Hostile("CON\r\nX: y.docx", docx, "read")


def _paragraphs() -> str:
    return "".join(f"<p>{line}</p>" for line in REPORT)


def _nested(depth: int, tag: str = "<div>") -> bytes:
    return f"<html><body>{_paragraphs()}{tag * depth}公开信息".encode()


def _spans() -> bytes:
    cells = "<td rowspan=99999 colspan=99999>1</td>" * 30
    return f"<html><body>{_paragraphs()}<table><tr>{cells}</tr></table>".encode()


def _lying_charset() -> bytes:
    page = f"<html><head><meta charset=utf-8></head><body>{_paragraphs()}</body></html>"
    return page.encode("gb18030")


def _scripts_only() -> bytes:
    return f"<html><body><script>{TEXT}</script><style>{TEXT}</style></body></html>".encode()


def _hidden_page() -> bytes:
    return f'<html><body><div style="display:none">{_paragraphs()}</div></body></html>'.encode()


def _attributes() -> bytes:
    names = " ".join(f'a{n}="{n}"' for n in range(100_000))
    return f"<html><body><p {names}>公开</p>{_paragraphs()}".encode()


def _surrogates() -> bytes:
    return TEXT.encode() + "\ud83d".encode("utf-8", "surrogatepass")
