"""Learn to weigh the rules' reading again: `python -m tests.bench.train_chain [--cross]`.

An averaged structured perceptron over the phrases of the tuning reports' problem parts, without
randomness: the same reports give the same file. What the rules make of a phrase is one of its
signs; it is taken from `first_readings.json`, the rules' reading of reports that they had never
been tuned on: on a tuned report the rules are right, and the weights would learn to trust them.
`--cross` writes nothing: it leaves out one group of writers at a time and prints items F1 for it.
`--record` writes the rules' present reading of the given reports (of `--only`) as their first one.
"""

import argparse
import json
import tomllib
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import CHAIN_WEIGHTS, report_formats, taxonomy
from server.domain.reports.chains import LABELS, Chain, decode
from server.domain.reports.parse import Reading, opened
from server.domain.reports.phrases import Phrase
from server.domain.reports.reweighed import Span, labelled, spans_of, weighable
from server.domain.reports.ruled import ruled_items
from server.domain.reports.signs import Signs
from tests.bench.reading import ALL, CORPUS, gold_text, numbered
from tests.bench.train_classes import SCALE, TARGET, written

EPOCHS = 10
LEAST_REPORTS = 2
SMALLEST = 3
FIRST = CORPUS / "first_readings.json"


@dataclass(frozen=True)
class Part:
    """One problem part: its phrases with their signs, and what each should be read as."""

    phrases: list[Phrase]
    row: list[Signs]
    right: list[int]


@dataclass(frozen=True)
class Report:
    """One tuning report: its group of writers, its parts, its gold items."""

    group: str
    parts: list[Part]
    gold: list[Span]
    optional: list[Span]


def reports() -> list[Report]:
    """Return every tuning report with its parts ready to be learned from."""
    first = json.loads(FIRST.read_text(encoding="utf-8"))
    groups = {stem: (name, spans) for name, one in first.items() for stem, spans in one.items()}
    found = []
    for path in sorted((CORPUS / "tune").glob("*.toml")):
        group, spans = groups.get(path.stem, (path.stem[0], None))
        found.append(report(path, group, spans))
    return found


def report(path: Path, group: str, spans: list[Any] | None) -> Report:
    """Return one report; `spans` are the rules' first reading of it, where one is known."""
    gold = tomllib.loads(path.read_text(encoding="utf-8"))
    reading = opened(read_document(path.with_name(gold["source"])), report_formats())
    every, optional = golden(gold, reading)
    ruled = None if spans is None else [within(reading, span) for span in spans]
    parts = reading.parts_of_problems() if reading.is_report() else []
    text = reading.normal.text
    rows = []
    for part in parts:
        if ruled_items(text, part.start, part.end) is None:
            inside = None if ruled is None else [s for s in ruled if part.start <= s[0] < part.end]
            phrases, row = weighable(text, part, reading.year, inside)
            rows.append(Part(phrases, row, [LABELS.index(one) for one in labelled(phrases, every)]))
    return Report(group, rows, every, optional)


def golden(gold: dict[str, Any], reading: Reading) -> tuple[list[Span], list[Span]]:
    """Return all gold items and the optional ones, in normalised offsets."""
    text = reading.document.text
    places = [place for place, letter in enumerate(text) if not letter.isspace()]
    every, optional = [], []
    for role in ("problem", "measure"):
        for item in gold.get(role, []):
            words, place = gold_text(item, text)
            span = within(reading, (places[place], places[place + len(words) - 1] + 1, role))
            every.append(span)
            if item.get("optional"):
                optional.append(span)
    return every, optional


def within(reading: Reading, span: Sequence[Any]) -> Span:
    """Return a span of the document as one of its normalised text."""
    start, end, role = span
    return reading.normal.index(start), reading.normal.index(end - 1) + 1, role


class Learner:
    """The perceptron: weights, and their sums over time for the average."""

    def __init__(self, found: Sequence[Report]) -> None:
        self.known = known_signs(found)
        self.weights: dict[str, list[float]] = {}
        self.sums: dict[str, list[float]] = {}
        self.time = 1
        self.rows = [part for one in found for part in one.parts if part.row]

    def learn(self) -> Chain:
        """Return the averaged weights after all epochs, as whole numbers."""
        chain = Chain(self.weights)
        for epoch in range(EPOCHS):
            for place in range(len(self.rows)):
                part = self.rows[(place * 101 + epoch * 37) % len(self.rows)]
                given = decode(part.row, chain, part.right)
                if given != part.right:
                    self.correct(part, given)
                self.time += 1
        rows = {sign: self.averaged(sign) for sign in sorted(self.weights)}
        return Chain({sign: row for sign, row in rows.items() if max(map(abs, row)) >= SMALLEST})

    def averaged(self, sign: str) -> list[int]:
        """Return the average weights of a sign over time."""
        pairs = zip(self.weights[sign], self.sums[sign], strict=True)
        return [round((weight - total / self.time) * SCALE) for weight, total in pairs]

    def correct(self, part: Part, given: Sequence[int]) -> None:
        """Move the weights from the reading given to the right one."""
        for place, (signs, right, wrong) in enumerate(
            zip(part.row, part.right, given, strict=True)
        ):
            if right != wrong:
                for sign in signs.own:
                    if sign in self.known:
                        self.move(sign, right, wrong)
            if place and (part.right[place - 1], right) != (given[place - 1], wrong):
                for before, label, way in (
                    (part.right[place - 1], right, 1),
                    (given[place - 1], wrong, -1),
                ):
                    for sign in (f"{LABELS[before]}>", f"{LABELS[before]}>{signs.context}"):
                        self.add(sign, label, way)

    def move(self, sign: str, right: int, wrong: int) -> None:
        """Let a sign speak more for the right label, less for the wrong one."""
        self.add(sign, right, 1)
        self.add(sign, wrong, -1)

    def add(self, sign: str, label: int, way: int) -> None:
        """Add to one weight and to its sum over time."""
        row = self.weights.setdefault(sign, [0.0] * len(LABELS))
        total = self.sums.setdefault(sign, [0.0] * len(LABELS))
        row[label] += way
        total[label] += way * self.time


def known_signs(found: Sequence[Report]) -> set[str]:
    """Return the signs that stand in at least two reports."""
    where: dict[str, set[int]] = defaultdict(set)
    for place, one in enumerate(found):
        for part in one.parts:
            for signs in part.row:
                for sign in signs.own:
                    where[sign].add(place)
    return {sign for sign, places in where.items() if len(places) >= LEAST_REPORTS}


def score(found: Sequence[Report], chain: Chain) -> tuple[int, int, int]:
    """Return how many items were right, extra and missed."""
    right = extra = missed = 0
    for one in found:
        read: set[Span] = set()
        for part in one.parts:
            read |= set(spans_of(part.phrases, [LABELS[n] for n in decode(part.row, chain)]))
        asked = set(one.gold) - set(one.optional)
        right += len(asked & read)
        missed += len(asked - read)
        extra += len(read - set(one.gold))
    return right, extra, missed


def cross(found: Sequence[Report], only: str | None) -> None:
    """Print items F1 for each group of writers, with weights learned from all others."""
    total = (0, 0, 0)
    for group in sorted({one.group for one in found}):
        if only and group not in only.split(","):
            continue
        chain = Learner([one for one in found if one.group != group]).learn()
        counts = score([one for one in found if one.group == group], chain)
        total = tuple(map(sum, zip(total, counts, strict=True)))  # type: ignore[assignment]  # three counts stay three
        print(f"{group:8} items F1 {f1(*counts):.4f} {counts}", flush=True)
    print(f"all      items F1 {f1(*total):.4f} {total}")


def f1(right: int, extra: int, missed: int) -> float:
    """Return F1."""
    return 2 * right / max(2 * right + extra + missed, 1)


def record(numbers: range, name: str) -> None:
    """Write the rules' present reading of these reports as their first one."""
    first = json.loads(FIRST.read_text(encoding="utf-8"))
    known = {stem for one in first.values() for stem in one}
    for path in sorted((CORPUS / "tune").glob("*.toml")):
        if int(path.name[:3]) in numbers and path.stem not in known:
            gold = tomllib.loads(path.read_text(encoding="utf-8"))
            reading = opened(read_document(path.with_name(gold["source"])), report_formats())
            drafts = reading.ruled(reading.parts_of_problems(), taxonomy().roles)
            spans = [(*reading.normal.span(one.start, one.end), one.role) for one in drafts]
            first.setdefault(name, {})[path.stem] = spans if reading.is_report() else []
    FIRST.write_text(shown(first), encoding="utf-8")


def shown(first: dict[str, Any]) -> str:
    """Return the readings as JSON, one report per line."""
    groups = []
    for name, one in sorted(first.items()):
        lines = [f" {json.dumps(stem)}: {json.dumps(one[stem])}" for stem in sorted(one)]
        groups.append(f"{json.dumps(name)}: {{\n" + ",\n".join(lines) + "\n}")
    return "{\n" + ",\n".join(groups) + "\n}\n"


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cross", action="store_true", help="cross-validate, write nothing")
    options.add_argument("--groups", help="only these groups, with commas between")
    options.add_argument("--record", metavar="GROUP", help="record first readings of --only")
    options.add_argument("--only", default=ALL, type=numbered, help="first-last number")
    chosen = options.parse_args()
    if chosen.record:
        record(chosen.only, chosen.record)
        return
    found = reports()
    if chosen.cross:
        cross(found, chosen.groups)
        return
    chain = Learner(found).learn()
    rows = {sign: [int(n) for n in row] for sign, row in chain.weights.items()}
    text = written(LABELS, rows, "tests/bench/train_chain.py")
    TARGET.with_name(CHAIN_WEIGHTS).write_text(text, encoding="utf-8")
    print(f"{len(rows)} signs from {sum(len(one.parts) for one in found)} parts")


if __name__ == "__main__":
    main()
