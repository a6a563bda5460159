"""The taxonomy of problems and measures as a value: twelve classes under three headings."""

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ClassRule:
    """One class: its Chinese name, its heading (channels, content, mechanisms), words by weight."""

    key: str
    name: str
    heading: str
    words: Mapping[str, float]


@dataclass(frozen=True, slots=True)
class Taxonomy:
    """Classes, words removed before matching, and the nouns that decide a measure's heading."""

    classes: tuple[ClassRule, ...]
    removed: tuple[str, ...]
    heading_words: Mapping[str, tuple[str, ...]]
    order: tuple[str, ...]

    def heading_of(self, key: str) -> str:
        """Return the heading of a class."""
        return next(rule.heading for rule in self.classes if rule.key == key)
