"""Office packages are judged by their central directory before anything in them is parsed."""

import re
import zipfile
from io import BytesIO

from lxml import etree

from server.errors import Refused

_MOST_ENTRIES = 2_000
_MOST_PART = 20 * 1024 * 1024
_MOST_TOTAL = 200 * 1024 * 1024
_MOST_RATIO = 200
_RATIO_FROM = 1024 * 1024
_MACROS = ("vbaproject.bin", "activex", "/embeddings/oleobject", "macrosheets", "vbadata.xml")
_EXTERNAL = re.compile(rb'TargetMode\s*=\s*["\']External["\']', re.IGNORECASE)
_HYPERLINK = re.compile(rb"relationships/(?:hyperlink|image)[\"']", re.IGNORECASE)
_RELATIONSHIP = re.compile(rb"<(?:\w+:)?Relationship\b[^>]*>", re.IGNORECASE)


def open_package(content: bytes, name: str) -> zipfile.ZipFile:
    """Return the opened package after its directory was checked.

    Raises: Refused, for bombs, macros, embedded programs, external parts, encryption, damage.
    """
    try:
        package = zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refused(name, "已损坏，打不开", "请用 Word 或 WPS 重新保存后导入") from error
    _check_sizes(package, name)
    _check_parts(package, name)
    return package


def read_part(package: zipfile.ZipFile, part: str, name: str) -> bytes | None:
    """Return a part's bytes, None where the package has no such part.

    Raises: Refused, when the part is damaged, longer than it claims or has a DOCTYPE.
    """
    try:
        content = package.read(part)
    except KeyError:
        return None
    except (
        zipfile.BadZipFile,
        OSError,
        RuntimeError,
        ValueError,
        EOFError,
        NotImplementedError,
    ) as error:
        raise _refused(name, "内部数据已损坏或加密", "请去掉密码、重新保存后导入") from error
    except Exception as error:
        if type(error).__name__ == "error":  # zlib.error has no public name in zipfile
            raise _refused(name, "内部数据已损坏", "请重新保存后导入") from error
        raise
    if b"<!DOCTYPE" in content[:4096] or b"<!ENTITY" in content[:65536]:
        raise _refused(name, "含有文档类型声明，可能用于攻击", "请用 Word 或 WPS 重新保存后导入")
    return content


def parse_xml(content: bytes, name: str) -> etree._Element:
    """Return the root of an XML part; entities and the network are never used.

    Raises: Refused, when it is not well formed.
    """
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=False)
    try:
        return etree.fromstring(content, parser)
    except etree.XMLSyntaxError as error:
        raise _refused(name, "内部数据不完整", "请用 Word 或 WPS 重新保存后导入") from error


def _check_sizes(package: zipfile.ZipFile, name: str) -> None:
    entries = package.infolist()
    total = sum(entry.file_size for entry in entries)
    if len(entries) > _MOST_ENTRIES or total > _MOST_TOTAL:
        raise _refused(name, "展开后过大", "请去掉图片和附件后重新保存")
    for entry in entries:
        if entry.flag_bits & 1:
            raise _refused(name, "设有密码", "请去掉密码后导入")
        if entry.filename.endswith((".xml", ".rels")) and entry.file_size > _MOST_PART:
            raise _refused(name, "展开后过大", "请拆分后导入")
        if entry.file_size > _RATIO_FROM and entry.file_size > _MOST_RATIO * max(
            entry.compress_size, 1
        ):
            raise _refused(name, "压缩比异常，疑似恶意文件", "请用 Word 或 WPS 重新保存后导入")


def _check_parts(package: zipfile.ZipFile, name: str) -> None:
    for entry in package.namelist():
        lower = entry.lower()
        if any(macro in lower for macro in _MACROS):
            raise _refused(name, "含有宏或嵌入程序", "请另存为不含宏的 .docx 后导入")
        if lower.endswith(".rels") and _loads_from_outside(read_part(package, entry, name) or b""):
            raise _refused(name, "引用了外部模板或外部内容", "请断开外部链接、重新保存后导入")


def _loads_from_outside(relationships: bytes) -> bool:
    return any(
        _EXTERNAL.search(one) and not _HYPERLINK.search(one)
        for one in _RELATIONSHIP.findall(relationships)
    )


def _refused(name: str, why: str, remedy: str) -> Refused:
    return Refused(f"文件“{name}”{why}。{remedy}。")
