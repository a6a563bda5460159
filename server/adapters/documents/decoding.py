"""Bytes of a text file -> text: byte-order mark, strict UTF-8, strict GB18030, Big5, UTF-16."""

from server.errors import Refused

_BOMS = ((b"\xef\xbb\xbf", "utf-8"), (b"\xff\xfe", "utf-16-le"), (b"\xfe\xff", "utf-16-be"))
_SIMPLE_FREQUENT = "的是在了公开府政信息工作年度报告主动申请情况和不有人"
_TRADITIONAL_FREQUENT = "的是在了公開府政資訊息工作年度報告主動申請情況和不有人"
_SAMPLE = 20_000


def decode_text(content: bytes, name: str = "") -> str:
    """Return the text without byte-order mark.

    Raises: Refused, when no encoding of the list reads every byte.
    """
    for bom, encoding in _BOMS:
        if content.startswith(bom):
            return _strict(content[len(bom) :], encoding, name)
    if b"\x00" in content[:4096]:
        return _strict(content, _wide(content), name)
    for encoding in ("utf-8", *_chinese(content)):
        try:
            return content.decode(encoding)
        except UnicodeDecodeError:
            continue
    raise _unreadable(name)


def _strict(content: bytes, encoding: str, name: str) -> str:
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        raise _unreadable(name) from error


def _wide(content: bytes) -> str:
    head = content[:4096]
    return "utf-16-le" if head[1::2].count(0) >= head[::2].count(0) else "utf-16-be"


def _chinese(content: bytes) -> tuple[str, ...]:
    """Return GB18030 and Big5, the likelier first: both read many byte strings without error."""
    simple = _share(content, "gb18030", _SIMPLE_FREQUENT)
    traditional = _share(content, "big5hkscs", _TRADITIONAL_FREQUENT)
    return ("big5hkscs", "gb18030") if traditional > simple else ("gb18030", "big5hkscs")


def _share(content: bytes, encoding: str, frequent: str) -> float:
    text = content[:_SAMPLE].decode(encoding, errors="ignore")
    return sum(text.count(letter) for letter in frequent) / max(len(text), 1)


def _unreadable(name: str) -> Refused:
    return Refused(
        f"文件“{name}”的文字编码无法识别（试过 UTF-8、GB18030、Big5、UTF-16）。"
        "请另存为 UTF-8 文本后重新导入。"
    )
