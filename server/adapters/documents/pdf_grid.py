"""Ruled lines of a page -> the cells of its tables, merged where no line parts them."""

from bisect import bisect_right
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise

from server.adapters.documents.pdf_page import Glyph, Rule

_NEAR = 3.0
"""Points that two lines may lie apart and still be one, or miss each other and still meet."""
_MOST_RULES = 3_000
_MOST_PLACES = 10_000
_FEWEST_CELLS = 4

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Grid:
    """A table's ruling: `owner` names each place's cell by the cell's first place."""

    columns: list[float]
    rows: list[float]
    owner: dict[Place, Place]

    def place(self, glyph: Glyph) -> Place | None:
        """Return the cell that a letter stands in, None outside of the table."""
        column = bisect_right(self.columns, (glyph.left + glyph.right) / 2) - 1
        row = bisect_right(self.rows, glyph.middle) - 1
        return self.owner.get((row, column))

    def cells(self) -> Iterator[tuple[Place, int, int]]:
        """Yield each cell's first place and how many rows and columns it spans."""
        members: dict[Place, list[Place]] = defaultdict(list)
        for place, first in self.owner.items():
            members[first].append(place)
        for first in sorted(members):
            rows = {row for row, _ in members[first]}
            columns = {column for _, column in members[first]}
            yield first, max(rows) - first[0] + 1, max(columns) - first[1] + 1


def grids_of(rules: Sequence[Rule]) -> list[Grid]:
    """Return the tables of a page from top to bottom; none where its drawing is no ruling."""
    if len(rules) > _MOST_RULES:
        return []
    level = _joined(rule for rule in rules if rule.horizontal)
    upright = _joined(rule for rule in rules if not rule.horizontal)
    found = [_grid(*group) for group in _meeting(level, upright)]
    return sorted((grid for grid in found if grid), key=lambda grid: grid.rows[0])


def _joined(rules: Iterable[Rule]) -> list[Rule]:
    """Return the lines with pieces that follow one another put together."""
    done: list[Rule] = []
    for rule in sorted(rules, key=lambda one: (round(_across(one) / _NEAR), _along(one))):
        last = done[-1] if done else None
        if (
            last
            and abs(_across(last) - _across(rule)) <= _NEAR
            and _along(rule)[0] <= _along(last)[1] + _NEAR
        ):
            done[-1] = Rule(
                min(last.left, rule.left), min(last.top, rule.top),
                max(last.right, rule.right), max(last.bottom, rule.bottom),
            )  # fmt: skip
        else:
            done.append(rule)
    return done


def _across(rule: Rule) -> float:
    """Where the line lies, seen across it."""
    return (rule.top + rule.bottom) / 2 if rule.horizontal else (rule.left + rule.right) / 2


def _along(rule: Rule) -> tuple[float, float]:
    """From where to where it runs."""
    return (rule.left, rule.right) if rule.horizontal else (rule.top, rule.bottom)


def _meeting(
    level: Sequence[Rule], upright: Sequence[Rule]
) -> Iterator[tuple[list[Rule], list[Rule]]]:
    """Yield the sets of lines that hang together by crossing."""
    reached: dict[int, set[int]] = {}
    for number, rule in enumerate(upright):
        reached[number] = {at for at, other in enumerate(level) if _cross(other, rule)}
    while reached:
        number, rows = reached.popitem()
        members = [number]
        grown = True
        while grown:
            joining = [other for other, crossed in reached.items() if crossed & rows]
            grown = bool(joining)
            for other in joining:
                rows |= reached.pop(other)
                members.append(other)
        yield [level[at] for at in sorted(rows)], [upright[at] for at in members]


def _cross(level: Rule, upright: Rule) -> bool:
    x, y = _across(upright), _across(level)
    return (
        level.left - _NEAR <= x <= level.right + _NEAR
        and upright.top - _NEAR <= y <= upright.bottom + _NEAR
    )


def _grid(level: Sequence[Rule], upright: Sequence[Rule]) -> Grid | None:
    rows, columns = edges(map(_across, level)), edges(map(_across, upright))
    places = (len(rows) - 1) * (len(columns) - 1)
    if not _FEWEST_CELLS <= places <= _MOST_PLACES:
        return None
    return Grid(columns, rows, _owners(rows, columns, _lying(level), _lying(upright)))


def edges(places: Iterable[float]) -> list[float]:
    """Return the places in order, those that are near each other once."""
    found: list[float] = []
    for place in sorted(places):
        if not found or place - found[-1] > _NEAR:
            found.append(place)
    return found


def _lying(rules: Sequence[Rule]) -> list[tuple[float, float, float]]:
    return [(_across(rule), *_along(rule)) for rule in rules]


def _owners(
    rows: list[float],
    columns: list[float],
    level: list[tuple[float, float, float]],
    upright: list[tuple[float, float, float]],
) -> dict[Place, Place]:
    """Return the first place of each place's cell: places with no line between are one cell."""
    owner: dict[Place, Place] = {}
    below = _walls(rows, columns, level)
    beside = _walls(columns, rows, upright)
    for row in range(len(rows) - 1):
        for column in range(len(columns) - 1):
            first = (row, column)
            if column and (column, row) not in beside:
                first = owner[row, column - 1]
            elif row and (row, column) not in below:
                first = owner[row - 1, column]
            owner[row, column] = first
    return owner


def _walls(
    places: list[float], spans: list[float], lines: list[tuple[float, float, float]]
) -> set[Place]:
    """Return (edge, span) where a line lies on the edge along the middle of the span."""
    walls: set[Place] = set()
    middles = [(first + last) / 2 for first, last in pairwise(spans)]
    for across, start, end in lines:
        edge = bisect_right(places, across + 0.01) - 1
        for number, middle in enumerate(middles):
            if start <= middle <= end:
                walls.add((edge, number))
    return walls
