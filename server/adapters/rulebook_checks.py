"""Reads from the rulebook what people are told about the rules that reports are held to."""

from functools import cache
from typing import Any, cast

from server.adapters.rulebook import Entry, entry_of, shipped
from server.domain.check_rules import CheckRule

_HELD_AGAINST = frozenset({"itself", "last_year", "peers", "units", "filed"})
_SEVERITIES = frozenset({"error", "question", "information"})


@cache
def check_rules() -> tuple[CheckRule, ...]:
    """Return every rule in the order of the file.

    Raises: RulebookError, when the file is inconsistent.
    """
    return check_rules_of(entry_of("checks.toml", shipped("checks.toml")))


def check_rules_of(entry: Entry) -> tuple[CheckRule, ...]:
    """Return the rules that a TOML file describes; each code once.

    Raises: RulebookError, when it is inconsistent.
    """
    entry.only("valid_from", "confidence", "check")
    entry.day("valid_from")
    entry.text("confidence")
    rules = tuple(_rule(found) for found in entry.entries("check"))
    codes = [rule.code for rule in rules]
    if twice := sorted({code for code in codes if codes.count(code) > 1}):
        raise entry.fault(f"code 重复：{'、'.join(twice)}")
    return rules


def _rule(entry: Entry) -> CheckRule:
    entry.only("code", "name", "held_against", "severities", "place", "says", "remedy", "source")
    return CheckRule(
        code=entry.text("code"),
        name=entry.text("name"),
        held_against=cast("Any", _known(entry, [entry.text("held_against")], _HELD_AGAINST)[0]),
        severities=cast("Any", _known(entry, entry.items("severities", str), _SEVERITIES)),
        place=entry.text("place"),
        says=entry.text("says"),
        remedy=entry.text("remedy"),
        source=entry.text("source"),
    )


def _known(entry: Entry, words: list[str], known: frozenset[str]) -> tuple[str, ...]:
    if unknown := sorted(set(words) - known):
        raise entry.fault(f"{'、'.join(unknown)} 不在 {'、'.join(sorted(known))} 之中")
    return tuple(words)
