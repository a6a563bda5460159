"""The rules' reading of a problem part, weighed again phrase by phrase by learned weights.

The rules know the forms of lists and titles, the weights know how people write. They may do three
things to an item: strike one that is neither, change its role, and end a problem where its answer
begins. See docs/decisions/0009.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from server.domain.reports.chains import LABELS, Chain, decode, worth
from server.domain.reports.cues import Cue, sets_out, will
from server.domain.reports.drafts import SMALLEST, Draft
from server.domain.reports.parsed import Role
from server.domain.reports.phrases import Phrase, phrases
from server.domain.reports.polarity import complains, plans
from server.domain.reports.regions import Region
from server.domain.reports.ruled import ruled_items
from server.domain.reports.signs import OUTSIDE, Signs, signs

Span = tuple[int, int, Role]
_ROLES: dict[str, Role] = {"P": "problem", "M": "measure"}
_SURE = 0.65
_REASON = "按前后文句的写法判断"
_TOLD = 0.9
_LONGEST = 20_000
"""No part of a report is longer; what is has lost its shape, and weighing it would take long."""
_STRUCK, _CHANGED = 250.0, 150.0
"""How much likelier it must be that an item is none, or of the other role."""


@dataclass(frozen=True, slots=True)
class Weighed:
    """A problem part with the rules' label of each phrase and the one that is likeliest."""

    text: str
    found: Sequence[Phrase]
    row: Sequence[Signs]
    ruled: Sequence[str]
    likely: Sequence[str]
    chain: Chain
    role: Cue | None

    def told(self, draft: Draft) -> bool:
        """Say whether a title, a label or a lead-in named the item's role."""
        return self.role in _ROLES.values() or draft.confidence > _TOLD

    def gain(self, first: int, last: int, letter: str) -> float:
        """Return how much likelier the part is with these phrases outside, or in that role."""
        labels = [
            letter + label[1:] if first <= place < last else label
            for place, label in enumerate(self.ruled)
        ]
        other = worth(self.row, remembering(labels), self.chain)
        return other - worth(self.row, self.ruled, self.chain)


def reweighed(
    text: str, part: Region, drafts: Sequence[Draft], year: int | None, chain: Chain
) -> list[Draft]:
    """Return the items of one part in text order; the rules' own where nothing was learned."""
    long = part.end - part.start > _LONGEST
    if long or not chain.weights or not drafts or ruled_items(text, part.start, part.end):
        return list(drafts)
    spans: list[Span] = [(draft.start, draft.end, draft.role) for draft in drafts]
    found, row = weighable(text, part, year, spans)
    likely = [LABELS[label] for label in decode(row, chain)]
    weighed = Weighed(text, found, row, labelled(found, spans), likely, chain, part.role)
    places = {phrase.start: place for place, phrase in enumerate(found)}
    ends = {phrase.end: place + 1 for place, phrase in enumerate(found)}
    return [
        kept
        for draft in drafts
        for kept in _kept(draft, weighed, places.get(draft.start, 0), ends.get(draft.end, 0))
    ]


def _kept(draft: Draft, weighed: Weighed, first: int, last: int) -> Iterator[Draft]:
    """Yield the item as it is, in its other role, cut at its answer, or not at all."""
    letters = "".join(label[0] for label in weighed.likely[first:last])
    own = draft.role[0].upper()
    other = "M" if own == "P" else "P"
    turn = letters.find("M")
    says = own if weighed.told(draft) else _says(weighed.text[draft.start : draft.end])
    if not says and _only(OUTSIDE, letters) and weighed.gain(first, last, OUTSIDE) > _STRUCK:
        return
    if says != own and _only(other, letters) and weighed.gain(first, last, other) > _CHANGED:
        yield replace(draft, role=_ROLES[other], confidence=_SURE, reason=_REASON)
    elif own == "P" and _turns(letters, turn, weighed.likely[first:last]):
        if _says(weighed.text[weighed.found[first + turn].start : draft.end]) == "P":
            yield draft
            return
        before = first + len(letters[:turn].rstrip(OUTSIDE))
        end, start = weighed.found[before - 1].end, weighed.found[first + turn].start
        yield replace(draft, end=end, confidence=_SURE, reason=_REASON)
        yield Draft("measure", start, draft.end, _SURE, _REASON, group=draft.group)
    else:
        yield draft


def _says(words: str) -> str:
    """Return what the words themselves surely are: P, M, or "" where they tell neither."""
    head = re.split("[。;]", words, maxsplit=1)[0]
    if plans(head) or will(head) or sets_out(head):
        return "" if complains(head) else "M"
    return "P" if complains(head) else ""


def _only(letter: str, letters: str) -> bool:
    return bool(letters) and not letters.strip(letter)


def _turns(letters: str, turn: int, likely: Sequence[str]) -> bool:
    """Say whether a problem goes over into one measure and does not come back."""
    return letters.startswith("P") and turn > 0 and likely[turn:].count("MB") == 1 and (
        not letters[turn:].strip("M")
    )  # fmt: skip


def weighable(
    text: str, part: Region, year: int | None, spans: Sequence[Span] | None
) -> tuple[list[Phrase], list[Signs]]:
    """Return the phrases of a part and their signs; `spans` are the rules' items, None for none."""
    bounds = [place for start, end, _ in spans or () for place in (start, end)]
    found = phrases(text, part.start, part.end, bounds)
    ruled = [] if spans is None else labelled(found, spans)
    plain = [OUTSIDE if label[0] == OUTSIDE else label for label in ruled]
    return found, signs(text, found, part.role, year, plain)


def labelled(found: Sequence[Phrase], spans: Sequence[Span]) -> list[str]:
    """Return the label of each phrase where these spans are the items."""
    starts = {start: (end, role[0].upper()) for start, end, role in spans}
    labels, end, role = [], 0, "0"
    for phrase in found:
        if phrase.start in starts:
            end, role = starts[phrase.start]
            labels.append(f"{role}B")
        else:
            labels.append(f"{role}I" if phrase.end <= end else OUTSIDE)
    return remembering(labels)


def remembering(labels: Sequence[str]) -> list[str]:
    """Return the labels, each that is outside with the role of the item before it."""
    found, last = [], "0"
    for label in labels:
        last = last if label[0] == OUTSIDE else label[0]
        found.append(f"{OUTSIDE}{last}" if label[0] == OUTSIDE else label)
    return found


def spans_of(found: Sequence[Phrase], labels: Sequence[str]) -> list[Span]:
    """Return the items that these labels make of the phrases."""
    spans: list[Span] = []
    for phrase, label in zip(found, labels, strict=True):
        if label[1] == "B":
            spans.append((phrase.start, phrase.end, _ROLES[label[0]]))
        elif label[1] == "I":
            spans[-1] = (spans[-1][0], phrase.end, spans[-1][2])
    return [span for span in spans if span[1] - span[0] >= SMALLEST]
