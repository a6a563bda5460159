"""Learn the role weights: `python -m tests.bench.train_roles [--cross]`.

From the sentences of the tuning reports' problems and measures, as tests/bench/train_classes.py
learns classes. `--cross` writes nothing; it leaves out one hundred of reports (one group of
writers) at a time and prints how often the weights alone tell a problem from a measure.
The held-out reports are never read.
"""

import argparse
import re
import tomllib
from collections.abc import Iterator, Sequence

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import ROLE_WEIGHTS
from server.domain.reports.normalise import normalise
from server.domain.reports.roles import ROLES, anchored, lean
from tests.bench.reading import CORPUS, gold_text
from tests.bench.train_classes import SCALE, TARGET, Example, learn, written


def examples() -> Iterator[Example]:
    """Yield every sentence of the problems and measures of the tuning reports."""
    for path in sorted((CORPUS / "tune").glob("*.toml")):
        gold = tomllib.loads(path.read_text(encoding="utf-8"))
        if gold.get("problem") or gold.get("measure"):
            document = read_document(path.with_name(gold["source"])).text
            for role in ROLES:
                for item in gold.get(role, []):
                    yield from _sentences(path.stem, role, gold_text(item, document)[0])


def _sentences(report: str, role: str, text: str) -> Iterator[Example]:
    for sentence in re.split("[。;]", normalise(text).text):
        if sentence:
            yield Example(report, anchored(sentence), role, (role,), ())


def cross(found: Sequence[Example]) -> None:
    """Print the weights' accuracy on writers that they were not learned from."""
    for group in sorted({example.report[0] for example in found}):
        learned = learn([one for one in found if one.report[0] != group], ROLES)
        test = [one for one in found if one.report[0] == group]
        right = sum((lean(one.text[1:], learned) > 0) == (one.primary == ROLES[0]) for one in test)
        print(f"{group}00: {right / len(test):.3f} of {len(test)} sentences")


def main() -> None:
    """Run from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--cross", action="store_true", help="cross-validate, write nothing")
    chosen = options.parse_args()
    found = list(examples())
    if chosen.cross:
        cross(found)
        return
    learned = learn(found, ROLES)
    rows = {gram: [round(n * SCALE) for n in row] for gram, row in learned.weights.items()}
    text = written(ROLES, rows, "tests/bench/train_roles.py")
    TARGET.with_name(ROLE_WEIGHTS).write_text(text, encoding="utf-8")
    print(f"{len(rows)} grams from {len(found)} sentences")


if __name__ == "__main__":
    main()
