"""Texts alike among all of a year: time, growth, and whether planted copies are found.

python -m tests.bench.similarity [--json]

Each text is a section five of about 600 letters: a sentence that everybody writes, sentences of
the tuning reports in a random choice with invented numbers, and in one of twenty texts a copy of
another with a quarter of its sentences rewritten.
"""

import random
import re
import tomllib
from math import log
from time import process_time

from server.adapters.documents import read_document
from server.domain.similarity import Likeness, similar_pairs
from tests.bench.reading import CORPUS, gold_text
from tests.bench.table import Rows, main

SIZES = (750, 1500, 3000)
SENTENCES = 12
COPIED_EVERY = 20
LEAST = 0.5
OPENING = "本年度政府信息公开工作取得一定成效，但与上级要求和群众期望相比仍有差距，主要问题如下。"


def measure() -> Rows:
    """Return one row per size; `exponent` is that of growth since the size before."""
    sentences = pool()
    rows: list[dict[str, object]] = []
    for size in SIZES:
        texts, planted = year(size, sentences)
        began = process_time()
        found = similar_pairs(texts, LEAST)
        seconds = process_time() - began
        rows.append({
            "texts": size, "seconds": round(seconds, 2), "exponent": _exponent(rows, size, seconds),
            "pairs": len(found), "planted": len(planted), "found": _recalled(found, planted),
        })  # fmt: skip
    return rows


def pool() -> list[str]:
    """Return the sentences of all problems and measures of the tuning reports."""
    found: list[str] = []
    for path in sorted((CORPUS / "tune").glob("*.toml")):
        gold = tomllib.loads(path.read_text(encoding="utf-8"))
        items = [*gold.get("problem", []), *gold.get("measure", [])]
        if items:
            document = read_document(path.with_name(gold["source"])).text
            found += [gold_text(item, document)[0] for item in items]
    return found


def year(size: int, sentences: list[str]) -> tuple[dict[int, str], set[tuple[int, int]]]:
    """Return the texts of a year by number, and the pairs of original and copy."""
    chance = random.Random(size)
    lines: dict[int, list[str]] = {}
    planted = set()
    for number in range(size):
        lines[number] = [_varied(chance, one) for one in chance.sample(sentences, SENTENCES)]
        if number and number % COPIED_EVERY == 0:
            original = chance.randrange(number)
            lines[number] = lines[original][: SENTENCES * 3 // 4] + lines[number][: SENTENCES // 4]
            planted.add((original, number))
    return {number: OPENING + "".join(one) for number, one in lines.items()}, planted


def _varied(chance: random.Random, sentence: str) -> str:
    """Change names and numbers, as two offices that say the same would."""
    sentence = re.sub(r"\d+", lambda _: str(chance.randrange(2, 400)), sentence)
    place = chance.randrange(len(sentence))
    return sentence[:place] + "".join(chance.sample("甲乙丙丁戊己庚辛壬癸", 4)) + sentence[place:]


def _exponent(rows: list[dict[str, object]], size: int, seconds: float) -> float | None:
    if not rows:
        return None
    before = rows[-1]
    grown = seconds / max(float(str(before["seconds"])), 0.01)
    return round(log(grown) / log(size / int(str(before["texts"]))), 2)


def _recalled(found: list[Likeness], planted: set[tuple[int, int]]) -> int:
    pairs = {(pair.one, pair.two) for pair in found}
    return len([pair for pair in planted if pair in pairs or pair[::-1] in pairs])


if __name__ == "__main__":
    main(measure)
