"""The result of reading one annual report, as values. Spans count in the decoded text."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal

Severity = Literal["error", "question", "information"]
State = Literal["value", "zero", "blank", "slash", "untouched"]
Role = Literal["problem", "measure"]


@dataclass(frozen=True, slots=True)
class Span:
    """Half-open character range."""

    start: int
    end: int


@dataclass(frozen=True, slots=True)
class Section:
    """A top-level part: `number` as the report numbers it, `start` at its heading."""

    number: int | None
    title: str
    start: int
    end: int
    topic: str | None = None
    body: int = 0


@dataclass(frozen=True, slots=True)
class Figure:
    """One cell of the statistics table. `value` is None unless `state` is value or zero."""

    key: str
    label: str
    value: int | float | None
    state: State
    unit: str = ""
    start: int | None = None
    end: int | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """A problem or a measure. `confidence` runs from 0 to 1; `reasons` are Chinese."""

    role: Role
    ordinal: int
    start: int
    end: int
    text: str
    classes: tuple[str, ...] = ()
    heading: str | None = None
    confidence: float = 1.0
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Pair:
    """The measures (by ordinal) that answer one problem, and why."""

    problem: int
    measures: tuple[int, ...]
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint of a check. `code` is a rule id; `source` names the rule's origin."""

    code: str
    severity: Severity
    message: str
    start: int | None = None
    end: int | None = None
    params: Mapping[str, object] = field(default_factory=dict)
    source: str = ""


@dataclass(frozen=True, slots=True)
class ParsedReport:
    """One report as read: what it is, what it says, and what is doubtful about it."""

    title: str | None
    unit: str | None
    report_year: int | None
    format: str | None
    sections: tuple[Section, ...] = ()
    figures: tuple[Figure, ...] = ()
    problems: tuple[Item, ...] = ()
    measures: tuple[Item, ...] = ()
    pairs: tuple[Pair, ...] = ()
    findings: tuple[Finding, ...] = ()

    def figure(self, key: str) -> Figure | None:
        """Return the figure with this key, if the table has it."""
        return next((figure for figure in self.figures if figure.key == key), None)
