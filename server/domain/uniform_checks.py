"""Checks of single cells of the uniform format that need to know the unit or the prose."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from server.domain.reports.parsed import Figure, Finding, Severity
from server.domain.reports.unit_kind import may_make_regulations, unit_kind

_FEE_LIMIT = 1000
_BLOCKS = ("rev", "dir", "aft")
_LAW = "《政府信息公开条例》"


@dataclass(frozen=True, slots=True)
class Filled:
    """A filled-in uniform report: its cells by key, its unit, the prose of parts one, five, six."""

    cells: Mapping[str, Figure]
    unit: str | None
    prose: str

    def number(self, key: str) -> float:
        """Return a cell's number, 0 where it has none."""
        figure = self.cells.get(key)
        return (figure.value or 0) if figure else 0

    @property
    def is_town(self) -> bool:
        """Say whether the unit is a town, township or subdistrict."""
        return unit_kind(self.unit) in {"township", "subdistrict"}


def check_uniform(filled: Filled) -> Iterator[Finding]:
    """Yield T2-02 to T2-04, T3-08 to T3-10 and T4-04."""
    yield from _regulations(filled)
    yield from _town_powers(filled)
    yield from _fee_unit(filled)
    yield from _requests(filled)
    yield from _corrected(filled)


def _regulations(filled: Filled) -> Iterator[Finding]:
    if may_make_regulations(filled.unit):
        return
    for key, figure in filled.cells.items():
        if key.startswith("T2.1.regulations.") and figure.value:
            yield _finding(
                "T2-02", "error", figure,
                f"“规章”填了 {figure.value}，"
                f"但{filled.unit}无权制定规章（县级以下政府和部门应为 0）。请改为 0，"
                f"规范性文件请填下一行。",
                "《立法法》第九十一条、第九十三条",
            )  # fmt: skip
            return


def _town_powers(filled: Filled) -> Iterator[Finding]:
    keys = ("T2.5.licence", "T2.6.penalty", "T2.6.coercion")
    for key in keys if filled.is_town else ():
        if filled.number(key) > 0:
            yield _finding(
                "T2-03", "question", filled.cells[key],
                f"乡镇（街道）填了{filled.cells[key].label} {filled.cells[key].value} 件，"
                f"请核对是否有赋权清单。",
                "第二十条第（五）、（六）项；乡镇（街道）以赋权事项为限",
            )  # fmt: skip


def _fee_unit(filled: Filled) -> Iterator[Finding]:
    fee = filled.cells.get("T2.8.fee")
    if fee and filled.is_town and (fee.value or 0) >= _FEE_LIMIT:
        yield _finding(
            "T2-04", "question", fee,
            f"行政事业性收费填了 {fee.value} 万元，疑似按“元”填写。请换算成万元。",
            "国办公开办函〔2021〕30号表二：单位为万元",
        )  # fmt: skip


def _requests(filled: Filled) -> Iterator[Finding]:
    if filled.number("T3.co.tot") > 0:
        yield _finding(
            "T3-08", "question", filled.cells["T3.co.tot"],
            f"结转下年度 {filled.number('T3.co.tot'):g} 件："
            f"只有 12 月收到或依法延期的申请才可能结转，请核对是否超期。",
            f"{_LAW}第三十三条（20个工作日，可延长20个工作日）",
        )  # fmt: skip
    for key in ("T3.n4.tot", "T3.o2.tot"):
        if filled.number(key) > 0 and "信息处理费" not in filled.prose:
            yield _finding(
                "T3-09", "question", filled.cells[key],
                "有大量反复申请或逾期不缴费的处理，但“其他需要报告的事项”没有提到信息处理费。"
                "请补写收取情况。",
                "国办函〔2020〕109号",
            )  # fmt: skip
    if filled.number("T3.d4.tot") > 0:
        yield _finding(
            "T3-10", "information", filled.cells["T3.d4.tot"],
            "有“保护第三方合法权益”的处理，请确认已书面征求第三方意见。", f"{_LAW}第三十二条",
        )  # fmt: skip
    if filled.is_town and filled.number("T3.d1.tot") > 0:
        yield _finding(
            "T3-10", "question", filled.cells["T3.d1.tot"],
            "乡镇（街道）以“属于国家秘密”不予公开的情形少见，请核对定密依据。", f"{_LAW}第十四条",
        )  # fmt: skip


def _corrected(filled: Filled) -> Iterator[Finding]:
    keys = [f"T4.{block}.correct" for block in _BLOCKS]
    found = next((filled.cells[key] for key in keys if filled.number(key) > 0), None)
    if found and not re.search("纠正|纠错|败诉|撤销|被责令", filled.prose):
        yield _finding(
            "T4-04", "question", found,
            "复议或诉讼有“结果纠正”，正文没有写原因和改正情况。请在监督保障或第五部分补写。",
            "报告格式第一、五部分",
        )  # fmt: skip


def _finding(code: str, severity: Severity, figure: Figure, says: str, source: str) -> Finding:
    params = {"key": figure.key, "value": figure.value}
    return Finding(code, severity, says, figure.start, figure.end, params, source)
