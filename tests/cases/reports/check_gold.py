"""Proves each gold file of the report corpus against its document.

Usage: python tests/cases/reports/check_gold.py [tune|held|PATH.toml …]
It reads the documents by its own plain means: a fault of the product reader cannot hide here.
"""

import re
import sys
import tomllib
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import pairwise
from pathlib import Path
from typing import Any

import docx
import openpyxl
from docx.table import Table

HERE = Path(__file__).parent
CLASSES = {"P1", "P2", "P3", "N1", "N2", "N3", "N4", "M1", "M2", "M3", "M4", "M5"}
HEADINGS = {"channels", "content", "mechanisms"}
STRUCTURES = {*"ABCDEFGH", "none", "negative", "table"}
COLUMNS = ("np", "ent", "res", "soc", "law", "oth", "tot")
SUMS = {
    "1": ["1.1", "1.2", "1.3", "1.4", "1.5", "1.6"],
    "2": ["2.1", "2.2", "2.3"],
    "3": ["3.1", "3.2", "3.3", "3.4"],
    "10": ["10.1", "10.2"],
    "11": ["11.1", "11.2"],
    "三(一)": [f"三(一){n}" for n in range(1, 5)],
    "三(二)": ["三(二)1", "三(二)2"],
    "三(三)": [f"三(三){n}" for n in range(1, 9)],
    "三(三)4": [f"三(三)4{c}" for c in "abcdef"],
    "四": ["四(一)", "四(二)", "四(三)"],
    "五": ["五(一)", "五(二)", "五(三)"],
    "八(三)": ["八(三)1", "八(三)2"],
}


class _Text(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.parts: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: object) -> None:
        self._hidden += tag in ("script", "style")

    def handle_endtag(self, tag: str) -> None:
        self._hidden -= tag in ("script", "style")

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.parts.append(data)


def document_text(path: Path, encoding: str) -> str:
    """All text of the document in reading order, by plain means."""
    if path.suffix == ".docx":
        return "\n".join(_docx_lines(path))
    if path.suffix == ".xlsx":
        return "\n".join(_xlsx_lines(path))
    text = path.read_bytes().decode(encoding)
    if path.suffix in (".html", ".htm"):
        parser = _Text()
        parser.feed(text)
        return "\n".join(parser.parts)
    return text


def _docx_lines(path: Path) -> Iterator[str]:
    for block in docx.Document(str(path)).iter_inner_content():
        if isinstance(block, Table):
            yield from (cell.text for row in block.rows for cell in row.cells)
        else:
            yield block.text


def _xlsx_lines(path: Path) -> Iterator[str]:
    for sheet in openpyxl.load_workbook(path):
        for row in sheet.iter_rows(values_only=True):
            yield from (str(cell) for cell in row if cell is not None)


def squeezed(text: str) -> str:
    """The text without white space (and without a byte-order mark)."""
    return re.sub(r"[\s\ufeff]", "", text)


def item_span(body: str, item: dict[str, Any]) -> tuple[int, int]:
    """Offsets of the item in the squeezed document; ValueError when it is not there."""
    head = squeezed(item.get("text") or item["starts"])
    start = -1
    for _ in range(item.get("occurrence", 1)):
        start = body.index(head, start + 1)
    if "text" in item:
        return start, start + len(head)
    tail = squeezed(item["ends"])
    return start, body.index(tail, start) + len(tail)


def faults_of(gold_path: Path) -> list[str]:
    """Every complaint about one gold file, in words."""
    gold = tomllib.loads(gold_path.read_text(encoding="utf-8"))
    source = gold_path.with_name(gold["source"])
    body = squeezed(document_text(source, gold.get("encoding", "utf-8")))
    faults = [*_shape_faults(gold), *_item_faults(gold, body), *_figure_faults(gold, body)]
    return [f"{gold_path.stem}: {fault}" for fault in faults]


def _shape_faults(gold: dict[str, Any]) -> Iterator[str]:
    if gold["structure"] not in STRUCTURES:
        yield f"structure {gold['structure']}"
    if gold.get("negative"):
        if gold.get("problem") or gold.get("measure") or gold["findings_expected"] != ["DOC-01"]:
            yield "a negative document has items or lacks DOC-01"
        return
    if gold["format"] not in ("old", "2014", "2019", "2021"):
        yield f"format {gold['format']}"
    problems, measures = len(gold.get("problem", [])), len(gold.get("measure", []))
    if [pair[0] for pair in gold["pairs"]] != list(range(1, problems + 1)):
        yield "pairs do not list each problem once, in order"
    for problem, linked in [*gold["pairs"], *gold.get("pairs_alt", [])]:
        if problem > problems or any(not 1 <= ordinal <= measures for ordinal in linked):
            yield f"pair {problem}: {linked} points nowhere"


def _item_faults(gold: dict[str, Any], body: str) -> Iterator[str]:
    taken: list[tuple[int, int]] = []
    for kind in ("problem", "measure"):
        last = -1
        for ordinal, item in enumerate(gold.get(kind, []), 1):
            name = f"{kind} {ordinal}"
            if item["primary"] not in item["classes"] or not set(item["classes"]) <= CLASSES:
                yield f"{name}: classes"
            if not {item["heading"], item.get("heading_alt", item["heading"])} <= HEADINGS:
                yield f"{name}: heading"
            try:
                start, end = item_span(body, item)
            except ValueError:
                yield f"{name}: not in the document"
                continue
            if start <= last:
                yield f"{name}: out of order"
            last = start
            yield from (f"{name}: {fault}" for fault in _edge_faults(body, start, end))
            taken.append((start, end))
    taken.sort()
    for (_, end), (start, _) in pairwise(taken):
        if start < end:
            yield f"items overlap at {body[start : start + 12]}"


def _edge_faults(body: str, start: int, end: int) -> Iterator[str]:
    if re.match(
        r"[一二三四五六七八九十]是|[（(]?[一二三四五六七八九十\d]{1,2}[）)、.．]|[①-⑩；，。]",
        body[start:],
    ):
        yield f"starts with its mark: {body[start : start + 8]}"
    if body[end - 1] in "；，、" or body[end : end + 1] == "。":
        yield f"ends on the wrong side of its stop: {body[end - 8 : end + 1]}"


def _figure_faults(gold: dict[str, Any], body: str) -> Iterator[str]:
    figures = gold.get("figures", {})
    planted = set(gold.get("findings_expected", []))
    for key, value in figures.items():
        if not isinstance(value, dict) and f"{abs(value)}" not in re.sub("[,，]", "", body):
            yield f"figure {key} = {value} is not printed"
    number = {key: value for key, value in figures.items() if not isinstance(value, dict)}
    if "T3-01" not in planted:
        yield from _unequal(
            number,
            [(f"T3.new.{c}", f"T3.ci.{c}") for c in COLUMNS],
            [(f"T3.sum.{c}", f"T3.co.{c}") for c in COLUMNS],
        )
    if "T3-02" not in planted:
        yield from _row_sums(number)
    if "T3-03" not in planted:
        rows = {key.split(".")[1] for key in number if key.startswith("T3.")}
        yield from _unequal(
            number,
            [(f"T3.{r}.tot",) for r in sorted(rows)],
            [tuple(f"T3.{r}.{c}" for c in COLUMNS[:-1]) for r in sorted(rows)],
        )
    if "T4-01" not in planted:
        blocks = ("rev", "dir", "aft")
        yield from _unequal(
            number,
            [(f"T4.{b}.total",) for b in blocks],
            [
                tuple(f"T4.{b}.{k}" for k in ("uphold", "correct", "other", "pending"))
                for b in blocks
            ],
        )
    if "planted-sum" not in gold.get("features", []):
        yield from _unequal(number, [(k,) for k in SUMS], [tuple(v) for v in SUMS.values()])


def _row_sums(number: dict[str, float]) -> Iterator[str]:
    rows = {k.split(".")[1] for k in number if k.startswith("T3.")} - {"new", "ci", "sum", "co"}
    if "sum" in {k.split(".")[1] for k in number if k.startswith("T3.")}:
        yield from _unequal(
            number,
            [(f"T3.sum.{c}",) for c in COLUMNS],
            [tuple(f"T3.{r}.{c}" for r in sorted(rows)) for c in COLUMNS],
        )


def _unequal(
    number: dict[str, float], left: list[tuple[str, ...]], right: list[tuple[str, ...]]
) -> Iterator[str]:
    for a, b in zip(left, right, strict=True):
        known = all(key in number for key in (*a, *b))
        if known and abs(sum(number[k] for k in a) - sum(number[k] for k in b)) > 1e-9:
            yield f"{' + '.join(a)} is not {' + '.join(b)}"


def gold_paths(arguments: list[str]) -> list[Path]:
    """The gold files named: a set, a file, or (without argument) both sets."""
    paths: list[Path] = []
    for argument in arguments or ["tune", "held"]:
        named = [Path(argument)] if argument.endswith(".toml") else None
        paths += named or sorted((HERE / argument).glob("*.toml"))
    return paths


def main() -> int:
    """Print every fault; 1 when there is one."""
    paths = gold_paths(sys.argv[1:])
    faults = [fault for path in paths for fault in faults_of(path)]
    print("\n".join([*faults, f"{len(paths)} gold files, {len(faults)} faults"]))
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
