"""Files with a secrecy mark are refused: this system may not hold state secrets.

Source: 《中华人民共和国保守国家秘密法》 (marks 绝密, 机密, 秘密 with ★ and a term); internal papers
alike.
"""

import re

from server.domain.reports.source import SourceText
from server.errors import Refused

_STARRED = re.compile(r"(?:绝密|机密|秘密)[★☆*]")
_ALONE = re.compile(
    r"[\[【(（]?(?:绝密|机密|秘密|工作秘密)[\]】)）]?"
    r"|(?:密级|保密等级)[:：](?:绝密|机密|秘密).*"
    r"|[\[【(（]?内部(?:资料|文件)[,，、·]*(?:注意保存|不得外传|请勿外传|严禁外传)?[\]】)）]?"
)
_NAME = re.compile(r"绝密|机密|秘密★|(?:^|[\[【(（_-])秘密(?:[\]】)）_.-]|$)")
_HEAD = 3000
_TAIL = 1000


def secret_mark(document: SourceText) -> str | None:
    """Return the secrecy mark in the file's name, page heads, first page or last lines."""
    text, named = document.text, _NAME.search(document.name)
    for part in (text[:_HEAD], text[-_TAIL:], "\n".join(document.margins)):
        if found := _marked(part):
            return found
    return named[0] if named else None


def _marked(text: str) -> str | None:
    """Return the mark in a stretch of text; blanks inside it say nothing."""
    lines = [line for one in text.splitlines() if (line := "".join(one.split()))]
    if starred := _STARRED.search("".join(lines)):
        return starred[0]
    pairs = zip(["", *lines], lines, strict=False)
    return next(
        (line for above, line in pairs if _ALONE.fullmatch(line) and not _goes_on(above)), None
    )


def _goes_on(above: str) -> bool:
    """A narrow cell of the statistics table breaks 属于国家秘密 before the last word."""
    return above.endswith(("国家", "商业", "工作", "属于", "涉及"))


def refuse_secret(document: SourceText) -> None:
    """Refuse a file that carries a secrecy mark.

    Raises: Refused.
    """
    if mark := secret_mark(document):
        error = Refused(
            f"文件“{document.name}”带有“{mark}”标志，本系统不得存放涉密文件，已拒收。"
            "请按保密规定处理；如属误标，去掉标志后重新导入。"
        )
        error.code = "secret"
        raise error
