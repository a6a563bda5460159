"""What a file really is, by its first bytes and its directory, never by its name."""

import re
import zipfile
from io import BytesIO

from server.adapters.documents.archive import has_small_directory
from server.adapters.documents.compound import ole_kind

_MAGIC = (
    (b"%PDF-", "pdf"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "ole"), (b"{\\rtf", "rtf"),
    (b"MZ", "exe"), (b"\x7fELF", "exe"), (b"\x89PNG", "image"), (b"\xff\xd8\xff", "image"),
    (b"GIF8", "image"), (b"BM", "image"), (b"II*\x00", "image"), (b"MM\x00*", "image"),
    (b"Rar!", "rar"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"\x1f\x8b", "gzip"),
)  # fmt: skip
_CONTROL = re.compile(rb"[\x00-\x08\x0e-\x19\x1c-\x1f]")
_HTML = (b"<!doctype html", b"<html", b"<head", b"<body", b"<table", b"<div", b"<p>", b"<meta")


def kind_of(content: bytes) -> str:
    """Return docx, xlsx, pptx, zip, pdf, doc, xls, rtf, html, mht, text, binary, exe, image, …"""
    if content.startswith((b"PK\x03\x04", b"PK\x05\x06")):
        return _zip_kind(content)
    if kind := _magic_kind(content):
        return ole_kind(content) if kind == "ole" else kind
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        return "text"
    head = content[:4096].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"mime-version:" in head[:512] and b"content-type:" in head:
        return "mht"
    if head.startswith(_HTML) or (head.startswith((b"<?xml", b"<!--")) and b"<html" in head):
        return "html"
    return "text" if _is_text(content) else "binary"


def _magic_kind(content: bytes) -> str:
    for magic, kind in _MAGIC:
        if content.startswith(magic) and not (magic == b"BM" and _is_text(content)):
            return kind
    # Readers accept bytes before the mark, and mail gateways add some.
    return "pdf" if b"%PDF-" in content[:1024] else ""


def _zip_kind(content: bytes) -> str:
    if not has_small_directory(content):
        return "broken_zip"
    try:
        names = set(zipfile.ZipFile(BytesIO(content)).namelist())
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError):
        return "broken_zip"
    for name, kind in (
        ("word/document.xml", "docx"), ("xl/workbook.xml", "xlsx"), ("xl/workbook.bin", "xlsb"),
        ("ppt/presentation.xml", "pptx"), ("content.xml", "odf"), ("OFD.xml", "ofd"),
    ):  # fmt: skip
        if name in names:
            return kind
    return "zip"


def _is_text(content: bytes) -> bool:
    """No control bytes but white space; UTF-16 without BOM shows as regular zero bytes."""
    head = content[:8192]
    if b"\x00" in head:
        zeros = head.count(b"\x00")
        return zeros * 10 > len(head) and abs(head[::2].count(0) - head[1::2].count(0)) * 2 > zeros
    control = len(_CONTROL.findall(head))
    return control * 100 < max(len(head), 1)
