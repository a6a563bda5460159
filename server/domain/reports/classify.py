"""Which of the twelve classes a problem or measure belongs to, and under which heading."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from math import exp, log

from server.domain.reports.taxonomy import Taxonomy

_OPENING = 3.0
_SENTENCE = 2.0
_ELABORATION = 1.0
_WORDS_COUNT = 0.5
"""What one point of the taxonomy's words is worth beside the learned weights."""
_KEPT_SHARE = 0.3
_MOST_CLASSES = 3
_SURE = 0.75
_WORDLESS = 0.7
"""Without one foreseen word the class rests on learned weights alone: a person looks."""
_PARTNER = 0.4
_FLOOR = 0.001
"""How much the counterpart's classes count, and the share that a class has at least for it."""
_CLAUSE_END = re.compile("[,。;:\n]")
_SENTENCE_END = re.compile("[。;:\n]")


@dataclass(frozen=True, slots=True)
class Classified:
    """The classes from best to worst with their shares (they add up to 1), and the heading.

    `points` are what the words of the taxonomy alone give each class, `hits` these words with
    their weight. No class and no heading where nothing in the text is known: a person decides.
    `confidence` runs from 0 to 1; `reasons` tell in Chinese what spoke for it.
    """

    classes: tuple[str, ...]
    heading: str | None
    scores: Mapping[str, float]
    points: Mapping[str, float]
    hits: Mapping[str, float]
    confidence: float
    reasons: tuple[str, ...]


_NOTHING = Classified((), None, {}, {}, {}, 0.0, ("没有命中分类词，请人工归类",))


def classify(text: str, taxonomy: Taxonomy) -> Classified:
    """Return classes and heading of an item's text (normalised, without its mark)."""
    hits = _hits(text, _end(_CLAUSE_END, text), taxonomy)
    points = _points(hits, taxonomy)
    bare = taxonomy.cleared(text)
    learned = taxonomy.learned.speak(bare, _end(_CLAUSE_END, bare))
    if not any(points.values()) and not any(learned.values()):
        return _NOTHING
    shares = _shares({key: _WORDS_COUNT * points[key] + learned.get(key, 0.0) for key in points})
    return _classified(shares, points, hits, taxonomy)


def reconsider(own: Classified, partners: Sequence[Classified], taxonomy: Taxonomy) -> Classified:
    """Return the item's classes in the light of the problems it answers, or of its answers.

    A measure of few telling words is of its problem's class, and the other way round.
    """
    known = [partner.scores for partner in partners if partner.scores]
    if not known or not own.scores:
        return own
    weight = _PARTNER / len(known)
    scores = {
        key: log(share + _FLOOR) + weight * sum(log(other[key] + _FLOOR) for other in known)
        for key, share in own.scores.items()
    }
    return _classified(_shares(scores), own.points, own.hits, taxonomy)


def _classified(
    shares: Mapping[str, float],
    points: Mapping[str, float],
    hits: Mapping[str, float],
    taxonomy: Taxonomy,
) -> Classified:
    ranked = sorted(shares, key=lambda key: -shares[key])
    heading, sure = _heading(shares, taxonomy)
    confidence = round(sure * (1.0 if any(points.values()) else _WORDLESS), 2)
    kept = _kept(ranked, shares)
    reasons = tuple(_reasons(hits, kept, confidence, taxonomy))
    return Classified(kept, heading, shares, points, hits, confidence, reasons)


def _hits(text: str, opening: int, taxonomy: Taxonomy) -> dict[str, float]:
    """Return each word met with the weight of the best place where it stands."""
    sentence = _end(_SENTENCE_END, text)
    hits: dict[str, float] = {}
    for place, word in taxonomy.lexicon.found(text):
        later = _SENTENCE if place < sentence else _ELABORATION
        weight = _OPENING if place < opening else later
        hits[word] = max(weight, hits.get(word, 0.0))
    return hits


def _end(stop: re.Pattern[str], text: str) -> int:
    found = stop.search(text)
    return found.start() if found else len(text)


def _points(hits: Mapping[str, float], taxonomy: Taxonomy) -> dict[str, float]:
    scores = {rule.key: 0.0 for rule in taxonomy.classes}
    for word, weight in hits.items():
        for key, worth in taxonomy.lexicon.weights[word].items():
            scores[key] += worth * weight
    return scores


def _shares(scores: Mapping[str, float]) -> dict[str, float]:
    """Return the scores as shares of one."""
    top = max(scores.values())
    powers = {key: exp(score - top) for key, score in scores.items()}
    total = sum(powers.values())
    return {key: power / total for key, power in powers.items()}


def _heading(shares: Mapping[str, float], taxonomy: Taxonomy) -> tuple[str, float]:
    """Return the heading whose classes hold the greatest share together, with that share."""
    sums = dict.fromkeys(taxonomy.order, 0.0)
    for key, share in shares.items():
        sums[taxonomy.heading_of(key)] += share
    heading = max(taxonomy.order, key=lambda name: sums[name])
    return heading, sums[heading]


def _kept(ranked: Sequence[str], shares: Mapping[str, float]) -> tuple[str, ...]:
    least = shares[ranked[0]] * _KEPT_SHARE
    return tuple(key for key in ranked if shares[key] >= least)[:_MOST_CLASSES]


def _reasons(
    hits: Mapping[str, float], kept: Sequence[str], confidence: float, taxonomy: Taxonomy
) -> Iterator[str]:
    weights = taxonomy.lexicon.weights
    for key in kept[:2]:
        words = [word for word in hits if key in weights[word]]
        words.sort(key=lambda word: -hits[word] * weights[word][key])
        met = "".join(f"“{word}”" for word in words[:3]) or "与同类条目用语相近"
        yield f"{taxonomy.name_of(key)}：{met}"
    if confidence < _SURE:
        yield "几类得分相近，请人工确认归口"
