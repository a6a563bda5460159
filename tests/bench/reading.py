"""How well reports are read: `python -m tests.bench.reading [--set tune|held] [--only 201-260]`.

Prints precision, recall and F1 of problems and measures by their starts (`starts`) and by starts
and ends together (`items`, `problem`, `measure`), white space aside, and of headings, classes,
pairs, figures, findings, by structure, and reports read per second. `--only` takes the reports with
these numbers, `--misses` names what went wrong file by file, `--json` prints numbers alone.
"""

import argparse
import json
import sys
import time
import tomllib
from collections import Counter, defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import report_formats, taxonomy
from server.domain.reports.parse import parse
from server.domain.reports.parsed import Item, ParsedReport
from server.domain.reports.source import SourceText
from server.errors import AppError

CORPUS = Path(__file__).parents[1] / "cases" / "reports"
ALL = range(1000)


@dataclass
class Score:
    """Counts of one measure: right, wrongly given, missed."""

    right: int = 0
    extra: int = 0
    missed: int = 0

    def f1(self) -> float:
        """Return F1 (1.0 when nothing was asked and nothing given)."""
        total = 2 * self.right + self.extra + self.missed
        return 2 * self.right / total if total else 1.0

    def shown(self) -> dict[str, float]:
        """Return counts, precision, recall and F1 as numbers."""
        given, asked = self.right + self.extra, self.right + self.missed
        return {
            "right": self.right,
            "extra": self.extra,
            "missed": self.missed,
            "precision": round(self.right / given, 4) if given else 1.0,
            "recall": round(self.right / asked, 4) if asked else 1.0,
            "f1": round(self.f1(), 4),
        }


@dataclass
class Result:
    """The scores of one report and what went wrong in words."""

    structure: str
    scores: dict[str, Score] = field(default_factory=lambda: defaultdict(Score))
    misses: list[str] = field(default_factory=list)


def squeezed(text: str) -> str:
    """Return the text without white space: documents decide their own line breaks."""
    return "".join(text.split())


def gold_text(item: dict[str, Any], document: str) -> tuple[str, int]:
    """Return an item's squeezed text and its place in the squeezed document."""
    whole = squeezed(document)
    first = squeezed(item.get("text", item.get("starts", "")))
    place = -1
    for _ in range(item.get("occurrence", 1)):
        place = whole.find(first, place + 1)
    if "text" in item:
        return first, place
    last = squeezed(item["ends"])
    end = whole.find(last, place) + len(last)
    return whole[place:end], place


def place_of(item: Item, document: str) -> int:
    """Return an item's start counted without white space."""
    return len(squeezed(document[: item.start]))


def score_items(
    role: str, gold: dict[str, Any], given: ParsedReport, text: str, result: Result
) -> dict[int, int]:
    """Score one role; return gold ordinal -> given ordinal of the matched items."""
    wanted = gold.get(role, [])
    items = given.problems if role == "problem" else given.measures
    found = {(place_of(item, text), squeezed(item.text)): item for item in items}
    score_starts(wanted, {place for place, _ in found}, text, result)
    matched: dict[int, int] = {}
    for ordinal, want in enumerate(wanted, start=1):
        words, place = gold_text(want, text)
        item = found.pop((place, words), None)
        if item:
            matched[ordinal] = item.ordinal
            result.scores["items"].right += 1
            result.scores[role].right += 1
            score_labels(want, item, result)
        elif not want.get("optional"):
            result.scores["items"].missed += 1
            result.scores[role].missed += 1
            result.misses.append(f"missed {role} {ordinal}: {words[:70]}")
    for item in found.values():
        result.scores["items"].extra += 1
        result.scores[role].extra += 1
        result.misses.append(f"extra {role}: {squeezed(item.text)[:90]}")
    return matched


def score_starts(wanted: list[dict[str, Any]], given: set[int], text: str, result: Result) -> None:
    """Score where items of one role start, wherever they end."""
    asked = {gold_text(want, text)[1] for want in wanted if not want.get("optional")}
    allowed = {gold_text(want, text)[1] for want in wanted}
    score = result.scores["starts"]
    score.right += len(asked & given)
    score.missed += len(asked - given)
    score.extra += len(given - allowed)


def score_labels(want: dict[str, Any], item: Item, result: Result) -> None:
    """Score heading and class of a matched item."""
    good = item.heading in {want["heading"], want.get("heading_alt", want["heading"])}
    tally(result, "heading", good=good)
    if not good:
        result.misses.append(f"heading {want['heading']} not {item.heading}: {item.text[:50]}")
    top = item.classes[0] if item.classes else None
    tally(result, "class", good=top in set(want["classes"]))
    if top not in set(want["classes"]):
        result.misses.append(f"class {want['classes']} not {item.classes}: {item.text[:60]!r}")


def tally(result: Result, name: str, *, good: bool) -> None:
    """Count a yes-or-no measure."""
    score = result.scores[name]
    if good:
        score.right += 1
    else:
        score.missed += 1
        score.extra += 1


def score_pairs(
    gold: dict[str, Any],
    given: ParsedReport,
    problems: dict[int, int],
    measures: dict[int, int],
    result: Result,
) -> None:
    """Score the links between matched items."""
    wanted = links(gold.get("pairs", []), problems, measures)
    allowed = wanted | links(gold.get("pairs_alt", []), problems, measures)
    known = {*measures.values()}
    made = {
        (pair.problem, m)
        for pair in given.pairs
        for m in pair.measures
        if pair.problem in problems.values() and m in known
    }
    score = result.scores["pairs"]
    score.right += len(wanted & made)
    score.missed += len(wanted - made)
    score.extra += len(made - allowed)
    if wanted - made or made - allowed:
        result.misses.append(f"pairs missed {sorted(wanted - made)} extra {sorted(made - allowed)}")


def links(
    pairs: list[Any], problems: dict[int, int], measures: dict[int, int]
) -> set[tuple[int, int]]:
    """Return gold links as links of given ordinals."""
    return {
        (problems[p], measures[m]) for p, ms in pairs for m in ms if p in problems and m in measures
    }


def score_figures(gold: dict[str, Any], given: ParsedReport, result: Result) -> None:
    """Score each figure the gold lists, and figures given beyond it."""
    figures = {figure.key: figure for figure in given.figures}
    wanted = {**gold.get("figures", {}), **gold.get("figures_by_label", {})}
    if not wanted:
        return
    for key, want in wanted.items():
        figure = figures.pop(key, None)
        shown = (
            None
            if figure is None
            else (figure.value if figure.value is not None else {"state": figure.state})
        )
        tally(result, "figures", good=shown == want)
        if shown != want:
            result.misses.append(f"figure {key}: {want} not {shown}")
    result.scores["figures"].extra += len(figures)
    if figures:
        result.misses.append(f"figures extra {sorted(figures)[:8]}")


def score_identity(gold: dict[str, Any], given: ParsedReport, result: Result) -> None:
    """Score unit, year, format and the findings asked and forbidden."""
    units = {gold.get("unit"), *gold.get("unit_alt", [])}
    for name, good in (
        ("unit", gold.get("negative") or given.unit in units),
        ("year", gold.get("negative") or given.report_year == gold.get("report_year")),
        ("format", gold.get("negative") or given.format == gold.get("format")),
    ):
        tally(result, name, good=bool(good))
        if not good:
            result.misses.append(
                f"{name}: {gold.get(name if name != 'year' else 'report_year')} not "
                f"{given.unit} {given.report_year} {given.format}"
            )
    codes = {finding.code for finding in given.findings}
    asked, banned = set(gold.get("findings_expected", [])), set(gold.get("findings_forbidden", []))
    score = result.scores["findings"]
    score.right += len(asked & codes)
    score.missed += len(asked - codes)
    score.extra += len(banned & codes)
    if asked - codes or banned & codes:
        result.misses.append(
            f"findings missed {sorted(asked - codes)} forbidden {sorted(banned & codes)}"
        )


def score(gold: dict[str, Any], document: SourceText, given: ParsedReport) -> Result:
    """Return all scores of one report."""
    result = Result(gold.get("structure", "?"))
    problems = score_items("problem", gold, given, document.text, result)
    measures = score_items("measure", gold, given, document.text, result)
    score_pairs(gold, given, problems, measures, result)
    score_figures(gold, given, result)
    score_identity(gold, given, result)
    return result


def run(name: str, numbers: range = ALL) -> tuple[dict[str, Result], float]:
    """Read a set; return results by file and reports per second of parsing (files already read).

    `numbers` limits the set to the reports that bear one of them.
    """
    results: dict[str, Result] = {}
    spent, parsed = 0.0, 0
    paths = sorted((CORPUS / name).glob("*.toml"))
    for path in (path for path in paths if int(path.name[:3]) in numbers):
        gold = tomllib.loads(path.read_text(encoding="utf-8"))
        try:
            document = read_document(path.with_name(gold["source"]))
        except AppError as error:
            results[path.stem] = Result(gold.get("structure", "?"), misses=[f"refused: {error}"])
            results[path.stem].scores["items"].missed += len(gold.get("problem", [])) + len(
                gold.get("measure", [])
            )
            continue
        began = time.perf_counter()
        given = parse(document, formats=report_formats(), taxonomy=taxonomy())
        spent += time.perf_counter() - began
        parsed += 1
        results[path.stem] = score(gold, document, given)
    return results, parsed / spent if spent else 0.0


def summed(results: list[Result]) -> dict[str, Score]:
    """Add up scores."""
    total: dict[str, Score] = defaultdict(Score)
    for result in results:
        for name, one in result.scores.items():
            total[name].right += one.right
            total[name].extra += one.extra
            total[name].missed += one.missed
    return total


def numbered(span: str) -> range:
    """Return the numbers of 201-260."""
    first, last = span.split("-")
    return range(int(first), int(last) + 1)


def main() -> None:
    """Run the bench from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--set", default="tune", choices=["tune", "held"])
    options.add_argument("--only", default=ALL, type=numbered, help="first-last number")
    options.add_argument("--json", action="store_true")
    options.add_argument("--misses", action="store_true", help="name what went wrong, file by file")
    chosen = options.parse_args()
    results, speed = run(chosen.set, chosen.only)
    total = {name: one.shown() for name, one in sorted(summed(list(results.values())).items())}
    by_structure = {
        structure: summed([r for r in results.values() if r.structure == structure])[
            "items"
        ].shown()
        for structure in sorted(Counter(result.structure for result in results.values()))
    }
    if chosen.json:
        print(
            json.dumps(
                {
                    "set": chosen.set,
                    "reports": len(results),
                    "scores": total,
                    "items_by_structure": by_structure,
                    "reports_per_second": round(speed, 1),
                },
                ensure_ascii=False,
                indent=1,
            )
        )
        return
    print(f"{chosen.set}: {len(results)} reports, {speed:.0f} reports/s")
    for name, one in total.items():
        print(
            f"  {name:10} P {one['precision']:.3f} R {one['recall']:.3f} F1 {one['f1']:.3f}"
            f"  ({one['right']} right, {one['extra']} extra, {one['missed']} missed)"
        )
    print(
        "  items by structure: "
        + "  ".join(
            f"{s} {one['f1']:.3f}({one['right'] + one['missed']})"
            for s, one in by_structure.items()
        )
    )
    if chosen.misses:
        for name, result in results.items():
            for line in result.misses:
                print(f"{name}: {line}", file=sys.stdout)


if __name__ == "__main__":
    main()
