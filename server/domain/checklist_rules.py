"""What an action of each kind must have produced, and how that is proved: the rules as values."""

import re
from dataclasses import dataclass
from datetime import date

from server.domain.actions import ActionWords
from server.domain.reminders import Role

_COUNTED = re.compile(
    r"\d+\s*(?:人次|次|条|篇|场|期|家|件|%|％)|(?<!第)[二两三四五六七八九十]+(?:次|场|期|篇)"
)


@dataclass(frozen=True, slots=True)
class ItemTemplate:
    """What an action of one kind must have produced; checklists.toml explains each field."""

    key: str
    class_code: str
    words: tuple[str, ...]
    target: str
    proof: str
    quarter: int
    owner: Role
    each: bool = False
    days: int | None = None
    """Working days from the day the list is opened; they stand in for the quarter."""


@dataclass(frozen=True, slots=True)
class EntryTemplate:
    """The item asked of an entry as a whole; `what` holds the place {entry} for its name."""

    what: str
    proof: str
    quarter: int
    owner: Role
    days: int | None = None


@dataclass(frozen=True, slots=True)
class ChecklistRules:
    """All that generation needs besides the entries; the last template takes what is left."""

    words: ActionWords
    templates: tuple[ItemTemplate, ...]
    unanswered: EntryTemplate
    answered: EntryTemplate
    vague: EntryTemplate
    counted_target: str
    valid_from: date
    source: str

    def template_for(self, text: str, classes: tuple[str, ...]) -> ItemTemplate:
        """Return the template with most words in the text; a confirmed class counts as one word."""

        def score(template: ItemTemplate) -> tuple[int, int]:
            hits = sum(word in text for word in template.words)
            return hits + (template.class_code in classes), hits

        best = max(self.templates, key=score)
        return best if score(best) > (0, 0) else self.templates[-1]


def is_counted(text: str) -> bool:
    """Return whether an action names its own number, such as 培训3次."""
    return _COUNTED.search(text) is not None
