"""A State Council notice as it was published, read into days and judged.

What does not agree with itself is a problem with its place and remedy, and nothing is taken from
such a text; what merely surprises is a doubt for the person who confirms.
"""

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from server.domain.dates import chinese_date, weekday_name
from server.domain.festivals import SATURDAY
from server.domain.notices import Notice
from server.errors import InvalidInput

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
STATUTORY_DAYS = 13
"""Source: 全国年节及纪念日放假办法 Art. 2, version in force since 2025-01-01."""
LAW_COUNTS_FROM = 2025
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


@dataclass(frozen=True, slots=True)
class Holiday:
    """One numbered item of a notice: which festivals, which days off, which weekends are worked."""

    names: tuple[str, ...]
    days: tuple[date, ...]
    working: tuple[date, ...]

    @property
    def title(self) -> str:
        """Return the festivals as the notice names them: 国庆节、中秋节."""
        return "、".join(self.names)


@dataclass(frozen=True, slots=True)
class ReadNotice:
    """What a text says, and what is wrong with it."""

    year: int | None
    number: str
    """The document number, 国办发明电〔2025〕7号; empty where the text does not tell it."""
    holidays: tuple[Holiday, ...]
    problems: tuple[str, ...] = ()
    doubts: tuple[str, ...] = ()
    passed_over: tuple[str, ...] = ()
    """Sentences with dates that arrange nothing: 鼓励各单位安排职工在除夕（2月9日）休息."""

    @property
    def notice(self) -> Notice:
        """Return what the notice arranges.

        Raises: InvalidInput with every problem, when there is any.
        """
        if self.problems or self.year is None:
            raise InvalidInput("".join(self.problems))
        off = {day: each.title for each in self.holidays for day in each.days}
        working = frozenset(day for each in self.holidays for day in each.working)
        source = f"国务院办公厅关于{self.year}年部分节假日安排的通知（{self.number}）"
        return Notice(self.year, source, off, working)


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
    plain = _plain(text)
    told = year or year_told(text)
    if told is None:
        return ReadNotice(None, "", (), (NO_YEAR,))
    reader = _Reader(told)
    holidays = tuple(reader.items(plain))
    read = ReadNotice(
        told,
        _number(number) or _number(plain),
        holidays,
        tuple(reader.problems),
        passed_over=tuple(reader.passed_over),
    )
    return judged(read, statutory or {})


def year_told(text: str) -> int | None:
    """Return the year that a notice arranges, by its title; None where it has none."""
    titled = _TITLE.search(_plain(text))
    return int(titled[1] or titled[2]) if titled else None


NO_YEAR = (
    "没有找到标题“国务院办公厅关于××××年部分节假日安排的通知”，不知道是哪一年的安排。"
    "请连标题一起粘贴。"
)


def judged(read: ReadNotice, statutory: Mapping[date, str]) -> ReadNotice:
    """Return the same reading with all that is wrong or strange about it as a whole."""
    problems = [*read.problems, *_whole_faults(read), *_day_faults(read, statutory)]
    return ReadNotice(
        read.year,
        read.number,
        read.holidays,
        tuple(problems),
        () if problems else tuple(_doubts(read)),
        read.passed_over,
    )


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKC", text).replace("；", ";")
    return _WRAPPED.sub("", "\n".join("".join(line.split()) for line in folded.splitlines()))


def _number(words: str) -> str:
    found = _NUMBER.search(_plain(words))
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
            names = tuple(_festival(each) for each in re.split("[、和与]", mark[1]) if each)
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


def _festival(told: str) -> str:
    name = "元旦" if told.startswith(("元旦", "新年")) else told
    return name if name in FESTIVALS else f"{name}节"


def _through(first: date, last: date) -> Iterable[date]:
    length = min((last - first).days, LONGEST)
    return (first + timedelta(days=ahead) for ahead in range(length + 1))


def _whole_faults(read: ReadNotice) -> Iterator[str]:
    if not read.number:
        yield "没有找到文号（如 国办发明电〔2025〕7号），请在“文号”一栏填写。"
    named = [name for each in read.holidays for name in each.names]
    missing = [name for name in FESTIVALS if name not in named]
    if missing:
        yield f"缺少{'、'.join(missing)}的安排。请粘贴通知全文，七个节日都要有。"
    twice = sorted({name for name in named if named.count(name) > 1}, key=FESTIVALS.index)
    if twice:
        yield f"{'、'.join(twice)}出现了不止一次，请只保留一项。"


def _day_faults(read: ReadNotice, statutory: Mapping[date, str]) -> Iterator[str]:
    off = {day for each in read.holidays for day in each.days}
    for each in read.holidays:
        for day in each.working:
            yield from _working_faults(each, day, off)
        for day in each.days:
            if read.year and abs((day - date(read.year, 7, 1)).days) > 183 + 31:
                yield f"“{each.title}”中的{chinese_date(day)}不在{read.year}年前后，请核对年份。"
    for day, name in statutory.items():
        if off and day not in off:
            yield f"{chinese_date(day)}是法定节日（{name}），通知里却没有放假，请核对原文。"


def _working_faults(holiday: Holiday, day: date, off: set[date]) -> Iterator[str]:
    if day.weekday() < SATURDAY:
        yield f"“{holiday.title}”的调休上班日{chinese_date(day)}不是周末，请核对日期。"
    elif day in off:
        yield f"{chinese_date(day)}既列为放假又列为上班，请只保留一项。"


def _doubts(read: ReadNotice) -> Iterator[str]:
    """Yield what may be right and should be looked at: days off that the law does not account for.

    Every statutory day costs one working day wherever it falls; more days off are swapped for
    weekends worked.
    """
    off = [day for each in read.holidays for day in each.days if day.weekday() < SATURDAY]
    made_up = [day for each in read.holidays for day in each.working]
    free = len(off) - len(made_up)
    if (read.year or 0) >= LAW_COUNTS_FROM and free != STATUTORY_DAYS:
        yield (
            f"全年减少的工作日是 {free} 天"
            f"（放假占去 {len(off)} 个工作日，调休补班 {len(made_up)} 天），"
            f"法定节日是 {STATUTORY_DAYS} 天，请对照原文再核对一遍。"
        )


def table_notice(
    rows: Sequence[Sequence[str]],
    *,
    year: int | None,
    number: str,
    statutory: Mapping[date, str] | None = None,
) -> ReadNotice:
    """Return what a table says: one row a day with 日期, 安排 (放假 or 上班) and 节日.

    The year is that of most days. Raises nothing: what is wrong is among the problems.
    """
    return _Table(rows).read(year, number, statutory or {})


class _Table:
    def __init__(self, rows: Sequence[Sequence[str]]) -> None:
        self.heads = [each.strip() for each in rows[0]] if rows else []
        self.rows = rows[1:]
        self.problems: list[str] = []

    def read(self, year: int | None, number: str, statutory: Mapping[date, str]) -> ReadNotice:
        absent = [name for name in ("日期", "安排", "节日") if name not in self.heads]
        if absent:
            listed = "、".join(absent)
            self.problems.append(f"表格第 1 行缺少“{listed}”列，应有“日期、安排、节日”三列。")
            return ReadNotice(year, number, (), tuple(self.problems))
        off: dict[str, list[date]] = {}
        working: dict[str, list[date]] = {}
        for line, row in enumerate(self.rows, start=2):
            self._row(line, dict(zip(self.heads, row, strict=False)), off, working)
        holidays = tuple(
            Holiday((name,), tuple(sorted(days)), tuple(sorted(working.pop(name, ()))))
            for name, days in off.items()
        )
        self.problems += [f"“{name}”只有上班日，没有放假日，请补全。" for name in working]
        days = [day for each in holidays for day in each.days]
        most = max({day.year for day in days}, key=[d.year for d in days].count, default=None)
        read = ReadNotice(year or most, _number(number), holidays, tuple(self.problems))
        return judged(read, statutory)

    def _row(
        self,
        line: int,
        row: Mapping[str, str],
        off: dict[str, list[date]],
        working: dict[str, list[date]],
    ) -> None:
        told = [_plain(row.get(name, "")) for name in ("日期", "安排", "节日")]
        if not any(told):
            return
        place = f"表格第 {line} 行"
        whole = re.fullmatch(r"(\d{4})[-/.年](\d{1,2})[-/.月](\d{1,2})日?(?:00:00:00)?", told[0])
        try:
            day = date(*(int(part) for part in whole.groups())) if whole else None
        except ValueError:
            day = None
        names = told[2].removesuffix("假期")
        known = names and _festival(names) in FESTIVALS
        if day is None:
            self.problems.append(f"{place}的日期“{told[0]}”认不出，请写成 2027-01-01。")
        elif not known:
            self.problems.append(
                f"{place}的节日“{told[2]}”认不出，应是{'、'.join(FESTIVALS)}之一。"
            )
        elif told[1] not in ("放假", "上班"):
            self.problems.append(f"{place}的安排“{told[1]}”认不出，应是“放假”或“上班”。")
        else:
            kept = off if told[1] == "放假" else working
            kept.setdefault(_festival(names), []).append(day)
