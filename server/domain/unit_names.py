"""Which unit a report means by the name that it gives itself. Sure, or left to a person.

A wrong unit is worse than none: only the same name, the name below its superior's, an abbreviation
or one mistyped letter is taken; everything else is offered as likely.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from rapidfuzz import fuzz, process

_BLANKS = re.compile(r"[\s()（）〔〕\[\]【】《》“”\"'·、,，.。_-]+")
_COMMON_ENDS = re.compile(
    r"(?:政府信息公开|政务公开|信息公开|年度报告|工作报告|年报|报告|领导小组|人民政府|办公室)+$"
)
_FIRST_PLACE = re.compile(r"^.{1,8}?[省市县区旗镇乡]")
_TELLING = frozenset("一二三四五六七八九十0123456789东西南北中上下前后左右大小新老高初")
"""Letters that alone tell one school, station or street from the next: never a slip."""
_SHORTEST_TYPO = 5
_SHORTEST_ABBREVIATION = 3
_LIKELY = 45
_MOST_LIKELY = 3


@dataclass(frozen=True, slots=True)
class NamedUnit:
    """A unit with its superiors' names, from the top down."""

    id: int
    name: str
    superiors: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class UnitMatch:
    """The unit meant, or None with the likely ones; `reason` is Chinese."""

    unit_id: int | None
    reason: str
    likely: tuple[NamedUnit, ...] = ()


def match_unit(declared: str, units: Sequence[NamedUnit]) -> UnitMatch:
    """Return the one unit that a declared name can mean."""
    name = bare_name(declared)
    if not name:
        return UnitMatch(None, "没有写明单位名称")
    for meant, reason in (
        (_named(name, units), "名称相同"),
        (_below_superior(name, units), "名称前有上级单位名称"),
        (_abbreviated(name, units), "是单位名称的简称"),
        (_mistyped(name, units), "名称只差一个字"),
    ):
        if len(meant) == 1:
            return UnitMatch(meant[0].id, reason)
        if meant:
            return UnitMatch(None, "有几个单位都可能是", tuple(meant[:_MOST_LIKELY]))
    return UnitMatch(None, "没有名称相符的单位", _likely(name, units))


def bare_name(name: str) -> str:
    """Return a name without blanks, brackets and the endings that units share."""
    plain = re.sub(r"(?<=.)人民政府(?=.)", "", _BLANKS.sub("", name))
    return _COMMON_ENDS.sub("", plain) or plain


def _named(name: str, units: Sequence[NamedUnit]) -> list[NamedUnit]:
    return [unit for unit in units if bare_name(unit.name) == name]


def _below_superior(name: str, units: Sequence[NamedUnit]) -> list[NamedUnit]:
    """Return the units whose name follows that of a place or of their own superior."""
    exact = [unit for unit in units if name in set(_full_names(unit))]
    return exact or [unit for unit in units if _FIRST_PLACE.sub("", name) == bare_name(unit.name)]


def _full_names(unit: NamedUnit) -> Iterable[str]:
    prefix = ""
    for superior in reversed(unit.superiors):
        prefix = bare_name(superior) + prefix
        yield prefix + bare_name(unit.name)
        yield bare_name(superior) + bare_name(unit.name)


def _abbreviated(name: str, units: Sequence[NamedUnit]) -> list[NamedUnit]:
    return [
        unit
        for unit in units
        if any(_shortens(name, full) for full in (bare_name(unit.name), *_full_names(unit)))
    ]


def _shortens(short: str, full: str) -> bool:
    """Say whether `short` keeps the order, the first and the last letter of `full`."""
    if not _SHORTEST_ABBREVIATION <= len(short) < len(full):
        return False
    letters = iter(full)
    same_ends = short[0] == full[0] and short[-1] == full[-1]
    return same_ends and len(short) * 3 >= len(full) and all(one in letters for one in short)


def _mistyped(name: str, units: Sequence[NamedUnit]) -> list[NamedUnit]:
    return [
        unit
        for unit in units
        if any(_one_slip(name, full) for full in (bare_name(unit.name), *_full_names(unit)))
    ]


def _one_slip(name: str, full: str) -> bool:
    if len(name) != len(full) or len(name) < _SHORTEST_TYPO:
        return False
    slips = [pair for pair in zip(name, full, strict=True) if pair[0] != pair[1]]
    return len(slips) == 1 and not _TELLING & set(slips[0])


def _likely(name: str, units: Sequence[NamedUnit]) -> tuple[NamedUnit, ...]:
    names = {place: bare_name(unit.name) for place, unit in enumerate(units)}
    found = process.extract(
        name, names, scorer=fuzz.ratio, limit=_MOST_LIKELY, score_cutoff=_LIKELY
    )
    return tuple(units[place] for _, _, place in found)
