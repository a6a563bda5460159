"""Problems that a report names only while it answers them: 「针对…的问题，…」."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace

from server.domain.reports.drafts import Draft
from server.domain.reports.pairing import words_of
from server.domain.reports.polarity import complains

_ANSWERED = re.compile(
    r"针对([^。;]{4,80}?)(?:等)?(?:的(?:问题|现象|情况|现状|不足|短板|困难|实际)|问题|现象)[,:]\s*"
)
_NAMED_WRONG = re.compile(r"(?:问题|现象|不足|短板|困难)[,:]\s*$")
_SAME_SHARE = 0.5
_MOST_COMPARED = 300


def with_answered(text: str, drafts: Sequence[Draft]) -> Iterator[Draft]:
    """Yield the drafts, and before a measure the problem that only its opening names."""
    stated = [
        words_of(text[draft.start : draft.end]) for draft in drafts if draft.role == "problem"
    ][:_MOST_COMPARED]
    for draft in drafts:
        found = _ANSWERED.match(text, draft.start, draft.end) if draft.role == "measure" else None
        if found is None or not _wrong(found):
            yield draft
            continue
        if _known(words_of(found[1]), stated):
            yield draft if _marked(text, draft.start) else replace(draft, start=found.end())
            continue
        yield Draft("problem", *found.span(1), 0.7, "仅在措施中提到的问题", group=draft.start)
        yield Draft(
            "measure", found.end(), draft.end, draft.confidence, draft.reason, group=draft.start
        )


def _marked(text: str, start: int) -> bool:
    """Say whether an enumerator, and no sentence, stands before the place."""
    return text[max(start - 20, 0) : start].rstrip(" \t")[-1:] not in {"", "。", ";", "\n"}


def _wrong(found: re.Match[str]) -> bool:
    """Say whether what is answered is wrong: by the noun that closes it, or by its own words."""
    return bool(_NAMED_WRONG.search(found[0])) or complains(found[1])


def _known(words: frozenset[str], stated: Sequence[frozenset[str]]) -> bool:
    return any(len(words & other) >= _SAME_SHARE * len(words) for other in stated)
