"""Files with a secrecy mark are refused: this system may not hold state secrets.

Source: 《中华人民共和国保守国家秘密法》 (marks 绝密, 机密, 秘密 with ★ and a term); internal papers
alike.
"""

import re

from server.domain.reports.source import SourceText
from server.errors import Refused

_MARK = re.compile(
    r"(?:绝\s*密|机\s*密|秘\s*密)\s*[★☆*]"
    r"|(?m:^\s*[\[【(（]?\s*(?:绝\s*密|机\s*密|秘\s*密|工作秘密)\s*[\]】)）]?\s*$)"
    r"|(?m:^\s*(?:密级|保密等级)\s*[:：]\s*(?:绝密|机密|秘密))"
    r"|(?m:^\s*[\[【(（]?\s*内部(?:资料|文件)\s*[,，、·\s]*\s*(?:注意保存|不得外传|请勿外传|严禁外传)?\s*[\]】)）]?\s*$)"
)
_NAME = re.compile(r"绝密|机密|秘密★|(?:^|[\[【(（_-])秘密(?:[\]】)）_.-]|$)")
_HEAD = 3000
_TAIL = 1000


def secret_mark(document: SourceText) -> str | None:
    """Return the secrecy mark in the file's name, page heads, first page or last lines."""
    named = _NAME.search(document.name)
    text = document.text
    margins = "\n".join(document.margins)
    found = _MARK.search(text[:_HEAD]) or _MARK.search(text[-_TAIL:]) or _MARK.search(margins)
    if found:
        return re.sub(r"\s+", "", found[0])
    return named[0] if named else None


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
