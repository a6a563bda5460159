"""How deep a page's elements lie in each other, told without building its tree.

By the standard, every start tag looks through all open elements: building a tree of depth n costs
n * n steps, and 200,000 unclosed tags are one megabyte.
"""

import re

from server.errors import Refused

DEEPEST = 3_000
_TAG = re.compile(rb"<(/?)([a-zA-Z][a-zA-Z0-9:]*)")
_NEVER_OPEN = frozenset(
    b"br hr img input meta link col base area embed source track wbr param frame"
    b" p li td th tr dt dd option tbody thead tfoot".split()
)
"""Elements without content, and those that the next of their kind closes."""


def refuse_deep(content: bytes, name: str) -> None:
    """Refuse a page whose elements lie deeper than any portal's.

    Raises: Refused.
    """
    depth = 0
    for closing, tag in _TAG.findall(content):
        if tag.lower() in _NEVER_OPEN:
            continue
        depth = max(depth - 1, 0) if closing else depth + 1
        if depth > DEEPEST:
            raise Refused(
                f"文件“{name}”的网页嵌套超过 {DEEPEST} 层，可能已损坏或有意构造。"
                "请用浏览器打开，把正文复制到 Word 另存为 .docx 后导入。"
            )
