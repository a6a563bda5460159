"""A State Council notice as it was published, read into days and judged.

What does not agree with itself is a problem with its place and remedy, and nothing is taken from
such a text; what merely surprises is a doubt for the person who confirms.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import date, timedelta

from server.domain.dates import chinese_date, weekday_name
from server.domain.notice_judging import FESTIVALS, Holiday, ReadNotice, judged

LONGEST = 15
"""No notice ever joined more days into one holiday; more is a date mistyped."""
DECEMBER = 12

_NUMBER = re.compile(r"国办发(?:明电)?[〔\[(﹝]\d{4}[〕\])﹞]\d+号")
_TITLE = re.compile(r"关于(?:调整)?(\d{4})年[^。]{0,30}通知|现将(\d{4})年元旦")
_HEAD = (
    r"(?:[一二三四五六七八九十]+、|\d+[.、])?"
    r"((?:(?:元旦|新年|春节|清明|劳动|端午|中秋|国庆)节?[、和与]?)+):"
)
_ITEM = re.compile(rf"(?:^|(?<=[\n。;:])){_HEAD}")
_WRAPPED = re.compile(rf"\n(?!{_HEAD})")
_SIGNED = re.compile(r"^国务院办公厅|^\d{4}年\d+月\d+日$")
_DATE = re.compile(r"(?:(\d{4})年)?(?:(\d{1,2})月)?(\d{1,2})[日号](?:\(([^)]*)\))?")
_COUNT = re.compile(r"(?:共|放假)(\d+)天")
_WEEKDAY = re.compile(r"(?:周|星期|礼拜)([一二三四五六日天])")


def read_notice(
    text: str,
    *,
    year: int | None = None,
    number: str = "",
    statutory: Mapping[date, str] | None = None,
) -> ReadNotice:
    """Return what a published notice says; `year` and `number` help where the text has none.

    `statutory` are the festivals of that year by the law, as far as they are known: each must lie
    within its holiday.
    """
    plain = plain_words(text)
    told = year or year_told(text)
    if told is None:
        return ReadNotice(None, "", (), (NO_YEAR,))
    reader = _Reader(told)
    holidays = tuple(reader.items(plain))
    read = ReadNotice(
        told,
        document_number(number) or document_number(plain),
        holidays,
        tuple(reader.problems),
        passed_over=tuple(reader.passed_over),
    )
    return judged(read, statutory or {})


def year_told(text: str) -> int | None:
    """Return the year that a notice arranges, by its title; None where it has none."""
    titled = _TITLE.search(plain_words(text))
    return int(titled[1] or titled[2]) if titled else None


NO_YEAR = (
    "没有找到标题“国务院办公厅关于××××年部分节假日安排的通知”，不知道是哪一年的安排。"
    "请连标题一起粘贴。"
)


def plain_words(text: str) -> str:
    """Return the text without blanks, its lines joined where an item was wrapped."""
    folded = unicodedata.normalize("NFKC", text).replace("；", ";")
    return _WRAPPED.sub("", "\n".join("".join(line.split()) for line in folded.splitlines()))


def document_number(words: str) -> str:
    """Return the document number within the words, in 〔〕; empty where there is none."""
    found = _NUMBER.search(plain_words(words))
    return re.sub(r"[\[(﹝]", "〔", re.sub(r"[\])﹞]", "〕", found[0])) if found else ""


class _Reader:
    """Reads item after item; the year and the month of one date hold for the next one."""

    def __init__(self, year: int) -> None:
        self.year = year
        self.problems: list[str] = []
        self.passed_over: list[str] = []

    def items(self, plain: str) -> Iterator[Holiday]:
        marks = list(_ITEM.finditer(plain))
        ends = [mark.start() for mark in marks[1:]] + [len(plain)]
        for mark, end in zip(marks, ends, strict=False):
            names = tuple(festival(each) for each in re.split("[、和与]", mark[1]) if each)
            yield self._item(names, plain[mark.end() : end])

    def _item(self, names: tuple[str, ...], words: str) -> Holiday:
        days: list[date] = []
        working: list[date] = []
        for sentence in re.split(r"[。;\n]", words):
            if sentence.endswith("上班") and "放假" not in sentence:
                working += self._dates(names, sentence)
            elif "放假" in sentence and not days:
                days = self._span(names, sentence)
            elif _DATE.search(sentence) and not _SIGNED.search(sentence):
                self.passed_over.append(sentence)
        if not days:
            self.problems.append(
                f"“{'、'.join(names)}”一项没有写明放假的日期，请核对原文是否完整。"
            )
        return Holiday(names, tuple(days), tuple(working))

    def _span(self, names: tuple[str, ...], sentence: str) -> list[date]:
        told = self._dates(names, sentence.partition("放假")[0])
        days = told
        if len(told) == 2 and re.search(r"[日号)]至", sentence):  # noqa: PLR2004 - from, to
            days = list(_through(*told))
        self._count(names, days, sentence)
        return days

    def _count(self, names: tuple[str, ...], days: list[date], sentence: str) -> None:
        stated = _COUNT.search(sentence)
        if stated and days and int(stated[1]) != len(days):
            self.problems.append(
                f"“{'、'.join(names)}”写明共{stated[1]}天，"
                f"但{chinese_date(days[0])}至{chinese_date(days[-1])}是{len(days)}天，请核对日期。"
            )

    def _dates(self, names: tuple[str, ...], words: str) -> list[date]:
        found: list[date] = []
        year, month = self.year, 0
        for told in _DATE.finditer(words):
            month = int(told[2] or month)
            in_advance = month == DECEMBER and "元旦" in names
            year = int(told[1]) if told[1] else self.year - in_advance
            day = self._day(names, year, month, int(told[3]))
            if day:
                self._weekday(names, day, told[4] or "")
                found.append(day)
        return found

    def _day(self, names: tuple[str, ...], year: int, month: int, number: int) -> date | None:
        try:
            return date(year, month, number)
        except ValueError:
            self.problems.append(
                f"“{'、'.join(names)}”中的“{month or '？'}月{number}日”不存在，请核对原文。"
            )
            return None

    def _weekday(self, names: tuple[str, ...], day: date, note: str) -> None:
        told = _WEEKDAY.search(note)
        if told and weekday_name(day)[1] != told[1].replace("天", "日"):
            self.problems.append(
                f"“{'、'.join(names)}”写的是{day.month}月{day.day}日（周{told[1]}），"
                f"而{chinese_date(day)}。请核对日期和年份。"
            )


def festival(told: str) -> str:
    """Return the festival's name as the law has it: 新年 is 元旦, 国庆 is 国庆节."""
    name = "元旦" if told.startswith(("元旦", "新年")) else told
    return name if name in FESTIVALS else f"{name}节"


def _through(first: date, last: date) -> Iterable[date]:
    length = min((last - first).days, LONGEST)
    return (first + timedelta(days=ahead) for ahead in range(length + 1))
