"""Where a phrase stands: its mark among the marks, its sentence in the paragraph; as signs."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from itertools import groupby

from server.domain.reports.enumerators import Mark
from server.domain.reports.phrases import Phrase
from server.domain.reports.polarity import polarity
from server.domain.reports.word_signs import label_of, length_sign

_LONGEST_TITLE = 26
_DEEPEST = 2
_MOST = 3


@dataclass(slots=True)
class Nesting:
    """The marks open around a phrase, outermost first, and what the outer item says of itself."""

    open: list[tuple[str, int | None]] = field(default_factory=list)
    outer: tuple[int, str, int, str, str | None] | None = None

    @property
    def depth(self) -> int:
        """How many marks are open."""
        return len(self.open)

    def enter(self, mark: Mark) -> str:
        """Open the mark; return how it stands to those before it (d0next, d1new, d0restart)."""
        families = [family for family, _ in self.open]
        if mark.family not in families:
            self.open.append((mark.family, mark.ordinal))
            return f"d{min(self.depth - 1, _DEEPEST)}new"
        depth = families.index(mark.family)
        last = self.open[depth][1]
        self.open[depth:] = [(mark.family, mark.ordinal)]
        return f"d{min(depth, _DEEPEST)}{_step(mark.ordinal, last)}"


def _step(ordinal: int | None, last: int | None) -> str:
    if ordinal is None or last is None or ordinal == last + 1:
        return "next"
    return "restart" if ordinal <= last else "jump"


class Places:
    """Walks the phrases of one part in order and tells the place of each."""

    def __init__(self, text: str, found: Sequence[Phrase]) -> None:
        self.text = text
        self.found = found
        self.nesting = Nesting()
        self.families = Counter(one.mark.family for one in found if one.mark)
        self.firsts = {one.mark.family for one in found if one.mark and one.mark.ordinal == 1}
        self.sentences = dict(_sentences(found))
        self.paragraphs = dict(self._paragraphs())
        self.opened = 0

    def sentence(self, place: int) -> str:
        """Return the sentence in which the phrase at `place` stands."""
        start, end = self.sentences[self.found[place].sentence]
        return self.text[start:end]

    def step(self, place: int) -> tuple[str, list[str]]:
        """Return the relation of the phrase's mark ("" without one) and all signs of its place."""
        phrase = self.found[place]
        relation, signs = "", []
        if phrase.mark:
            relation = self.nesting.enter(phrase.mark)
            signs = list(self._mark_signs(place, phrase.mark, relation))
        signs.append(f"depth={min(self.nesting.depth, _MOST)}")
        signs.extend(self._paragraph_signs(place, phrase))
        return relation, signs

    def _mark_signs(self, place: int, mark: Mark, relation: str) -> Iterator[str]:
        yield f"m={relation}"
        yield f"mf={mark.family}"
        yield f"mord={mark.ordinal and min(mark.ordinal, 4)}"
        often = min(self.families[mark.family], _MOST)
        yield f"fn={often},{mark.family in self.firsts}"
        outer = self.nesting.outer
        if self.nesting.depth == 1 or outer is None:
            words = self.sentence(place)
            stop = self.found[place].stop
            told = f"pol={polarity(words)}"
            self.nesting.outer = (place, told, length_sign(words), stop, label_of(words))
        else:
            first, told, long, stop, label = outer
            yield from (f"nest:{relation}", f"nest:out={told},{long},{stop}", f"nest:lab={label}")
            yield f"nest:dist={min(_MOST, place - first)}"
            yield f"nest,{relation[2:]},lab={label},stop={stop}"

    def _paragraph_signs(self, place: int, phrase: Phrase) -> Iterator[str]:
        marked = "mk" if self.nesting.depth else "no"
        if not phrase.first:
            yield f"ntok={min(_MOST, place - self.opened)}"
            return
        self.opened = place
        nth, size, titled, many, halves, half, where = self.paragraphs[phrase.sentence]
        yield f"ps={min(nth, 2)}/{min(size, 3)}"
        yield f"ti={titled},{many},{min(nth, 2)}"
        yield f"ti={titled},{many},{min(nth, 2)},{bool(phrase.mark)}"
        yield f"semi={min(halves, 3)},{min(half, 2)}"
        yield f"semi={min(halves, 3)},{min(half, 2)},{bool(phrase.mark)},{marked}"
        yield f"para={where}"
        yield f"inm={marked},{'top' if phrase.opens else 'sent'}"

    def _paragraphs(self) -> Iterator[tuple[int, tuple[int, int, bool, int, int, int, str]]]:
        """Yield for each sentence its place in the paragraph and what that paragraph is like."""
        found = list(_by_paragraph(self.found))
        titled = [self._titled(paragraph) for paragraph in found]
        many = min(sum(titled), 2)
        for number, paragraph in enumerate(found):
            where = "first" if not number else "last" if number + 1 == len(found) else "mid"
            halves = sum(one.stop == ";" for one in paragraph)
            half = 0
            for place, one in enumerate(paragraph):
                size = len(paragraph)
                yield one.sentence, (place, size, titled[number], many, halves, half, where)
                half = half + 1 if one.stop == ";" else 0

    def _titled(self, paragraph: Sequence[Phrase]) -> bool:
        start, end = self.sentences[paragraph[0].sentence]
        short = end - start <= _LONGEST_TITLE and paragraph[0].stop in {"", "。"}
        return len(paragraph) > 1 and short


def _sentences(found: Sequence[Phrase]) -> Iterator[tuple[int, tuple[int, int]]]:
    for number, group in groupby(found, key=lambda one: one.sentence):
        own = list(group)
        yield number, (own[0].start, own[-1].end)


def _by_paragraph(found: Sequence[Phrase]) -> Iterator[list[Phrase]]:
    """Yield the first phrases of the sentences, paragraph by paragraph."""
    paragraph: list[Phrase] = []
    for one in found:
        if one.first and one.opens and paragraph:
            yield paragraph
            paragraph = []
        if one.first:
            paragraph.append(one)
    if paragraph:
        yield paragraph
