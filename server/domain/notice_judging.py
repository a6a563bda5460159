"""What a holiday notice says, and what is wrong or strange about it as a whole."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from server.domain.dates import chinese_date
from server.domain.festivals import SATURDAY
from server.domain.notices import Notice
from server.errors import InvalidInput

FESTIVALS = ("元旦", "春节", "清明节", "劳动节", "端午节", "中秋节", "国庆节")
STATUTORY_DAYS = 13
"""Source: 全国年节及纪念日放假办法 Art. 2, version in force since 2025-01-01."""
LAW_COUNTS_FROM = 2025


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
