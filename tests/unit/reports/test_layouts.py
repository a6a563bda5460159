"""The same figures are read out of every layout in which offices print them."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from random import Random

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import report_formats, taxonomy
from server.domain.reports.parse import parse
from server.domain.reports.parsed import ParsedReport
from tests.layouts import (
    Box,
    Grid,
    beside,
    counted,
    docx_file,
    form_of,
    grids_of,
    html_table,
    keys_of,
    lined,
    mapped,
    one_per_line,
    piped_cells,
    stacked_review,
    unit_last,
    with_last_year,
    wrapped,
    xlsx_file,
)

_WIDE = str.maketrans("0123456789,.-/", "０１２３４５６７８９，．－／")
_BLANKS = ("", " ", "\u3000")
_SLASHES = ("/", "-", "—", "——", "／", "无", "\\", "－", "--")
_YEARS = {"old": 2011, "2014": 2016, "2019": 2020, "2021": 2023}
_Wanted = dict[str, tuple[str, float | None]]


@dataclass(frozen=True)
class Case:
    """A format with its figures as printed and as they must be read."""

    form: str
    printed: dict[str, str]
    wanted: _Wanted


def case_of(form_key: str, seed: int, style: Callable[[int], str], *, dense: bool = False) -> Case:
    """Return a text for each cell of a format by chance; `dense` leaves no cell blank."""
    dice = Random(seed)
    blank, slash = dice.choice(_BLANKS), dice.choice(_SLASHES)
    kinds = ["value", "zero", "zero"] + ([] if dense else ["blank", "slash"])
    printed, wanted = {}, _Wanted()
    for key in keys_of(form_of(form_key)):
        state = dice.choice(kinds)
        number = dice.randrange(1, 99_999) if state == "value" else 0
        texts = {"value": style(number), "zero": style(0), "blank": blank, "slash": slash}
        printed[key] = texts[state]
        wanted[key] = (state, number if state in {"value", "zero"} else None)
    return Case(form_key, printed, wanted)


def _plain(number: int) -> str:
    return str(number)


def _grouped(number: int) -> str:
    return f"{number:,}"


def _wide(number: int) -> str:
    return f"{number:,}".translate(_WIDE)


def _spaced(number: int) -> str:
    return f" {number} "


def _with_unit(number: int) -> str:
    return f"{number}件"


def _cases(*, dense: bool = False) -> st.SearchStrategy[Case]:
    styles = [_plain, _grouped, _wide, _spaced, _with_unit]
    return st.builds(
        case_of, st.sampled_from(sorted(_YEARS)), st.integers(0, 10**9), st.sampled_from(styles),
        dense=st.just(dense),
    )  # fmt: skip


def _same(text: str) -> str:
    return text


def _narrow_marks(text: str) -> str:
    return text.replace("（", "(").replace("）", ")")


def _loose(text: str) -> str:
    return text.replace("、", "、 ").replace("）", "） ").replace(".", "． ")


def _broken_heads(text: str) -> str:
    return text.replace("商业企业", "商业 企业").replace("法律服务机构", "法律服 务机构")


_LABELS = st.sampled_from([_same, _narrow_marks, _loose, _broken_heads])


def _parts(case: Case, change: Callable[[str], str]) -> list[str | Grid]:
    """Return the lines and grids of a report that carries the figures."""
    form = form_of(case.form)
    tables: list[str | Grid] = []
    for heading, grids in grids_of(form, case.printed):
        tables += [heading, *(mapped(grid, change) for grid in grids)]
    title = f"柳河镇{_YEARS[case.form]}年政府信息公开工作年度报告"
    five = "存在的主要问题及改进情况"
    if form.uniform:
        return [title, "一、总体情况", "工作平稳。", *tables, f"五、{five}", "公开面偏窄。",
                "六、其他需要报告的事项", "无。"]  # fmt: skip
    return [title, "一、概述", "工作平稳。", f"二、{five}", "公开面偏窄。", *tables]


def _read(content: bytes | str, name: str = "报告") -> ParsedReport:
    body = content.encode() if isinstance(content, str) else content
    return parse(read_document(body, name), formats=report_formats(), taxonomy=taxonomy())


def _text(parts: list[str | Grid], draw: Callable[[Grid], str]) -> str:
    return "\n".join(part if isinstance(part, str) else draw(part) for part in parts)


def _html(parts: list[str | Grid], draw: Callable[[Grid], str]) -> str:
    lines = (f"<p>{part}</p>" if isinstance(part, str) else draw(part) for part in parts)
    return f"<html><body>{''.join(lines)}</body></html>"


def _assert_read(report: ParsedReport, case: Case) -> None:
    got = {figure.key: (figure.state, figure.value) for figure in report.figures}
    wrong = {key: (case.wanted.get(key), got.get(key)) for key in {*got, *case.wanted}
             if case.wanted.get(key) != got.get(key)}  # fmt: skip
    assert not wrong
    assert report.format == case.form
    assert (report.unit, report.report_year) == ("柳河镇", _YEARS[case.form])


_FEW = settings(
    max_examples=8, deadline=None, phases=[Phase.generate], suppress_health_check=[*HealthCheck],
)  # fmt: skip
"""A case is whole or useless: nothing is gained by making it smaller."""


@_FEW
@given(_cases(), _LABELS)
def test_docx_tables_with_merged_cells(case: Case, change: Callable[[str], str]) -> None:
    _assert_read(_read(docx_file(_parts(case, change))), case)


@pytest.mark.parametrize("inner", ["{}", "<p>{}</p>", "<p><span>{}</span></p><p></p>"])
@_FEW
@given(case=_cases(), change=_LABELS)
def test_html_tables_with_spans(inner: str, case: Case, change: Callable[[str], str]) -> None:
    parts = _parts(case, change)
    _assert_read(_read(_html(parts, lambda grid: html_table(grid, inner=inner))), case)


@_FEW
@given(_cases(), st.integers(5, 30), st.sampled_from([0, 3]))
def test_a_table_cut_by_a_page_with_or_without_its_head_again(
    case: Case, cut: int, head: int
) -> None:
    heads = 1 if case.form in {"old", "2014"} else 3

    def drawn(grid: Grid) -> str:
        fits = len(grid) > cut + heads and all(box.rows == 1 for row in grid[cut:] for box in row)
        return html_table(grid, cut=cut if fits else 0, head=min(head, heads))

    _assert_read(_read(_html(_parts(case, _same), drawn)), case)


@_FEW
@given(_cases(), _LABELS)
def test_a_worksheet_with_merged_cells(case: Case, change: Callable[[str], str]) -> None:
    def number(text: str) -> float | str:
        return int(text) if text.isdecimal() and text.isascii() else text

    _assert_read(_read(xlsx_file(_parts(case, change), number), "表.xlsx"), case)


@pytest.mark.parametrize("covered", [False, True])
@pytest.mark.parametrize(("between", "edge"), [("\t", ""), ("|", "|"), (" | ", "| "), ("｜", "")])
@_FEW
@given(case=_cases(), change=_LABELS)
def test_lines_with_tabs_or_pipes(
    covered: bool, between: str, edge: str, case: Case, change: Callable[[str], str]
) -> None:
    parts = _parts(case, change)
    report = _read(_text(parts, lambda grid: lined(grid, between, covered=covered, edge=edge)))
    _assert_read(report, case)


@_FEW
@given(_cases(dense=True), _LABELS, st.sampled_from(["\n", "\n\n"]))
def test_one_cell_per_line(case: Case, change: Callable[[str], str], gap: str) -> None:
    _assert_read(_read(_text(_parts(case, change), lambda grid: one_per_line(grid, gap))), case)


@_FEW
@given(_cases(dense=True), _LABELS)
def test_one_cell_per_line_each_with_its_pipe(case: Case, change: Callable[[str], str]) -> None:
    _assert_read(_read(_text(_parts(case, change), piped_cells)), case)


@pytest.mark.parametrize("between", ["    ", " ", "\u3000"])
@_FEW
@given(case=_cases(dense=True))
def test_columns_set_apart_by_blanks(between: str, case: Case) -> None:
    _assert_read(_read(_text(_parts(case, _same), lambda grid: lined(grid, between))), case)


@_FEW
@given(_cases(dense=True), st.integers(6, 20))
def test_one_cell_per_line_with_long_ones_broken(case: Case, width: int) -> None:
    _assert_read(_read(_text(_parts(case, _same), lambda grid: wrapped(grid, width))), case)


@pytest.mark.parametrize("draw", [html_table, lambda grid: lined(grid, "\t", covered=True)])
@pytest.mark.parametrize("form", ["2019", "2021"])
def test_lawsuits_below_complaints(form: str, draw: Callable[[Grid], str]) -> None:
    for seed in range(10):
        case = case_of(form, seed, _plain)
        parts = [
            stacked_review(case.printed) if part == _parts(case, _same)[-5] else part
            for part in _parts(case, _same)
        ]
        whole = _html if draw is html_table else _text
        _assert_read(_read(whole(parts, draw)), case)


@pytest.mark.parametrize("change", [beside, counted, unit_last, with_last_year])
@pytest.mark.parametrize("form", ["old", "2014"])
def test_lists_of_other_columns(form: str, change: Callable[[Grid], Grid]) -> None:
    for seed in range(10):
        case = case_of(form, seed, _plain)
        parts = [part if isinstance(part, str) else change(part) for part in _parts(case, _same)]
        _assert_read(_read(docx_file(parts)), case)
        _assert_read(_read(_text(parts, lambda grid: lined(grid, "\t"))), case)


def test_rows_that_a_province_added_are_read_by_their_labels() -> None:
    case = case_of("2014", 1, _plain)
    *parts, grid = _parts(case, _same)
    assert not isinstance(grid, str)
    added = [Box("3.机构领导和人事信息"), Box("条"), Box("41")]
    report = _read(docx_file([*parts, [*grid[:5], added, *grid[5:]]]))
    own = {figure.key: figure.value for figure in report.figures}
    assert own.pop("机构领导和人事信息") == 41
    assert own == {key: value for key, (_, value) in case.wanted.items()}


@_FEW
@given(_cases())
def test_a_subtotal_of_organisations_is_no_column(case: Case) -> None:
    def widened(grid: Grid) -> Grid:
        if len(grid) < 20 or len(grid[1]) < 3 or grid[1][0].text != "自然人":
            return grid
        heads = [grid[0], [grid[1][0], replace(grid[1][1], columns=6), grid[1][2]],
                 [*grid[2], Box("小计")]]  # fmt: skip
        return heads + [[*row[:-1], Box("9"), row[-1]] for row in grid[3:]]

    parts = [part if isinstance(part, str) else widened(part) for part in _parts(case, _same)]
    _assert_read(_read(docx_file(parts)), case)
