"""The statutory days off of a year that no State Council notice has arranged yet."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count

SATURDAY = 5
LAW = "《全国年节及纪念日放假办法》（2024年11月10日国务院令第795号修订，自2025年1月1日起施行）"


@dataclass(frozen=True, slots=True)
class Festivals:
    """The days of one year that the moon and the sun decide."""

    spring: date
    """The first day of the lunar year."""
    qingming: date
    dragon_boat: date
    mid_autumn: date


def statutory_days(festivals: Festivals) -> dict[date, str]:
    """Return the public holidays of that year with their names, without any day in lieu.

    Source: 全国年节及纪念日放假办法 Art. 2 (1/1; 除夕 and the first three lunar days; 清明; 5/1–2;
    端午; 中秋; 10/1–3), version in force since 2025-01-01.
    """
    year = festivals.spring.year
    days = {date(year, 1, 1): "元旦", festivals.qingming: "清明节"}
    days |= {festivals.spring + timedelta(days=offset): "春节" for offset in range(-1, 3)}
    days |= {date(year, 5, day): "劳动节" for day in (1, 2)}
    days |= {festivals.dragon_boat: "端午节", festivals.mid_autumn: "中秋节"}
    return days | {date(year, 10, day): "国庆节" for day in (1, 2, 3)}


def with_days_in_lieu(days: Mapping[date, str]) -> dict[date, str]:
    """Return the days and, for each on a weekend, the next free working day in its place.

    Source: 全国年节及纪念日放假办法, the article on days in lieu: a holiday for all citizens that
    falls on a Saturday or Sunday is made up for on a working day. Swapped working weekends are the
    yearly notice's own and cannot be foreseen.
    """
    off = dict(days)
    for day in sorted(days):
        if day.weekday() >= SATURDAY:
            off[_next_free(day, off)] = f"{days[day]}（补假）"
    return off


def _next_free(day: date, taken: Mapping[date, str]) -> date:
    following = (day + timedelta(days=ahead) for ahead in count(1))
    return next(each for each in following if each.weekday() < SATURDAY and each not in taken)
