"""What the tests of reading share: the shipped rulebook applied to a text."""

from server.adapters.rulebook_reading import report_formats, taxonomy
from server.domain.reports.parse import parse
from server.domain.reports.parsed import Finding, ParsedReport
from server.domain.reports.source import SourceText, Table

HEAD = "柳河镇{year}年政府信息公开工作年度报告\n"
SIX = """一、总体情况
{one}
二、主动公开政府信息情况
略
三、收到和处理政府信息公开申请情况
略
四、政府信息公开行政复议、行政诉讼情况
略
五、存在的主要问题及改进情况
{five}
六、其他需要报告的事项
{six}
"""
SUPERVISED = "落实工作考核和社会评议，没有责任追究情形。"


def read(text: str, *tables: Table, year: int | None = None) -> ParsedReport:
    """Read a text with the shipped formats and taxonomy."""
    document = SourceText(text, tuple(tables))
    return parse(document, formats=report_formats(), taxonomy=taxonomy(), year=year)


def uniform(
    five: str, *, year: int = 2022, one: str = SUPERVISED, six: str = "无。", tables: str = ""
) -> str:
    """Return a report in the uniform form with the given parts one, five and six."""
    return HEAD.format(year=year) + SIX.format(one=one, five=five, six=six) + tables


def found(report: ParsedReport, code: str) -> list[Finding]:
    """Return the findings with this code."""
    return [finding for finding in report.findings if finding.code == code]
