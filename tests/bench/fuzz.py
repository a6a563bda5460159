"""Strangers' files by the thousand: each is read or refused with a reason, and never breaks.

python -m tests.bench.fuzz [--minutes 10] [--seed 1] [--keep FOLDER] [--json]. Files of the tuning
set, hostile ones and laid-out tables are mutated; a mutation that makes the reader behave as none
before (other findings, counts, refusals) is mutated further. Exit code 1 with what broke it.
"""

# ruff: noqa: E501 - the words to insert are a table

import argparse
import sys
import time
import traceback
import zipfile
from collections import Counter
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from io import BytesIO
from pathlib import Path
from random import Random
from tempfile import mkdtemp

from server.adapters.documents import read_document
from server.adapters.documents.sandbox import read_report_apart
from server.adapters.documents.sniff import kind_of
from server.adapters.rulebook_reading import report_formats, taxonomy
from server.domain.reports.parse import parse
from server.domain.reports.parsed import ParsedReport
from server.domain.reports.source import SourceText
from server.domain.reports.yearly import Years, check_years
from server.errors import Refused
from tests.bench.table import print_rows
from tests.hostile import hostile_files
from tests.layouts import docx_file, form_of, grids_of, html_table, keys_of, lined, xlsx_file
from tests.packing import packed

_CORPUS = Path(__file__).parents[1] / "cases" / "reports" / "tune"
_LARGEST = 60_000
_MOST_KEPT = 3_000
_SLOW = 5.0
"""Seconds of this process for a small file: hundreds of times what it should take."""
_WORDS = [
    "一、", "（一）", "（三）", "1.", "①", "一是", "二是", "首先，", "\n", "\t", "|", "  ", "。", "；", "：",
    "存在的主要问题及改进情况", "下一步，", "针对上述问题，", "改进措施：", "但", "不够", "加强", "年度报告",
    "2023年", "二〇二三年", "政府信息公开", "统计指标\t单位\t统计数\n", "结果维持", "自然人", "总计", "规章",
    "第二十条第", "结转下年度继续办理", "0", "/", "—", "1,234", "９", "条", "万元", "附件", "\u3000", "\x0c",
    "\u200b", "⼯", "發", "(gōng)", "\ufeff", "\ud800", "<table>", "<tr>", "<td rowspan=99>", "</td>",
    "<w:tbl>", "</w:tc>", '<w:vMerge w:val="restart"/>', '<w:gridSpan w:val="9"/>', "&#0;", "]]>",
]  # fmt: skip


@dataclass
class Tally:
    """What was met: counts, the behaviours seen, the slowest file, what broke."""

    seen: Counter[str] = field(default_factory=Counter)
    behaviours: set[object] = field(default_factory=set)
    slowest: float = 0.0
    broken: list[str] = field(default_factory=list)


class Fuzz:
    """Mutates, reads, keeps what behaves anew."""

    def __init__(self, seed: int, keep: Path) -> None:
        self.dice = Random(seed)
        self.keep = keep
        self.files = list(_seeds())
        self.tally = Tally()
        self.last: tuple[SourceText, ParsedReport] | None = None

    def run(self, seconds: float) -> Tally:
        """Read mutated files until the time is over."""
        for content in self.files[:]:
            self._take(content)
        end = time.monotonic() + seconds
        while time.monotonic() < end:
            self._take(self._mutated(self.dice.choice(self.files)))
        return self.tally

    def _take(self, content: bytes) -> None:
        began = time.process_time()
        try:
            behaviour = self._read(content)
        except Exception:
            self._keep(content, traceback.format_exc(limit=-4))
            return
        spent = time.process_time() - began
        self.tally.slowest = max(self.tally.slowest, spent)
        if spent > _SLOW:
            self._keep(content, f"took {spent:.1f} s")
        if behaviour not in self.tally.behaviours and len(self.files) < _MOST_KEPT:
            self.tally.behaviours.add(behaviour)
            self.files.append(content)

    def _read(self, content: bytes) -> object:
        """Read a file as the program does; return what tells its behaviour from others'."""
        kind = kind_of(content) if content.strip() else "empty"
        try:
            document, report = self._reader(kind)(content)
        except Refused as refusal:
            self.tally.seen["refused"] += 1
            said = str(refusal)
            assert "请" in said or "不是" in said, said
            return kind, said.partition("”")[2][:12]
        self.tally.seen[f"read as {document.kind}"] += 1
        _sound(document, report)
        if self.last is not None:
            before = self.last
            list(check_years(Years(report, document.text, before[1], before[0].text)))
        self.last = document, report
        codes = frozenset(finding.code for finding in report.findings)
        sizes = tuple(len(part).bit_length() for part in (
            report.sections, report.figures, report.problems, report.measures, document.tables,
        ))  # fmt: skip
        return kind, report.format, report.unit is None, report.report_year is None, codes, sizes

    def _reader(self, kind: str) -> Callable[[bytes], tuple[SourceText, ParsedReport]]:
        """Return how the kind is read: what native code opens, in a process of its own."""
        if kind in {"pdf", "doc", "xls"}:
            return lambda content: read_report_apart(content, "file")
        return _read_here

    def _keep(self, content: bytes, why: str) -> None:
        place = self.keep / f"{len(self.tally.broken):04}.bin"
        place.write_bytes(content)
        self.tally.broken.append(f"{place}: {why}")

    def _mutated(self, content: bytes) -> bytes:
        for _ in range(self.dice.choice([1, 1, 2, 4])):
            how = self.dice.choice([self._letters, self._letters, self._bytes, self._crossed])
            content = self._inside(content, how) or content
        return content[: _LARGEST * 2]

    def _inside(self, content: bytes, how: Callable[[bytes], bytes]) -> bytes:
        """Mutate the file, or one part of a package."""
        if not content.startswith(b"PK") or self.dice.random() < 0.2:
            return how(content)
        try:
            with zipfile.ZipFile(BytesIO(content)) as package:
                parts = {name: package.read(name) for name in package.namelist()[:20]}
        except Exception:
            return how(content)
        if not parts:
            return content
        main = [name for name in parts if name.endswith(("document.xml", "sheet1.xml"))]
        name = self.dice.choice(main or [*parts])
        return packed({**parts, name: how(parts[name])})

    def _letters(self, content: bytes) -> bytes:
        """Insert, repeat, drop or move words of the text."""
        text = content.decode("utf-8", "replace")
        at, to = sorted(self.dice.randrange(len(text) + 1) for _ in range(2))
        to = min(to, at + self.dice.choice([1, 5, 40, 400]))
        piece = text[at:to]
        new = self.dice.choice(
            ["", piece * 2, piece * 30, self.dice.choice(_WORDS), self.dice.choice(_WORDS) * 9,
             piece[::-1], "\n".join(piece)]
        )  # fmt: skip
        how = self.dice.choice(["utf-8"] * 6 + ["gb18030", "utf-16", "big5hkscs"])
        return (text[:at] + new + text[to:]).encode(how, "ignore")

    def _bytes(self, content: bytes) -> bytes:
        raw = bytearray(content)
        for _ in range(self.dice.choice([1, 3, 20]) if raw else 0):
            raw[self.dice.randrange(len(raw))] = self.dice.randrange(256)
        return bytes(raw[: self.dice.choice([None, None, self.dice.randrange(len(raw) + 1)])])

    def _crossed(self, content: bytes) -> bytes:
        """Put a piece of another file in."""
        other = self.dice.choice(self.files)
        at, start = self.dice.randrange(len(content) + 1), self.dice.randrange(len(other) + 1)
        return (
            content[:at] + other[start : start + self.dice.choice([20, 300, 5_000])] + content[at:]
        )


def _read_here(content: bytes) -> tuple[SourceText, ParsedReport]:
    document = read_document(content, "file")
    return document, parse(document, formats=report_formats(), taxonomy=taxonomy())


def _sound(document: SourceText, report: ParsedReport) -> None:
    """What holds for every report whatever its text: places lie in it, ordinals count from 1."""
    length = len(document.text)
    for items in (report.problems, report.measures):
        assert [item.ordinal for item in items] == list(range(1, len(items) + 1))
        assert all(item.text == document.text[item.start : item.end] for item in items)
        assert all(0 <= item.start < item.end <= length for item in items)
    places = [(one.start, one.end) for one in (*report.figures, *report.findings, *report.sections)]
    assert all(start is None or 0 <= start <= (end or 0) <= length for start, end in places)
    assert all((one.value is None) == (one.state in {"blank", "slash"}) for one in report.figures)
    assert all(1 <= pair.problem <= len(report.problems) for pair in report.pairs)
    document.text.encode("utf-8")


def _seeds() -> Iterator[bytes]:
    for path in sorted(_CORPUS.iterdir()):
        if path.suffix != ".toml" and path.stat().st_size <= _LARGEST:
            yield path.read_bytes()
    for file in hostile_files():
        if len(content := file.make()) <= _LARGEST:
            yield content
    for key in ("old", "2014", "2019", "2021"):
        form = form_of(key)
        grids = [grid for _, found in grids_of(form, dict.fromkeys(keys_of(form), "0"))
                 for grid in found]  # fmt: skip
        yield docx_file(grids)
        yield xlsx_file(grids, str)
        yield "".join(map(html_table, grids)).encode()
        yield "".join(lined(grid, "\t", covered=True) for grid in grids).encode()


def main() -> None:
    """Run the bench from the command line."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--minutes", type=float, default=10)
    options.add_argument("--seed", type=int, default=1)
    options.add_argument("--keep", type=Path, help="where to put files that break the reader")
    options.add_argument("--json", action="store_true")
    chosen = options.parse_args()
    fuzz = Fuzz(chosen.seed, chosen.keep or Path(mkdtemp(prefix="duban-fuzz-")))
    found = fuzz.run(chosen.minutes * 60)
    files = sum(found.seen.values())
    print_rows([{
        "files": files, **found.seen, "behaviours": len(found.behaviours),
        "slowest s": round(found.slowest, 2), "broken": len(found.broken),
    }])  # fmt: skip
    if found.broken:
        print("\n".join(found.broken), file=sys.stderr)
        sys.exit(1)


if __name__ == "__main__":
    main()
