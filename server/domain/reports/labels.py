"""Drafts -> their classes and pairs: each alone, then paired, then in the light of its pair."""

from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.reports.classify import Classified, classify, reconsider
from server.domain.reports.drafts import Draft
from server.domain.reports.pairing import Candidate, firm_links, pair, words_of
from server.domain.reports.parsed import Pair, Role
from server.domain.reports.taxonomy import Taxonomy

_MOST_PAIRED = 100
"""No report has so many items; what has is none, and must not cost the square of their number."""


@dataclass(frozen=True, slots=True)
class Labels:
    """The classes of each draft, in the drafts' order, and the pairs of problems and measures."""

    classified: tuple[Classified, ...]
    pairs: tuple[Pair, ...]


def label(text: str, drafts: Sequence[Draft], taxonomy: Taxonomy) -> Labels:
    """Return classes and pairs of the drafts of normalised `text`."""
    alone = [classify(text[draft.start : draft.end], taxonomy) for draft in drafts]
    problems = _of_role(drafts, "problem")
    measures = _of_role(drafts, "measure")
    sides = [
        [_candidate(text, place, drafts[place], alone[place]) for place in places]
        for places in (problems, measures)
    ]
    pairs = pair(*sides)
    partners: dict[int, list[Classified]] = {}
    for p, m in firm_links(pairs, *sides):
        one, two = problems[p - 1], measures[m - 1]
        partners.setdefault(one, []).append(alone[two])
        partners.setdefault(two, []).append(alone[one])
    seen = tuple(
        reconsider(own, partners.get(place, ()), taxonomy) for place, own in enumerate(alone)
    )
    return Labels(seen, pairs)


def _of_role(drafts: Sequence[Draft], role: Role) -> list[int]:
    return [place for place, draft in enumerate(drafts) if draft.role == role][:_MOST_PAIRED]


def _candidate(text: str, place: int, draft: Draft, classified: Classified) -> Candidate:
    """Drafts of no common list item stand alone: each is a group of its own."""
    group = draft.group if draft.group is not None else -1 - place
    words = words_of(text[draft.start : draft.end])
    return Candidate(classified.scores, classified.points, words, group)
