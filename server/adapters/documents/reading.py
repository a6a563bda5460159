"""One file -> SourceText, or a refusal that names the kind, the reason and the remedy."""

import re
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from server.adapters.documents.decoding import decode_text
from server.adapters.documents.html_nesting import refuse_deep
from server.adapters.documents.secrecy import refuse_secret
from server.adapters.documents.sniff import kind_of
from server.domain.reports.source import SourceText, Table
from server.errors import Refused

MOST_BYTES = 25 * 1024 * 1024
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_READERS = {
    "docx": "docx", "html": "html", "pdf": "pdf", "xlsx": "xlsx", "xls": "xlsx", "doc": "doc",
}  # fmt: skip
_REMEDY = {
    "ole": "是旧版 Office 或 WPS 文件，认不出内容或已损坏，请用 Word 或 WPS 另存为 .docx 或 .xlsx",
    "ppt": "是演示文稿，不是报告",
    "encrypted": "设有密码，请去掉密码后导入",
    "macros": "含有宏，请另存为不含宏的 .docx 或 .xlsx 后导入",
    "rtf": "是 RTF 文件，请另存为 .docx",
    "mht": "是单个网页存档（.mht），请另存为“网页，仅 HTML”",
    "image": "是图片，没有文字层，请提供文字版",
    "exe": "是可执行程序，不是报告",
    "rar": "是 RAR 压缩包，请解压后导入",
    "7z": "是 7z 压缩包，请解压后导入",
    "gzip": "是 gzip 压缩包，请解压后导入",
    "zip": "是压缩包，请解压后逐个导入",
    "broken_zip": "是损坏的压缩包或损坏的 Office 文件，请重新保存后导入",
    "xlsb": "是二进制 Excel 工作簿，请另存为 .xlsx",
    "pptx": "是演示文稿，不是报告",
    "odf": "是 OpenDocument 文件，请另存为 .docx",
    "ofd": "是 OFD 版式文件，请转成 docx 或 txt",
    "binary": "不是文字文件",
}


def read_document(source: Path | bytes, name: str = "") -> SourceText:
    """Return the text and tables of a file.

    Raises: Refused, when the file is missing, empty, too large, secret, hostile or of a kind that
    is not read.
    """
    name, content = content_of(source, name)
    if not content.strip():
        raise Refused(f"文件“{name}”是空的。请重新选择文件。")
    kind = kind_of(content)
    document = _storable(_read(kind, content, name))
    if not document.text.strip():
        raise Refused(f"文件“{name}”里没有文字。扫描件请先识别成文字后导入。")
    refuse_secret(document)
    return document


def _storable(document: SourceText) -> SourceText:
    """Return the document with U+FFFD for each NUL and lone surrogate: no database keeps them."""
    if not _UNSTORABLE.search(document.text):
        return document
    text = _UNSTORABLE.sub("\ufffd", document.text)
    tables = tuple(
        Table(
            tuple(replace(cell, text=_UNSTORABLE.sub("\ufffd", cell.text)) for cell in table.cells)
        )
        for table in document.tables
    )
    return replace(document, text=text, tables=tables)


def content_of(source: Path | bytes, name: str = "") -> tuple[str, bytes]:
    """Return a file's name and bytes.

    Raises: Refused, when it is missing or too large.
    """
    if isinstance(source, bytes):
        check_size(len(source), name)
        return name or "标准输入", source
    name = name or source.name
    try:
        check_size(source.stat().st_size, name)
        return name, source.read_bytes()
    except OSError as error:
        raise Refused(f"文件“{source}”读不到（{_why(error)}）。请核对路径和权限。") from error


def _why(error: OSError) -> str:
    reasons = {
        FileNotFoundError: "文件不存在",
        IsADirectoryError: "这是一个文件夹",
        PermissionError: "没有读取权限",
    }
    return reasons.get(type(error), "读取失败")


def check_size(size: int, name: str) -> None:
    """Refuse a file of more than MOST_BYTES.

    Raises: Refused.
    """
    if size > MOST_BYTES:
        raise Refused(
            f"文件“{name}”有 {size / 1024 / 1024:.0f} MB，超过 25 MB 的上限。"
            "请拆分或去掉图片后导入。"
        )


def _read(kind: str, content: bytes, name: str) -> SourceText:
    if kind == "text":
        return SourceText(decode_text(content, name), kind="txt", name=name)
    if kind == "html":
        refuse_deep(content, name)
    if kind in _READERS:
        reader = import_module(f"server.adapters.documents.{_READERS[kind]}")
        return reader.read(content, name)  # type: ignore[no-any-return]  # each reader returns SourceText
    raise Refused(f"文件“{name}”{_REMEDY[kind]}。")
