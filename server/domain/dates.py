"""How a date is written and read in Chinese office texts, and in which zone a day is a day."""

import re
import unicodedata
from datetime import date
from zoneinfo import ZoneInfo

from server.errors import InvalidInput

OFFICE_ZONE = ZoneInfo("Asia/Shanghai")
"""Where offices sit. Eight hours ahead of UTC all year since 1992; no summer time."""
_WEEKDAYS = "一二三四五六日"
_FORMS = (
    re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})"),
    re.compile(r"(\d{4})/(\d{1,2})/(\d{1,2})"),
    re.compile(r"(\d{4})\.(\d{1,2})\.(\d{1,2})"),
    re.compile(r"(\d{4})年(\d{1,2})月(\d{1,2})[日号]"),
    re.compile(r"(\d{4})(\d{2})(\d{2})"),
)
_REMEDY = "请写成 2026-01-31、2026/1/31、2026.1.31、2026年1月31日 或 20260131"


def weekday_name(day: date) -> str:
    """Return the Chinese short name of the weekday, 周一 to 周日."""
    return f"周{_WEEKDAYS[day.weekday()]}"


def chinese_date(day: date) -> str:
    """Return the date as it is printed everywhere: 2026年1月31日（周六）."""
    return f"{day.year}年{day.month}月{day.day}日（{weekday_name(day)}）"


def parse_date(text: str) -> date:
    """Return the date that a person typed, in any of the five usual forms.

    Full-width digits and spaces within the date are accepted.
    Raises: InvalidInput, when the form is unknown or the day does not exist.
    """
    plain = "".join(unicodedata.normalize("NFKC", text).split())
    matched = next((found for form in _FORMS if (found := form.fullmatch(plain))), None)
    if matched is None:
        raise InvalidInput(f"日期“{text}”无法识别。{_REMEDY}。")
    year, month, day = (int(part) for part in matched.groups())
    try:
        return date(year, month, day)
    except ValueError as error:
        raise InvalidInput(
            f"日期“{text}”不存在：{year}年{month}月没有{day}日或月份有误。{_REMEDY}。"
        ) from error
