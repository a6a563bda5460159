"""Which measures answer which problem, with the reason; the rest stands alone on purpose."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from server.domain.reports.parsed import Pair

_ENOUGH = 0.42
_COMMON_WORDS = 0.3
"""Any two items of such reports share about this much; only more is a likeness."""

_MOST_COMPARED = 300
"""No report has so many measures; what has is no report, and must not cost their square."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item as pairing sees it: its class scores, its cleared words, the list item it is of."""

    scores: Mapping[str, float]
    words: frozenset[str]
    group: int


def words_of(text: str) -> frozenset[str]:
    """Return the two-letter words of a text (every pair of adjacent Han characters)."""
    return frozenset(
        text[place : place + 2]
        for place in range(len(text) - 1)
        if "\u4e00" <= text[place] <= "\u9fff" and "\u4e00" <= text[place + 1] <= "\u9fff"
    )


def pair(problems: Sequence[Candidate], measures: Sequence[Candidate]) -> tuple[Pair, ...]:
    """Return one pair per problem, in order; `measures` is empty where nothing answers it."""
    groups: dict[int, list[int]] = {}
    for place, measure in enumerate(measures, start=1):
        groups.setdefault(measure.group, []).append(place)
    compared = measures[:_MOST_COMPARED]
    return tuple(
        _pair(ordinal, problem, compared, tuple(groups.get(problem.group, ())))
        for ordinal, problem in enumerate(problems, start=1)
    )


def _pair(
    ordinal: int, problem: Candidate, measures: Sequence[Candidate], same: tuple[int, ...]
) -> Pair:
    if same:
        return Pair(ordinal, same, ("同一条中先写问题、后写措施",))
    likeness = [_likeness(problem, measure) for measure in measures]
    chosen = tuple(place for place, like in enumerate(likeness, start=1) if like >= _ENOUGH)
    reasons = tuple(_reason(problem, measures[place - 1], place) for place in chosen)
    return Pair(ordinal, chosen, reasons or ("没有措施与之同类",))


def _likeness(problem: Candidate, measure: Candidate) -> float:
    return _cosine(problem.scores, measure.scores) + _overlap(problem.words, measure.words)


def _cosine(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    product = sum(score * two.get(key, 0.0) for key, score in one.items())
    length = sqrt(sum(score**2 for score in one.values())) * sqrt(
        sum(score**2 for score in two.values())
    )
    return product / length if length else 0.0


def _overlap(one: frozenset[str], two: frozenset[str]) -> float:
    smaller = min(len(one), len(two))
    share = len(one & two) / smaller if smaller else 0.0
    return max(share - _COMMON_WORDS, 0.0)


def _reason(problem: Candidate, measure: Candidate, place: int) -> str:
    shared = sorted(
        (key for key in problem.scores if problem.scores[key] and measure.scores.get(key)),
        key=lambda key: -(problem.scores[key] + measure.scores[key]),
    )
    common = "、".join(sorted(problem.words & measure.words)[:3])
    told = f"类别相同（{'、'.join(shared[:2])}）" if shared else "用词相近"
    return f"措施{place}：{told}" + (f"，共有“{common}”" if common else "")
