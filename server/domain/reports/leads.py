"""Sentences that only announce what follows (还存在以下问题, 将从三方面改进) or only sum it up."""

import re
from functools import cache

from server.domain.reports.issues import ISSUE

_PROBLEM_LEAD = (
    rf"(?:存在|面临|有|暴露出?|看到)(?:着|的|了)?(?:[^。;]{{0,22}}?)(?:{ISSUE}|地方|方面)"
    rf"|(?:主要|突出|明显|最大|新)(?:的)?{ISSUE}(?:主要|突出|集中)?(?:有|是|为|如下|表现|体现"
    rf"|集中在|在于)"
    rf"|(?:主要)?(?:表现|体现)(?:在|为)|有待.{{0,8}}的(?:地方|方面)|与.{{2,24}}差距"
)
_MANY = r"(?:[二两三四五六七八九十几多]|十[一二三四五六七八九]|(?<!\d)[2-9])"
_MEASURE_LEAD = (
    r"(?:以下|如下|下列|下面)(?:[一二三四五六七八九十几多各]个?|\d个?)?(?:方面|措施|工作|几点"
    r"|几项|办法|重点|举措)?|(?:从|在|抓好|做好|做到|突出"
    rf"|重点)?.{{0,4}}{_MANY}(?:个)?(?:方面|点|项|条|件)[^,。;]{{0,8}}[。:]?$"
)
_COUNTED = (
    r"(?:还|仍|尚)?(?:有|存在)(?:着|以下|如下)?(?:[一二两三四五六七八九十几]|\d)(?:个方面|方面"
    r"|处|个|点|条|项|大)(?:的)?(?:明显|突出|主要)?"
    rf"(?:的)?{ISSUE}[。:]?$|{ISSUE}(?:也|还|仍|又)?(?:不少|很多|较多|比较多|不小)[。:]?$"
)
_GAP = (
    r"(?:与|和|同|离|跟|距离?|较)[^,。;:]{2,40}?(?:还|仍|尚|都|也|均)*(?:存在|存|有)(?:着)?"
    r"[^,。;:]{0,6}(?:差距|距离)"
)
_SPECIFIC = r"[未缺偏弱迟慢窄旧]|没(?!有最好)|不(?!少|断|容|小|足)|差(?!距)"
"""Letters that say what is wrong, however common the words around them are."""
_GENERIC = (
    r"政府信息公开|信息公开|政务公开|没有最好|不容忽视|新的一年|新形势|新时代|现阶段|认识到|意识到|一年来|"
    r"下一步|接下来|进一步|下功夫|上台阶|距离|按照|对照|但是|然而|不过|虽然|尽管|上级|党委|政府|部署|"
    r"要求|标准|人民|群众|公众|社会|各界|期待|期望|期盼|需求|需要|相比|比较|相较|仍然|依然|存在|一定|"
    r"不小|较大|很大|明显|一些|不少|许多|若干|部分|个别|以下|如下|下列|下面|方面|地方|之处|差距|不足|"
    r"以上|总之|综上|街道|单位|部门|机关|公开|工作|刚刚|起步|较晚|亟待|亟需|急需|解决|成绩|过去|潜力|属于|就是|永远|"
    r"主要|突出|集中|表现|体现|反映|目前|当前|同时|应当|清醒|看到|肯定|总体|总的|而言|来看|来说|实际|"
    r"具体|开展|过程|进行|年度|之间|自身|先进|地区|取得|成效|进展|进步|之外|之余|总结|回顾|自查|检查|"
    r"梳理|检视|查摆|发现|查出|值得|重视|引起|注意|这些|上述|针对|对于|围绕|准备|打算|计划|今后|下步|"
    r"下一|明年|来年|今年|往后|重点|着重|着力|着眼|切实|认真|努力|力争|继续|不断|做好|抓好|做到|事情|"
    r"实事|采取|措施|办法|举措|对策|改进|整改|完善|提升|增强|强化|加大|深化|必须|加强|提高|推进|推动|落实|制定|逐一|逐项|有力|有效|"
    r"相应|积极|加以|予以|功夫|发力|用力|入手|出发|环节|层面|领域|内容|情况|水平|台阶|局面|迈上|开创|"
    r"以及|这样|咱们|大家|与|和|同|离|跟|距|但|还|仍|也|尚|着|有|几|个|的|了|我|局|镇|乡|县|区|"
    r"市|院|校|委|办|处|所|站|们|本|全|中|上|里|内|在|为|是|看|年|其|等|到|较|高|更|虽|出|这|"
    r"该|此|对|从|以|将|要|拟|会|需|应|须|下|做|抓|改|事|件|点|项|条|大|类|种|步|再|新|及|并|一|二|两|"
    r"三|四|五|六|七|八|九|十|多|来"
)
"""Longer words first: the grammar takes the first that fits."""
_OVERALL = "薄弱|滞后|落后|欠缺|不够|不力|不强|不高|不到位|不尽如人意|不理想|偏弱|很|比较|相对"
_LONGEST_LEAD = 50
_NOTHING_LEFT = 2


@cache
def _compiled(grammar: str) -> re.Pattern[str]:
    return re.compile(grammar)


@cache
def _generic() -> re.Pattern[str]:
    return re.compile(rf"{ISSUE}|{_GENERIC}|\d|[、,:\s()“”。]")


def residue(text: str) -> int:
    """Return how many letters remain without the words by which any report announces things."""
    return len(_generic().sub("", text))


def reproaches(text: str) -> bool:
    """Say whether a letter of reproach stands beside the nouns for what is wrong."""
    return bool(_compiled(_SPECIFIC).search(_compiled(ISSUE).sub("", text).replace("欠缺", "")))


def speaks_specifically(text: str) -> bool:
    """Say whether words of reproach are about something, not the work as a whole (很薄弱)."""
    return reproaches(text) and residue(_compiled(_OVERALL).sub("", text)) > _NOTHING_LEFT


def leads_to_problems(text: str) -> bool:
    """Say whether the sentence announces problems (还存在以下问题)."""
    return bool(_compiled(_PROBLEM_LEAD).search(text))


def problem_lead(text: str) -> int | None:
    """Return where the words end by which the sentence announces problems, None without any."""
    found = _compiled(_PROBLEM_LEAD).search(text)
    return found.end() if found else None


def leads_to_measures(text: str) -> bool:
    """Say whether the sentence announces measures (将从以下方面改进)."""
    return bool(_compiled(_MEASURE_LEAD).search(text))


def only_sums_up(text: str) -> bool:
    """Say whether nothing specific is said (与上级要求相比还存在一定差距, 将切实加以改进)."""
    if _compiled(_COUNTED).search(text):
        return True
    rest = _compiled(_GAP).sub("", text)
    return residue(rest) <= _NOTHING_LEFT and not reproaches(rest)
