"""A zip archive of many files -> their names and bytes, judged before anything is unpacked."""

import struct
import zipfile
import zlib
from collections.abc import Iterator
from io import BytesIO

from server.errors import Refused

MOST_FILES = 500
MOST_BYTES = 25 * 1024 * 1024
"""Of one file, unpacked."""
MOST_TOTAL = 500 * 1024 * 1024
_MOST_ENTRIES = 2_000
_MOST_DIRECTORY = 2 * 1024 * 1024
_MOST_RATIO = 200
_RATIO_FROM = 1024 * 1024
_END_RECORD = struct.Struct("<4s4H2IH")
_END_MARK = b"PK\x05\x06"
_UTF8_NAME = 0x800
_ENCRYPTED = 0x1
_SYSTEM_FILES = ("__macosx/", ".ds_store", "thumbs.db", "desktop.ini")


def read_archive(content: bytes, name: str = "") -> Iterator[tuple[str, bytes]]:
    """Yield each file's name (folders kept, `/` between them) and its bytes; nothing is written.

    Archives inside are yielded as they are, unopened.
    Raises: Refused, before the first file for an archive that is damaged, encrypted, a bomb or
    too large; at a file whose data are damaged.
    """
    archive = _opened(content, name)
    entries = [(shown, entry) for entry in archive.infolist() if (shown := _name(entry))]
    _check(entries, name)
    for shown, entry in entries:
        yield shown, _unpacked(archive, entry, f"{name}/{shown}")


def has_small_directory(content: bytes) -> bool:
    """Say whether the directory at the end can be listed without harm: it claims few entries."""
    at = content.rfind(_END_MARK, max(len(content) - 65_557, 0))
    if at < 0 or at + _END_RECORD.size > len(content):
        return False
    _, _, _, _, count, size, _, _ = _END_RECORD.unpack_from(content, at)
    return bool(count <= _MOST_ENTRIES and size <= _MOST_DIRECTORY)


def _opened(content: bytes, name: str) -> zipfile.ZipFile:
    if content.startswith(b"PK") and _END_MARK in content and not has_small_directory(content):
        raise _refused(name, f"里的文件超过 {_MOST_ENTRIES} 个", "请分成几个压缩包导入")
    try:
        return zipfile.ZipFile(BytesIO(content))
    except (zipfile.BadZipFile, ValueError, OSError, NotImplementedError) as error:
        raise _refused(name, "已损坏，打不开", "请重新打包为 zip 后导入") from error


def _check(entries: list[tuple[str, zipfile.ZipInfo]], name: str) -> None:
    if not entries:
        raise _refused(name, "里没有文件", "请把各单位的报告放进压缩包后重新导入")
    if len(entries) > MOST_FILES:
        why = f"里有 {len(entries)} 个文件，超过一次 {MOST_FILES} 个的上限"
        raise _refused(name, why, "请分成几个压缩包导入")
    if sum(entry.file_size for _, entry in entries) > MOST_TOTAL:
        raise _refused(name, f"展开后超过 {MOST_TOTAL // 2**20} MB", "请分成几个压缩包导入")
    for shown, entry in entries:
        if entry.flag_bits & _ENCRYPTED:
            raise _refused(name, f"设有密码（如其中的“{shown}”）", "请去掉密码、重新打包后导入")
        _check_entry(entry, f"{name}/{shown}")


def _check_entry(entry: zipfile.ZipInfo, name: str) -> None:
    if entry.file_size > MOST_BYTES:
        why = f"展开后有 {entry.file_size / 2**20:.0f} MB，超过 {MOST_BYTES // 2**20} MB"
        raise _refused(name, why, "请去掉图片和附件后重新打包")
    if entry.file_size > max(_RATIO_FROM, _MOST_RATIO * max(entry.compress_size, 1)):
        raise _refused(name, "压缩比异常，疑似恶意文件", "请核对来源，重新打包后导入")


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, name: str) -> bytes:
    try:
        with archive.open(entry) as source:
            content = source.read(MOST_BYTES + 1)
    except (zipfile.BadZipFile, zlib.error, OSError, EOFError, RuntimeError, ValueError) as error:
        # RuntimeError: encryption or a compression that Python does not know.
        raise _refused(name, "在压缩包里的数据已损坏", "请重新打包为 zip 后导入") from error
    if len(content) > entry.file_size:
        raise _refused(name, "比压缩包所说的大，疑似恶意文件", "请核对来源，重新打包后导入")
    return content


def _name(entry: zipfile.ZipInfo) -> str:
    """Return the name to show, empty for folders and what systems leave behind.

    Packers on Chinese Windows write GBK without saying so; zipfile has read it as cp437.
    """
    raw = entry.filename
    if not entry.flag_bits & _UTF8_NAME:
        raw = _decoded(raw.encode("cp437", "replace"))
    steps = [_clean(step) for step in raw.replace("\\", "/").split("/")]
    last = steps[-1]
    lower = raw.lower()
    if not last or last.startswith("~$") or any(mark in lower for mark in _SYSTEM_FILES):
        return ""
    return "/".join(step for step in steps if step)


def _decoded(raw: bytes) -> str:
    for encoding in ("utf-8", "gb18030"):
        try:
            return raw.decode(encoding)
        except UnicodeDecodeError:
            continue
    return raw.decode("cp437")


def _clean(step: str) -> str:
    """Return one step of a path without what could lead elsewhere or disturb a line."""
    kept = "".join(letter for letter in step if letter.isprintable() and letter not in '<>:"|?*')
    return kept.strip(". ")[:120]


def _refused(name: str, why: str, remedy: str) -> Refused:
    return Refused(f"压缩包“{name}”{why}。{remedy}。")
