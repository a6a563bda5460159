"""What a heading is about, whatever words a unit chose for it."""

import re
from collections.abc import Mapping
from functools import cache

from server.domain.reports.cues import plain_label
from server.domain.reports.issues import ISSUE

_REMEDY = (
    r"(?:想法|怎么改|咋改|改进|整改|解决|措施|办法|打算|计划|建议|思路|安排|对策|下一?步"
    r"|努力方向|展望|设想)"
)
TOPICS: Mapping[str, str] = {
    "rectified": rf"(?:上年度?|上一年度?|去年|前期|以往|往年|历史).{{0,16}}(?:{ISSUE}"
    rf"|反馈).{{0,8}}(?:整改|改进|落实|解决|完成)"
    rf"|^(?:问题)?整改(?:落实|完成)?情况$|^(?:问题)?(?:成因|原因)(?:分析|剖析)?$"
    rf"|(?:问题)?整改(?:落实|完成)情况|\d{{4}}年(?:度)?(?:存在)?(?:的)?{ISSUE}.{{0,4}}(?:整改"
    rf"|改进)(?:落实)?情况",
    "both": rf"{ISSUE}.{{0,14}}{_REMEDY}|{_REMEDY}.{{0,6}}(?:和|及|与|、).{{0,6}}{ISSUE}",
    "problem": rf"(?:存在|主要|突出|面临|工作)(?:着|中|的|了|一些|有|哪些|、)*(?:主要"
    rf"|突出)?(?:的)?{ISSUE}"
    rf"|^{ISSUE}(?:(?:和|与|及|、){ISSUE})*(?:分析)?$|^(?:关于)?(?:不足之处|工作不足"
    rf"|工作中的不足)|(?:哪些|什么|有啥)[^,。]{{0,4}}(?:毛病|没做好|没有做好|做得不好|问题"
    rf"|不足|差距|缺点|短板)|做得不够|{ISSUE}(?:与|和)(?:思考|体会|分析|原因)|^(?:找|查"
    rf"|摆)(?:问题|差距|不足|短板)$",
    "measure": r"^(?:下一?步|下一阶段|下一年度?|今后|明年|来年|下年度?|接下来|\d{4}年度?)(?:的"
    r"|一段时期|一个时期)*"
    r"(?:政府信息公开|政务公开|信息公开|公开|改进|重点|主要"
    r"|整改)*(?:的)?(?:工作)?(?:的)?(?:主要|重点)?"
    r"(?:打算|计划|思路|设想|重点|安排|工作|措施|方向|目标|任务|举措|改进|建议|展望|将)"
    r"|(?:改进|整改|解决|加强|完善)(?:工作)?(?:的)?(?:具体)?(?:措施|办法|意见|建议|方向|方案"
    r"|思路|打算|计划|对策|举措|情况|途径)"
    r"|工作(?:打算|计划|设想|思路|展望)|努力(?:的)?方向|具体措施|解决(?:的)?办法"
    r"|^\d{4}年(?:将|要|继续|着重|重点)|^(?:关于)?(?:改进|整改|下步|今后)?(?:打算|计划)$"
    r"|(?:怎么|咋|如何|怎样)(?:办|做|改|干|改进|整改|解决|提高)|打算(?:怎么|咋|如何)|^(?:定|抓"
    r"|拿|想|谈)(?:对策|办法|措施|举措)$|^(?:对策|办法|措施|举措)(?:与|和|及)?(?:建议)?$"
    r"|^(?:接下来|往后|明年|来年)|今后的想法",
    "other": r"其他(?:需要|事项|应当)|需要(?:说明|报告)|附[表件]|说明事项",
    "requests": r"依申请|申请(?:的|及|和)?(?:办理|公开|处理|受理|情况)|收到和处理|申请情况",
    "fees": r"收费|费用",
    "review": r"复议|诉讼",
    "disclosure": r"主动公开|公开(?:政府)?信息(?:的)?情况|公开平台|公文类",
    "interpretation": r"回应|解读|舆情|热点",
    "secrecy": r"保密|监督检查|监督保障|监督和",
    "complaints": r"咨询|投诉|举报|申诉",
    "organisation": r"组织领导|机构|制度建设|机制建设|组织保障",
    "staff": r"人员|支出|经费|培训|收支",
    "overview": r"概述|概况|总体|基本情况|综述|工作情况|主要做法|工作开展",
}
_END = (
    r"(?:情况|事项|说明|附[表件]|问题|不足|措施|打算|计划|概述|概况|建设|办法|思路|安排|设想"
    r"|建议|方向|重点|展望|困难|工作|思考|体会|原因|原因分析|对策|不足之处|想法|短板|差距"
    r"|毛病|清单|怎么办|怎么做|怎么改|咋改|咋办|没做好|对策|举措|做法)"
)


@cache
def _topics() -> tuple[tuple[str, re.Pattern[str]], ...]:
    return tuple((topic, re.compile(pattern)) for topic, pattern in TOPICS.items())


@cache
def _title_end() -> re.Pattern[str]:
    return re.compile(rf"{_END}(?:\([^)]*\))?$")


@cache
def _turns_title() -> re.Pattern[str]:
    return re.compile(rf"{ISSUE}|改进|整改|努力|打算|设想|下一?步|今后|明年")


def topic_of(title: str) -> str | None:
    """Return what a heading is about (a key of TOPICS), None when its words are unknown."""
    found = next((topic for topic, pattern in _topics() if pattern.search(title)), None)
    return found or (plain_label(title) if _turns_title().search(title) else None)


def is_title(title: str) -> bool:
    """Say whether the words close as a title does (…情况, …问题, …措施), with a known topic."""
    ends = _title_end().search(title) and topic_of(title) is not None
    return bool(ends or (_turns_title().search(title) and plain_label(title)))
