"""Does a sentence complain, promise, or praise? Verbs decide; nouns are left to the classes."""

import re
from functools import cache
from typing import Literal

Polarity = Literal["problem", "measure", "praise"]

_WEAK = (
    "够|足|高|强|深|全|大|广|多|实|细|严|明|清|力|畅|熟|准|快|好|新|紧|主动|积极|重视|到位|及时|规范|健全|完善"
    "|平衡|均衡|一致|统一|透彻|丰富|充分|理想|适应|相?符|具体|完整|全面|准确|清晰|清楚|科学|合理|扎实|顺畅|明显"
    "|稳定|熟悉|熟练|精准|深入|经常|系统|灵活|精细|方便|便捷|便利|固定|紧密|理解|了解|愿|敢|善于|懂|会|平|牢|浓|长|匹配"
    "|齐|均|突出|鲜明|通畅|对口|落实|配套|专业|活|优|多样|多元|显著|太|很|大清楚|尽|甚|相适应|常态|持续|能满足|能完全|能及时|能有效|能适应|能按|愿意"
)
_PROBLEM = (
    rf"不(?:{_WEAK})|有待|亟待|亟需|急需|尚待|有差距|欠(?:缺|妥|佳|及时|规范|完善|丰富|全面)|缺(?:乏|少|失|位|口|陷|人|专)|薄弱|滞后|单一"
    r"|单调|(?:偏|较|很|过|太|更)(?:少|低|弱|慢|窄|差|小|粗|散|浅|迟|老|重|晚|长|旧|传统|笼统|简单|淡薄|滞后|单一|生硬|陈旧|短|大差距)|差距|流于形式|落后"
    r"|模糊|短板|弱项|瓶颈|难以|(?:未|没有?|没能|尚无|无法)(?:能|及时|有效|充分|完全|真正|形成|建立|做到|达到|按|得到|严格|明确|实现|全面|全部|覆盖|很好|更新|专门|专职|专人|固定|设|配|公开|纳入|跟上|开展|进行|落实|引起)"
    r"|参差不齐|脱节|断档|懈怠|畏难|消极|怕|弱化|遗漏|错误|偏差|误区|存在.{0,24}(?:现象|问题|不足|差距|情况|困难|短板|漏洞|空白)"
    r"|(?:仍|还|尚|均|都|也)?(?:需|需要|须|待|要)(?:进一步|继续|不断|切实|加以|持续|再)(?:加强|提高|完善|拓展|拓宽|规范|改进|提升|增强|深化|强化|加大|健全|细化|丰富|优化|扩大|创新|充实|理顺|明确|补充|畅通)"
    r"|(?:仍|还|尚)需(?:加强|提高|完善|拓展|拓宽|规范|改进|提升|增强|深化|强化|加大|健全)"
    r"|重.{1,8}[轻,]轻?|空白|不多见|跟不上|走过场|一刀切|顾不上|赶不上|应付|被动|频繁|衔接不|压力大|制约|只(?:有|是|靠|能|停留|限)|仅(?:有|靠|能|限|是)|停留在|局限|漏报|迟报|瑕疵|吃力|生疏|陌生|找不到|看不懂|老化|掉队|陈旧|粗糙|枯燥|缓慢|狭窄|生硬|千篇一律|冷清|拖延|出入|混乱|凌乱|不便|分散|零散|浮于表面|断层|欠账|短缺|紧张|紧缺|不了解|有限|隐患|随意|偏重|把握不|拿不准|断更|僵尸|少有|较为?(?:传统|单一|简单|薄弱|滞后|笼统|被动|分散|狭窄|固定|有限|缺乏|欠缺|匮乏)|匮乏|无专|人少|忽视|轻视"
)
_VERB = (
    "加强|加大|健全|完善|建立|建好|拓宽|拓展|丰富|创新|规范|强化|优化|提升|落实|组织|开展|推进|推动|深化|细化|明确|严格|做好|抓好"
    "|确保|力争|努力|坚持|继续|扩大|充实|畅通|加快|提高|增强|突出|围绕|对照|增加|增设|增配|改进|把|将|按照|按|定期|及时|主动|积极|充分"
    "|认真|进一步|不断|切实|持续|着力|大力|深入|全面|注重|严把|狠抓|抓|配齐|配强|配备|选派|选配|举办|邀请|制定|制订|修订|出台|编制|梳理"
    "|清理|整合|设立|设置|开设|开通|探索|利用|运用|依托|借助|发挥|调整|改版|推行|实行|实施|公开|公布|发布|更新|纳入|压实|聚焦|紧扣|牢固|树立"
    "|转变|引导|督促|对|在|从|通过|结合|以|用好|办好|管好|建|搭建|打造|完成|补齐|补充|整改|排查|安排|研究|总结|学习|培训|宣传|征求|听取|收集|统一|适时|逐步|尽快|充实|密切|简化|理顺|延伸|向|多|每|凡是|由|实现|保证|保障|促进|支持|指定|安装|扎实|巩固|强力|精准|常态化|系统|列入|采取|对标|严肃|严格|争取|请|派|为|使|让|改变|改善|克服|解决|针对|继续|固化|畅|盘活|挖掘|设|开办|开辟|添置|购置|轮训|考核|通报|重点|切实|科学|合理|妥善|倡导|鼓励|动员|广泛|灵活|坚决|高度|提请|协调|主要|联合|会同|增|扩|倒排|挂牌|逐|再|新|建设|推广|普及"
)
_PLAN = r"将(?!近|军)|下一?步|今后|拟|计划|打算|力争|(?:要|应|须|必须|务必|需)(?:进一步|切实|继续|不断|着力|加强|加大|健全|完善|建立|拓宽|做好|抓好)"
_PRAISE = r"取得了?.{0,12}(?:成效|成绩|进展|进步|效果|提升)|成效(?:明显|显著)|虽然|虽有|尽管|(?:稳步|有序|顺利)(?:推进|开展)|有了?(?:较大|明显|一定|很大|新)?的?(?:提高|进步|提升|改善)"


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        "problem": re.compile(_PROBLEM),
        "verb": re.compile(f"(?:{_VERB})"),
        "plan": re.compile(_PLAN),
        "praise": re.compile(_PRAISE),
    }


def complains(text: str) -> bool:
    """Say whether the words state a shortcoming."""
    return bool(_patterns()["problem"].search(text))


def promises(text: str) -> bool:
    """Say whether the words begin with a verb of improvement or speak of what will be done."""
    return bool(_patterns()["verb"].match(text) or _patterns()["plan"].search(text))


def plans(text: str) -> bool:
    """Say whether the words speak of what will be done (将, 下一步, 要加强)."""
    return bool(_patterns()["plan"].search(text))


def praises(text: str) -> bool:
    """Say whether the words praise what was reached."""
    return bool(_patterns()["praise"].search(text))


def polarity(text: str) -> Polarity | None:
    """Return what a sentence does; its first clauses outweigh its later ones."""
    head = re.split("[,。;:]", text, maxsplit=1)[0]
    if complains(head) and not _plan_before_complaint(head):
        return "problem"
    if plans(text) or (promises(head) and not complains(text)):
        return "measure"
    if complains(text):
        return "problem"
    return "praise" if praises(text) else None


def _plan_before_complaint(head: str) -> bool:
    """「针对公开不及时的问题」「解决更新不及时」 and 「将…不规范…」 name a shortcoming to end it."""
    plan = re.match(
        r"(?:针对|解决|改变|克服|改进|纠正|消除|杜绝|防止|避免|整治|补齐|围绕|对照|对|下一?步|今后|将|切实|进一步|着力)",
        head,
    )
    return bool(plan) and not re.search(r"有待|亟待|(?:还|仍|尚)(?:不|需)", head)
