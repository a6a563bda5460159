"""Two versions of one report: which problems, measures, figures and lines differ."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from difflib import SequenceMatcher

from server.domain.reports.pairing import words_of
from server.domain.reports.parsed import Figure, Item, ParsedReport

_SAME = 0.5
"""Share of common words above which an item is the former one, worded anew."""


@dataclass(frozen=True, slots=True)
class ItemChange:
    """A problem or measure that came (`before` None), went (`after` None) or reads otherwise."""

    before: Item | None
    after: Item | None


@dataclass(frozen=True, slots=True)
class FigureChange:
    """A cell with another number or state, or one that only one version has."""

    key: str
    label: str
    before: Figure | None
    after: Figure | None


@dataclass(frozen=True, slots=True)
class LineChange:
    """Neighbouring lines of the text that were replaced; either side may be empty."""

    before: tuple[str, ...]
    after: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Difference:
    """All that differs between two versions."""

    items: tuple[ItemChange, ...]
    figures: tuple[FigureChange, ...]
    lines: tuple[LineChange, ...]


def difference(
    before: ParsedReport, before_text: str, after: ParsedReport, after_text: str
) -> Difference:
    """Return what differs; versions that say the same give nothing."""
    return Difference(
        tuple(_items(before.problems, after.problems))
        + tuple(_items(before.measures, after.measures)),
        tuple(_figures(before.figures, after.figures)),
        tuple(_lines(before_text, after_text)),
    )


def _items(before: Sequence[Item], after: Sequence[Item]) -> Iterator[ItemChange]:
    """Yield the changes in the order of the later version, then what went."""
    said = {_plain(item.text) for item in before}
    kept = {_plain(item.text) for item in after} & said
    left = [item for item in before if _plain(item.text) not in kept]
    for item in after:
        if _plain(item.text) in kept:
            continue
        former = max(left, key=lambda one: _alike(one, item), default=None)
        if former is not None and _alike(former, item) >= _SAME:
            left.remove(former)
            yield ItemChange(former, item)
        else:
            yield ItemChange(None, item)
    for item in left:
        yield ItemChange(item, None)


def _alike(one: Item, other: Item) -> float:
    first, second = words_of(one.text), words_of(other.text)
    return len(first & second) / max(len(first | second), 1)


def _figures(before: Sequence[Figure], after: Sequence[Figure]) -> Iterator[FigureChange]:
    old, new = ({figure.key: figure for figure in figures} for figures in (before, after))
    for key in dict.fromkeys([*new, *old]):
        one, two = old.get(key), new.get(key)
        if one is None or two is None or (one.value, one.state) != (two.value, two.state):
            yield FigureChange(key, (two or one or new[key]).label, one, two)


def _lines(before: str, after: str) -> Iterator[LineChange]:
    old, new = (
        [plain for line in text.splitlines() if (plain := line.strip())] for text in (before, after)
    )
    matcher = SequenceMatcher(None, old, new, autojunk=False)
    for tag, start, end, other_start, other_end in matcher.get_opcodes():
        if tag != "equal":
            yield LineChange(tuple(old[start:end]), tuple(new[other_start:other_end]))


def _plain(text: str) -> str:
    return "".join(text.split())
