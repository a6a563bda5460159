"""Checks of a report's shape: declared parts, six parts, years, problem part, its items."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.domain.formats import ReportFormat
from server.domain.reports.identity import Identity
from server.domain.reports.numerals import amount
from server.domain.reports.parsed import Finding, Item, Pair
from server.domain.reports.sections import Heading

_DECLARED = re.compile(
    r"(?P<count>\d{1,2}|[一二三四五六七八九十]{1,2})个?(?:大)?(?:部分|方面|章节"
    r"|项内容)(?:内容)?(?:组成|构成)"
)
_FIRST_FORWARD = re.compile(r"(?P<year>20\d\d)年度?[,:]?[^。\n]{0,16}(?:将|要继续|打算|计划)")
_CALLED = re.compile(
    r"(?P<year>20\d\d)年度?(?:政府信息公开|政务公开"
    r"|信息公开)(?:工作)?(?:情况)?(?:的)?(?:年度)?(?:工作)?(?:报告|年报)(?!编制|的通知|》)"
)
_PERIOD = re.compile(
    r"(?P<opened>20\d\d)年(?:1|元|一)月(?:1|一)日起?(?:至|到|-|—|~)(?:同年|当年|本年)?"
    r"(?:(?P<year>20\d\d)年)?(?P<month>\d{1,2})月(?P<day>\d{1,2})日"
)
_COUNTED = re.compile(
    r"(?:^|[,。;\n])\s*(?P<year>20\d\d)年(?:度|全年)?,?(?:我|全|本|共|累计|主动公开|新?收到|受理|办理|发布"
    r"|公开)[^。\n]{0,60}?\d(?:条|件|次|篇|人次)"
)
_PROBLEM_TOPICS = frozenset({"both", "problem", "measure", "rectified"})
_ACCOUNT = (
    r"(?:上一?年度?|去年|往年|{last}年度?)[^。\n]{0,40}"
    r"(?:问题|不足|短板|整改|改进|承诺|措施|指出|提出)"
)
_UNIFORM_FROM = 2019
"""Before the uniform format offices kept their own; from it on no other is right."""
_LEAST_PROBLEM_TEXT = 80
_FOUND_IN_ORDER = "国办公开办函〔2021〕30号；国办公开办函〔2019〕60号"
_SIX_WORDS = (
    ("总体情况", "概述", "概况"),
    ("主动公开",),
    ("申请",),
    ("复议", "诉讼"),
    ("问题",),
    ("其他",),
)


@dataclass(frozen=True, slots=True)
class Shape:
    """What the shape checks look at; offsets are normalised."""

    text: str
    identity: Identity
    parts: Sequence[Heading]
    form: ReportFormat | None
    year: int | None
    problem_parts: Sequence[tuple[int, int]]
    items: int = 0


def check_shape(shape: Shape) -> Iterator[Finding]:
    """Yield the findings on structure, years and the problem part, in normalised offsets."""
    yield from _declared_parts(shape)
    if shape.form is not None and shape.form.uniform and shape.parts:
        yield from _six_parts(shape)
    yield from _years(shape)
    yield from _format_of_year(shape)
    yield from _problem_part(shape)


def check_items(
    problems: Sequence[Item], measures: Sequence[Item], pairs: Sequence[Pair]
) -> Iterator[Finding]:
    """Yield what the items themselves show: problems without measure, measures without problem."""
    for pair in pairs:
        problem = problems[pair.problem - 1]
        if not pair.measures:
            yield _item_finding(
                "ITEM-01",
                "question",
                problem,
                "没有写出对应的改进措施",
                "请补写措施，或在审核时说明",
            )
    answered = {ordinal for pair in pairs for ordinal in pair.measures}
    for measure in measures if problems else ():
        if measure.ordinal not in answered:
            yield _item_finding(
                "ITEM-02", "information", measure, "不对应任何已写明的问题", "可在审核时指定"
            )
    if measures and not problems:
        yield Finding("S-04", "question", "只写了措施，没有写存在的问题。"
                                          "请补写问题或在审核时说明。",
                      measures[0].start, measures[0].end, {}, "报告格式第五部分")  # fmt: skip
    if problems and not measures:
        yield Finding("S-04", "question", "写了存在的问题，没有写改进措施。请补写措施。",
                      problems[0].start, problems[0].end, {}, "报告格式第五部分")  # fmt: skip


def _item_finding(code: str, severity: str, item: Item, says: str, remedy: str) -> Finding:
    name = "问题" if item.role == "problem" else "措施"
    return Finding(
        code,
        severity,  # type: ignore[arg-type]  # callers pass the literals
        f"第 {item.ordinal} 个{name}“{item.text[:20]}…”{says}。{remedy}。",
        item.start,
        item.end,
        {"ordinal": item.ordinal},
        "报告的问题应当有改进措施",
    )


def _declared_parts(shape: Shape) -> Iterator[Finding]:
    first = shape.parts[0].start if shape.parts else min(len(shape.text), 2000)
    found = _DECLARED.search(shape.text, shape.identity.end, max(first, shape.identity.end))
    declared = amount(found["count"]) if found else None
    if found and declared is not None and declared != len(shape.parts):
        yield Finding(
            "STR-01",
            "question",
            f"开头写明由 {declared} 部分组成，正文只有 {len(shape.parts)} 个标题。"
            f"请补齐缺少的部分或更正说明。",
            *found.span(),
            {"declared": declared, "headings": len(shape.parts)},
            "报告自述与正文应当一致",
        )


def _six_parts(shape: Shape) -> Iterator[Finding]:
    titles = [part.title for part in shape.parts]
    fits = len(titles) == len(_SIX_WORDS) and all(
        any(word in title for word in words)
        for title, words in zip(titles, _SIX_WORDS, strict=True)
    )
    if not fits and shape.form is not None:
        where = shape.parts[0] if shape.parts else None
        yield Finding(
            "S-01",
            "error",
            f"统一格式应有六个部分并依次为{'、'.join(shape.form.parts)}；"
            f"读到 {len(titles)} 个标题。请按格式调整。",
            where.start if where else None,
            where.body if where else None,
            {"titles": titles},
            _FOUND_IN_ORDER,
        )


def _years(shape: Shape) -> Iterator[Finding]:
    covered, titled = shape.identity.covered, shape.identity.year
    if covered and titled and covered != titled:
        yield Finding(
            "S-02",
            "error",
            f"标题为 {titled} 年度，统计期限却从 {covered} 年 1 月 1 日起。请统一年度。",
            shape.identity.start,
            shape.identity.end,
            {"title": titled, "covered": covered},
            "《政府信息公开条例》第四十九条、第五十条",
        )
    yield from _other_year(shape)
    yield from _period(shape)
    yield from _counted_in_another_year(shape)
    for start, end in shape.problem_parts:
        found = _FIRST_FORWARD.search(shape.text, start, end)
        if found and shape.year and int(found["year"]) not in {shape.year + 1, shape.year + 2}:
            yield Finding(
                "S-02",
                "error",
                f"改进措施写的是 {found['year']} 年，而报告年度为 {shape.year} 年，"
                f"应当展望 {shape.year + 1} 年。请核对。",
                *found.span(),
                {"written": int(found["year"]), "report_year": shape.year},
                "报告格式第五部分",
            )


def _other_year(shape: Shape) -> Iterator[Finding]:
    """Yield a preamble that calls the report one of another year than its title."""
    titled = shape.identity.year
    first = shape.parts[0].body if shape.parts else shape.identity.end
    found = _CALLED.search(shape.text, shape.identity.end, first + 300)
    if titled and found and int(found["year"]) != titled:
        yield Finding(
            "S-02",
            "error",
            f"标题为 {titled} 年度，正文却称 {found['year']} 年度报告。请统一年度。",
            *found.span(),
            {"title": titled, "written": int(found["year"])},
            "《政府信息公开条例》第四十九条",
        )


def _counted_in_another_year(shape: Shape) -> Iterator[Finding]:
    """Yield the first part that counts deeds of another year and never names the report's."""
    ends = [part.start for part in shape.parts[1:]] + [len(shape.text)]
    for part, end in zip(shape.parts, ends, strict=False):
        found = _COUNTED.search(shape.text, part.body, end)
        own = shape.text.find(f"{shape.year}年", part.start, end)
        if found and shape.year and own < 0 and part.topic not in _PROBLEM_TOPICS:
            yield Finding(
                "S-02",
                "question",
                f"“{part.title}”写的是 {found['year']} 年的数，没有提到 {shape.year} 年。"
                f"请核对是否照抄了别的年度。",
                *found.span("year"),
                {"counted": int(found["year"]), "report_year": shape.year},
                "报告应当写本年度的情况",
            )
            return


def _period(shape: Shape) -> Iterator[Finding]:
    """The stated period ends on 31 December of the year in which it begins."""
    first = shape.parts[0].body if shape.parts else shape.identity.end
    found = _PERIOD.search(shape.text, 0, first + 600)
    if found is None:
        return
    ends = (found["year"] or found["opened"], int(found["month"]), int(found["day"]))
    if ends != (found["opened"], 12, 31):
        yield Finding(
            "S-02",
            "error",
            f"统计期限写作“{found[0]}”，应为 {found['opened']} 年 1 月 1 日至 12 月 31 日。"
            f"请更正。",
            *found.span(),
            {"period": found[0]},
            "《政府信息公开条例》第四十九条、第五十条",
        )


def _format_of_year(shape: Shape) -> Iterator[Finding]:
    if shape.form is None or shape.year is None or shape.form.fits(max(shape.year, 2008)):
        return
    if not shape.form.uniform and shape.year < _UNIFORM_FROM:
        return
    yield Finding(
        "S-08",
        "question",
        f"报告写法属于“{shape.form.name}”，与 {shape.year} 年度应当使用的格式不符。"
        f"请改用当年格式。",
        shape.identity.start,
        shape.identity.end,
        {"format": shape.form.key, "report_year": shape.year},
        shape.form.source,
    )


def _problem_part(shape: Shape) -> Iterator[Finding]:
    if not shape.problem_parts and shape.parts:
        yield Finding(
            "S-04", "question", "没有找到写存在问题和改进措施的部分。请人工核对，"
                                "确有内容的可手工标出。",
            None, None, {}, "报告格式第五部分",
        )  # fmt: skip
        return
    length = sum(len(shape.text[start:end].strip()) for start, end in shape.problem_parts)
    if shape.problem_parts and length < _LEAST_PROBLEM_TEXT:
        start, end = _first_part(shape)
        yield Finding(
            "S-03", "error" if not shape.items else "question",
            f"“存在的主要问题及改进情况”只有 {length} 个字，没有写清具体问题和措施。请补写。",
            start, end, {"length": length}, "报告格式第五部分",
        )  # fmt: skip
    elif shape.problem_parts and shape.form is not None and shape.form.uniform:
        yield from _account_of_last_year(shape)


def _first_part(shape: Shape) -> tuple[int, int]:
    """Return where the problem part stands; one that is empty at the end has its last letter."""
    start, end = shape.problem_parts[0]
    start = min(start, len(shape.text) - 1)
    return start, max(end, start + 1)


def _account_of_last_year(shape: Shape) -> Iterator[Finding]:
    """From the second year on a report says what became of last year's problems."""
    told = re.compile(_ACCOUNT.replace("{last}", str((shape.year or 0) - 1)))
    first = shape.parts[0].body if shape.parts else 0
    if shape.year == _UNIFORM_FROM or told.search(shape.text, first):
        return
    start, end = _first_part(shape)
    yield Finding(
        "S-11", "information", "没有交代上年度问题的整改情况。宜写明上年所列问题改了没有、"
                               "改到什么程度；首次编制报告的单位不必。",
        start, end, {"missing": "account"}, "报告格式第五部分",
    )  # fmt: skip
