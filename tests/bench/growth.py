"""How reading time grows with size: seconds a MB at 1, 3 and 10 MB, and the growth exponent.

python -m tests.bench.growth [--json]. An exponent of 1 is linear. Read in this process, without the
limits that end a reading in production.
"""

import math
import time
from collections.abc import Callable, Iterator

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import report_formats, taxonomy
from server.domain.reports.parse import parse
from tests.bench.table import Rows, main
from tests.layouts import docx_table, form_of, grids_of, html_table, keys_of, lined
from tests.packing import docx, paragraph

SIZES = (1, 3, 10)
_MB = 1_000_000
_HEAD = "青石镇财政局2023年政府信息公开工作年度报告\n一、总体情况\n"
_FIVE = "五、存在的主要问题及改进情况\n"
_PROSE = "我局坚持以公开为常态、不公开为例外，全年公开信息12条，办理留言3件，但更新不够及时。\n"
_ITEM = "一是公开内容不够丰富，更新不够及时；二是下一步将加强培训，拓宽渠道。（一）"
_PLAIN = dict.fromkeys(keys_of(form_of("2021")), "0")
_GRIDS = [grid for _, grids in grids_of(form_of("2021"), _PLAIN) for grid in grids]


def measure() -> Rows:
    """Return one row for each way to be long."""
    read_document(_HEAD.encode(), "warm.txt")
    return [_grown(name, make) for name, make in _SHAPES.items()]


def _grown(name: str, make: Callable[[int], bytes]) -> dict[str, object]:
    spent = {size: _seconds(make(size * _MB)) for size in SIZES}
    first, last = SIZES[0], SIZES[-1]
    exponent = math.log(spent[last] / spent[first]) / math.log(last / first)
    shown = {f"s/MB at {size} MB": round(spent[size] / size, 2) for size in SIZES}
    return {"what": name, **shown, "exponent": round(exponent, 2)}


def _seconds(content: bytes) -> float:
    began = time.process_time()
    document = read_document(content, "long")
    parse(document, formats=report_formats(), taxonomy=taxonomy())
    return time.process_time() - began


def _text(piece: str, *, part: str = "", end: str = "") -> Callable[[int], bytes]:
    def made(size: int) -> bytes:
        return (_HEAD + part + piece * (size // len(piece.encode())) + end).encode()

    return made


def _html(size: int) -> bytes:
    tables = "".join(map(html_table, _GRIDS))
    body = _HEAD.replace("\n", "<br>") + tables * (size // len(tables.encode()))
    return f"<html><body>{body}</body></html>".encode()


def _one_html_table(size: int) -> bytes:
    row = '<tr><td rowspan="2">规章</td><td>0</td><td colspan="2">0</td></tr>'
    rows = row * (size // len(row.encode()))
    return f"<html><body>{_HEAD}<table>{rows}</table></body></html>".encode()


def _docx(size: int) -> bytes:
    tables = "".join(map(docx_table, _GRIDS))
    return docx(_paragraphs(_HEAD) + tables * (size // len(tables.encode())))


def _one_docx_table(size: int) -> bytes:
    row = "<w:tr>" + "".join(f"<w:tc>{paragraph(text)}</w:tc>" for text in "规0条") + "</w:tr>"
    rows = row * (size // len(row.encode()))
    return docx(_paragraphs(_HEAD) + f"<w:tbl>{rows}</w:tbl>")


def _paragraphs(text: str) -> str:
    return "".join(map(paragraph, text.splitlines()))


def _shapes() -> Iterator[tuple[str, Callable[[int], bytes]]]:
    table = "".join(lined(grid, "\t") for grid in _GRIDS)
    yield "prose", _text(_PROSE)
    yield "prose of the problem part", _text(_PROSE, part=_FIVE)
    yield "one line of items", _text(_ITEM, part=_FIVE)
    yield "items, each on its line", _text(_ITEM + "\n", part=_FIVE)
    yield "headings", _text("一、总体情况\n二、存在的问题\n")
    yield "tables in lines", _text(table)
    yield "a cell on each line", _text(table.replace("\t", "\n"))
    yield "numbers", _text("0 1 22 / — 条 ")
    yield "blanks", _text(" \t\u3000", end="五")
    yield "pipes", _text("| |")
    yield "broken labels", _text("一、本年新收政府信息\n公开申请\n")
    yield "years", _text("2023年政府信息公开 ")
    yield "html, many tables", _html
    yield "html, one table", _one_html_table
    yield "docx, many tables", _docx
    yield "docx, one table", _one_docx_table


_SHAPES = dict(_shapes())

if __name__ == "__main__":
    main(measure)
