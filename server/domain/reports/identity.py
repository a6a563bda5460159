"""What a document is: its title, its unit, the year it reports on, and whether it is a report."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from server.domain.reports.lines import lines
from server.domain.reports.numerals import chinese_number

_YEAR = (
    r"[\[(〔]?(?P<year{n}>(?:19|20)\d{{2}}"
    r"|二[〇○零Oo0][〇○零Oo0一二三][〇○零Oo0一二三四五六七八九])[\])〕]?\s*年?(?:度)?"
)
_THEME = r"(?:政府信息与政务公开|政务信息公开|政府信息公开|政务公开|信息公开)"
_KIND = (
    r"(?:年度)?(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:总结及年度报告|总结报告|报告"
    r"|年报|总结|汇报|情况)"
)
_TITLE = (
    rf"(?:关于)?{_YEAR.format(n=1)}(?P<middle>[^\s,。:;《》]{{0,24}}?){_THEME}{_KIND}"
    rf"|(?:关于)?{_THEME}(?:工作)?(?:情况)?(?:的)?\s?(?:{_YEAR.format(n=2)})?{_KIND}(?:\({_YEAR.format(n=3)}\))?"
)
_AFTER = re.compile(r"(?:\((?:试行|公开稿|摘要|公示稿)\))?(?=\s|$|[\])】》_|—-])")
_BEFORE = re.compile(r"(?:标题|名称|信息名称|文件名称|题名)\s*(?::\s*|\t\s*|\s+)")
_SENTENCE = re.compile(r"[,。;:!?]|根据|按照|现将|通报|印发|发布|公布|编制|做好")
_PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,24}?(?:人民政府|办事处|委员会|管委会|办公室|中心"
    r"|[省市县区镇乡局委厅办院所站队处社校馆]|街道|苏木|公司|医院|学校|大学|农场"
    r"|林场)(?:办公室)?"
)
_COVERS = re.compile(r"((?:19|20)\d{2})年(?:1|l|元|一)月(?:1|l|一)日(?:起)?(?:至|到|-|—|~|－)")
_KNOWN = frozenset(
    {"overview", "disclosure", "requests", "fees", "review", "both", "problem", "organisation",
     "secrecy", "interpretation"}
)  # fmt: skip
_UNIFORM_TITLES = ("收到和处理", "复议", "主动公开", "其他需要")
_CAPTION = re.compile(
    r"(?P<unit>[\u4e00-\u9fff]{0,30}?)(?P<year>(?:19|20)\d{2})年度?[^\n。]{0,24}统计表"
)
_FILLER = re.compile(
    r"(?:填报|编制|报告|填表)单位(?:\([^)\n]{0,8}\))?:\s?(?P<unit>[\u4e00-\u9fff]{3,30})"
)
_HEAD_LINES = 40
_LONGEST = 80
_LONGEST_UNIT = 30
_LEAST_PARTS = 4


@dataclass(frozen=True, slots=True)
class Identity:
    """Title with its span in normalised text, unit and year; each None where not found.

    `covered` is the year whose 1 January opens the stated period.
    """

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
        line = re.sub(r"\s*\n\s*", "", text[start:end])
        found = _title_in(line)
        if found is not None:
            first, match = found
            title = re.sub(r"\s+", "", line[first : match.end()])
            unit = _unit(line[first : match.start()], match) or _elsewhere(text, start)
            stop = end if "\n" in text[start:end] else start + match.end()
            return Identity(
                title,
                start + first,
                stop,
                unit,
                _year(match) or _year_below(text, stop) or covered,
                covered,
            )
    return _of_table(text, covered)


def _of_table(text: str, covered: int | None) -> Identity:
    """Return unit and year of a statistics table alone: its caption and 填报单位."""
    caption = _CAPTION.search(text, 0, 2000)
    filler = _FILLER.search(text, 0, 4000)
    unit = filler["unit"] if filler else (caption["unit"] if caption else None)
    year = int(caption["year"]) if caption else covered
    return Identity(None, 0, 0, unit or _signed(text), year, covered)


def is_annual_report(text: str, found: Identity, topics: frozenset[str], titles: str) -> bool:
    """Say whether the document is an annual report on disclosure: by title, else by its parts."""
    known = len(topics & _KNOWN)
    if found.title is not None:
        weak = found.title.endswith(("公开工作总结", "公开总结", "情况"))
        return not weak or known >= 2 or _reports(text)  # noqa: PLR2004  # two parts of a report
    if sum(word in titles for word in _UNIFORM_TITLES) >= 3:  # noqa: PLR2004  # the uniform form, title lost
        return True
    return known >= _LEAST_PARTS and "requests" in topics and bool(_theme().search(text, 0, 3000))


def _reports(text: str) -> bool:
    """A summary in one paragraph that tells what was published and asked for."""
    head = text[:3000]
    return "申请" in head and bool(re.search(r"公开[^。]{0,20}\d+条|\d+条[^。]{0,20}公开", head))


@cache
def _title() -> re.Pattern[str]:
    return re.compile(_TITLE)


@cache
def _theme() -> re.Pattern[str]:
    return re.compile(_THEME)


def _head(text: str) -> Iterator[tuple[int, int]]:
    """Yield the first lines, and pairs of short lines over which a title may be broken."""
    found = [span for _, span in zip(range(_HEAD_LINES), lines(text, 0, len(text)), strict=False)]
    yield from ((start, min(end, start + 200)) for start, end in found)
    for (start, end), after in pairwise(found):
        if end - start <= _LONGEST // 2 and after[1] - after[0] <= _LONGEST // 2:
            yield start, after[1]


def _title_in(line: str) -> tuple[int, re.Match[str]] | None:
    """Return where a title begins and its match; a sentence that speaks of a report is none."""
    field = _BEFORE.match(line)
    first = field.end() if field else 0
    match = _title().search(line, first)
    if match is None or match.end() - first > _LONGEST or not _AFTER.match(line, match.end()):
        return None
    before = line[first : match.start()]
    if _SENTENCE.search(before) or (match["middle"] and _SENTENCE.search(match["middle"])):
        return None
    return first, match


def _year(found: re.Match[str]) -> int | None:
    shown = found["year1"] or found["year2"] or found["year3"]
    if not shown:
        return None
    return int(shown) if shown.isdigit() else chinese_number(shown.replace("0", "〇"))


def _year_below(text: str, end: int) -> int | None:
    """Return the year that stands alone under the title: （2014年度）."""
    found = re.match(r"\s*\(?((?:19|20)\d{2})年度?\)?\s*(?:\n|$)", text[end : end + 40])
    return int(found[1]) if found else None


def _unit(before: str, found: re.Match[str]) -> str | None:
    """Return the unit that stands before the year, else between the year and the theme."""
    unit = re.sub(r"\s+|关于$|^关于|的$|^[《\"“]", "", before)
    middle = re.sub(r"\s+|的$|^全|^度|^年度?", "", found["middle"] or "")
    if middle.endswith("人民"):
        middle += "政府"  # 「…镇人民政府信息公开…」: the theme began one word early
    if not unit and _PLACE.fullmatch(middle):
        unit = middle
    return unit or None


def _elsewhere(text: str, start: int) -> str | None:
    """Return the unit from the line above the title, from 编制单位, or from the signature."""
    filler = _FILLER.search(text, 0, 4000)
    return _above(text, start) or (filler["unit"] if filler else None) or _signed(text)


def _above(text: str, start: int) -> str | None:
    """Return the unit that stands on the line above the title."""
    line = text[:start].rstrip().rpartition("\n")[2].strip()
    return line if len(line) <= _LONGEST_UNIT and _PLACE.fullmatch(line) else None


def _signed(text: str) -> str | None:
    """Return the unit that signs at the end."""
    tail = [text[start:end] for start, end in lines(text, max(len(text) - 1500, 0), len(text))]
    return next(
        (line for line in reversed(tail) if len(line) <= _LONGEST_UNIT and _PLACE.fullmatch(line)),
        None,
    )  # longer than any unit's name


def _covered(text: str) -> int | None:
    found = _COVERS.search(text, 0, 6000)
    return int(found[1]) if found else None
