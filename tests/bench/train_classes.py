"""Learn the class weights: `python -m tests.bench.train_classes [--cross]`.

From the tuning reports' gold files and the phrases of tests/cases/class_phrases.toml.

Multinomial logistic regression on characters and pairs of characters, by stochastic gradient
descent without randomness: the same reports give the same file. `--cross` writes nothing; it
learns on seven eighths of the reports, asks for the rest, and prints how often the weights alone
name an acceptable class and heading. The held-out reports are never read.
"""

import argparse
import json
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from math import exp, sqrt
from pathlib import Path

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import WEIGHTS, taxonomy
from server.domain.reports.learned import Learned, gram_shares
from server.domain.reports.normalise import normalise
from tests.bench.reading import CORPUS, gold_text

EPOCHS = 60
RATE = 1.0
DECAY = 3e-5
PRIMARY = 0.7
FOLDS = 8
SCALE = 100
PHRASES = CORPUS.parent / "class_phrases.toml"
TARGET = Path(__file__).parents[2] / "server" / "rulebook" / WEIGHTS


@dataclass(frozen=True)
class Example:
    """One item of a gold file: its text without words that stand everywhere, its labels."""

    report: str
    text: str
    primary: str
    classes: tuple[str, ...]
    headings: tuple[str, ...]

    @property
    def opening(self) -> int:
        """Where its first clause ends."""
        return min((place for stop in ",。;:\n" if (place := self.text.find(stop)) >= 0),
                   default=len(self.text))  # fmt: skip


def examples() -> Iterator[Example]:
    """Yield every problem and measure of the tuning reports."""
    for path in sorted((CORPUS / "tune").glob("*.toml")):
        gold = tomllib.loads(path.read_text(encoding="utf-8"))
        items = [*gold.get("problem", []), *gold.get("measure", [])]
        if items:
            document = read_document(path.with_name(gold["source"])).text
            for item in items:
                text = taxonomy().cleared(normalise(gold_text(item, document)[0]).text)
                headings = tuple(item[key] for key in ("heading", "heading_alt") if key in item)
                yield Example(path.stem, text, item["primary"], tuple(item["classes"]), headings)


def phrases() -> Iterator[Example]:
    """Yield the phrases of the field, each as a report of its own."""
    for place, line in enumerate(tomllib.loads(PHRASES.read_text(encoding="utf-8"))["phrases"]):
        labels, text = line.split(" | ")
        classes = tuple(labels.split())
        plain = taxonomy().cleared(normalise(text).text)
        headings = (taxonomy().heading_of(classes[0]),)
        yield Example(f"phrase {place}", plain, classes[0], classes, headings)


def known_grams(found: Sequence[Example]) -> set[str]:
    """Return the grams that stand in at least two reports."""
    reports: dict[str, set[str]] = defaultdict(set)
    for example in found:
        for gram in gram_shares(example.text, example.opening):
            reports[gram].add(example.report)
    return {gram for gram, where in reports.items() if len(where) > 1}


def learn(found: Sequence[Example], classes: tuple[str, ...]) -> Learned:
    """Return the weights learned from these examples."""
    weights = {gram: [0.0] * len(classes) for gram in sorted(known_grams(found))}
    rows = [(shares(example, weights), wanted(example, classes)) for example in found]
    for epoch in range(EPOCHS):
        rate = RATE / (1 + epoch * 0.05)
        for place in range(len(rows)):
            row, want = rows[(place * 101 + epoch) % len(rows)]
            step(row, want, weights, rate)
    return Learned(classes, weights)


def shares(example: Example, weights: dict[str, list[float]]) -> dict[str, float]:
    """Return an example's grams scaled to length one."""
    row = {
        gram: share
        for gram, share in gram_shares(example.text, example.opening).items()
        if gram in weights
    }
    length = sqrt(sum(share * share for share in row.values())) or 1.0
    return {gram: share / length for gram, share in row.items()}


def wanted(example: Example, classes: tuple[str, ...]) -> list[float]:
    """Return the share each class should get: most for the primary, the rest evenly."""
    even = (1 - PRIMARY) / len(example.classes)
    return [PRIMARY * (key == example.primary) + even * (key in example.classes) for key in classes]


def step(
    row: dict[str, float], want: list[float], weights: dict[str, list[float]], rate: float
) -> None:
    """Move the weights of one example's grams towards what is wanted."""
    sums = [
        sum(weights[gram][at] * share for gram, share in row.items()) for at in range(len(want))
    ]
    powers = [exp(value - max(sums)) for value in sums]
    errors = [aim - power / sum(powers) for aim, power in zip(want, powers, strict=True)]
    for gram, share in row.items():
        own = weights[gram]
        for at, error in enumerate(errors):
            own[at] += rate * (error * share - DECAY * own[at])


def cross(found: Sequence[Example], classes: tuple[str, ...]) -> None:
    """Print the weights' accuracy on reports that they were not learned from."""
    reports = sorted({example.report for example in found})
    right = headed = 0
    for fold in range(FOLDS):
        test = set(reports[fold::FOLDS])
        learned = learn([one for one in (*found, *phrases()) if one.report not in test], classes)
        for one in found:
            if one.report in test:
                spoken = learned.speak(one.text, one.opening)
                best = max(classes, key=lambda key: spoken[key])
                right += best in one.classes
                headed += taxonomy().heading_of(best) in one.headings
    print(f"class {right / len(found):.3f}  heading {headed / len(found):.3f}  of {len(found)}")


def written(classes: Sequence[str], rows: dict[str, list[int]], script: str) -> str:
    """Return the file's text: one gram per line, so that a new training shows as a difference."""
    head = {"source": f"由自编的调优报告训练，见 {script}", "scale": SCALE}
    start = json.dumps({**head, "classes": classes}, ensure_ascii=False)[:-1]
    lines = (
        f"{json.dumps(gram, ensure_ascii=False)}: {json.dumps(' '.join(map(str, row)))}"
        for gram, row in rows.items()
    )
    return start + ', "weights": {\n' + ",\n".join(lines) + "\n}}\n"


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cross", action="store_true", help="cross-validate, write nothing")
    chosen = options.parse_args()
    found = list(examples())
    classes = tuple(rule.key for rule in taxonomy().classes)
    if chosen.cross:
        cross(found, classes)
        return
    learned = learn([*found, *phrases()], classes)
    rows = {gram: [round(n * SCALE) for n in row] for gram, row in learned.weights.items()}
    TARGET.write_text(written(classes, rows, "tests/bench/train_classes.py"), encoding="utf-8")
    print(f"{len(rows)} grams from {len(found)} items")


if __name__ == "__main__":
    main()
