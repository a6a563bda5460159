"""Figures -> findings: the identities of each table, and the prose held against the cells."""

from collections.abc import Iterator, Mapping, Sequence

from server.domain.formats import Identity, ReportFormat
from server.domain.reports.parsed import Figure, Finding, Severity
from server.domain.reports.statements import Statement

_NAMES = {
    "requests": "收到申请数", "fees": "收费", "review": "行政复议数", "litigation": "行政诉讼数",
    "disclosed": "主动公开信息数", "carried_in": "上年结转数", "carried_out": "结转下年度数",
    "staff": "信息公开工作人员数", "concluded": "办结数", "answered": "答复数",
    "complaints": "举报数", "trainings": "培训次数", "trainees": "培训人数",
}  # fmt: skip
_MOST_NAMED = 3
_EXACT = 1e-6
_CODES = {"old": ("OLD-03", "OLD-04"), "2014": ("S14-06", "S14-07")}
_UNIFORM = {"review": "T4-02", "litigation": "T4-02"}
_LOOSE = frozenset({"trainings", "trainees"})
"""The prose may tell of one training among several: the table is asked about, not wrong."""
Values = Mapping[str, int | float | None]


def check_figures(
    form: ReportFormat, figures: Sequence[Figure], stated: Sequence[Statement]
) -> Iterator[Finding]:
    """Yield the findings of one report's tables.

    Statement spans are copied as they are given; the caller gives them in decoded offsets.
    """
    cells = {figure.key: figure for figure in figures}
    proved, broken = 0, 0
    for identity in form.identities:
        for letter in identity.each or ("",):
            verdict = _hold(identity, letter, cells)
            proved += verdict is True
            if isinstance(verdict, Finding):
                broken += 1
                yield verdict
    if proved and not broken:
        yield _proved(form, proved)
    yield from _blanks(form, figures)
    yield from _pairwise(form, cells)
    for statement in stated:
        yield from _held_against(form, cells, statement)


def _hold(identity: Identity, letter: str, cells: Mapping[str, Figure]) -> Finding | bool | None:
    """Return True when the identity holds, its finding when not, None when nothing can be said."""
    left = [cells.get(key.format(c=letter)) for key in identity.left]
    right = [cells.get(key.format(c=letter)) for key in identity.right]
    if not _known(left) or not _known(right):
        return None
    one, two = _sum(left), _sum(right)
    if _holds(one, identity.relation, two):
        return True
    where = next(figure for figure in left if figure is not None)
    keys = [figure.key for figure in (*left, *right) if figure is not None]
    shown = f"{_shown(one)} {_OPPOSITE[identity.relation]} {_shown(two)}"
    return Finding(
        identity.code,
        identity.severity,
        f"{_place(where)}：{identity.says}，现为 {shown}。请核对统计表相关各格。",
        where.start,
        where.end,
        {"left": one, "right": two, "keys": keys},
        identity.source,
    )


_OPPOSITE = {"=": "≠", ">=": "<", "<=": ">"}


def _holds(one: float, relation: str, two: float) -> bool:
    if relation == "=":
        return abs(one - two) < _EXACT
    return one >= two if relation == ">=" else one <= two


def _known(side: Sequence[Figure | None]) -> bool:
    """A side can be summed when at least one cell has a number and every cell is printed."""
    return all(side) and any(figure and figure.value is not None for figure in side)


def _sum(side: Sequence[Figure | None]) -> float:
    return sum(figure.value or 0 for figure in side if figure is not None)


def _shown(number: float) -> str:
    return f"{number:g}" if number != int(number) else str(int(number))


def _place(figure: Figure) -> str:
    return f"统计表“{figure.label}”（{figure.key}）"


def _proved(form: ReportFormat, proved: int) -> Finding:
    return Finding(
        "SUM-00",
        "information",
        f"统计表中能够核对的 {proved} 处合计关系全部成立。",
        params={"proved": proved},
        source=form.source,
    )


def _blanks(form: ReportFormat, figures: Sequence[Figure]) -> Iterator[Finding]:
    """Blank and crossed cells are no zeros; the unit is asked to write 0."""
    empty = [figure for figure in figures if figure.state in {"blank", "slash"}]
    if not empty:
        return
    named = "、".join(f"“{figure.label}”（{figure.key}）" for figure in empty[:_MOST_NAMED])
    more = f"等 {len(empty)} 格" if len(empty) > _MOST_NAMED else ""
    yield Finding(
        "T3-05" if form.uniform else "FIG-01",
        "error" if form.uniform else "question",
        f"统计表{named}{more}为空白或“/”，不等于 0。没有发生的请填 0。",
        empty[0].start,
        empty[0].end,
        {"keys": [figure.key for figure in empty]},
        "统计表填报要求：每格填写不小于 0 的整数",
    )


def _pairwise(form: ReportFormat, cells: Mapping[str, Figure]) -> Iterator[Finding]:
    """Rules of single cells: fees need requests, trainees need trainings, no money in 元."""
    if form.key == "old":
        yield from _fee_without_request(cells)
        yield from _trainees(cells)
    if form.uniform:
        yield from _cell_kinds(cells)
        yield from _disclosure_kinds(cells)


def _number(cells: Mapping[str, Figure], key: str) -> float | None:
    figure = cells.get(key)
    return figure.value if figure else None


def _fee_without_request(cells: Mapping[str, Figure]) -> Iterator[Finding]:
    if (_number(cells, "4") or 0) > 0 and _number(cells, "2") == 0:
        yield _cell_finding("OLD-05", "question", cells["4"], "有收费而没有申请。请核对。")


def _trainees(cells: Mapping[str, Figure]) -> Iterator[Finding]:
    times, people = _number(cells, "12"), _number(cells, "13")
    if times is not None and people is not None and (times > 0) != (people > 0):
        yield _cell_finding(
            "OLD-06", "question", cells["12"], "培训次数与培训人数一项有数、一项为 0。请核对。"
        )


def _cell_kinds(cells: Mapping[str, Figure]) -> Iterator[Finding]:
    for figure in cells.values():
        value = figure.value
        if (
            figure.key.startswith(("T3.", "T4."))
            and value is not None
            and (value < 0 or value != int(value))
        ):
            yield _cell_finding("T3-05", "error", figure, "应为不小于 0 的整数。请更正。")


_SIGNED = (".delta",)
_MONEY = ("T2.8.fee", "T2.9.procurement.amount")


def _disclosure_kinds(cells: Mapping[str, Figure]) -> Iterator[Finding]:
    """Yield T2-06 for counts below 0 or broken; 增/减 has a sign, money may be broken."""
    for figure in cells.values():
        value = figure.value
        if value is None or not figure.key.startswith("T2.") or figure.key.endswith(_SIGNED):
            continue
        if value < 0 or (value != int(value) and figure.key not in _MONEY):
            yield _cell_finding("T2-06", "error", figure, "应为不小于 0 的整数。请更正。")


def _cell_finding(code: str, severity: str, figure: Figure, says: str) -> Finding:
    return Finding(
        code,
        severity,  # type: ignore[arg-type]  # callers pass the literals
        f"{_place(figure)}：{says}",
        figure.start,
        figure.end,
        {"key": figure.key, "value": figure.value},
        "统计表填报要求",
    )


def _held_against(
    form: ReportFormat, cells: Mapping[str, Figure], statement: Statement
) -> Iterator[Finding]:
    """Hold a number of the prose against its cell: blank there, or another number."""
    keys = form.facts.get(statement.fact, "").split("+")
    targets = [cells[key] for key in keys if key in cells]
    if len(targets) < len(keys):
        return
    severity: Severity = "question" if statement.fact in _LOOSE else "error"
    told = f"正文写明{_NAMES[statement.fact]}为 {_shown(statement.value)}"
    where = {"fact": statement.fact, "stated": statement.value, "keys": keys}
    if all(figure.value is None for figure in targets):
        yield Finding(
            _code(form, statement, None), severity,
            f"{_place(targets[0])}为空白，而{told}。请在表中填写 {_shown(statement.value)}。",
            statement.start, statement.end, where, "正文与统计表应当一致",
        )  # fmt: skip
        return
    total = _sum(targets)
    if total != statement.value:
        yield Finding(
            _code(form, statement, total), severity,
            f"{_place(targets[0])}为 {_shown(total)}，而{told}。请核对正文与统计表。",
            statement.start, statement.end, {**where, "cell": total}, "正文与统计表应当一致",
        )  # fmt: skip


def _code(form: ReportFormat, statement: Statement, cell: float | None) -> str:
    if form.key in _CODES:
        return _CODES[form.key][0 if cell is None else 1]
    if cell is None:
        return "T3-05"
    if statement.fact in _UNIFORM:
        return _UNIFORM[statement.fact]
    none = statement.fact == "requests" and 0 in {statement.value, cell}
    return "T3-06" if none else "T3-07"
