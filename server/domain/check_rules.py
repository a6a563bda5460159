"""What a person may read about each rule that a report is held to."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal

from server.domain.reports.parsed import Severity

HeldAgainst = Literal["itself", "last_year", "peers", "units", "filed"]


@dataclass(frozen=True, slots=True)
class CheckRule:
    """A rule by its code: where its finding points, what it demands, the remedy, its origin.

    `severities` are those of its findings; none where it says what is deliberately not checked.
    """

    code: str
    name: str
    held_against: HeldAgainst
    severities: tuple[Severity, ...]
    place: str
    says: str
    remedy: str
    source: str


def rule_of(rules: Iterable[CheckRule], code: str) -> CheckRule | None:
    """Return the rule with this code."""
    return next((rule for rule in rules if rule.code == code), None)


def by_comparison(rules: Iterable[CheckRule]) -> dict[HeldAgainst, list[CheckRule]]:
    """Return the rules by what a report is held against, in their order."""
    groups: dict[HeldAgainst, list[CheckRule]] = {}
    for rule in rules:
        groups.setdefault(rule.held_against, []).append(rule)
    return groups
