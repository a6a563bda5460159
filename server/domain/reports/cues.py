"""Words that say what follows: labels (改进措施：), turns (下一步，), lead-ins, last year."""

# ruff: noqa: ISC004 - a grammar longer than a line goes on in the next; the comma ends it

import re
from functools import cache
from typing import Literal

from server.domain.reports.issues import ISSUE, ISSUES
from server.domain.reports.leads import leads_to_problems, reproaches, residue
from server.domain.reports.polarity import complains, plans

Cue = Literal["problem", "measure", "past", "both"]

_WORK = (
    r"(?:我[局镇乡街县区市院校委办所站单部]\S{0,4})?(?:的)?(?:政府信息公开|政府信息与政务公开"
    r"|政务公开|信息公开|公开)?(?:工作)?(?:中|上)?(?:的)?"
)
_WHEN = r"(?:\(?\d{4}年度?\)?|本年度?|今年|目前|当前|现阶段)?,?"
_FIX = r"(?:改进|整改|解决|加强|完善|努力)"
_NOUN = (
    r"(?:措施|办法|情况|意见|建议|方向|方案|打算|计划|思路|安排|对策|举措|重点|设想|任务|工作"
    r"|目标|途径|展望|做法|想法|考虑)"
)
_NEXT = r"(?:下一?步|下一阶段|下一年度?|今后|明年|来年|下年度?|接下来|新的一年|\d{4}年度?)"
_HOW_MANY = (
    r"(?:主要)?(?:也)?(?:有|是|如下|有以下)?(?:[一二两三四五六七八九十几]|\d)?(?:个|条|点"
    r"|方面|项|处)?"
)
_LABELS = (
    (
        "past",
        r"(?:(?:上|前)一?年度?|去年|往年|以往|\d{4}年度?)(?:度)?(?:报告|年报)?(?:中)?(?:存在"
        r"|反映|查摆|提出|指出)?(?:的)?(?:主要)?"
        rf"{ISSUES}(?:的)?(?:整改|改进|解决|落实)(?:落实|完成|工作)?(?:的)?情况"
        rf"|(?:问题)?整改(?:落实|完成)?情况"
        r"|(?:以上|上述|这些|造成|产生)*(?:问题)?(?:产生|存在|问题)?(?:的)?(?:主要)?原因(?:分析|剖析)?(?:是|有|主要是)?",
    ),
    (
        "both",
        rf"{_WHEN}{_WORK}存在(?:的)?(?:主要)?(?:的)?{ISSUES}(?:和|与|及|以及|、"
        rf"|,).{{0,4}}{_FIX}?(?:的)?{_NOUN}",
    ),
    (
        "problem",
        rf"{_WHEN}{_WORK}(?:还|仍|主要)?(?:存在|面临|新?发现|查出|梳理出|反映出?)(?:的"
        rf"|着)?(?:主要|突出|一些|一定)?(?:的)?{ISSUES}(?:主要)?(?:有|是|为|如下)?"
        rf"|(?:第[一二三四五六七八九十]个)?(?:主要|突出|具体"
        rf"|现存)?(?:的)?(?:存在)?{ISSUES}(?:是|为|{_HOW_MANY})|(?:主要)?(?:问题)?(?:表现"
        rf"|体现)(?:在|为|有)?",
    ),
    (
        "measure",
        rf"(?:{_NEXT}|针对.{{1,10}})?(?:的)?{_WORK}(?:的)?(?:主要|具体|重点"
        rf"|拟采取)?(?:的)?(?:{_FIX}(?:的)?)*(?:工作)?(?:的)?(?:主要|具体)?{_NOUN}"
        rf"(?:(?:和|与|及|以及|、).{{0,6}}{_NOUN})?(?:是|为|{_HOW_MANY})|{_NEXT}|(?:工作)?打算"
        rf"|{_FIX}(?:[一二三四五六七八九十]|\d)?",
    ),
)
_NOT_LABEL = (
    r"(?:总体|基本|主要)?(?:工作|情况|建设|目标|任务|重点|意见|方案|计划|措施不|制度|工作情况)"
)
_THIS = r"(?:以上|上述|这些|这一|这个|这方面|此类|此项|该|此|这)"
_SOON = r"(?:下一?步|下一阶段|下一年度?|今后|明年|来年|下年度?|接下来|新的一年|下一个年度)"
_TURN = (
    rf"(?:(?:为此|对此|因此|鉴于此|据此|为了?(?:解决|改进|改变|克服|弥补"
    rf"|扭转){_THIS}[^,:。;]{{0,14}}"
    r"|为了?(?:补齐|缩小|弥补|消除|破解|解决)[^,:。;]{0,14}"
    r"|针对第[一二三四五六七八九十]个?[^,:。;]{0,10}"
    rf"|(?:针对|对|对照|围绕){_THIS}[^,:。;]{{0,24}}|针对(?:存在|目前|当前)[^,:。;]{{0,24}}"
    rf"|(?:在)?(?:{_SOON}|YEAR)(?:里|中|的)?{_WORK}(?:中|里)?"
    rf"|(?:按照|根据|结合){_THIS}[^,:。;]{{0,16}})[,:]\s*)+"
)
_TURN_WORD = (
    rf"(?:为此|对此|{_SOON}|YEAR.{{0,12}}(?:将|拟|要|决定|计划|打算)"
    rf"|YEAR(?=[^,。;]{{0,16}}(?:破解|解决|改进|发力|时|前|起|内|底|年初|上半年|下半年|春|秋))"
    rf"|针对(?:{_THIS}|存在|第[一二三四五六七八九十])|为了?(?:解决|改进|改变|克服|弥补){_THIS}"
    r")"
)
_WILL = (
    r"(?:我[局镇乡街县区市院校委办所站单部]\S{0,4}|本机关|本单位|本局|全[局镇乡县区市]|街道"
    r"|中心|镇里|局里|我们|管委会)?(?:将|拟)(?!近|军|士)"
    r"(?:进一步|继续|不断|切实|着力|加强|加大|通过|按照|严格|采取|认真|组织|对|把|以|从|健全"
    r"|完善|建立|积极|在|由|会)?"
)
_ACTOR = (
    r"(?:我们|[^,。;:的]{0,7}[局镇乡县区市委办院校处所站科室里门会组部队]|街道|社区|中心|机关"
    r"|单位)?"
)
_SETS_OUT = (
    rf"(?:{_ACTOR}(?:将(?![近军士信])|(?<!模)拟(?!定)|现正|计划(?![不的类与])|准备(?!不)|打算|正在|决定"
    r"|已(?:经)?(?:着手|开始|向|与|请|商|安排|启动|联系|委托))|(?:年内|年底前|本月|下月"
    r"|从?(?:明年|今年)?\d{1,2}月(?:份|底|起|前|中旬|开始)+|从[^,。;]{1,8}起)(?!出现|发生|发现|有|仅|只))"
)
"""How a clause begins that says what somebody is about to do."""
_TAG = re.compile(r"[【\[]([^】\]\n]{2,12})[】\]]\s*:?\s*(?=\S)")
_CONNECTIVE = re.compile(
    r"[:,\s]*(?:(?:关于[^,。;:]{2,16}|(?:从|回|总|整|综)[^,。;:]{1,14}(?:看|来讲)|[^,。;:]{2,8}(?:来看|来说|而言|看来|地看|地说|心来看)|同时|此外|另外"
    r"|(?:\d{4}年度?,?)?(?:(?:我[局镇乡县区市委办]|街道)?(?:在)?(?:实际|具体|日常)?(?:的)?"
    r"(?:政府信息公开|信息公开|政务公开)?(?:工作)?(?:过程)?(?:中|上))"
    r"|与此同时|再次|其次|最后|首先|目前|当前|现阶段|总体来看|总的来看|一方面|另一方面|再者"
    r"|还有|一年来|从自查情况看|不足之处是|具体来说)[,:]\s*)+"
)
_GLOBAL = r"(?:以上|上述|这些|存在的?(?:问题|不足))"
_PAST = (
    r"[^。;]{0,20}?(?:上一?年度?|去年|前一?年度?|往年|以往|此前|前期|(?P<year>\d{4})年度?)"
    rf"[^。;]{{0,60}}?(?:{ISSUE}|年报|报告|承诺|反馈|工作|措施|任务|事项)"
)
_DONE = (
    r"已(?!成为|经成为)|完成|整改到位|落实到位|得到|取得|逐[一项条]|整改(?:情况|落实)|销号|见效|消除"
    r"|(?:全部|基本|均|都)(?:整改|解决|落实|改进|办结)"
)
_STILL = r"(?:仍|还|尚|依然)(?:然|旧)?(?:未|没|有待|存在|需|不)"
_LACKS = r"[性度力量员手](?:严重|明显|较为|仍|还|普遍)?(?:不足|困难)"
"""Here 不足 is what is said of something, not a noun for what is wrong."""
_ISSUE_WORD = (
    rf"(?<!针对)(?<!解决)(?<!上述)(?<!以上)(?<!这些)(?:{ISSUE}|之处"
    r"|(?:有待|需要?)[^,。;]{0,6}的(?:地方|方面))"
)
_WRONG_YET = (
    rf"(?:还|仍然?|尚|也|依然)(?:有|存在|需|待|不)|(?<!针对)(?<!解决)(?<!上述)(?<!以上)(?<!这些){ISSUE}"
    r"|表现|体现"
)
_ANSWER_WORD = (
    r"打算|计划|措施|办法|对策|举措|安排|思路|方向|设想|努力|抓好|做好|改进(?!的(?:地方|方面))"
    r"|整改|重点|准备|拟|针对|今后|下一?步|明年|来年"
)
_BEGUN = r"(?:目前|现在?|近期|对此)?,?[^,。;、的]{0,8}已(?!成为|经成为|逐步|基本)"
_NOTHING_LEFT = 2
_LONGEST_TITLE = 16
_LONGEST_LABEL = 36
_NOUN_CUES: tuple[tuple[Cue, re.Pattern[str]], ...] = (
    ("past", re.compile("原因(?:分析|剖析)?$")),
    (
        "measure",
        re.compile(
            "(?:措施|整改|改进|任务|责任)清单$"
            "|(?:安排|打算|计划|措施|举措|办法|对策|思路|方向|做法)$|(?:怎么|如何|怎样|咋)[^,。;]{1,4}$"
        ),
    ),
    (
        "problem",
        re.compile(
            "问题清单$|(?:的|和|与|及|存在|主要|突出|哪些|共性|个性)"
            "(?:问题|不足|短板|差距|毛病|缺点|弱项|困难|薄弱环节)$"
            "|(?:什么|啥|哪里?|哪些)[^,。;]{0,5}$"
        ),
    ),
)


@cache
def _compiled(grammar: str) -> re.Pattern[str]:
    return re.compile(grammar)


@cache
def _label_patterns() -> tuple[tuple[Cue, re.Pattern[str]], ...]:
    return tuple((cue, re.compile(grammar)) for cue, grammar in _LABELS)  # type: ignore[misc]  # cue names are the literals above


def plain_label(text: str) -> Cue | None:
    """Return the role of a short line of words that any report uses (需要改进的地方, 重点抓好).

    Only for text that its place shows to be a label: before a colon, or alone on a line.
    """
    if len(text) > _LONGEST_LABEL or re.search("[,。;]", text) or reproaches(text):
        return None
    if residue(text) > _NOTHING_LEFT or _compiled(_LACKS).search(text):
        return None
    answer = _compiled(_ANSWER_WORD).search(text)
    if _compiled(_ISSUE_WORD).search(text):
        return "both" if answer else "problem"
    return "measure" if answer else None


def label_cue(text: str) -> Cue | None:
    """Return the role that a text announces when it is nothing but a label."""
    if len(text) > _LONGEST_LABEL or _compiled(_NOT_LABEL).fullmatch(text):
        return None
    text = _compiled("(?<=..)之[一二三四五六七八九十]$").sub("", text)
    return next((cue for cue, grammar in _label_patterns() if grammar.fullmatch(text)), None)


def heading_cue(text: str) -> Cue | None:
    """Return the role that a short title's last noun announces (检视出的短板, 整改安排)."""
    if len(text) > _LONGEST_TITLE or re.search("[,。;]", text):
        return None
    return next((cue for cue, grammar in _NOUN_CUES if grammar.search(text)), None)


def colon_cue(text: str) -> Cue | None:
    """Return the role that a short line before a colon announces by its last noun (说说短处：)."""
    found = re.search(
        "(?:(短处|毛病|问题|不足|短板|差距|缺点)|(办法|措施|打算|对策|举措|做法))$", text
    )
    return None if found is None else "problem" if found[1] else "measure"


def announced_cue(text: str) -> Cue | None:
    """Return the role that a lead-in ending in 以下问题, 以下工作 announces."""
    if "以下" not in text and "如下" not in text:
        return None
    return "problem" if leads_to_problems(text) else "measure"


def lead_cue(text: str, report_year: int | None) -> Cue | None:
    """Return the role that a sentence ending in a colon announces (2024年将从以下方面着手：).

    Its last words decide; None where it states a problem of its own on the way.
    """
    now = text[after_but(text) :]
    cut = max(now.rfind(","), now.rfind(";")) + 1
    if reproaches(now[:cut]) or reproaches(now[cut:]):
        return None
    still = bool(_compiled(_WRONG_YET).search(now[cut:]))
    if (
        _names_wrongs(now[:cut])
        and not turns(text, report_year)
        and not turns(now[cut:], report_year)
    ):
        answered = _compiled(_ANSWER_WORD).search(now[cut:]) or plans(now[cut:])
        return "both" if answered else "problem"
    if turns(text, report_year) or (not still and plans(now[cut:])):
        return "measure"
    if _compiled(_ANSWER_WORD).search(now[cut:]):
        return "both" if still else "measure"
    return "problem" if still or leads_to_problems(now) else None


def _names_wrongs(text: str) -> bool:
    """Say whether the words announce problems, and do not answer them (针对存在的问题)."""
    wrong = _compiled(_WRONG_YET).search(text)
    return wrong is not None and not _compiled("针对|解决|围绕|对照|结合|为了?").search(text)


def label_prefix(text: str) -> tuple[Cue, int] | None:
    """Return the role and the length of a label with its colon before further text."""
    if tag := _TAG.match(text):
        cue = label_cue(tag[1])
        return (cue, tag.end()) if cue else None
    found = _compiled(r"([^:\s]{2,36})(?::[ \t]*|[ \t]+)(?=\S)").match(text)
    if found is None:
        return None
    spaced = ":" not in found[0]
    cue = label_cue(found[1]) or (None if spaced else plain_label(found[1]))
    return (cue, found.end()) if cue else None


def turn_length(text: str, report_year: int | None = None) -> int:
    """Return the length of a phrase such as 下一步， or 针对上述问题， that opens `text`."""
    found = _compiled(_TURN.replace("YEAR", later_years(report_year))).match(text)
    return found.end() if found else 0


def turns(text: str, report_year: int | None) -> bool:
    """Say whether the text opens by turning from what is wrong to what will be done."""
    word = _compiled(_TURN_WORD.replace("YEAR", later_years(report_year)))
    return bool(turn_length(text, report_year) or word.match(text))


def will(text: str) -> bool:
    """Say whether the text opens by saying who will do something (我局将…)."""
    return bool(_compiled(_WILL).match(text))


def sets_out(text: str) -> bool:
    """Say whether the text opens by telling what somebody is about to do, and complains not."""
    return bool(_compiled(_SETS_OUT).match(text)) and not complains(re.split("[,。;]", text)[0])


def inner_turn(text: str) -> int | None:
    """Return where, after a comma, the sentence turns to what will be done."""
    word = _TURN_WORD[:-1].replace("YEAR", later_years(None)) + f"|{_WILL})"
    turns_ = _compiled(rf"[,;]\s*(?={word})|(?:——|--|→)\s*").finditer(text)
    found = next((turn for turn in turns_ if _sets_right(text[turn.end() :])), None)
    last = found.start() if found else len(text)
    faint = _compiled(rf"[,;]\s*(?={_SETS_OUT})").finditer(text, 0, last)
    place = next((cut.end() for cut in faint if sets_out(text[cut.end() :])), None)
    return place or (found.end() if found else None)


def _sets_right(text: str) -> bool:
    """Say whether what follows a turn does not go on complaining (…,2008年以前的没有上网)."""
    head = re.split("[,。;]", text, maxsplit=1)[0]
    return not re.match(r"\d{4}年", head) or plans(head) or not complains(head)


def connective_length(text: str) -> int:
    """Return the length of 同时， or 目前， that opens `text`: it is no part of an item."""
    found = _CONNECTIVE.match(text)
    return found.end() if found else 0


def later_years(report_year: int | None) -> str:
    """Return the grammar of a year after the report year; any year where that is unknown."""
    if report_year is None:
        return r"\d{4}年度?"
    return rf"(?:{report_year + 1}|{report_year + 2})年度?"


def has_begun(text: str) -> bool:
    """Say whether the text tells what has been done about it since (目前已建立…)."""
    return bool(_compiled(_BEGUN).match(text))


def answers_all(text: str) -> bool:
    """Say whether a turn answers everything before it (针对上述问题), not one item."""
    return bool(_compiled(_GLOBAL).search(text, 0, 40))


def speaks_of_last_year(text: str, report_year: int | None) -> bool:
    """Say whether the sentence tells what became of an earlier year's problems, and only that.

    One that goes on to what is wrong now (…已整改到位，但仍存在一些不足：) is about this year.
    """
    found = _compiled(_PAST).match(text)
    now = after_but(text)
    if not found or (now and leads_to_problems(text[now:])):
        return False
    year = found["year"]
    earlier = year is None or (report_year is not None and int(year) < report_year)
    done = _compiled(_DONE).search(text, found.end())
    return earlier and done is not None and not _compiled(_STILL).search(text, found.end())


def after_but(text: str) -> int:
    """Return where the text goes on after 但, 但是, 然而, 不过 and its comma; 0 without one."""
    found = _compiled(
        r"(?:^|.{0,400}?[,;。])\s?(?:但是?|然而|不过|可是|只是)(?!不限)[,:]?\s*"
    ).match(text)
    return found.end() if found else 0
