"""OLE compound files (.doc, .xls and others before 2007): which document they hold.

Source: [MS-CFB] 2.2, 2.3, 2.6; [MS-DOC] 2.5.2 (fEncrypted). Only the directory is read.
"""

import struct
from collections.abc import Iterator
from dataclasses import dataclass

_END = 0xFFFFFFFA
_ENTRY = 128
_MOST_SECTORS = 2_000
_STREAMS = (
    ("EncryptedPackage", "encrypted"),
    ("WordDocument", "doc"),
    ("Workbook", "xls"),
    ("Book", "xls"),
    ("PowerPoint Document", "ppt"),
)
_MACROS = frozenset({"Macros", "_VBA_PROJECT_CUR", "VBA"})
_FIB_ENCRYPTED = 0x0100


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    left: int
    right: int
    child: int
    start: int


def ole_kind(content: bytes) -> str:
    """Return doc, xls, ppt, encrypted, macros, or ole for what is neither known nor intact."""
    try:
        entries = list(_entries(content))
        top = {entry.name: entry for entry in _top(entries)}
    except (struct.error, IndexError, UnicodeDecodeError):
        return "ole"
    if _MACROS & top.keys():
        return "macros"
    for stream, kind in _STREAMS:
        if stream in top:
            locked = kind == "doc" and _word_is_locked(content, top[stream].start)
            return "encrypted" if locked else kind
    return "ole"


def _entries(content: bytes) -> Iterator[_Entry]:
    for sector in _directory_sectors(content):
        start = (sector + 1) * _sector_size(content)
        for at in range(start, start + _sector_size(content), _ENTRY):
            entry = content[at : at + _ENTRY]
            length = max(min(struct.unpack_from("<H", entry, 64)[0], 64) - 2, 0)
            left, right, child = struct.unpack_from("<III", entry, 68)
            (first,) = struct.unpack_from("<I", entry, 116)
            yield _Entry(entry[:length].decode("utf-16-le"), left, right, child, first)


def _directory_sectors(content: bytes) -> Iterator[int]:
    size = _sector_size(content)
    tables = struct.unpack_from("<109I", content, 76)
    (sector,) = struct.unpack_from("<I", content, 48)
    for _ in range(_MOST_SECTORS):
        if sector >= _END:
            return
        yield sector
        table, place = divmod(sector, size // 4)
        (sector,) = struct.unpack_from("<I", content, (tables[table] + 1) * size + place * 4)


def _sector_size(content: bytes) -> int:
    (shift,) = struct.unpack_from("<H", content, 30)
    return 1 << min(max(int(shift), 9), 12)


def _top(entries: list[_Entry]) -> Iterator[_Entry]:
    """Yield the entries directly below the root; a tree that bites its tail ends."""
    waiting, seen = [entries[0].child], set[int]()
    while waiting:
        number = waiting.pop()
        if number < len(entries) and number not in seen:
            seen.add(number)
            yield entries[number]
            waiting += [entries[number].left, entries[number].right]


def _word_is_locked(content: bytes, sector: int) -> bool:
    (flags,) = struct.unpack_from("<H", content, (sector + 1) * _sector_size(content) + 10)
    return bool(flags & _FIB_ENCRYPTED)
