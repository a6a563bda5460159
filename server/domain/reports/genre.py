"""Whether a document is an annual report on disclosure, or only speaks of one.

No sign decides alone: what it calls itself, the parts it has and what they tell are weighed against
signs of other papers (a notice, a speech, news, rules). See docs/decisions/0009.
"""

import re
from collections.abc import Iterator, Sequence
from functools import cache

from server.domain.reports.enumerators import mark_at
from server.domain.reports.identity import Identity
from server.domain.reports.lines import lines
from server.domain.reports.sections import Heading

_KNOWN = frozenset(
    {"overview", "disclosure", "requests", "fees", "review", "both", "problem", "organisation",
     "secrecy", "interpretation"}
)  # fmt: skip
_ENOUGH = 4
_OWN_TITLE, _BARE_TITLE, _QUOTED_TITLE = 5, 2, 1
_ANNOUNCED = 2
_TELLS_NUMBERS = 2
_MOST_PARTS = 6
_OTHER_PAPER, _ABOUT_REPORTS, _ADDRESSED = -4, -8, -3
_HEAD_LINES, _LONGEST_LINE = 12, 60
_HEAD = 3000
_SUMMARY = ("公开工作总结", "公开总结", "情况")
_THEME = "(?:政府|政务)?信息公开|政务公开"
_ABOUT = (
    r"(?m:^[^\n,。:根按据]{0,40}年度?报告[^。\n,》]{0,12}(?:指南|模板|范本|样[式本]|格式|提纲|说明"
    r"|要求|通知|方案|反馈意见|培训会?|点评|评估报告|解读|办法|规定|细则|规程|审核意见|通报)\)?$)"
)
"""Titles of papers that speak of annual reports without being one."""
_OTHER = (
    r"(?:通知|讲话|致辞|发言|答复书?|回复|复函|的函|方案|要点|细则|办法|规定|规程|条例|指南|意见|通报"
    r"|纪要|简报|清单|任务分解表?|培训班|推进会|座谈会|研讨会|工作会议?|会议|出炉|解读|读懂|自评报告|自查报告"
    r"|评估报告|调研报告|心得体会|工作计划|说明|答记者问|讲解|检查表|评分表|建议书|议案|提案|公示)"
    r"(?:\([^()\n]{0,12}\))?$"
)
"""How the titles of other papers end."""
_PART_OF_YEAR = "半年|季度|(?<!年度)[一二三四五六七八九十]月份"
_BEFORE_TITLE = r"解读|读懂|关于|转发|学习|通知"
_TO_OTHERS = (
    r"(?m:^[ \t]*(?:同志们|各位[^\n,。:]{2,8}"
    r"|各(?:乡镇|镇|乡|街道|县|市|区|单位|部门|有关)[^\n。]{0,60}"
    r"|[^\n。,:]{2,8}(?:先生|女士|同志)):)|记者|本报讯|本网讯|据悉"
)
"""Words by which a paper turns to other people than the readers of a report."""


def is_annual_report(text: str, found: Identity, parts: Sequence[Heading]) -> bool:
    """Say whether the normalised text is an annual report on disclosure."""
    if "requests" not in {part.topic for part in parts} and found.title is None:
        return False
    return _weight(text, found, parts) >= _ENOUGH


def _weight(text: str, found: Identity, parts: Sequence[Heading]) -> int:
    told = min(len({part.topic for part in _filled(text, parts)} & _KNOWN), _MOST_PARTS)
    weight = _title(text, found) + told
    weight += _ANNOUNCED * (found.announced and found.title is None)
    weight += _TELLS_NUMBERS * _tells_numbers(text)
    weight += _ABOUT_REPORTS * bool(_compiled(_ABOUT).search(text, 0, 300))
    weight += _ABOUT_REPORTS * bool(_compiled(_PART_OF_YEAR).search(found.title or ""))
    weight += _OTHER_PAPER * _is_other(text, found)
    return weight + _ADDRESSED * bool(_compiled(_TO_OTHERS).search(text, 0, _HEAD))


def _filled(text: str, parts: Sequence[Heading]) -> Iterator[Heading]:
    """Yield the parts under whose heading something stands; a mere list of titles has none."""
    ends = [part.start for part in parts[1:]] + [len(text)]
    for part, end in zip(parts, ends, strict=False):
        if text[part.body : end].strip(" \t\n;。,:"):
            yield part


def _title(text: str, found: Identity) -> int:
    """Weigh the title: on a line of its own with unit or year, a summary's, or in a sentence."""
    if found.title is None:
        return 0
    start, end = text.rfind("\n", 0, found.start) + 1, text.find("\n", found.end)
    before, after = text[start : found.start], text[found.end : max(end, found.end)]
    named = found.year is not None or found.unit is not None
    if _compiled(_BEFORE_TITLE).search(before) or re.match('[》”"]?的', after) or "。" in before:
        return _QUOTED_TITLE
    if found.title.endswith(_SUMMARY) or not named or before.strip("《【 \t"):
        return _BARE_TITLE
    return _OWN_TITLE


def _is_other(text: str, found: Identity) -> bool:
    """Say whether one of the lines before its own title is the title of another paper."""
    end = found.start if _title(text, found) == _OWN_TITLE else _HEAD
    first = zip(range(_HEAD_LINES), lines(text, 0, end), strict=False)
    spans = [span for _, span in first if span[1] - span[0] <= _LONGEST_LINE]
    return any(
        not mark_at(text, start) and "。" not in text[start:last] and _ends_other(text[start:last])
        for start, last in spans
    )


def _ends_other(line: str) -> bool:
    return bool(_compiled(_OTHER).search(line))


def _tells_numbers(text: str) -> bool:
    """Say whether it tells how much was published and asked for."""
    head = text[:_HEAD]
    published = re.search(r"公开[^。]{0,20}\d+条|\d+条[^。]{0,20}公开", head)
    return "申请" in head and bool(_compiled(_THEME).search(head)) and bool(published)


@cache
def _compiled(grammar: str) -> re.Pattern[str]:
    return re.compile(grammar)
