"""One file -> SourceText, or a refusal that names the kind, the reason and the remedy."""

from importlib import import_module
from pathlib import Path

from server.adapters.documents.decoding import decode_text
from server.adapters.documents.secrecy import refuse_secret
from server.adapters.documents.sniff import kind_of
from server.domain.reports.source import SourceText
from server.errors import Refused

MOST_BYTES = 25 * 1024 * 1024
_READERS = {"docx": "docx", "html": "html"}
_REMEDY = {
    "pdf": "是 PDF 文件，请先转成 docx 或 txt",
    "ole": "是旧版 Word 或 Excel 文件（.doc、.xls、.wps），请另存为 .docx 或 .xlsx",
    "rtf": "是 RTF 文件，请另存为 .docx",
    "mht": "是单个网页存档（.mht），请另存为“网页，仅 HTML”",
    "image": "是图片，没有文字层，请提供文字版",
    "exe": "是可执行程序，不是报告",
    "rar": "是 RAR 压缩包，请解压后导入",
    "7z": "是 7z 压缩包，请解压后导入",
    "gzip": "是 gzip 压缩包，请解压后导入",
    "zip": "是压缩包，请解压后逐个导入",
    "broken_zip": "是损坏的压缩包或损坏的 Office 文件，请重新保存后导入",
    "xlsx": "是 Excel 工作簿，请导入 docx、html 或 txt 格式的报告",
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
    name, content = _content(source, name)
    if not content.strip():
        raise Refused(f"文件“{name}”是空的。请重新选择文件。")
    kind = kind_of(content)
    document = _read(kind, content, name)
    if not document.text.strip():
        raise Refused(f"文件“{name}”里没有文字。扫描件请先识别成文字后导入。")
    refuse_secret(document)
    return document


def _content(source: Path | bytes, name: str) -> tuple[str, bytes]:
    if isinstance(source, bytes):
        _check_size(len(source), name)
        return name or "标准输入", source
    name = name or source.name
    try:
        _check_size(source.stat().st_size, name)
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


def _check_size(size: int, name: str) -> None:
    if size > MOST_BYTES:
        raise Refused(
            f"文件“{name}”有 {size / 1024 / 1024:.0f} MB，超过 25 MB 的上限。请拆分或去掉图片后导入。"
        )


def _read(kind: str, content: bytes, name: str) -> SourceText:
    if kind == "text":
        return SourceText(decode_text(content, name), kind="txt", name=name)
    if kind in _READERS:
        reader = import_module(f"server.adapters.documents.{_READERS[kind]}")
        return reader.read(content, name)  # type: ignore[no-any-return]  # each reader returns SourceText
    raise Refused(f"文件“{name}”{_REMEDY[kind]}。")
