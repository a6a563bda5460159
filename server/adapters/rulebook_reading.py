"""Reads the report formats and the taxonomy from the rulebook."""

import json
from functools import cache
from importlib.resources import files
from typing import Any, cast

from server.adapters.rulebook import Entry, entry_of, shipped
from server.domain.formats import FormatTable, Identity, ReportFormat, Row
from server.domain.reports.chains import LABELS, UNCHAINED, Chain
from server.domain.reports.learned import UNLEARNED, Learned, Rows
from server.domain.reports.taxonomy import ClassRule, Taxonomy, taxonomy_from
from server.errors import RulebookError

WEIGHTS = "class_weights.json"
ROLE_WEIGHTS = "role_weights.json"
CHAIN_WEIGHTS = "chain_weights.json"
FORMATS = ("old_2011", "national_2014", "uniform_2019", "uniform_2021")
_KINDS = frozenset({"list", "matrix", "line"})
_SEVERITIES = frozenset({"error", "question", "information"})
_RELATIONS = frozenset({"=", ">=", "<="})


@cache
def report_formats() -> tuple[ReportFormat, ...]:
    """Return all formats, oldest first.

    Raises: RulebookError, when a file is inconsistent.
    """
    return tuple(
        format_of(entry_of(f"formats/{name}.toml", shipped(f"formats/{name}.toml")))
        for name in FORMATS
    )


@cache
def taxonomy() -> Taxonomy:
    """Return the taxonomy of problems and measures with the learned weights.

    Raises: RulebookError, when a file is inconsistent.
    """
    entry = entry_of("taxonomy.toml", shipped("taxonomy.toml"))
    learned, roles = learned_weights(WEIGHTS), learned_weights(ROLE_WEIGHTS)
    return taxonomy_of(entry, learned, roles, chain_of(learned_weights(CHAIN_WEIGHTS)))


@cache
def learned_weights(name: str) -> Learned:
    """Return what a script of tests/bench (train_classes, _roles, _chain) learned from reports."""
    text = files("server.rulebook").joinpath(name).read_text(encoding="utf-8")
    return learned_of(json.loads(text), name)


def learned_of(values: dict[str, Any], name: str = WEIGHTS) -> Learned:
    """Return the weights of a JSON object: rows of whole numbers, `scale` of which make one.

    Raises: RulebookError, when a row does not have one number per class.
    """
    classes, weights = tuple(values["classes"]), values["weights"]
    if any(row.count(" ") != len(classes) - 1 for row in weights.values()):
        raise RulebookError(f"规则库 {name}：每行的数目应与类别数相同。请重新训练生成。")
    return Learned(classes, Rows(weights), values["scale"])


def chain_of(learned: Learned) -> Chain:
    """Return learned weights as weights of a chain.

    Raises: RulebookError, when they are of other labels than the reader's.
    """
    if learned.classes != LABELS:
        raise RulebookError(
            f"规则库 {CHAIN_WEIGHTS}：类别应为 {'、'.join(LABELS)}。请重新训练生成。"
        )
    return Chain(learned.weights, learned.scale)


def format_of(entry: Entry) -> ReportFormat:
    """Return the format that a TOML file describes."""
    entry.only("key", "name", "first_year", "last_year", "source", "confidence", "parts",
               "facts", "table", "identity")  # fmt: skip
    entry.text("confidence")
    tables = tuple(_table(table) for table in entry.entries("table"))
    return ReportFormat(
        key=entry.text("key"),
        name=entry.text("name"),
        first_year=entry.number("first_year"),
        last_year=entry.optional_number("last_year"),
        source=entry.text("source"),
        parts=tuple(entry.items("parts", str)),
        tables=tables,
        identities=tuple(_identity(identity) for identity in entry.entries("identity")),
        facts={fact: str(keys) for fact, keys in entry.values.get("facts", {}).items()},
    )


def _table(entry: Entry) -> FormatTable:
    entry.only("key", "kind", "shown_by", "columns", "column_labels", "row")
    return FormatTable(
        key=entry.text("key"),
        kind=cast("Any", _known(entry, "kind", _KINDS)),
        rows=tuple(_row(row) for row in entry.entries("row")),
        columns=_words(entry, "columns"),
        column_labels=_words(entry, "column_labels"),
        shown_by=_words(entry, "shown_by"),
    )


def _row(entry: Entry) -> Row:
    entry.only("key", "label", "unit", "aliases", "group", "columns")
    return Row(
        key=entry.text("key"),
        label=str(entry.values.get("label", "")),
        unit=str(entry.values.get("unit", "")),
        aliases=_words(entry, "aliases"),
        group=bool(entry.values.get("group", False)),
        columns=_words(entry, "columns"),
    )


def _identity(entry: Entry) -> Identity:
    entry.only("code", "severity", "left", "relation", "right", "each", "says", "source")
    return Identity(
        code=entry.text("code"),
        severity=cast("Any", _known(entry, "severity", _SEVERITIES)),
        left=tuple(entry.items("left", str)),
        right=tuple(entry.items("right", str)),
        relation=cast("Any", _known(entry, "relation", _RELATIONS)),
        each=_words(entry, "each"),
        says=entry.text("says"),
        source=entry.text("source"),
    )


def taxonomy_of(
    entry: Entry, learned: Learned, roles: Learned = UNLEARNED, chain: Chain = UNCHAINED
) -> Taxonomy:
    """Return the taxonomy that a TOML file describes, with the weights learned beside it."""
    entry.only("source", "valid_from", "confidence", "removed", "headings", "class")
    for key in ("source", "confidence"):
        entry.text(key)
    entry.day("valid_from")
    headings = tuple(entry.items("headings", str))
    classes = tuple(_class(found, headings) for found in entry.entries("class"))
    removed = tuple(entry.items("removed", str))
    return taxonomy_from(classes, headings, removed, learned, roles, chain)


def _class(entry: Entry, headings: tuple[str, ...]) -> ClassRule:
    entry.only("key", "name", "heading", "core", "strong", "words", "weak")
    heading = entry.text("heading")
    if heading not in headings:
        raise entry.fault(f"heading 的“{heading}”不在 headings 之中")
    weights = (("weak", 0.5), ("words", 1.0), ("strong", 2.0), ("core", 3.0))
    words = {word: weight for key, weight in weights for word in _words(entry, key)}
    return ClassRule(entry.text("key"), entry.text("name"), heading, words)


def _words(entry: Entry, key: str) -> tuple[str, ...]:
    return tuple(entry.items(key, str)) if key in entry.values else ()


def _known(entry: Entry, key: str, known: frozenset[str]) -> str:
    word = entry.text(key)
    if word not in known:
        raise entry.fault(f"{key} 的“{word}”不在 {'、'.join(sorted(known))} 之中")
    return word
