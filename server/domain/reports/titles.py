"""A line as the title of a report: the unit and the year that it names, in any usual order."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache

from server.domain.reports.numerals import chinese_number

YEAR = (
    r"[\[(〔]?(?:(?<!\d)(?:19|20)\d{2}|二[〇○零Oo0][〇○零Oo0一二三][〇○零Oo0一二三四五六七八九])"
    r"[\])〕]?\s*年?(?:度)?"
)
_THEME = r"(?:政府信息与政务公开|政[府务]\s?信息\s?(?:主动)?公开|政务公开|信息\s?公开)"
_TAIL = (
    rf"(?>\s*(?:{YEAR}|年度|工作|情况|关于|的|总结|及|报告|年报|汇报))+?"
    r"(?<=[告报结况])(?P<note>\s*\([^(),。;:\n]{1,16}\))?(?=$|[\s\])】》”\"_|—>-]|\.(?:docx?|pdf|html?|xlsx?)\b)"
)
_KIND = re.compile("报告|年报|总结|汇报|情况$")
_SENTENCE = re.compile(
    r"[,。;!?]|根据|按照|依据|现将|现?公布|发布|通报|印发|做好|编制|学习|召开|贯彻|关于开展"
)
_BREAK = re.compile(r"[|>\t:《【\]】“\"]")
_FIELD = re.compile(r"\s*(?:附件?\d*|\d{1,2}[.、]|关于|标题|名称)\s*(?=[^\s\d])")
_LOOSE_YEAR = re.compile(r"(?<!\d)\d{2}年度?$")
_TRIMMED = re.compile(r"(?:关于)?(?:报送|上报|呈报)?(?:的|全|年度|度|本)?$")
_NO_UNIT = re.compile(
    "(?:我|本|全|各)?(?:局|镇|乡|县|区|市|街道|院|校|委|办|中心|单位|机关|部门|年度?|度)?"
)
PLACE = re.compile(
    r"[\u4e00-\u9fff]{2,28}?(?:人民政府|政府|办事处|委员会|管委会|办公室|办公厅|中心|委宣传部|分局|支队|大队"
    r"|[省市州盟旗县区镇乡局委厅办院所站队处社校馆部署台会园]|街道|苏木|公司|集团|医院|学校|大学"
    r"|[一二三四五六七八九十]中|中学|小学|幼儿园|农场|林场|新区|开发区)(?:办公室)?"
)
_LONGEST = 90
_SHORTEST_FULL = 5


@dataclass(frozen=True, slots=True)
class Title:
    """A title found in a line, [start, end) in it; unit and year None where it names none."""

    start: int
    end: int
    text: str
    unit: str | None
    year: int | None

    @property
    def told(self) -> int:
        """Say how much of unit and year the title names."""
        return (self.unit is not None) + (self.year is not None)


def title_in(line: str) -> Title | None:
    """Return the title in a line; a sentence that speaks of a report is none."""
    for theme, tail in _named(line):
        head = _head_start(line, theme.start())
        before = line[head : theme.start()]
        if _SENTENCE.search(before) or tail.end() - head > _LONGEST:
            continue
        unit, year = _unit_and_year(before)
        year = year or year_in(tail[0])
        if before.strip() and unit is None and year is None:
            continue
        shown = re.sub(r"\s+", "", line[head : tail.end()])
        return Title(head, tail.end(), shown, unit, year)
    return None


def year_in(text: str) -> int | None:
    """Return the first report year that a text names in digits or Chinese numerals."""
    found = _years().search(text)
    if found is None:
        return None
    letters = re.sub(r"[^\d〇○零Oo一二三四五六七八九]", "", found[0])
    return int(letters) if letters.isdigit() else chinese_number(letters.replace("0", "〇"))


def unit_of(text: str) -> str | None:
    """Return the unit's name that remains of a title's part; None for 我局 and the like."""
    unit = re.sub(r"\s+", "", text)
    unit = _TRIMMED.sub("", _LOOSE_YEAR.sub("", unit)).lstrip('《"“的').removeprefix("关于")
    if unit.endswith("人民"):
        unit += "政府"  # 「…镇人民政府信息公开…」: the theme began one word early
    return None if _NO_UNIT.fullmatch(unit) or not re.search("[\u4e00-\u9fff]{2}", unit) else unit


def _named(line: str) -> Iterator[tuple[re.Match[str], re.Match[str]]]:
    """Yield each theme with the words of a report that follow it."""
    for theme in _themes().finditer(line):
        tail = _tails().match(line, theme.end())
        if tail and _KIND.search(tail[0]):
            yield theme, tail


def _head_start(line: str, theme: int) -> int:
    """Return where the title begins: after field names, crumbs, quotes and other cells."""
    start = max((found.end() for found in _BREAK.finditer(line, 0, theme)), default=0)
    while field := _FIELD.match(line, start, theme):
        start = field.end()
    parts = list(re.finditer(r"\S+", line[start:theme]))
    if len(parts) > 1 and (_full_name(parts[-1][0]) or not _one_name(line[start:theme])):
        start += parts[-1].start()
    return start + len(line[start:theme]) - len(line[start:theme].lstrip())


def _full_name(text: str) -> bool:
    """Say whether a word is a unit's whole name, and not the end of one broken by a blank."""
    rest = _TRIMMED.sub("", _years().sub("", text, count=1))
    return len(rest) >= _SHORTEST_FULL and bool(PLACE.fullmatch(rest))


def _one_name(text: str) -> bool:
    """Say whether words set apart by blanks are one name with its year."""
    rest = _years().sub("", re.sub(r"\s+", "", text), count=1)
    return not rest or bool(PLACE.fullmatch(_TRIMMED.sub("", rest)))


def _unit_and_year(before: str) -> tuple[str | None, int | None]:
    """Return the unit before the year, else the place between the year and the theme."""
    squeezed = re.sub(r"\s+", "", before)
    found = _years().search(squeezed)
    if found is None:
        return unit_of(squeezed), None
    unit, after = unit_of(squeezed[: found.start()]), unit_of(squeezed[found.end() :])
    if unit is None and after and PLACE.fullmatch(after):
        unit = after
    return unit, year_in(found[0])


@cache
def _years() -> re.Pattern[str]:
    return re.compile(YEAR)


@cache
def _themes() -> re.Pattern[str]:
    return re.compile(_THEME)


@cache
def _tails() -> re.Pattern[str]:
    return re.compile(_TAIL)
