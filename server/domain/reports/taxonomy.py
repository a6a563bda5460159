"""The taxonomy of problems and measures as a value: twelve classes under three headings."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from server.domain.reports.chains import UNCHAINED, Chain
from server.domain.reports.learned import UNLEARNED, Learned

_EVERYWHERE = ("政府信息公开工作", "政府信息公开", "信息公开", "政务公开")
"""Stands in every item and so speaks for no class."""


@dataclass(frozen=True, slots=True)
class ClassRule:
    """One class: its Chinese name, its heading (channels, content, mechanisms), words by weight."""

    key: str
    name: str
    heading: str
    words: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Lexicon:
    """All words with the classes that they speak for; found longest first, never overlapping."""

    weights: Mapping[str, Mapping[str, float]]
    by_letter: Mapping[str, tuple[str, ...]]

    def found(self, text: str) -> Iterator[tuple[int, str]]:
        """Yield place and word of every match, left to right, the longest word at each place."""
        place = 0
        while place < len(text):
            words = self.by_letter.get(text[place], ())
            word = next((word for word in words if text.startswith(word, place)), "")
            if word:
                yield place, word
            place += len(word) or 1


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Classes in order, headings in order, words that say nothing, and the two ways to weigh."""

    classes: tuple[ClassRule, ...]
    order: tuple[str, ...]
    removed: tuple[str, ...]
    lexicon: Lexicon
    learned: Learned
    roles: Learned = UNLEARNED
    chain: Chain = UNCHAINED

    def cleared(self, text: str) -> str:
        """Return the text without what the learned weights were not trained on."""
        for word in _EVERYWHERE:
            text = text.replace(word, "")
        return text

    def heading_of(self, key: str) -> str:
        """Return the heading of a class."""
        return next(rule.heading for rule in self.classes if rule.key == key)

    def name_of(self, key: str) -> str:
        """Return the Chinese name of a class."""
        return next(rule.name for rule in self.classes if rule.key == key)


def taxonomy_from(
    classes: Sequence[ClassRule],
    order: Sequence[str],
    removed: Sequence[str],
    learned: Learned,
    roles: Learned = UNLEARNED,
    chain: Chain = UNCHAINED,
) -> Taxonomy:
    """Return the taxonomy of these classes under the headings of `order`."""
    lexicon = _lexicon(classes, removed)
    return Taxonomy(tuple(classes), tuple(order), tuple(removed), lexicon, learned, roles, chain)


def _lexicon(classes: Sequence[ClassRule], removed: Sequence[str]) -> Lexicon:
    """A removed word is one that speaks for no class: it hides the shorter words in it."""
    weights: dict[str, dict[str, float]] = {word: {} for word in removed}
    for rule in classes:
        for word, weight in rule.words.items():
            weights.setdefault(word, {})[rule.key] = weight
    letters: dict[str, list[str]] = {}
    for word in sorted(weights, key=lambda word: (-len(word), word)):
        letters.setdefault(word[0], []).append(word)
    return Lexicon(weights, {letter: tuple(words) for letter, words in letters.items()})
