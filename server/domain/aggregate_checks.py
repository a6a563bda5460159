"""A government's figures held against those of the units under it, and a published table
against the one that was filed.
"""

from collections.abc import Iterator, Mapping, Sequence

from server.domain.reports.parsed import Figure, Finding

_SUMMED = ("T2.", "T3.", "T4.")
_NOT_SUMMED = ("T2.1.",)
"""Documents in force are the government's own: departments may each report what it issued."""
_NAMED = 4
_EXACT = 1e-6
_SOURCE = "本级政府报告的统计数应等于所含各单位之和"


def check_aggregate(
    total: Sequence[Figure], units: Mapping[str, Sequence[Figure]], missing: Sequence[str] = ()
) -> Iterator[Finding]:
    """Yield AGG-01 for each cell of `total` that is not the sum over `units` (name -> figures).

    Spans are those of `total`. A unit that lacks the cell, or left it blank, counts 0 and is named
    in `params`. While reports of `missing` units are still to come a cell is wrong only where the
    others alone exceed it, and one more finding names whom it waits for.
    Nothing is yielded without units.
    Source: 《政府信息公开条例》第四十九条; 国办公开办函〔2021〕30号 (tables cover the region).
    """
    cells = {name: {figure.key: figure for figure in own} for name, own in units.items()}
    summed = [each for each in total if each.value is not None and each.key.startswith(_SUMMED)]
    if units and missing and summed:
        yield _waiting(len(units), missing)
    for figure in summed if units else ():
        parts = {name: _number(own.get(figure.key)) for name, own in cells.items()}
        over = sum(value or 0 for value in parts.values()) - (figure.value or 0)
        if over > _EXACT or (over < -_EXACT and not missing):
            yield _differs(figure, over + (figure.value or 0), parts)


def _waiting(read: int, missing: Sequence[str]) -> Finding:
    return Finding(
        "AGG-01",
        "information",
        f"所属单位中还有 {len(missing)} 个没有读入本年度报告（{'、'.join(missing[:_NAMED])}"
        f"{'等' if len(missing) > _NAMED else ''}），已读入 {read} 个。"
        f"报齐之前只能核对超出合计的数。",
        params={"missing": list(missing)},
        source=_SOURCE,
    )


def _differs(figure: Figure, summed: float, parts: Mapping[str, float | None]) -> Finding:
    blank = [name for name, value in parts.items() if value is None]
    hint = f"其中{'、'.join(blank[:_NAMED])}等未填或未报此项。" if blank else ""
    own = figure.key.startswith(_NOT_SUMMED)
    return Finding(
        "AGG-01",
        "question" if own else "error",
        f"汇总表“{figure.label}”（{figure.key}）为 {figure.value:g}，"
        f"所属 {len(parts)} 个单位之和为 {summed:g}。{hint}请核对各单位报表和汇总范围。",
        figure.start,
        figure.end,
        {"key": figure.key, "total": figure.value, "sum": summed, "units": list(parts),
         "blank": blank},
        _SOURCE,
    )  # fmt: skip


def check_published(filed: Sequence[Figure], published: Sequence[Figure]) -> Iterator[Finding]:
    """Yield S-09 for each cell that was published with another number than was filed.

    Spans are those of `published`; a blank cell and 0 are not the same.
    Source: domain.md §2.D S-09 (changes after publication are a fault in public evaluations).
    """
    before = {figure.key: figure for figure in filed}
    for figure in published:
        old = before.get(figure.key)
        if old is not None and (old.value, old.state) != (figure.value, figure.state):
            yield Finding(
                "S-09",
                "question",
                f"公开的统计表“{figure.label}”（{figure.key}）为{_shown(figure)}，"
                f"报送时为{_shown(old)}。请查明公开后有无改动，统一两处数据。",
                figure.start,
                figure.end,
                {"key": figure.key, "filed": old.value, "published": figure.value},
                "公开的报告应与报送的一致",
            )


def _number(figure: Figure | None) -> float | None:
    return figure.value if figure else None


def _shown(figure: Figure) -> str:
    return "空白" if figure.value is None else f" {figure.value:g}"
