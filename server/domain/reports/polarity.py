"""Does a sentence complain, promise, or praise? Verbs decide; nouns are left to the classes."""

import re
from functools import cache
from typing import Literal

Polarity = Literal["problem", "measure", "praise"]

_NOT = (
    r"不(?:够|太|尽|甚|大(?!于)|很|足|高|强|深|全|广|多(?!于)|实(?!行|施)|细|严|明(?!示)|清|力"
    r"|畅|熟|准(?!备|确?定)|快|主动|积极|重视|到位|及时|规范|健全|完善|平衡|均衡"
    r"|一致|统一|透彻|丰富|充分|理想|适应|相?符|具体|完整|全面|准确|清晰|清楚|科学|合理|扎实"
    r"|顺畅|明显|稳定|熟悉|熟练|精准|深入|经常|系统|灵活|精细|方便|便捷|便利"
    r"|固定|紧密|理解|了解|愿|敢|善于|懂|会(?!议|同)|平|牢|浓|长|匹配|齐|均|突出|鲜明|通畅"
    r"|对口|落实|配套|专业|活|优|多样|多元|显著|相适应|常态|持续|能|便|易|佳|妥|当|密|同步"
    r"|衔接|彻底|细致|流畅|到|见|好)"
    r"|(?<![绝从])不[\u4e00-\u9fff]{1,3}(?=[,。;、!]|等|的(?:问题|现象|情况|情形)|$)"
)
_NOT_COMPLAINT = re.compile(
    r"不过|不断|不仅|不但|不予公开|不得|不少于|不低于|不超过|不涉密|不少(?!于)|不定期|不动产|不留死角"
    r"|不折不扣|不为例外|不公开为例外|不同形式|不同渠道|不同层次|不漏|不断线|不断档|永不|绝不"
    r"|决不|不再|少于|不忘|不含|不高于|不同(?!步|程度)|应公开不公开"
)
_FAINT = (
    r"有待|亟待|亟需|急需|尚待|(?:有|存|还)差距|欠(?:缺|妥|佳|及时|规范|完善|丰富|全面|账|深"
    r"|细)|缺(?:乏|少|失|位|口|陷|人|专|项|漏|编)|薄弱|滞后|单一|单调|呆板|死板|老套|简略|过于"
    r"|繁琐|复杂|卡顿|掉线|故障|打不开|形同虚设|零基础"
    r"|(?:偏|较|很|过|太|更|还|略|明显|比较|相对)(?:少|低|弱|慢|窄|差|小|粗|散|浅|迟|老|重|晚"
    r"|长|旧|传统|笼统|简单|淡薄|滞后|单一|生硬|陈旧|短|困难|零散|固定|被动|有限|频繁|模糊"
    r"|空泛|缓慢)"
    r"|仍(?:然|在)?(?:用|靠|按|是|处|停|沿|依)|差距|流于[^,。;]{2}|落后|模糊|短板|弱项|瓶颈|难以|[很较甚]难|(?:有|存在)[^,。;]{0,4}距离|困难|障碍|漏洞"
    r"|盲区|盲点|断层|淡薄|淡漠|欠佳|不良|差错"
    r"|(?:未|没有?|没能|尚无|无法|无人|无专)(?:能|及时|有效|充分|完全|真正|形成|建立|做到|达到"
    r"|按|得到|严格|明确|实现|全面|全部|覆盖|很好|更新|专门|专职|专人|固定|设|配|公开|纳入"
    r"|跟上|开展|进行|落实|引起|同步|统一|标注|说明|注明|发布|定期|安排|细化|制定|区分|隐去|人"
    r"|相应)"
    r"|(?:未|没有|没)[\u4e00-\u9fff]{1,4}(?=[,。;、]|的(?:问题|现象|情况)|$)|参差不齐|脱节"
    r"|断档|懈怠|畏难|消极|(?<!不)怕|弱化|遗漏|错误|偏差|误区|错漏|疏漏|纰漏|失误"
    r"|存在[^。;]{0,24}(?:现象|问题|不足|差距|困难|短板|漏洞|空白|偏差|隐患|薄弱)"
    r"|(?:仍|还|尚|均|都|也|,)?(?:需|需要|须|待|要|应)(?:进一步|继续|不断|切实|加以|持续"
    r"|再)(?:地)?(?:加强|提高|完善|拓展|拓宽|规范|改进|提升|增强|深化|强化|加大|健全|细化|丰富"
    r"|优化|扩大|创新|充实|理顺|明确|补充|畅通|深入|挖掘|加快|压实)"
    r"|(?:仍|还|尚|也)(?:需|需要|要|待|须)(?:再)?(?:加强|提高|完善|拓展|拓宽|规范|改进|提升"
    r"|增强|深化|强化|加大|健全|充实|细化|优化|改善)"
    r"|(?:需|待)(?:进一步|继续|再)?(?:加强|提高|提升|加大|改进|完善|丰富|拓宽|优化|规范|强化|健全"
    r"|细化|增强|深化|扩大|充实|改善|压实|加快)(?=[,。;]|$)"
    r"|重[^,。;重]{1,6}[、,]?轻|空白|空缺|空洞|不多见|跟不上|走过场|一刀切|顾不上|赶不上|应付"
    r"|被动|频繁|压力大|制约|只(?:有|是|靠|能|停留|限|注重|重视)|仅(?:有|靠|能|限|是|停留)"
    r"|停留在|局限|漏报|迟报|错报|瑕疵|破损|损坏|闲置|停滞|停更|缺口|不均|吃力"
    r"|生疏|陌生|找不到|看不懂|看不到|老化|掉队|陈旧|粗糙|枯燥|缓慢|迟缓|狭窄|生硬|千篇一律"
    r"|冷清|拖延|出入|混乱|凌乱|分散|零散|浮于表面|欠账|短缺|紧张|紧缺|有限|隐患|随意|偏重"
    r"|拿不准|断更|僵尸|少有|匮乏|忽视|轻视|忽略"
    r"|各自为战|各自为政|两张皮|五花八门|打折扣|(?<![相偏误])差(?![异别额旅距错价])|人少|少且"
    r"|较为(?:传统|单一|简单|薄弱|滞后|笼统|被动|分散|狭窄|固定|有限|缺乏|欠缺|匮乏|陈旧|呆板)"
    r"|(?:程度|比例|频率|效率|水平|数量|内容|信息|原创|渠道|形式|解读|互动|反馈|培训|人手|手段"
    r"|频次|次数|案例|栏目|经验|载体|调研)[^,。;]{0,4}(?:少|不多|低)(?!于|数)"
    r"|慢(?=[,。;、]|$)|面窄|窄(?=[,。;、]|$)|周期长|反复催|难(?=[,。;、]|$)|难(?:找|查|打通|度大)|堆砌|照搬|照抄"
    r"|雷同|重复|交叉|多头|口径不一|更替频繁|变动(?:较多|频繁)|流动性(?:大|强)"
    r"|以[^,。;]{1,8}为主(?=,)"
)
_STRONG = re.compile(
    r"有待|亟待|亟需|尚未|仍未|还没有|跟不上|较为|(?:还|仍|仍然|尚|也)(?:不|存在|有|需|要)"
    r"|需(?:要)?(?:进一步|加强|不断|加大|提高)"
    r"|不(?:够|大(?!于)|高(?!于)|强|深|全|严|细|实(?!行|施)|广|多(?!于)|足|到位|及时|规范|彻底"
    r"|平衡|均衡|熟|明显|准|力|健全|完善|统一|丰富|充分|主动|清|畅|紧|密|透|具体|完整|准确"
    r"|理想|一致|同步|配套|积极|重视)"
    r"|偏(?:少|低|弱|慢|窄|小)|(?:较|太|过于)(?:少|低|弱|慢|窄|单一|简单)|滞后|单一"
    r"|薄弱(?!环节)|欠缺|缺乏|缺少|有差距|流于形式|少(?=[,。;]|$)|难(?=[,。;]|$)|慢(?=[,。;]"
    r"|$)"
)
_ANSWERS = re.compile(
    r".{0,12}(?:针对|解决|改变|克服|纠正|扭转|杜绝|防止|避免|补齐|整治|消除|查找|整改|改善"
    r"|防范|确保|破解|弥补|着力|切实)"
)
_NOUNS = frozenset(
    [
        "公开",
        "公布",
        "公示",
        "培训",
        "宣传",
        "学习",
        "更新",
        "发布",
        "解读",
        "考核",
        "监督",
        "审核",
        "整改",
        "管理",
        "落实",
        "组织",
        "领导",
        "建设",
        "设置",
        "安排",
        "规范",
        "服务",
        "保障",
        "征求",
        "实施",
        "执行",
        "推广",
        "开展",
        "推进",
        "协调",
        "总结",
        "研究",
        "走访",
        "整合",
        "考评",
        "通报",
    ]
)
"""Verbs that are as often nouns: before a complaint (更新不及时) they are its subject."""
_SETTING = re.compile(
    r"(?:(?:对照|按照|根据|结合|随着|由于|因|受|与|同|从|关于|总的来看|总体上?看|整体来看"
    r"|客观上?)[^,。;]{2,40},)?"
)
"""An opening that only sets the scene; the verdict is in what follows."""
_VERB = (
    "加强|加大|健全|完善|建立|建好|建成|拓宽|拓展|丰富|创新|规范|强化|优化|提升|落实|组织"
    "|开展|推进|推动|深化|细化|明确|严格|做好|抓好|做到|做实|做细"
    "|确保|力争|努力|坚持|继续|扩大|充实|畅通|加快|提高|增强|突出|围绕|对照|增加|增设|增配"
    "|增开|改进|把|将|按照|按|定期|及时|主动(?!性)|积极(?!性)|充分"
    "|认真|进一步|不断|切实|持续|着力|大力|深入|全面|注重|严把|严守|严明|狠抓|抓|配齐|配强"
    "|配备|选派|选送|选配|选定|印发|下发|换|更换|张贴|聘用|招录|加印|加装|签订|约请|托|借|腾"
    "|挤出|拿出|列出|列明|亮出|晒出|送|选聘|举办|邀请|制定|制订|制作|修订|出台|编制|编发|编印"
    "|梳理"
    "|清理|整合|设立|设置|开设|开通|探索|利用|运用|依托|借助|发挥|调整|改版|推行|推出|实行"
    "|实施|试行|公开(?!的|内容|形式|平台|渠道|范围|意识|时效|程序|制度|力度|质量|栏|目录|方式"
    "|手段|主体|事项|水平|深度|工作|不|得)|公布|公示|发布|更新|纳入|压实|压紧|聚焦|紧扣|紧盯"
    "|牢固|树立"
    "|转变|引导|督促|对(?!.{1,20}(?:不|较|偏|把握|掌握))|在(?=[^,。"
    ";]{1,30}(?:设立|设置|增设|建|增|开设|安装|配))|从(?=[^,。"
    ";]{1,20}(?:抓|做|入手))|通过|结合|以(?!.{1,10}为主,)|用好|办好|管好|建(?!设)|搭建|打造"
    "|完成|补齐|补充|整改|排查|安排|研究|总结|学习|培训|征求|听取|收集|统一|适时|逐步|尽快"
    "|密切|简化|理顺|延伸|向(?=.{1,20}(?:公开|发|征|推))|多(?=[^数少]{2,8}(?:形式|渠道|听))"
    "|每(?=[年月季周半])"
    "|凡是|由(?!于)|实现|保证|保障|促进|支持|指定|安装|扎实|巩固|强力|精准|常态化|列入|采取"
    "|对标|严肃|争取|请|派|让|改变|改善|克服|解决|针对|扭转|杜绝|防止|避免|整治|纠正|消除"
    "|固化|盘活|挖掘|设(?!置重)|开办|开辟|添置|购置|轮训|考核|通报"
    "|重点|科学|合理|妥善|倡导|鼓励|动员|广泛|灵活|坚决|高度|提请|协调|联合|会同|扩充|扩建"
    "|增补|倒排|挂牌|逐步|逐项|逐条|重新|推广|普及|启用|组建|合并|取消|下达|下沉|联动"
    "|与(?=.{1,20}联)|遵循|遵照|恪守|吸收|吸纳|构建|形成|固本|抢抓|紧紧|进行|定人|专人|选好"
    "|配好|管住|摸清|厘清|划定|统筹|改造|升级|扩面|延长|缩短|前移|关口|评选|表彰|约谈|追究"
    "|问责|倾听|走访|汇编|归集|对接|引进|引入|聘请|新建|新增|新设|上线|接入|打通|深挖"
)
_PLAN = (
    r"(?<![即])将(?!近|军|士)|(?:^|[,。;])下一?步|今后|拟(?!定|办)|打算|力争|(?:^|[,;])(?:要"
    r"|应|须|必须|务必)(?=[^求点素])|(?:要|应|须|必须|务必)(?:进一步|切实|继续|不断|着力"
    r"|加强|加大|健全|完善|建立|拓宽|做好|抓好)"
)
_PRAISE = (
    r"取得了?[^,。;]{0,14}(?:成效|成绩|进展|进步|效果|提升|突破)|成效(?:明显|显著)|虽然|虽有"
    r"|尽管|(?:稳步|有序|顺利|扎实|平稳)(?:推进|开展|有序|完成|运行)"
    r"|有了?(?:较大|明显|一定|很大|新|长足)?的?(?:提高|进步|提升|改善|成效)|反响良好"
    r"|得到(?:群众)?好评|已(?:经)?(?:先行|全部|逐[一项条])?(?:整改|完成|落实|建立|解决|实现|到位)"
)


_FAINT_VERBS = _NOUNS | frozenset(
    [
        "对",
        "在",
        "从",
        "以",
        "由",
        "向",
        "让",
        "把",
        "与",
        "按",
        "按照",
        "通过",
        "结合",
        "多",
        "每",
        "请",
        "及时",
        "主动",
        "积极",
        "充分",
        "认真",
        "全面",
        "重点",
        "广泛",
        "统一",
        "联合",
        "专人",
        "进行",
    ]
)
"""Words that open a promise or a complaint alike."""
_SOME = re.compile("(?:有的|有些|个别|少数|部分|一些|有时)")
_HINT = re.compile("没|不|未|少|无|空|才|只|仅|难|缺")


@cache
def _patterns() -> dict[str, re.Pattern[str]]:
    return {
        "problem": re.compile(f"(?:{_NOT}|{_FAINT})"),
        "verb": re.compile(f"(?:{_VERB})"),
        "plan": re.compile(_PLAN),
        "praise": re.compile(_PRAISE),
    }


def leaning(text: str, role: str | None) -> Polarity | None:
    """Return what a sentence does where its place has announced a role already.

    Under an announced role a faint sign of the other side is not enough: 「公开栏设在院内」 among
    problems promises nothing, 「变被动为主动」 among measures complains of nothing.
    """
    kind = polarity(text)
    if role == "measure" and kind == "problem" and not _STRONG.search(_head(text)):
        return "measure"
    if kind is None and role is None and _SOME.match(text) and _HINT.search(text):
        return "problem"
    doubtful = role == "problem" and kind == "measure" and not _firm(text)
    return "problem" if doubtful and (complains(text) or _HINT.search(text)) else kind


def _firm(text: str) -> bool:
    """Say whether a promise is one wherever it stands: a plan, or a verb of improvement."""
    verb = _patterns()["verb"].match(text)
    return plans(text) or (verb is not None and verb[0] not in _FAINT_VERBS)


def complains(text: str) -> bool:
    """Say whether the words state a shortcoming."""
    return bool(_patterns()["problem"].search(_NOT_COMPLAINT.sub("", text)))


def reproves(text: str) -> bool:
    """Say whether the words surely state a shortcoming (还不到位) and promise nothing."""
    return bool(_STRONG.search(_NOT_COMPLAINT.sub("", text))) and polarity(text) == "problem"


def promises(text: str) -> bool:
    """Say whether the words begin with a verb of improvement or speak of what will be done."""
    return bool(_patterns()["verb"].match(text) or _patterns()["plan"].search(text))


def plans(text: str) -> bool:
    """Say whether the words speak of what will be done (将, 下一步, 要加强)."""
    return bool(_patterns()["plan"].search(text))


def praises(text: str) -> bool:
    """Say whether the words praise what was reached."""
    return bool(_patterns()["praise"].search(text))


def _plans_first(text: str) -> bool:
    """Say whether the words speak of what will be done before they complain."""
    plain = _NOT_COMPLAINT.sub("", text)
    plan, wrong = _patterns()["plan"].search(plain), _patterns()["problem"].search(plain)
    return plan is not None and (wrong is None or plan.start() < wrong.start())


def _head(text: str) -> str:
    return re.split("[,。;:]", text, maxsplit=1)[0]


def polarity(text: str) -> Polarity | None:
    """Return what a sentence does; its opening verb and first clauses outweigh its later ones."""
    text = text[_SETTING.match(text).end() :]  # type: ignore[union-attr]  # it matches the empty text
    head = _head(text)
    verb = _patterns()["verb"].match(text)
    noun = verb is not None and verb[0] in _NOUNS and complains(head)
    opens_well = (
        verb is not None and not noun and (bool(_ANSWERS.match(text)) or not _STRONG.search(head))
    )
    if opens_well or (_plans_first(text) and not complains(head)):
        return "measure"
    if complains(text):
        return "problem"
    return "praise" if praises(text) else None
