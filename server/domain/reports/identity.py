"""What a document is: its title, its unit, the year it reports on, and whether it is a report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass

from server.domain.reports.lines import lines
from server.domain.reports.numerals import chinese_number

_YEAR = r"(?:(?P<year>(?:19|20)\d{2})|(?P<chinese>[二][〇○零OoО0]{1}[〇○零OoО0一二三][〇○零OoО0一二三四五六七八九]))"
_REPORT = re.compile(
    rf"(?P<before>[^\n。]{{0,60}}?)(?:关于)?\(?{_YEAR}\)?(?:年度?|度)(?P<middle>[^\n。年]{{0,24}}?)"
    r"(?:政府信息与政务公开|政府信息公开|政务公开|信息公开|政务信息公开)(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:报告|年报|总结)(?:\([^)\n]{0,12}\))?"
    r"|(?P<before2>[^\n。]{0,60}?)(?:政府信息公开|政务公开|信息公开)(?:工作)?(?:情况)?(?:的)?"
    r"(?:\(?(?P<year2>(?:19|20)\d{2})\)?年?度?)?(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:报告|年报)"
)
_CLOSING = re.compile(
    r"[》”\"]|(?:的)?(?:通知|方案|办法|意见|函|公告|通报|批复|规定|制度|公示|指南|模板|格式|计划|要点|汇编|讲话|纪要|清单|整改)"
)
_NUMBERED = re.compile(r"(?:索引号|文号|发布机构|发布日期|生成日期|标题|名称|来源|发文)\s*:?\s*")
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,20}?(?:人民政府|办事处|委员会|管委会|管理局|政府办公室|办公室|中心|[省市县区镇乡局委厅办院所站队处社校馆]|街道|苏木|公司|医院|学校|大学)$"
)
_COVERS = re.compile(
    r"(?:统计)?(?:期限|时限|时间|期间|范围)?[^。\n]{0,12}?((?:19|20)\d{2})年1月[1l]日(?:起)?(?:至|到|-|—|~)"
)
_KNOWN = frozenset(
    {
        "overview",
        "disclosure",
        "requests",
        "fees",
        "review",
        "both",
        "problem",
        "organisation",
        "secrecy",
        "interpretation",
    }
)


@dataclass(frozen=True, slots=True)
class Identity:
    """Title with its span in normalised text, unit and year; each None where not found."""

    title: str | None
    start: int
    end: int
    unit: str | None
    year: int | None
    covered: int | None


def identity(text: str) -> Identity:
    """Return what the head of a report says of itself."""
    covered = _covered(text)
    for start, end in _head(text):
        found = _REPORT.search(text, start, end)
        if not found or _CLOSING.match(text, found.end()) or found.end() - start > 90:
            continue
        year = _year(found)
        first = _title_start(text, start, found)
        unit = _unit(text[first : found.end()], found) or _signed(text)
        return Identity(
            text[first : found.end()].strip(), first, found.end(), unit, year or covered, covered
        )
    return Identity(None, 0, 0, None, covered, covered)


def is_annual_report(text: str, found: Identity, topics: frozenset[str]) -> bool:
    """Say whether the document is an annual report on disclosure: by title, else by its parts."""
    known = len(topics & _KNOWN)
    if found.title is None:
        return known >= 4 and "公开" in text[:3000] and bool(topics & {"requests", "review"})
    if found.title.endswith("总结"):
        return known >= 3
    return True


def _head(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first lines, and pairs of lines over which a title may be broken."""
    found = [span for _, span in zip(range(40), lines(text, 0, len(text)), strict=False)]
    for index, (start, end) in enumerate(found):
        yield start, min(end, start + 200)
        if (
            index + 1 < len(found)
            and end - start <= 40
            and found[index + 1][1] - found[index + 1][0] <= 40
        ):
            yield start, found[index + 1][1]


def _title_start(text: str, start: int, found: re.Match[str]) -> int:
    """Return where the title begins: after a field's name, after what stands before a blank."""
    first = found.start()
    if field := _NUMBERED.match(text, first):
        return field.end()
    return first


def _year(found: re.Match[str]) -> int | None:
    digits = found["year"] or found["year2"]
    if digits:
        return int(digits)
    return chinese_number(found["chinese"]) if found["chinese"] else None


def _unit(title: str, found: re.Match[str]) -> str | None:
    before = (found["before"] or found["before2"] or "").strip()
    before = _NUMBERED.sub("", before)
    unit = re.sub(r"关于$|^关于|[\s:《\"“]+$|^[\s《\"“]+|\(?(?:19|20)\d{2}年?度?\)?$", "", before)
    middle = (found["middle"] or "").strip()
    if not unit and middle and _PLACE.fullmatch(middle):
        unit = middle
    return re.sub(r"\s+", "", unit) or None


def _signed(text: str) -> str | None:
    """Return the unit that signs at the end."""
    tail = [text[start:end] for start, end in lines(text, max(len(text) - 1500, 0), len(text))]
    for line in reversed(tail):
        if len(line) <= 30 and _PLACE.fullmatch(line):
            return line
    return None


def _covered(text: str) -> int | None:
    found = _COVERS.search(text, 0, 6000)
    return int(found[1]) if found else None
