"""The statistics tables of the uniform form, as grids of cells.

Source: 国办公开办函〔2021〕30号, the form for report years from 2021 on.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Figure = int | float | str
"""A number, or what a clerk left instead: an empty string, "/"."""

Row = Sequence[Figure]

APPLICANTS = ("商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他")
RULE = "（本列数据的勾稽关系为：第一项加第二项之和，等于第三项加第四项之和）"
RESULTS = ("结果维持", "结果纠正", "其他结果", "尚未审结", "总计")
REQUEST_ROWS: tuple[tuple[str, tuple[tuple[str, str], ...]], ...] = (
    ("（一）予以公开", (("open", ""),)),
    ("（二）部分公开（区分处理的，只计这一情形，不计其他情形）", (("part", ""),)),
    (
        "（三）不予公开",
        (
            ("d1", "1.属于国家秘密"),
            ("d2", "2.其他法律行政法规禁止公开"),
            ("d3", "3.危及“三安全一稳定”"),
            ("d4", "4.保护第三方合法权益"),
            ("d5", "5.属于三类内部事务信息"),
            ("d6", "6.属于四类过程性信息"),
            ("d7", "7.属于行政执法案卷"),
            ("d8", "8.属于行政查询事项"),
        ),
    ),
    (
        "（四）无法提供",
        (
            ("u1", "1.本机关不掌握相关政府信息"),
            ("u2", "2.没有现成信息需要另行制作"),
            ("u3", "3.补正后申请内容仍不明确"),
        ),
    ),
    (
        "（五）不予处理",
        (
            ("n1", "1.信访举报投诉类申请"),
            ("n2", "2.重复申请"),
            ("n3", "3.要求提供公开出版物"),
            ("n4", "4.无正当理由大量反复申请"),
            ("n5", "5.要求行政机关确认或重新出具已获取信息"),
        ),
    ),
    (
        "（六）其他处理",
        (
            ("o1", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请"),
            ("o2", "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请"),
            ("o3", "3.其他"),
        ),
    ),
    ("（七）总计", (("sum", ""),)),
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a table with the rows and columns it spans."""

    text: str
    rows: int = 1
    columns: int = 1


Grid = tuple[tuple[Cell, ...], ...]


def publication_table(figures: Mapping[str, Any]) -> Grid:
    """Table two; `figures` may hold rows of three (regulations, normative: made, abolished, valid)
    and single figures (licence, penalty, coercion, fee in 10,000 yuan)."""
    made = tuple(map(Cell, ("信息内容", "本年制发件数", "本年废止件数", "现行有效件数")))
    decided = (Cell("信息内容"), Cell("本年处理决定数量", columns=3))
    charged = (Cell("信息内容"), Cell("本年收费金额（单位：万元）", columns=3))
    return (
        (Cell("第二十条第（一）项", columns=4),),
        made,
        (Cell("规章"), *_numbers(figures.get("regulations", (0, 0, 0)))),
        (Cell("行政规范性文件"), *_numbers(figures.get("normative", (0, 0, 0)))),
        (Cell("第二十条第（五）项", columns=4),),
        decided,
        _single("行政许可", figures.get("licence", 0)),
        (Cell("第二十条第（六）项", columns=4),),
        decided,
        _single("行政处罚", figures.get("penalty", 0)),
        _single("行政强制", figures.get("coercion", 0)),
        (Cell("第二十条第（八）项", columns=4),),
        charged,
        _single("行政事业性收费", figures.get("fee", 0)),
    )


def request_table(figures: Mapping[str, Row]) -> Grid:
    """Table three, 25 rows of 7 figures; a row that `figures` lacks is all zeros."""
    return (
        (Cell(RULE, rows=3, columns=3), Cell("申请人情况", columns=7)),
        (Cell("自然人", rows=2), Cell("法人或其他组织", columns=5), Cell("总计", rows=2)),
        tuple(map(Cell, APPLICANTS)),
        (Cell("一、本年新收政府信息公开申请数量", columns=3), *_row(figures, "new")),
        (Cell("二、上年结转政府信息公开申请数量", columns=3), *_row(figures, "ci")),
        *_result_rows(figures),
        (Cell("四、结转下年度继续办理", columns=3), *_row(figures, "co")),
    )


def review_table(figures: Mapping[str, Row]) -> Grid:
    """Table four: one row of 15 figures; `figures` may hold rev, dir, aft, five each."""
    blocks = (figures.get(block, (0, 0, 0, 0, 0)) for block in ("rev", "dir", "aft"))
    return (
        (Cell("行政复议", columns=5), Cell("行政诉讼", columns=10)),
        (
            *(Cell(name, rows=2) for name in RESULTS),
            Cell("未经复议直接起诉", columns=5),
            Cell("复议后起诉", columns=5),
        ),
        tuple(map(Cell, RESULTS + RESULTS)),
        tuple(cell for block in blocks for cell in _numbers(block)),
    )


def _result_rows(figures: Mapping[str, Row]) -> Grid:
    total = sum(len(rows) for _, rows in REQUEST_ROWS)
    whole = Cell("三、本年度办理结果", rows=total)
    result: list[tuple[Cell, ...]] = []
    for group, rows in REQUEST_ROWS:
        for index, (key, label) in enumerate(rows):
            first = (whole,) if not result else ()
            result.append((*first, *_label(group, label, len(rows), index), *_row(figures, key)))
    return tuple(result)


def _label(group: str, label: str, size: int, index: int) -> tuple[Cell, ...]:
    if not label:
        return (Cell(group, columns=2),)
    return (Cell(group, rows=size), Cell(label)) if index == 0 else (Cell(label),)


def _row(figures: Mapping[str, Row], key: str) -> tuple[Cell, ...]:
    return _numbers(figures.get(key, (0,) * 7))


def _single(label: str, figure: Figure) -> tuple[Cell, ...]:
    return (Cell(label), Cell(str(figure), columns=3))


def _numbers(figures: Row) -> tuple[Cell, ...]:
    return tuple(Cell(str(figure)) for figure in figures)
