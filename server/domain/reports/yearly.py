"""This year's report held against last year's: carry-over, copied text, forgotten promises."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from server.domain.reports.copied import check_copied, problem_part
from server.domain.reports.pairing import words_of
from server.domain.reports.parsed import Figure, Finding, Item, ParsedReport, Severity

_COLUMNS = ("np", "ent", "res", "soc", "law", "oth", "tot")
_BLOCKS = ("rev", "dir", "aft")
_RETURNS = 0.6
_MENTIONED = 0.34
_JUMP = 5
_LEAST_JUMP = 5
_SECTION_FIVE = "报告格式第五部分；报告应逐年写明新情况"


@dataclass(frozen=True, slots=True)
class Years:
    """Two reports of one unit with their decoded texts: this year's and the one before.

    `earlier` are the problems of the years before those two, the latest year first.
    """

    now: ParsedReport
    now_text: str
    before: ParsedReport
    before_text: str
    earlier: Sequence[Sequence[Item]] = ()


def check_years(years: Years) -> Iterator[Finding]:
    """Yield the cross-year findings, in offsets of this year's decoded text."""
    wrong = list(_not_consecutive(years))
    yield from wrong
    if not wrong:
        yield from _carried(years)
        yield from _pending(years)
        yield from _documents(years)
        yield from _listed(years)
        yield from _jumps(years)
    yield from check_copied(
        problem_part(years.now, years.now_text), problem_part(years.before, years.before_text)
    )
    yield from _forgotten(years)
    yield from _returning(years)


def _not_consecutive(years: Years) -> Iterator[Finding]:
    now, before = years.now, years.before
    if now.unit and before.unit and not _same_unit(now.unit, before.unit):
        yield Finding(
            "Y-00", "error",
            f"上年报告的单位是“{before.unit}”，本年是“{now.unit}”，不是同一单位。"
            f"请重新选择上年报告。",
            params={"unit": now.unit, "previous": before.unit}, source="跨年核对须为同一单位",
        )  # fmt: skip
    if now.report_year and before.report_year and now.report_year != before.report_year + 1:
        yield Finding(
            "Y-00", "error",
            f"上年报告为 {before.report_year} 年度，本年为 {now.report_year} 年度，不相衔接。"
            f"请重新选择上年报告。",
            params={"year": now.report_year, "previous": before.report_year},
            source="跨年核对须为相邻年度",
        )  # fmt: skip


def _same_unit(one: str, two: str) -> bool:
    plain = [name.removesuffix("人民政府").removesuffix("办事处") for name in (one, two)]
    return plain[0].endswith(plain[1]) or plain[1].endswith(plain[0])


def _carried(years: Years) -> Iterator[Finding]:
    """T3-04: what was carried over last year comes in this year."""
    for column in _COLUMNS:
        came, left = years.now.figure(f"T3.ci.{column}"), years.before.figure(f"T3.co.{column}")
        if came and left and came.value is not None and left.value not in {None, came.value}:
            yield _on(
                "T3-04", "error", came,
                f"{came.label}填 {came.value}，而上年报告“结转下年度继续办理”为 {left.value}。"
                f"两者应当相等，请核对。",
                {"now": came.value, "before": left.value}, "上年结转应等于上一年度报告的结转下年度",
            )  # fmt: skip


def _pending(years: Years) -> Iterator[Finding]:
    """T4-03: cases not closed last year reappear."""
    for block in _BLOCKS:
        total, open_cases = (
            years.now.figure(f"T4.{block}.total"),
            years.before.figure(f"T4.{block}.pending"),
        )
        if total and _number(total) < _number(open_cases):
            yield _on(
                "T4-03", "question", total,
                f"{total.label}填 {_number(total):g}，"
                f"少于上年“尚未审结”的 {_number(open_cases):g} 件。上年未结案件应当继续统计，"
                f"请核对。",
                {"now": _number(total), "before": _number(open_cases)},
                "上年尚未审结的案件本年应有结果或仍未审结",
            )  # fmt: skip


def _documents(years: Years) -> Iterator[Finding]:
    """T2-01: documents in force = those of last year + made - abolished."""
    for row in ("regulations", "normative"):
        cells = [years.now.figure(f"T2.1.{row}.{name}") for name in ("valid", "made", "abolished")]
        old = years.before.figure(f"T2.1.{row}.valid")
        valid = cells[0]
        if (
            valid is None
            or old is None
            or any(cell is None or cell.value is None for cell in cells)
        ):
            continue
        expected = _number(old) + _number(cells[1]) - _number(cells[2])
        if expected != _number(valid):
            yield _on(
                "T2-01", "question", valid,
                f"{valid.label}现行有效 {_number(valid):g} 件，"
                f"而上年 {_number(old):g} ＋ 制发 {_number(cells[1]):g} "
                f"－ 废止 {_number(cells[2]):g} ＝ {expected:g}。"
                f"请核对（清理、合并除外）。",
                {"now": _number(valid), "expected": expected}, "现行有效数应与上年衔接",
            )  # fmt: skip


def _listed(years: Years) -> Iterator[Finding]:
    """T2-08: items counted at last year's end are those that this year begins with."""
    for row in ("T2.5.licence", "T2.5.other", "T2.6.penalty", "T2.6.coercion", "T2.8.fee"):
        now = years.now.figure(f"{row}.prev")
        before = [years.before.figure(f"{row}.{name}") for name in ("prev", "delta")]
        if now is None or any(cell is None or cell.value is None for cell in (now, *before)):
            continue
        expected = sum(map(_number, before))
        if expected != _number(now):
            yield _on(
                "T2-08", "question", now,
                f"{now.label}“上一年项目数量”填 {_number(now):g}，"
                f"而上年报告的项目数量加增减为 {expected:g}。请核对（口径变化除外）。",
                {"now": _number(now), "expected": expected}, "项目数量应与上年衔接（由表样推得）",
            )  # fmt: skip


def _jumps(years: Years) -> Iterator[Finding]:
    """T3-11: requests or replies five times as many as last year, or a fifth."""
    for key in ("T3.new.tot", "T3.sum.tot"):
        now, before = years.now.figure(key), years.before.figure(key)
        one, two = _number(now), _number(before)
        if now and max(one, two) >= _LEAST_JUMP and max(one, two) > _JUMP * min(one, two):
            yield _on(
                "T3-11", "question", now, f"{now.label}由上年 {two:g} 变为 {one:g}，"
                                          f"变化超过五倍。请核对。",
                {"now": one, "before": two}, "年度间大幅变化应当说明",
            )  # fmt: skip


def _forgotten(years: Years) -> Iterator[Finding]:
    """Y-01: what last year promised and this year's report nowhere mentions."""
    sentences = [words_of(line) for line in _clauses(years.now_text)]
    for measure in years.before.measures:
        words = words_of(measure.text)
        if (
            words
            and max((len(words & said) / len(words) for said in sentences), default=0) < _MENTIONED
        ):
            yield Finding(
                "Y-01", "question",
                f"上年承诺的第 {measure.ordinal} 项措施“{_short(measure)}”在本年报告中没有提到。"
                f"请写明落实情况。",
                params={"ordinal": measure.ordinal, "text": measure.text}, source=_SECTION_FIVE,
            )  # fmt: skip


def _clauses(text: str) -> Iterator[str]:
    """Yield the sentences, each with the one after it: a deed is often told in two."""
    sentences = [part for part in text.replace("\n", "。").split("。") if part.strip()]
    for place, sentence in enumerate(sentences):
        yield sentence + (sentences[place + 1] if place + 1 < len(sentences) else "")


def _returning(years: Years) -> Iterator[Finding]:
    """Y-02: problems of last year that are stated again, with the number of years in a row."""
    for problem in years.now.problems:
        chain = list(_chain(problem, (years.before.problems, *years.earlier)))
        if chain:
            yield Finding(
                "Y-02", "question",
                f"第 {problem.ordinal} 个问题“{_short(problem)}”"
                f"与上年第 {chain[0].ordinal} 个问题相同，"
                f"连续 {len(chain) + 1} 年存在。请说明原因和整改安排。",
                problem.start, problem.end,
                {"ordinal": problem.ordinal, "previous": chain[0].ordinal,
                 "years": len(chain) + 1},
                _SECTION_FIVE,
            )  # fmt: skip


def _chain(problem: Item, years: Sequence[Sequence[Item]]) -> Iterator[Item]:
    """Yield the same problem of last year, of the year before, and so on without a gap."""
    for problems in years:
        old = max(problems, key=lambda one: _same(problem, one), default=None)
        if old is None or _same(problem, old) < _RETURNS:
            return
        yield old
        problem = old


def _same(one: Item, two: Item) -> float:
    first, second = words_of(one.text), words_of(two.text)
    smaller = min(len(first), len(second))
    return len(first & second) / smaller if smaller else 0.0


def _short(item: Item) -> str:
    text = "".join(item.text.split())
    return text if len(text) <= 24 else text[:24] + "…"  # noqa: PLR2004  # what fits a line


def _number(figure: Figure | None) -> float:
    return (figure.value or 0) if figure else 0


def _on(
    code: str, severity: Severity, figure: Figure, says: str, params: dict[str, object], source: str
) -> Finding:
    return Finding(
        code, severity, says, figure.start, figure.end, {"key": figure.key, **params}, source
    )
