"""Numbers as reports write them: 264, 1,126, 一百二十三, 二〇一一, 3.5万, 12件."""

import re

_DIGITS = {"〇": 0, "○": 0, "零": 0, "O": 0, "o": 0, "两": 2} | {
    letter: value for value, letter in enumerate("一二三四五六七八九", start=1)
}
_UNITS = {"十": 10, "百": 100, "千": 1000}
_GROUPS = {"万": 10_000, "亿": 100_000_000}
_CHINESE = re.compile("[〇○零Oo一二三四五六七八九十百千万亿两]+")
_FIGURE = re.compile(r"([+-]?\d+(?:,\d{3})*(?:\.\d+)?)\s*([万亿]?)")


def chinese_number(text: str) -> int | None:
    """Return the value of a Chinese numeral: 十二 is 12, 二〇一一 is 2011; None if it is none."""
    if not _CHINESE.fullmatch(text):
        return None
    if all(letter in _DIGITS for letter in text):
        return int("".join(str(_DIGITS[letter]) for letter in text))
    total = section = digit = 0
    for letter in text:
        if letter in _DIGITS:
            digit = _DIGITS[letter]
        elif letter in _UNITS:
            section += (digit or 1) * _UNITS[letter]
            digit = 0
        else:
            total += (section + digit) * _GROUPS[letter]
            section = digit = 0
    return total + section + digit


def amount(text: str) -> int | float | None:
    """Return the number that `text` begins with, 万 and 亿 multiplied out; None if none."""
    found = _FIGURE.match(text)
    if found:
        number = plain_number(found[1])
        factor = _GROUPS.get(found[2], 1)
        return _whole(number * factor)
    chinese = _CHINESE.match(text)
    return chinese_number(chinese[0]) if chinese else None


def plain_number(text: str) -> int | float:
    """Return the value of digits with an optional sign, separators and fraction."""
    number = text.replace(",", "")
    return float(number) if "." in number else int(number)


def _whole(number: float) -> int | float:
    return int(number) if number == int(number) else number
