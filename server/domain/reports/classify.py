"""Which of the twelve classes a problem or measure belongs to, and under which heading."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from server.domain.reports.taxonomy import ClassRule, Taxonomy

_HEAD_WEIGHT = 3.0
_KEPT_SHARE = 0.5
_MOST_CLASSES = 3
_NEGATED_TIMELY = re.compile("不(?:够)?及时|滞后|时效")


@dataclass(frozen=True, slots=True)
class Classified:
    """The classes from best to worst with their scores, and the heading (None: a person decides)."""

    classes: tuple[str, ...]
    heading: str | None
    scores: Mapping[str, float]
    sure: bool


def classify(text: str, taxonomy: Taxonomy) -> Classified:
    """Return classes and heading of an item's text (normalised, without its mark)."""
    head, body = _parts(_cleared(text, taxonomy))
    scores = {rule.key: _score(rule, head, body) for rule in taxonomy.classes}
    ranked = sorted((key for key in scores if scores[key]), key=lambda key: -scores[key])
    if not ranked:
        return Classified((), None, {}, sure=False)
    top = scores[ranked[0]]
    kept = tuple(key for key in ranked if scores[key] >= top * _KEPT_SHARE)[:_MOST_CLASSES]
    heading = _heading(head, scores, ranked[0], taxonomy)
    sure = len(ranked) == 1 or scores[ranked[1]] <= top * 0.75
    return Classified(kept, heading, scores, sure)


def _cleared(text: str, taxonomy: Taxonomy) -> str:
    for word in taxonomy.removed:
        text = text.replace(word, "")
    return text


def _parts(text: str) -> tuple[str, str]:
    """Return the head sentence and the elaboration after it."""
    cut = re.search("[。;:\n]", text)
    if cut is None:
        return text, ""
    return text[: cut.start()], text[cut.end() :]


def _score(rule: ClassRule, head: str, body: str) -> float:
    return sum(
        weight * (_HEAD_WEIGHT * (word in head) + (word in body))
        for word, weight in rule.words.items()
    )


def _heading(head: str, scores: Mapping[str, float], top: str, taxonomy: Taxonomy) -> str:
    """Return the heading: the title's first deciding noun counts, then the classes' sum."""
    sums = dict.fromkeys(taxonomy.order, 0.0)
    for key, score in scores.items():
        sums[taxonomy.heading_of(key)] += score
    sums[taxonomy.heading_of(top)] += scores[top]
    first = _first_noun(head, taxonomy)
    if first:
        sums[first] += _HEAD_WEIGHT
    return max(taxonomy.order, key=lambda heading: sums[heading])


def _first_noun(head: str, taxonomy: Taxonomy) -> str | None:
    places = {
        heading: min((place for word in words if (place := head.find(word)) >= 0), default=-1)
        for heading, words in taxonomy.heading_words.items()
    }
    met = {heading: place for heading, place in places.items() if place >= 0}
    return min(met, key=lambda heading: met[heading]) if met else None
