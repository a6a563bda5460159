"""What counts as an e-mail address: one plain addr-spec in ASCII, nothing around it."""

import re

from server.errors import InvalidInput

LONGEST_ADDRESS = 254
LONGEST_LOCAL_PART = 64

_ATOM = r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+"
_LOCAL_PART = re.compile(rf"{_ATOM}(\.{_ATOM})*")
_LABEL = r"[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?"
_DOMAIN = re.compile(rf"({_LABEL}\.)+([A-Za-z]{{2,63}}|xn--[A-Za-z0-9-]{{1,59}})")

# What people paste from tables and address books, each with what is wrong about it.
_TYPICAL_FAULTS = (
    (re.compile(r"[<>\"()]"), "只填地址本身，不要带姓名和尖括号"),
    (re.compile(r"[,，;；、]"), "一处只填一个地址，域名里也不能有逗号、分号"),
    (re.compile(r"＠"), "“＠”要用半角的 @"),
    (re.compile(r"\s"), "地址里不能有空格或换行"),
    (re.compile(r"[^\x21-\x7e]"), "地址里有中文、全角或看不见的字符"),
    (re.compile(r"@.*@"), "只能有一个 @"),
)


def address_fault(text: str) -> str | None:
    """Return what is wrong with `text` as one e-mail address, as a Chinese clause, or None.

    Source: RFC 5321 §4.1.2 (Dot-string local part, Domain), §4.5.3.1 (lengths); quoted local
    parts and address literals are legal there and refused here, for no office uses them.
    """
    if not text:
        return "地址是空的"
    for pattern, fault in _TYPICAL_FAULTS:
        if pattern.search(text):
            return fault
    return _grammar_fault(*text.partition("@"))


def _grammar_fault(local: str, at: str, domain: str) -> str | None:
    if not at:
        return "缺少 @"
    if len(local) > LONGEST_LOCAL_PART or len(local) + 1 + len(domain) > LONGEST_ADDRESS:
        return "地址太长"
    if not _LOCAL_PART.fullmatch(local):
        return "@ 前面的部分写法不对"
    return None if _DOMAIN.fullmatch(domain) else "@ 后面的域名写法不对"


def checked_address(text: str) -> str:
    """Return `text` unchanged if it is one e-mail address; raise InvalidInput otherwise."""
    fault = address_fault(text)
    if fault:
        shown = "".join(c if c.isprintable() else "␀" for c in text[:40])
        raise InvalidInput(
            f"“{shown}”不是有效的邮箱：{fault}。请改成形如 zhangsan@example.gov.cn 的地址。"
        )
    return text


def domain_of(address: str) -> str:
    """Return the domain of an address, in lower case: the unit of pacing and back-off."""
    return address.rpartition("@")[2].lower()
