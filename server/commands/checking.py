"""`duban check` and `duban rules`: what is wrong with a report, by which rules. No database."""

import json
import sys
from collections.abc import Iterator
from typing import TYPE_CHECKING, Annotated, Any

import typer

if TYPE_CHECKING:
    from server.domain.reports.parsed import Finding, ParsedReport
    from server.domain.reports.source import SourceText

_REPORT = Annotated[str, typer.Argument(metavar="文件", help="报告文件；- 表示从标准输入读")]
_JSON = Annotated[bool, typer.Option("--json", help="输出 JSON")]
Read = tuple["SourceText", "ParsedReport"]


def check(
    file: _REPORT,
    previous: Annotated[
        str | None, typer.Option("--previous", metavar="文件", help="上一年度的报告，用于跨年核对")
    ] = None,
    filed: Annotated[
        str | None, typer.Option("--filed", metavar="文件", help="报送时的版本，核对公开后有无改动")
    ] = None,
    unit: Annotated[
        list[str] | None,
        typer.Option("--unit", metavar="文件", help="所属单位的报告，核对汇总数；可写多次"),
    ] = None,
    peer: Annotated[
        list[str] | None,
        typer.Option("--peer", metavar="文件", help="其他单位的报告，比对雷同；可写多次"),
    ] = None,
    as_json: _JSON = False,
) -> None:
    """核对一份年度报告：数据勾稽、结构、年度、与上年和其他报告的衔接。有错误时退出码为 1。"""
    read = _read(file)
    findings = list(read[1].findings)
    findings += _over_the_years(read, previous)
    findings += _against_the_filed(read, filed)
    findings += _against_units(read, unit or [])
    findings += _against_peers(read, peer or [])
    if as_json:
        from server.rendering.report_json import finding_facts

        _print_json({"findings": finding_facts(findings)})
    else:
        print_findings(findings, read[0].text)
    if any(finding.severity == "error" for finding in findings):
        raise typer.Exit(1)


def rules(
    as_json: _JSON = False,
    markdown: Annotated[bool, typer.Option("--markdown", help="输出使用指南的一页")] = False,
) -> None:
    """列出全部校验规则：要求、位置、办法、依据。"""
    from dataclasses import asdict

    from server.adapters.rulebook_checks import check_rules
    from server.rendering.rules_markdown import rules_markdown

    listed = check_rules()
    if as_json:
        _print_json({"rules": [asdict(rule) for rule in listed]})
    elif markdown:
        sys.stdout.write(rules_markdown(listed))
    else:
        for rule in listed:
            print(f"{rule.code:8}{rule.name}：{rule.says}依据：{rule.source}")


def print_findings(findings: "list[Finding]", text: str) -> None:
    """Print each complaint with its line and words in the report, and its source."""
    from server.rendering.pages import word

    print(f"校验（{len(findings)}）")
    for finding in findings:
        print(f"  [{word(finding.severity, 'severity')}] {finding.code} {finding.message}")
        place = f"{_line(finding, text)}　" if finding.start is not None else ""
        print(f"      {place}依据：{finding.source}")


def _line(finding: "Finding", text: str) -> str:
    start = finding.start or 0
    words = " ".join(text[start : finding.end][:30].split())
    return f"第 {text.count(chr(10), 0, start) + 1} 行" + (f"“{words}”" if words else "")


def _read(file: str) -> Read:
    from server.commands.reading import document_of, parsed_of

    document = document_of(file)
    return document, parsed_of(document, None)


def _over_the_years(read: Read, previous: str | None) -> "Iterator[Finding]":
    from server.domain.reports.yearly import Years, check_years

    if previous is not None:
        document, before = _read(previous)
        yield from check_years(Years(read[1], read[0].text, before, document.text))


def _against_the_filed(read: Read, filed: str | None) -> "Iterator[Finding]":
    from server.domain.aggregate_checks import check_published

    if filed is not None:
        yield from check_published(_read(filed)[1].figures, read[1].figures)


def _against_units(read: Read, units: list[str]) -> "Iterator[Finding]":
    from server.domain.aggregate_checks import check_aggregate

    reports = [(file, _read(file)[1]) for file in units]
    figures = {report.unit or file: report.figures for file, report in reports}
    yield from check_aggregate(read[1].figures, figures)


def _against_peers(read: Read, peers: list[str]) -> "Iterator[Finding]":
    from server.domain.reports.copied import PEERS_ALIKE, check_peer, problem_part
    from server.domain.similarity import likeness

    own = problem_part(read[1], read[0].text)
    for file in peers:
        document, report = _read(file)
        other = problem_part(report, document.text)
        if likeness(own.text, other.text) >= PEERS_ALIKE:
            yield from check_peer(own, other, report.unit or file)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")
