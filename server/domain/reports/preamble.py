"""What a report says of itself outside its title: in its preamble, its fields and its signature."""

import re

from server.domain.reports.lines import lines
from server.domain.reports.titles import PLACE, YEAR, unit_of, year_in

_COVERS = re.compile(r"((?:19|20)\d{2})年(?:1|l|元|一)月(?:1|l|一)日(?:起)?,?(?:至|到|-|—|~|－)")
_REPORT = r"(?:政府信息(?:与政务)?公开|政务信息公开|政务公开|信息公开)(?:工作)?(?:情况)?(?:的)?"
_NAMED = re.compile(
    rf"(?:编制|公布|发布|公开|形成|撰写|现将|《|{{)(?:的|了)?"
    rf"(?P<unit>[\u4e00-\u9fff]{{2,30}}?)(?P<year>{YEAR}){_REPORT}(?:年度)?(?:工作)?(?:年度)?"
    rf"(?:报告|年报|情况)(?!编制|的通知|有关|工作的)"
    rf"|(?:编制|公布|发布|公开|形成)(?P<year3>{YEAR})(?P<unit3>[\u4e00-\u9fff]{{2,30}}?){_REPORT}"
    rf"(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
    rf"|(?:编制|公布|发布|公开)(?P<unit2>[\u4e00-\u9fff]{{2,30}}?){_REPORT}(?P<year2>{YEAR})"
    rf"(?:年度)?(?:报告|年报)"
)
_SHAPES = ("", "2", "3")
_OWN = re.compile(
    rf"(?:我|本)(?:局|镇|乡|县|区|市|街道|街|院|校|委|办|中心|单位|机关|部门)?(?P<year>{YEAR})"
    rf"(?:的)?{_REPORT}(?:年度)?(?:工作)?(?:年度)?(?:报告|情况|年报)|现将(?P<year2>{YEAR})[^。\n]{{0,16}}报告如下"
    rf"|编制的(?P<year3>{YEAR}){_REPORT}(?:年度)?(?:工作)?(?:年度)?(?:报告|年报)"
)
_COMPILED = re.compile(r"由(?P<unit>[\u4e00-\u9fff]{2,24}?)(?:负责)?(?:编制|编写|撰写)")
_CONTACT = re.compile(
    r"(?:请|可)(?:与|和|同|联系)(?P<unit>[\u4e00-\u9fff]{2,30}?)(?:党政|综合|政务公开)?(?:办公室|办)?(?:联系|\()"
)
_PUBLISHER = re.compile(
    r"(?:发布机构|发布单位|公开机构|信息来源|来源)\]?\s*[:|\t]?\s*(?P<unit>[\u4e00-\u9fff]{3,30})"
)
_FILLER = re.compile(
    r"(?:填报|编制|报告|填表)单位(?:\([^)\n]{0,8}\))?:\s?(?P<unit>[\u4e00-\u9fff]{3,30})"
)
_OF_OFFICE = re.compile("领导小组|政府办公?室?$|^(?:我|本|各|市|县|区|省)(?:政府|委)?")
_SIGNED_YEAR = re.compile(r"(?:19|20)\d{2}年\d{1,2}月")
_MENTIONED = re.compile(r"(?<![〔\[(\d])(20\d{2})年(?!\d{1,2}月)")
_LONGEST_UNIT = 30
_HEAD, _TAIL, _OVERVIEW = 4000, 1500, 1500


def covered_year(text: str) -> int | None:
    """Return the year whose 1 January opens the stated period."""
    found = _COVERS.search(text, 0, 6000)
    return int(found[1]) if found else None


def named_report(text: str) -> tuple[int, int, str | None, int | None] | None:
    """Return span, unit and year of the report's name in a sentence that announces it."""
    found = _NAMED.search(text, 0, _HEAD)
    name = next((name for name in _SHAPES if found and found[f"unit{name}"]), "")
    unit = unit_of(found[f"unit{name}"]) if found else None
    if found and unit and PLACE.fullmatch(unit) and not unit.startswith(("关于", "我", "本")):
        start = min(found.start(f"unit{name}"), found.start(f"year{name}"))
        return start, found.end(), unit, year_in(found[f"year{name}"])
    own = _OWN.search(text, 0, _HEAD)
    if own is None:
        return None
    return own.start(), own.end(), None, year_in(own["year"] or own["year2"] or own["year3"])


def unit_elsewhere(text: str) -> str | None:
    """Return the unit that fills in, compiles, signs, answers for or publishes the report."""
    filler = _FILLER.search(text, 0, _HEAD)
    if filler:
        return filler["unit"]
    return (
        _found(_COMPILED, text) or signed_unit(text) or _found(_CONTACT, text)
        or _found(_PUBLISHER, text)
    )  # fmt: skip


def signed_unit(text: str) -> str | None:
    """Return the unit that signs at the end."""
    tail = [text[start:end] for start, end in lines(text, max(len(text) - _TAIL, 0), len(text))]
    return next((line for line in reversed(tail) if is_unit_line(line)), None)


def is_unit_line(line: str) -> bool:
    """Say whether a line holds the name of a unit and nothing else."""
    return len(line) <= _LONGEST_UNIT and bool(PLACE.fullmatch(re.sub(r"\s+", "", line)))


def mentioned_year(text: str, start: int) -> int | None:
    """Return the one year of which the overview speaks, where the signature does not gainsay."""
    overview = re.sub(r"《[^》\n]*》|[〔\[(]\d{4}[〕\])]", "", text[start : start + _OVERVIEW])
    years = {int(found[1]) for found in _MENTIONED.finditer(overview)}
    signed = [int(found[0][:4]) for found in _SIGNED_YEAR.finditer(text[-200:])]
    if len(years) != 1 or (signed and signed[-1] not in {min(years), min(years) + 1}):
        return None
    return years.pop()


def _found(pattern: re.Pattern[str], text: str) -> str | None:
    """Return the first place that the pattern names, an office of the superior passed over."""
    for found in pattern.finditer(text, 0, _HEAD):
        unit = found["unit"]
        if PLACE.fullmatch(unit) and not _OF_OFFICE.search(unit):
            return unit
    return None
