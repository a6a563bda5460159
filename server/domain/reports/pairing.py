"""Which measures answer which problem, with the reason; the rest stands alone on purpose."""

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import sqrt

from server.domain.reports.parsed import Pair

_ANSWERS = 0.35
"""A measure answers the problem it is likest to from here on,"""
_ANSWERS_TOO = 0.5
_AS_LIKE = 0.15
"""and from here on every other to which it is about as like."""
_IS_ANSWERED = 0.55
"""A problem that is no measure's likest is answered by its own likest measure from here on."""
_IN_STEP = 0.3
"""What the same place is worth in lists of equal length: parallel lists are the usual form."""
_OWN_WORDS = 0.6
_MOST_WORDS = 5
_FORM_LETTERS = frozenset("的了和与及或在是有对不为以将等我其各从把被也都还一这该到于之并")
"""Letters of grammar: a pair of letters with one of them is no word."""


@dataclass(frozen=True, slots=True)
class Candidate:
    """An item as pairing sees it: share and points of each class, words, the list item it is of."""

    scores: Mapping[str, float]
    points: Mapping[str, float]
    words: frozenset[str]
    group: int


@dataclass(frozen=True, slots=True)
class _Tie:
    """How alike a problem and a measure are, and by what."""

    strength: float
    words: tuple[str, ...]
    classes: tuple[str, ...]
    in_step: bool
    one_item: bool


_Ties = Mapping[tuple[int, int], _Tie]


def words_of(text: str) -> frozenset[str]:
    """Return the two-letter words of a text: adjacent Han characters, none of grammar."""
    return frozenset(
        text[place : place + 2]
        for place in range(len(text) - 1)
        if _tells(text[place]) and _tells(text[place + 1])
    )


def _tells(letter: str) -> bool:
    return "\u4e00" <= letter <= "\u9fff" and letter not in _FORM_LETTERS


def pair(problems: Sequence[Candidate], measures: Sequence[Candidate]) -> tuple[Pair, ...]:
    """Return one pair per problem, in order; `measures` is empty where nothing answers it."""
    ties = _ties(problems, measures)
    links = _of_one_item(ties)
    links |= _likest(ties, {p for p, _ in links}, {m for _, m in links})
    return tuple(
        _pair(p, sorted(m for q, m in links if q == p), ties) for p in range(len(problems))
    )


def firm_links(
    pairs: Sequence[Pair], problems: Sequence[Candidate], measures: Sequence[Candidate]
) -> list[tuple[int, int]]:
    """Return the links (ordinals) that form shows: of one list item, or in step in equal lists."""
    parallel = len(problems) == len(measures)
    return [
        (pair.problem, m)
        for pair in pairs
        for m in pair.measures
        if (parallel and pair.problem == m)
        or problems[pair.problem - 1].group == measures[m - 1].group
    ]


def _ties(problems: Sequence[Candidate], measures: Sequence[Candidate]) -> _Ties:
    often = Counter(word for item in (*problems, *measures) for word in item.words)
    parallel = len(problems) == len(measures)
    return {
        (p, m): _tie(problem, measure, often, in_step=parallel and p == m)
        for p, problem in enumerate(problems)
        for m, measure in enumerate(measures)
    }


def _tie(
    problem: Candidate, measure: Candidate, often: Mapping[str, int], *, in_step: bool
) -> _Tie:
    """Weigh classes, words that these two alone share, and the place in the list."""
    shared = {key: sqrt(problem.scores[key] * measure.scores.get(key, 0)) for key in problem.scores}
    words = tuple(word for word in sorted(problem.words & measure.words) if often[word] == 2)  # noqa: PLR2004  # one item of each kind
    strength = (sum(shared.values()) + _cosine(problem.points, measure.points)) / 2
    strength += _OWN_WORDS * min(len(words), _MOST_WORDS) / _MOST_WORDS + _IN_STEP * in_step
    classes = tuple(key for key in sorted(shared, key=lambda key: -shared[key])[:2] if shared[key])
    return _Tie(strength, words, classes, in_step, problem.group == measure.group)


def _cosine(one: Mapping[str, float], two: Mapping[str, float]) -> float:
    product = sum(score * two.get(key, 0.0) for key, score in one.items())
    length = sqrt(sum(score**2 for score in one.values())) * sqrt(
        sum(score**2 for score in two.values())
    )
    return product / length if length else 0.0


def _of_one_item(ties: _Ties) -> set[tuple[int, int]]:
    return {place for place, tie in ties.items() if tie.one_item}


def _likest(ties: _Ties, answered: Iterable[int], given: Iterable[int]) -> set[tuple[int, int]]:
    """Return the links among what no common list item has linked already."""
    left = {
        place: tie.strength
        for place, tie in ties.items()
        if place[0] not in answered and place[1] not in given
    }
    links = {place for m in {m for _, m in left} for place in _answered_by(m, left)}
    for p in {p for p, _ in left} - {p for p, _ in links}:
        best = max((place for place in left if place[0] == p), key=lambda place: left[place])
        links |= {best} if left[best] >= _IS_ANSWERED else set()
    return links


def _answered_by(measure: int, left: Mapping[tuple[int, int], float]) -> Iterator[tuple[int, int]]:
    """Yield the link to the likest problem, and to those that are about as like."""
    own = {place: strength for place, strength in left.items() if place[1] == measure}
    best = max(own.values())
    for place, strength in own.items():
        least = _ANSWERS if strength == best else max(_ANSWERS_TOO, best - _AS_LIKE)
        if strength >= least:
            yield place


def _pair(problem: int, measures: Sequence[int], ties: _Ties) -> Pair:
    reasons = tuple(_reason(m + 1, ties[problem, m]) for m in measures)
    found = tuple(m + 1 for m in measures)
    return Pair(problem + 1, found, reasons or ("没有措施与之相应",))


def _reason(ordinal: int, tie: _Tie) -> str:
    if tie.one_item:
        return f"措施{ordinal}：同一条中先写问题、后写措施"
    told = [f"同类（{'、'.join(tie.classes)}）"] if tie.classes else []
    told += [f"都说到“{'、'.join(tie.words[:3])}”"] if tie.words else []
    told += ["两处列举的次序相同"] if tie.in_step else []
    return f"措施{ordinal}：{'，'.join(told) or '用语相近'}"
