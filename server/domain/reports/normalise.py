"""Decoded text -> text that one grammar can read, with a map back to the decoded offsets.

Characters are only replaced one for one or deleted, so the map is a short list of kept runs
and every later span can be given in offsets of the decoded text.
"""

import re
import unicodedata
from bisect import bisect_right
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache

from server.domain.reports.wrapping import soft_breaks

# NFKC leaves the CJK radicals supplement (U+2E80-2EFF) alone; scanners and PDF producers emit it.
_RADICALS = dict(
    zip(
        "⺀⺊⺌⺗⺝⺟⺠⺩⺪⺫⺬⺮⺯⺶⺼⻀⻁⻂⻄⻅⻆⻉⻋⻌⻍⻎⻑⻒⻓⻔⻖⻗⻘⻙⻚⻛⻜⻝⻟⻠⻢⻣⻤⻥⻦⻧⻨⻩⻪⻫⻬⻮⻰⻳",
        "冫卜小心月母民王疋目示竹糸羊肉艹虎衤西见角贝车辶辶辶长镸长门阝雨青韦页风飞食饣饣马骨鬼鱼鸟卤麦黄黾齐齐齿龙龟",
        strict=True,
    )
)
_TRADITIONAL = frozenset(
    "開關報發務實現對們個為來這經進過時會長無機學業國與應當據從將後處訊資導組織責構設備項問題"
    "條規範點總結標準種類萬億員節製圖書館鎮鄉區縣局單門戶網絡頁鏈專欄廳檔評議審查訴訟複議覆"
    "辦領聯繫華東車馬風電話號碼線營產動態變歷史記錄證檢驗監視聽質勞衛醫藥農場財費稅價買賣優勢"
    "擴寬豐內強創豐創內於並僅屬圍滿認識參與體係級達運輸輯權錢須顯階層際雙歲極樣檢溝滯遲漸濟"
)
_CIRCLED = range(0x2460, 0x2500)
_JUNK = re.compile(
    r"[\u200b-\u200f\u202a-\u202e\u2060-\u2064\ufeff\u00ad\x00]|\r(?=\n)"
    r"|(?<=[\u4e00-\u9fff])\([a-zāáǎàōóǒòēéěèīíǐìūúǔùǖǘǚǜüńňǹɡ]{1,7}\)"
    r"|(?<=[\d一二三四五六七八九十〇])[ \t]+(?=[年月日条件次个人元万份篇项宗起期场])"
    r"|(?<=[年月])[ \t]+(?=\d)"
    r"|(?m:^[ \t]*+[|l│┃¦][ \t]*+)(?=[一二三四五六七八九十]{1,3}、)"
    r"|(?m:^[ \t]*+[-—–―_·.][-—–―_·. ]*+第?[ \t]*+\d{1,3}[ \t]*+页?[-—–―_·. ]++[ \t]*+$\n?)"
    r"|(?m:^[ \t]*+第[ \t]*+\d{1,3}[ \t]*+页[ \t]*+[,/]?[ \t]*+"
    r"(?:共[ \t]*+\d{1,3}[ \t]*+页)?[ \t]*+$\n?)"
    r"|(?m:^[ \t]*+\d{1,3}[ \t]*+/[ \t]*+\d{1,3}[ \t]*+$\n?)"
)
_CHROME = re.compile(
    r"(?m:^[ \t]*+[\[【(<]?(?:"
    r"打印(?:本页|此页|文章)?|关闭(?:窗口|本页|此页)?|返回(?:顶部|列表|首页)?|收藏(?:本页)?"
    r"|分享(?:到|至)?"
    r"|我要纠错|纠错|上一[篇页条]|下一[篇页条]|(?:设为)?首页|繁体(?:版)?|无障碍(?:浏览|阅读)?"
    r"|回到顶部|扫一扫"
    r"|字体(?:大小)?|字号|视力保护色|微信|微博|阅读(?:次数|量)|浏览(?:次数|量)?|点击(?:数|次数"
    r"|率)?|访问量"
    r"|您?(?:现在)?的?(?:当前)?位置|您的浏览器|正在加载|加载中|版权所有|主办单位|承办单位"
    r"|技术支持|网站标识码"
    r"|相关(?:阅读|新闻|文章|推荐|信息|内容)|延伸阅读|推荐阅读|热门推荐|往期回顾|扫描二维码|扫一扫在手机打开当前页|相关链接|相关附件|责任编辑|[^\n。]{0,20}ICP备"
    r"|[^\n。]{0,12}公网安备"
    r")(?:[\]】)>:|\s].{0,60})?$\n?)"
)


@dataclass(frozen=True, slots=True)
class NormalText:
    """Normalised text; `starts[i]` in `text` is `sources[i]` in the decoded text."""

    text: str
    starts: tuple[int, ...]
    sources: tuple[int, ...]

    def source(self, index: int) -> int:
        """Return the decoded offset of the normalised character at `index`."""
        run = max(bisect_right(self.starts, index) - 1, 0)
        return self.sources[run] + index - self.starts[run]

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return the decoded range that covers the normalised range (never empty)."""
        return self.source(start), self.source(max(end - 1, start)) + 1

    def index(self, source: int) -> int:
        """Return the normalised offset of the first kept character at or after `source`."""
        run = max(bisect_right(self.sources, source) - 1, 0)
        limit = self.starts[run + 1] if run + 1 < len(self.starts) else len(self.text)
        return min(self.starts[run] + max(source - self.sources[run], 0), limit)


def normalise(text: str) -> NormalText:
    """Return the readable form of decoded `text`; cost grows linearly with its length."""
    plain = NormalText(flatten(text), (0,), (0,))
    for pattern in (_JUNK, _CHROME):
        plain = _without(plain, (found.span() for found in pattern.finditer(plain.text)))
    return _without(plain, soft_breaks(plain.text))


def flatten(text: str) -> str:
    """Return the text with letters replaced one for one: offsets stay those of the decoded text."""
    return text.translate(_table(text))


def _without(normal: NormalText, spans: Iterable[tuple[int, int]]) -> NormalText:
    """Delete `spans` (ascending, disjoint) and keep the map."""
    kept = list(_kept(spans, len(normal.text)))
    starts, sources, length = [], [], 0
    for start, end in kept:
        for first, last in _runs(normal, start, end):
            starts.append(length)
            sources.append(normal.source(first))
            length += last - first
    text = "".join(normal.text[start:end] for start, end in kept)
    return NormalText(text, tuple(starts) or (0,), tuple(sources) or (0,))


def _kept(spans: Iterable[tuple[int, int]], length: int) -> Iterator[tuple[int, int]]:
    position = 0
    for start, end in spans:
        if start > position:
            yield position, start
        position = end
    if position < length:
        yield position, length


def _runs(normal: NormalText, start: int, end: int) -> Iterator[tuple[int, int]]:
    """Cut [start, end) where an earlier deletion broke the map."""
    run = bisect_right(normal.starts, start)
    while run < len(normal.starts) and normal.starts[run] < end:
        yield start, normal.starts[run]
        start = normal.starts[run]
        run += 1
    yield start, end


def _table(text: str) -> dict[int, str]:
    """Return the one-for-one replacements that this text needs."""
    letters = set(text)
    table = {ord(letter): plain for letter in letters if (plain := _plain(letter)) != letter}
    table[ord("\r")] = "\r" if "\r\n" in text else "\n"
    if letters & _TRADITIONAL or any(value in _TRADITIONAL for value in table.values()):
        for letter in letters:
            table[ord(letter)] = _simplified(table.get(ord(letter), letter))
    return table


def _plain(letter: str) -> str:
    if letter < "\x80" or ord(letter) in _CIRCLED:
        return {"\x0b": "\n", "\x0c": "\n"}.get(letter, letter)
    if letter in "\u2028\u2029\x85":
        return "\n"
    plain = unicodedata.normalize("NFKC", _RADICALS.get(letter, letter))
    return plain if len(plain) == 1 else letter


def _simplified(letter: str) -> str:
    simple = str(_converter().convert(letter)) if letter > "\x7f" else letter
    return simple if len(simple) == 1 else letter


@cache
def _converter():  # type: ignore[no-untyped-def]  # opencc ships no types
    import opencc  # noqa: PLC0415  # slow to load, needed for traditional characters alone

    return opencc.OpenCC("t2s")
