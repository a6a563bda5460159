"""Everything that is weighed to tell what a phrase is: its words, its place, the rules' reading."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.domain.reports.cues import Cue, after_but, lead_cue
from server.domain.reports.listed import listed_parts
from server.domain.reports.phrases import Phrase
from server.domain.reports.place_signs import Places
from server.domain.reports.word_signs import (
    label_of,
    length_sign,
    letter_signs,
    own_signs,
    sentence_signs,
)

OUTSIDE = "O"
_TOLD = ("nest,", "ti=", "semi=", "m=")


@dataclass(frozen=True, slots=True)
class Signs:
    """The signs of one phrase; `context` is how it is joined to the phrase before it."""

    own: tuple[str, ...]
    context: str


def signs(
    text: str, found: Sequence[Phrase], role: Cue | None, year: int | None, ruled: Sequence[str]
) -> list[Signs]:
    """Return the signs of the phrases of one part.

    `role` is what the part's title announces; `ruled` is what the rules read each phrase as
    (PB begins a problem, PI goes on with it, MB, MI, O is neither), empty where no rules read.
    """
    walk = _Walk(text, found, role, year)
    first = [walk.step(place) for place in range(len(found))]
    return [
        Signs((*own, *_beside(walk, place), *_rule_signs(ruled, place, joint, own)),
              joint + (f"|{ruled[place]}" if ruled else ""))
        for place, (own, joint) in enumerate(first)
    ]  # fmt: skip


class _Walk:
    """Walks the phrases in order; knows what role was announced last."""

    def __init__(
        self, text: str, found: Sequence[Phrase], role: Cue | None, year: int | None
    ) -> None:
        self.text = text
        self.found = found
        self.role = role
        self.year = year
        self.announced: str | None = role
        self.places = Places(text, found)
        self.words = [own_signs(text[one.start : one.end], year) for one in found]
        self.listed: set[int] = set()
        self.sentence = ""

    def step(self, place: int) -> tuple[tuple[str, ...], str]:
        """Return the signs of one phrase, the neighbours' left out, and how it is joined."""
        phrase = self.found[place]
        words = self.text[phrase.start : phrase.end]
        if phrase.first:
            self.sentence = self.places.sentence(place)
        sentence = self.sentence
        relation, placed = self.places.step(place)
        if phrase.first:
            self._announce(phrase, sentence)
        joint = "top" if phrase.opens else "sent" if phrase.first else phrase.before
        own = [*self.words[place], *self._listing(phrase)]
        found = [*placed, *self._position(phrase, words, joint), *_own(own, joint, self.announced)]
        found += _sentence(sentence_signs(sentence, self.year), own[0], first=phrase.first)
        found += [*letter_signs(words), f"pos,^2={joint},{words[:2]}"]
        if phrase.first:
            found.append(f"sent^2={words[:2]}")
        return tuple(dict.fromkeys(found)), (f"M{relation[:6]}" if relation else "") + joint

    def _announce(self, phrase: Phrase, sentence: str) -> None:
        """Take up what a label or a lead-in announces, and where the sentence lists problems."""
        start = phrase.start
        self.listed = {start + first for first, _ in listed_parts(sentence, after_but(sentence))}
        label = label_of(sentence)
        if phrase.stop == ":" and phrase.mark is None:
            label = label or lead_cue(sentence, self.year)
        self.announced = label or self.announced

    def _listing(self, phrase: Phrase) -> Iterator[str]:
        if phrase.start in self.listed:
            yield "lpart"
        elif self.listed:
            yield f"haslp,{phrase.start < min(self.listed)}"

    def _position(self, phrase: Phrase, words: str, joint: str) -> Iterator[str]:
        yield from ("b", f"pos={joint}", f"pos={joint},m={bool(phrase.mark)}")
        yield from (f"aft={phrase.after}", f"len={length_sign(words)}", f"role={self.role}")
        yield from (f"ann={self.announced}", f"pos,ann={joint},{self.announced}")
        if phrase.closes and phrase.first and phrase.last:
            yield "alone" if phrase.opens else "lastalone"


def _own(own: Sequence[str], joint: str, announced: str | None) -> Iterator[str]:
    yield from (f"c:{sign}" for sign in own)
    yield from (f"c:{sign},{joint}" for sign in own)
    yield from (f"c:{sign},ann={announced}" for sign in own[:4])


def _sentence(told: Sequence[str], kind: str, *, first: bool) -> Iterator[str]:
    yield from (f"s:{sign}" for sign in told)
    yield from (f"s:{sign},first={first}" for sign in told)
    yield f"s:{told[0]},c:{kind}"


def _beside(walk: _Walk, place: int) -> Iterator[str]:
    """Yield what the phrases before and behind say."""
    if place:
        yield from (f"p:{sign}" for sign in walk.words[place - 1])
    else:
        yield "START"
    if place + 1 == len(walk.found):
        yield "END"
        return
    following = walk.found[place + 1]
    yield from (f"n:{sign}" for sign in walk.words[place + 1])
    yield from (f"nmark={bool(following.mark)}", f"nopens={following.opens}")
    if following.mark:
        yield f"nm={following.mark.family}"


def _rule_signs(ruled: Sequence[str], place: int, joint: str, own: Sequence[str]) -> Iterator[str]:
    """Yield what the rules made of the phrase, alone and with what it says and where it stands."""
    if not ruled:
        return
    here = ruled[place]
    before = ruled[place - 1] if place else "S"
    after = ruled[place + 1] if place + 1 < len(ruled) else "E"
    kind = next(sign for sign in own if sign.startswith("c:pol"))
    begins = here if here == OUTSIDE else here[1:]
    marked = any(sign.startswith("m=") for sign in own)
    yield from (f"R={here}", f"R={here},{joint}", f"R={here},{kind}", f"R={here},m={marked}")
    yield from (f"Rp={before},{here}", f"Rn={here},{after}")
    yield from (f"Rb={begins},{joint}", f"Rr={here[0]},{kind}")
    yield from (f"Rb={begins},{sign}" for sign in own if sign.startswith(_TOLD))
    yield from (f"Rb={begins},{sign}" for sign in own if sign in {"c:lpart", "c:haslp,True"})
