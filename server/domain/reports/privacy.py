"""Numbers of persons in a text that is about to be published."""

import re
from collections.abc import Iterator

from server.domain.reports.parsed import Finding, Severity

_IDENTITY = re.compile(r"(?<![\dA-Za-z])[1-9]\d{5}(?:19|20)\d{9}[\dXx](?![\dA-Za-z])")
_MOBILE = re.compile(r"(?<!\d)1[3-9]\d[ -]?\d{4}[ -]?\d{4}(?!\d)")
_OWN = re.compile(r"(?:电话|手机|联系|热线|传真|号码|邮编|邮箱)[^\n。;]{0,30}$")
_WEIGHTS = (7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2)
_LAST = "10X98765432"
_SOURCE = "《政府信息公开条例》第十五条；《个人信息保护法》第二十五条"


def check_privacy(text: str) -> Iterator[Finding]:
    """Yield S-10: the first citizen number, the first mobile number that no office calls its own.

    The message does not repeat the number. Source: GB 11643-1999 (the check digit).
    """
    number = next((one for one in _IDENTITY.finditer(text) if _sums_up(one[0])), None)
    if number:
        yield _finding("error", number, "公民身份号码")
    mobile = next((one for one in _MOBILE.finditer(text) if not _is_own(text, one.start())), None)
    if mobile:
        yield _finding("question", mobile, "手机号码")


def _sums_up(number: str) -> bool:
    total = sum(int(digit) * weight for digit, weight in zip(number, _WEIGHTS, strict=False))
    return _LAST[total % 11] == number[-1].upper()


def _is_own(text: str, at: int) -> bool:
    return _OWN.search(text, max(at - 40, 0), at) is not None


def _finding(severity: Severity, number: re.Match[str], what: str) -> Finding:
    return Finding(
        "S-10", severity,
        f"文中出现{what}，可能是个人信息。请核对，属于个人信息的删去或隐去后再公开。",
        *number.span(), {"what": what}, _SOURCE,
    )  # fmt: skip
