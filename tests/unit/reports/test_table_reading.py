"""Figures are read from tables of every shape, each state as what it is."""

# ruff: noqa: E501 - the cases are a table, and a line of the document stays a line

import pytest

from server.domain.reports.cells import bare_label, cell_value, without_mark
from server.domain.reports.parsed import Figure, ParsedReport
from server.domain.reports.source import Cell, Table
from tests.unit.reports.reading import found, read, uniform

COLUMNS = ["自然人", "商业企业", "科研机构", "社会公益组织", "法律服务机构", "其他", "总计"]
ROWS = [
    "一、本年新收政府信息公开申请数量", "二、上年结转政府信息公开申请数量", "（一）予以公开", "（二）部分公开（区分处理的，只计这一情形，不计其他情形）",
    "1.属于国家秘密", "2.其他法律行政法规禁止公开", "3.危及“三安全一稳定”", "4.保护第三方合法权益", "5.属于三类内部事务信息", "6.属于四类过程性信息",
    "7.属于行政执法案卷", "8.属于行政查询事项", "1.本机关不掌握相关政府信息", "2.没有现成信息需要另行制作", "3.补正后申请内容仍不明确", "1.信访举报投诉类申请", "2.重复申请",
    "3.要求提供公开出版物", "4.无正当理由大量反复申请", "5.要求行政机关确认或重新出具已获取信息", "1.申请人无正当理由逾期不补正、行政机关不再处理其政府信息公开申请",
    "2.申请人逾期未按收费通知要求缴纳费用、行政机关不再处理其政府信息公开申请", "3.其他", "（七）总计", "四、结转下年度继续办理",
]  # fmt: skip
ZERO = ["0"] * 7


def matrix(values: dict[int, list[str]], columns: list[str] = COLUMNS) -> str:
    """Return table T3 as tab-separated lines; rows not given are zero."""
    head = "\t".join(["申请人情况", *columns]) + "\n"
    return head + "".join(
        "\t".join([label, *values.get(row, ["0"] * len(columns))]) + "\n"
        for row, label in enumerate(ROWS)
    )


def values_of(report: ParsedReport, *keys: str) -> list[float | None]:
    cells = [report.figure(key) for key in keys]
    return [cell.value if cell else None for cell in cells]


@pytest.mark.parametrize(
    ("text", "state", "value"),
    [
        ("", "blank", None), ("/", "slash", None), ("—", "slash", None), ("0", "zero", 0), ("264", "value", 264), ("1,234", "value", 1234),
        ("251000元", "value", 251000), ("12.5万元", "value", 12.5), ("-3", "value", -3), ("+2", "value", 2), ("约100", "value", 100),
    ],
)  # fmt: skip
def test_blank_slash_zero_and_value_are_different_things(
    text: str, state: str, value: float | None
) -> None:
    assert cell_value(text) == (state, value)


def test_words_in_a_cell_are_no_figure() -> None:
    assert cell_value("详见附件") is None


def test_labels_are_compared_without_marks_and_brackets() -> None:
    assert bare_label("其中:1.同意公开(份)") == "同意公开"
    assert without_mark("其中：1．同意公开") == "同意公开"


def test_the_matrix_is_read_row_by_row() -> None:
    row = ["2", "1", "0", "0", "0", "0", "3"]
    report = read(uniform("公开面偏窄。", tables=matrix({0: row, 2: row, 23: row})))
    assert report.format == "2021"
    assert values_of(report, "T3.new.np", "T3.new.tot", "T3.open.ent", "T3.d1.np") == [2, 3, 1, 0]
    assert len(report.figures) == 25 * 7


def test_a_subtotal_column_that_the_format_does_not_have_is_passed_over() -> None:
    columns = [*COLUMNS[:6], "小计", "总计"]
    report = read(
        uniform(
            "公开面偏窄。", tables=matrix({0: ["2", "1", "0", "0", "0", "0", "1", "3"]}, columns)
        )
    )
    assert values_of(report, "T3.new.oth", "T3.new.tot") == [0, 3]


def test_a_row_with_cells_missing_is_left_out() -> None:
    report = read(uniform("公开面偏窄。", tables=matrix({1: ["0", "0"]})))
    assert report.figure("T3.ci.np") is None


def test_a_misprinted_label_is_recognised() -> None:
    text = matrix({}).replace("信访举报投诉类申请", "信访举报投述类申请")
    assert read(uniform("公开面偏窄。", tables=text)).figure("T3.n1.tot") is not None


def test_merged_cells_of_a_real_table_keep_their_row() -> None:
    text = uniform("公开面偏窄。")
    cells: list[Cell] = []
    place = 0
    rows = [["申请人情况", *COLUMNS]]
    for row, label in enumerate(ROWS):
        groups = {2: ["三、本年度办理结果"], 4: ["（三）不予公开"]}.get(row, [])
        rows.append([*groups, label, "1", *ZERO[:5], "1"])
    body = ""
    for row, line in enumerate(rows):
        for column, cell in enumerate(line):
            start = len(text) + len(body)
            cells.append(Cell(row, column, cell, start, start + len(cell)))
            body += cell + "\t"
        body += "\n"
    place = len(text)
    report = read(text + body, Table(tuple(cells)))
    assert place < (report.figures[0].start or 0)
    assert values_of(report, "T3.new.np", "T3.d1.tot") == [1, 1]


def test_the_line_of_complaints_and_lawsuits_is_fifteen_figures() -> None:
    names = "结果维持\t结果纠正\t其他结果\t尚未审结\t总计"
    line = "\t".join(["1", "0", "0", "0", "1"] + ["0"] * 5 + ["0", "0", "0", "2", "2"])
    report = read(uniform("公开面偏窄。", tables=f"{names}\n{names}\t{names}\n{line}\n"))
    assert values_of(report, "T4.rev.uphold", "T4.dir.total", "T4.aft.pending") == [1, 0, 2]
    assert report.figures[0].label == "行政复议·结果维持"


@pytest.mark.parametrize("line", ["0\t0\t0\n", ""])
def test_a_line_with_cells_missing_is_left_out(line: str) -> None:
    names = "结果维持\t结果纠正\t其他结果\t尚未审结\t总计"
    assert read(uniform("公开面偏窄。", tables=f"{names}\n{line}")).figures == ()


def test_columns_of_the_first_table_are_made_abolished_and_valid() -> None:
    text = "第二十条第（一）项\n信息内容\t本年制发件数\t本年废止件数\t现行有效件数\n规章\t0\t0\t0\n行政规范性文件\t2\t1\t9\n第二十条第（八）项\n行政事业性收费\t0.5\n"
    report = read(uniform("公开面偏窄。", tables=text))
    assert values_of(report, "T2.1.normative.made", "T2.1.normative.valid", "T2.8.fee") == [
        2,
        9,
        0.5,
    ]


def test_one_cell_per_line_labels_with_colons_and_gaps_are_read() -> None:
    lines = "指标名称\n单位\n本年累计\n一、主动公开信息数量\n条\n9\n其中：1.机构领导、设置及人事类信息：4条\n2.政策法规、规范性文件信息    条    5\n3.业务工作信息\n条\n"
    head = "柳河镇2011年度政府信息公开工作报告\n一、概述\n略\n二、存在的问题\n公开面偏窄。\n附件\n"
    report = read(head + lines)
    assert values_of(report, "1", "1.1", "1.2") == [9, 4, 5]
    last = report.figure("1.3")
    assert last is not None
    assert last.state == "blank"


def test_a_table_of_local_form_is_read_label_by_label() -> None:
    rows = "项目\t单位\t数值\n主动公开类\t条\t7\n其中：1.公告类\t条\t3\n咨询人次\t人次\t/\n"
    report = read("柳河镇2011年度政府信息公开工作报告\n一、概述\n略\n二、附表\n" + rows)
    assert [(figure.key, figure.value, figure.state) for figure in report.figures] == [
        ("主动公开类", 7, "value"), ("公告类", 3, "value"), ("咨询人次", None, "slash"),
    ]  # fmt: skip
    assert report.format == "old"


def test_a_header_without_rows_is_no_table() -> None:
    prose = "".join(f"第{n}行只是文字\n" for n in "一二三四五六七八九")
    text = "柳河镇2011年度政府信息公开工作报告\n一、概述\n项目\t单位\t数值\n甲\t条\t1\n" + prose
    assert read(text).figures == ()


def test_header_words_in_the_prose_are_no_table() -> None:
    text = "柳河镇2011年度政府信息公开工作报告\n一、概述\n指标和项目由各单位填报，数量不限。\n"
    assert read(text).figures == ()


def figure(key: str, value: float | None, state: str = "value") -> Figure:
    """Return a figure for the checks."""
    return Figure(key, key, value, state)  # type: ignore[arg-type]  # tests pass valid states


def test_the_table_outside_the_prose_holds_no_headings() -> None:
    report = read(uniform("公开面偏窄。", tables=matrix({})))
    assert len(report.sections) == 6
    assert not found(report, "S-01")


def test_a_row_that_the_form_does_not_know_may_break_before_its_value() -> None:
    rows = "一、主动公开信息数量\t条\t5\n基层站所公开信息\t条\n7\n1.机构领导、设置及人事类信息\t条\t5\n"
    text = "柳河镇2011年度政府信息公开工作报告\n附表\n指标名称\t单位\t本年累计\n" + rows
    figures = {figure.label: figure.value for figure in read(text).figures}
    assert figures["基层站所公开信息"] == 7
