"""Enumerators of official prose: 一、 （一） 一是 第一， 首先 一方面 1. （1） ① and bullets.

Everything here reads normalised text: brackets, colons and commas are half-width.
"""

import re
import unicodedata
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache

from server.domain.reports.numerals import chinese_number

_CN = "[一二三四五六七八九十]"
_FAMILIES = {
    "section": rf"第{_CN}{{1,3}}(?:部分|章|节)[、:,. ]?",
    "cn_paren": rf"(?:[(〔\[【<〈]\s?{_CN}{{1,3}}\s?(?:[)〕\]】>〉]|、)|{_CN}{{1,3}}\))[、.,:]?",
    "is": rf"{_CN}{{1,2}}(?:是要|要是|是|要|则|来)(?![否非素求点件害闻目])[,、]?",
    "di": rf"第\d{{1,2}}(?:,|、|\.)|第{_CN}{{1,2}}(?:,|、|:|\.|是)是?,?|其{_CN}(?:,|、|:|\."
    rf"|是)+|第{_CN}(?:步|条|点|项)(?:,|、|:|是)+|[{_CN[1:-1]}]者(?:,|、|:|是)+|第{_CN}{{1,2}}[ \t]"
    rf"|第{_CN}个(?:问题|方面|不足|短板)?(?:,|:|是)+",
    "first": r"(?:首先|首要的?是|其次|再次|再者|再有|最后)(?:是|要|,|:)*",
    "side": r"(?:一个是|另一个是|再一个是|还有一个是|一方面|另一方面|再一方面|又一方面"
    r"|另外一方面)(?:是|要)?[,:]?",
    "cn": rf"{_CN}{{1,3}}\s?(?:、|[.,:](?!\d))",
    "num_paren": r"(?:[(\[【〔]\s?\d{1,2}\s?[)\]】〕]|\d{1,2}\)|[⑴-⒇])[、.,:]?",
    "level": (
        r"\d{1,2}(?:\.\d{1,2}){1,3}(?![\d.])(?=[、.\s]?[\u4e00-\u9fff])"
        r"(?!\s?[万亿元条件个年月日%米公倍])[、.]?"
    ),
    "num": r"(?:\d{1,2}|l)\s?(?:、|[.,:](?!\d)|\.(?=\d{1,2}月|20\d\d年))|[⒈-⒛]"
    r"|\d{1,2}(?=[\u4e00-\u9fff]{2,18}[。:])(?!\d?[年月日条件次个人元万份篇项名家类])",
    "spaced": r"\d{1,2}[ \t]+(?=[\u4e00-\u9fff“]{4})(?!\d+\s[年月日条件次个人元万份篇项名家类])",
    "roman": r"(?:[IVX]{1,4}|[Ⅰ-Ⅻⅰ-ⅻ])\s?[、.:)]",
    "stem": r"[甲乙丙丁戊己庚辛][、.:]|[A-Ha-h][.、)]\s?(?=[\u4e00-\u9fff“\d])|\([甲乙丙丁戊己]\)",
    "circled": r"[①-⑳❶-❿㈠-㈩][、.,:]?",
    "dash": r"[-–—]{1,2}[ \t]?(?=[\u4e00-\u9fff“])",
    "bullet": r"[•√✓→➤➢❖+◇●■◆▪·★☆※►▶○◇□▲△✦◎\ue000-\uf8ff]|\*",
}
_START_ONLY = frozenset({"section", "dash", "level", "spaced"})
"""Families that mark an item only at the start of a line."""
_AFTER = {
    "cn": "。;:!? \t　",
    "is": "。;:!?,、 \t)”》年",
    "num": "。;:!? \t",
    "roman": "。;:!? \t",
    "stem": "。;:!? \t",
    "bullet": "。;:!? \t",
    "first": "。;:,!? \t将要",
    "side": "。;:,!? \t局镇乡县区市院校委办所站部们将位关道心",
}
_ANYWHERE = "。;:!?,、 \t)”》"
_BEFORE = _ANYWHERE + "年要局镇乡县区市院校委办所站部们将位关道心"
_ORDER = {"首先": 1, "首要": 1, "其次": 2, "再次": 3, "再者": 3, "再有": 3, "最后": 9}
_LONGEST_TURN = 8
_SIDES = {"一方面": 1, "一个是": 1}


@dataclass(frozen=True, slots=True)
class Mark:
    """An enumerator: its `family`, its number (None for bullets) and where the content begins."""

    family: str
    ordinal: int | None
    start: int
    content: int


@cache
def _at() -> re.Pattern[str]:
    groups = "|".join(f"(?P<{name}>{grammar})" for name, grammar in _FAMILIES.items())
    return re.compile(rf"(?:{groups})[ \t]*")


@cache
def _inline() -> re.Pattern[str]:
    groups = "|".join(
        f"(?P<{name}>{grammar})" for name, grammar in _FAMILIES.items() if name not in _START_ONLY
    )
    return re.compile(rf"(?<=[{_BEFORE}])(?:{groups})[ \t]*")


@cache
def _turn() -> re.Pattern[str]:
    return re.compile(
        r"(?:下一?步|今后|明年|来年|为此|对此|\d{4}年|(?:问题|不足|措施)(?:有|是|如下)?),$"
    )


def mark_at(text: str, position: int) -> Mark | None:
    """Return the mark that a line has at `position` (its first non-blank character)."""
    found = _at().match(text, position)
    return _mark(found) if found else None


def inline_marks(text: str, start: int, end: int) -> Iterator[Mark]:
    """Yield the marks inside a line, where punctuation before them allows one."""
    for found in _inline().finditer(text, start, end):
        family = found.lastgroup or ""
        before = text[found.start() - 1]
        allowed = before in _AFTER.get(family, _ANYWHERE) or _after_turn(text, start, found)
        if allowed and found.end() < end:
            yield _mark(found)


def _after_turn(text: str, start: int, found: re.Match[str]) -> bool:
    """Say whether a first number follows 下一步， or 今后， which leads to its list."""
    lead = _turn().search(text, max(start, found.start() - _LONGEST_TURN), found.start())
    return lead is not None and found.lastgroup in {"num", "cn"} and _number(found[0]) == 1


def _mark(found: re.Match[str]) -> Mark:
    family = found.lastgroup or ""
    return Mark(family, _ordinal(family, found[0]), found.start(), found.end())


def _ordinal(family: str, mark: str) -> int | None:
    own = _NUMBERED.get(family)
    return own(mark) if own else _number(mark)


def _number(mark: str) -> int | None:
    digits = re.findall(r"\d+", mark)
    if digits:
        return int(digits[-1])
    chinese = re.search(rf"{_CN}+", mark)
    return chinese_number(chinese[0]) if chinese else _single(mark[0])


def _stem(mark: str) -> int:
    """Return the number of 甲, 乙 or A, b."""
    stems = "甲乙丙丁戊己庚辛" if mark[0] > "z" else "abcdefgh"
    return stems.index(mark[0].lower()) + 1


def _circled(letter: str) -> int:
    first = next(start for start in "㈠❶①" if letter >= start)
    return ord(letter) - ord(first) + 1


def _roman(mark: str) -> int:
    """Return the number of Ⅱ, ii or VI."""
    letters = unicodedata.normalize("NFKC", mark).upper()
    tens = letters.startswith("X")
    ones = re.sub("[^IVX]", "", letters[tens:])
    return 10 * tens + (_ROMAN.index(ones) if ones in _ROMAN else 0)


def _none(mark: str) -> None:  # bullets have no number, whatever they look like
    return None


def _single(letter: str) -> int:
    """Return the number of ⑴, ⒈ or of the letter l that stands for 1."""
    if letter == "l":
        return 1
    first = "⒈" if letter >= "⒈" else "⑴"
    return ord(letter) - ord(first) + 1


_ROMAN = ("", "I", "II", "III", "IV", "V", "VI", "VII", "VIII", "IX")
_NUMBERED: Mapping[str, Callable[[str], int | None]] = {
    "bullet": _none,
    "dash": _none,
    "first": lambda mark: _ORDER[mark[:2]],
    "side": lambda mark: _SIDES.get(mark[:3], 2),
    "stem": lambda mark: _stem(mark.strip("(")),
    "roman": _roman,
    "circled": lambda mark: _circled(mark[0]),
}
"""Families whose marks are no plain numbers."""
