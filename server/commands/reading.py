"""`duban read`: what a report says. No database."""

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.commands.checking import print_findings

if TYPE_CHECKING:
    from server.domain.reports.parsed import Item, ParsedReport
    from server.domain.reports.source import SourceText

_HEADINGS = {
    "channels": "拓宽渠道",
    "content": "丰富内容",
    "mechanisms": "完善机制",
    None: "未归口",
}
_REPORT = Annotated[str, typer.Argument(metavar="文件", help="报告文件；- 表示从标准输入读")]
_YEAR = Annotated[int | None, typer.Option("--year", help="报告年度（默认从文中读出）")]
_JSON = Annotated[bool, typer.Option("--json", help="输出 JSON")]


def read(
    file: _REPORT,
    year: _YEAR = None,
    as_json: _JSON = False,
    text: Annotated[bool, typer.Option("--text", help="只输出解码后的原文")] = False,
) -> None:
    """读一份年度报告：标题、单位、年度、统计数、存在问题、改进措施。"""
    document = document_of(file)
    if text:
        sys.stdout.write(document.text)
        return
    report = parsed_of(document, year)
    if as_json:
        from server.rendering.report_json import report_facts

        _print_json(report_facts(report))
    else:
        _print_report(report, document.text)


def document_of(file: str) -> "SourceText":
    """Return a file or standard input as read; a refusal ends the command with code 2."""
    from server.adapters.documents.reading import content_of, read_document
    from server.adapters.documents.sniff import kind_of
    from server.errors import Refused

    try:
        name, content = content_of(sys.stdin.buffer.read() if file == "-" else Path(file))
        # Plain text meets no parser but ours; anything else is read in a process of its own.
        return read_document(content, name) if kind_of(content) == "text" else _apart(content, name)
    except Refused as error:
        typer.echo(str(error), err=True)
        raise typer.Exit(2) from error


def _apart(content: bytes, name: str) -> "SourceText":
    from server.adapters.documents.sandbox import read_document_apart

    return read_document_apart(content, name)


def parsed_of(document: "SourceText", year: int | None) -> "ParsedReport":
    """Return what the document says, by the shipped formats and taxonomy."""
    from server.adapters.rulebook_reading import report_formats, taxonomy
    from server.domain.reports.parse import parse

    return parse(document, formats=report_formats(), taxonomy=taxonomy(), year=year)


def _print_json(value: dict[str, Any]) -> None:
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def _print_report(report: "ParsedReport", text: str) -> None:
    print(f"{report.title or '（没有读到标题）'}")
    print(
        f"单位：{report.unit or '不详'}　年度：{report.report_year or '不详'}"
        f"　格式：{report.format or '不详'}"
    )
    print(f"部分：{len(report.sections)}　统计数：{len(report.figures)}")
    for name, items in (("存在问题", report.problems), ("改进措施", report.measures)):
        print(f"\n{name}（{len(items)}）")
        for item in items:
            _print_item(item)
    _print_pairs(report)
    print()
    print_findings(list(report.findings), text)


def _print_item(item: "Item") -> None:
    text = "".join(item.text.split())
    classes = "、".join(item.classes) or "未分类"
    print(f"  {item.ordinal}. [{_HEADINGS[item.heading]}｜{classes}] {text}")


def _print_pairs(report: "ParsedReport") -> None:
    if report.pairs:
        print("\n问题与措施")
    for pair in report.pairs:
        answered = "、".join(map(str, pair.measures)) or "没有对应措施"
        print(f"  问题 {pair.problem} → 措施 {answered}")
