"""Automatic numbering of docx: 一、 that Word shows and the text does not hold."""

from dataclasses import dataclass, field

from lxml.etree import _Element

W = "{http://schemas.openxmlformats.org/wordprocessingml/2006/main}"
_DIGITS = "零一二三四五六七八九"
_CIRCLED = 0x2460
_CHINESE = frozenset({
    "chineseCounting", "chineseCountingThousand", "ideographTraditional", "japaneseCounting",
    "taiwaneseCounting", "taiwaneseCountingThousand", "ideographDigital", "chineseLegalSimplified",
    "japaneseDigitalTenThousand",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Level:
    """How one level of a list is shown: its format, its pattern (%1、), its first number."""

    kind: str
    pattern: str
    first: int


@dataclass(slots=True)
class Numbering:
    """The lists of a document and their running counts."""

    levels: dict[str, dict[int, Level]] = field(default_factory=dict)
    styles: dict[str, tuple[str, int]] = field(default_factory=dict)
    counts: dict[tuple[str, int], int] = field(default_factory=dict)

    def prefix(self, paragraph: _Element) -> str:
        """Return what Word shows before the paragraph and count it; "" without numbering."""
        number, level = self._of(paragraph)
        levels = self.levels.get(number or "")
        if not number or not levels or level not in levels:
            return ""
        self._count(number, level, levels)
        if levels[level].kind == "bullet":
            return "•"
        shown = levels[level].pattern
        for place in range(level + 1):
            known = levels.get(place, levels[level])
            count = self.counts.get((number, place), known.first)
            shown = shown.replace(f"%{place + 1}", shown_number(count, known.kind))
        return "" if levels[level].kind == "none" else shown

    def _count(self, number: str, level: int, levels: dict[int, Level]) -> None:
        first = levels[level].first
        self.counts[number, level] = self.counts.get((number, level), first - 1) + 1
        for deeper in range(level + 1, 9):
            self.counts.pop((number, deeper), None)

    def _of(self, paragraph: _Element) -> tuple[str | None, int]:
        properties = paragraph.find(f"{W}pPr")
        if properties is None:
            return None, 0
        own = properties.find(f"{W}numPr")
        if own is not None:
            return _value(own, "numId"), int(_value(own, "ilvl") or 0)
        return self.styles.get(_value(properties, "pStyle") or "", (None, 0))


def numbering_of(numbering: _Element | None, styles: _Element | None) -> Numbering:
    """Return the numbering that numbering.xml and styles.xml describe."""
    found = Numbering()
    if numbering is not None:
        shapes = {
            _attribute(shape, "abstractNumId"): _levels(shape)
            for shape in numbering.iter(f"{W}abstractNum")
        }
        for number in numbering.iter(f"{W}num"):
            shape = shapes.get(_value(number, "abstractNumId") or "", {})
            found.levels[_attribute(number, "numId")] = shape | _overrides(number, shape)
    for style in styles.iter(f"{W}style") if styles is not None else ():
        own = style.find(f"{W}pPr/{W}numPr")
        if own is not None and _value(own, "numId"):
            level = int(_value(own, "ilvl") or 0)
            found.styles[_attribute(style, "styleId")] = (_value(own, "numId") or "", level)
    return found


def _levels(shape: _Element) -> dict[int, Level]:
    return {int(_attribute(level, "ilvl") or 0): _level(level) for level in shape.iter(f"{W}lvl")}


def _overrides(number: _Element, shape: dict[int, Level]) -> dict[int, Level]:
    changed = {}
    for override in number.iter(f"{W}lvlOverride"):
        level = int(_attribute(override, "ilvl") or 0)
        start = _value(override, "startOverride")
        if start and level in shape:
            changed[level] = Level(shape[level].kind, shape[level].pattern, int(start))
    return changed


def _level(level: _Element) -> Level:
    return Level(
        _value(level, "numFmt") or "decimal",
        _value(level, "lvlText") or "",
        int(_value(level, "start") or 1),
    )


def _value(element: _Element, child: str) -> str | None:
    found = element.find(f"{W}{child}")
    return None if found is None else found.get(f"{W}val")


def _attribute(element: _Element, name: str) -> str:
    return element.get(f"{W}{name}") or ""


def shown_number(number: int, kind: str) -> str:
    """Return a count as a list format shows it; formats not known are shown as digits."""
    if kind in _CHINESE:
        return _chinese(number)
    if kind.startswith("decimalEnclosedCircle") and 1 <= number <= 20:  # noqa: PLR2004  # ① to ⑳
        return chr(_CIRCLED + number - 1)
    if kind in {"lowerLetter", "upperLetter"}:
        letter = chr(ord("a") + (number - 1) % 26)
        return letter if kind == "lowerLetter" else letter.upper()
    return str(number)


def _chinese(number: int) -> str:
    if not 0 < number < 100:  # noqa: PLR2004  # lists of a report never reach a hundred
        return str(number)
    tens, ones = divmod(number, 10)
    shown = ("" if tens == 1 else _DIGITS[tens]) + "十" if tens else ""
    return shown + (_DIGITS[ones] if ones or not tens else "")
