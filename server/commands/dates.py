"""`duban due` and `duban workdays`: the law's dates on the command line, without a database.

Where one is configured or running, the holiday notices that were entered count.
"""

import json
from typing import Annotated

import typer

Json = Annotated[bool, typer.Option("--json", help="输出 JSON")]

workdays = typer.Typer(
    help="工作日推算（按国务院办公厅放假通知，含调休上班）", no_args_is_help=True
)


def due(
    year: Annotated[str, typer.Option("--year", help="报告年度，如 2025（次年报送）")] = "",
    kind: Annotated[
        str, typer.Option("--kind", help="单位类型：局办、部门、乡镇、街道、县级政府，或其英文代码")
    ] = "",
    as_json: Json = False,
) -> None:
    """列出某类单位某一年度报告的各节点时限、推算步骤和依据。"""
    from server.adapters.rulebook_deadlines import load_rulebook
    from server.commands.calendars import known
    from server.commands.dates_text import due_lines
    from server.domain.deadlines import deadlines_for
    from server.domain.milestones import kind_named
    from server.domain.regimes import regime_for
    from server.rendering.dates_json import due_facts

    report_year, unit_kind = _whole(year, "报告年度（--year）", "2025"), kind_named(kind)
    rulebook, found = load_rulebook(), known()
    calendar = found.calendar
    regime = regime_for(report_year, rulebook.regimes)
    deadlines = deadlines_for(unit_kind, report_year, calendar, rulebook)
    answer = (report_year, unit_kind, regime, calendar, deadlines)
    if as_json:
        return _print(due_facts(*answer) | found.facts())
    return _print(due_lines(*answer, found.lines()))


@workdays.command("add", context_settings={"ignore_unknown_options": True})
def add(
    start: Annotated[str, typer.Argument(metavar="DATE", help="起始日期，当日不计")] = "",
    days: Annotated[str, typer.Argument(metavar="N", help="工作日数，可为负数")] = "",
    as_json: Json = False,
) -> None:
    """从某日起推算第 N 个工作日（起始日不计；N 为负数则向前推；N 为 0 即起始日本身）。"""
    from server.commands.calendars import known
    from server.commands.dates_text import add_lines
    from server.domain.dates import parse_date
    from server.rendering.dates_json import add_facts

    first, number = parse_date(start), _whole(days, "工作日数 N", "20")
    found = known()
    counted = found.calendar.explain_add(first, number)
    if as_json:
        return _print(add_facts(counted, found.calendar) | found.facts())
    return _print(add_lines(counted, found.calendar) + found.lines())


@workdays.command("between")
def between(
    first: Annotated[str, typer.Argument(metavar="A", help="起始日期，当日不计")] = "",
    last: Annotated[str, typer.Argument(metavar="B", help="截止日期，当日计入")] = "",
    as_json: Json = False,
) -> None:
    """计算两日之间的工作日数（A 不计，B 计入；B 早于 A 时为负数）。"""
    from server.commands.calendars import known
    from server.commands.dates_text import between_lines
    from server.domain.dates import parse_date
    from server.rendering.dates_json import between_facts

    start, end = parse_date(first), parse_date(last)
    found = known()
    counted = found.calendar.explain_between(start, end)
    if as_json:
        return _print(between_facts(counted, found.calendar) | found.facts())
    return _print(between_lines(counted, found.calendar) + found.lines())


def _whole(text: str, what: str, example: str) -> int:
    from server.errors import InvalidInput

    try:
        return int(text)
    except ValueError as error:
        raise InvalidInput(f"{what}“{text}”不是整数，请填写如 {example}。") from error


def _print(answer: object) -> None:
    """Print lines as they are and facts as JSON."""
    if isinstance(answer, list):
        print("\n".join(answer))
    else:
        print(json.dumps(answer, ensure_ascii=False, indent=2))
