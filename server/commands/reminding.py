"""What will be sent, and one pass of planning and delivery in the foreground."""

import json
from datetime import timedelta
from typing import Annotated

import typer

from server.errors import InvalidInput


def forecast(
    first: Annotated[str, typer.Option("--from", help="起始日期，默认今天")] = "",
    last: Annotated[str, typer.Option("--to", help="截止日期，默认起始日期后 30 天")] = "",
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """列出将要发送的每一条提醒：发给谁、为什么。不写入任何内容。"""
    from server.clock import today, utc_now
    from server.db.engine import one_transaction
    from server.domain.access import Scope
    from server.domain.dates import parse_date
    from server.services import forecast, rulebook
    from server.settings import get_settings

    start = parse_date(first) if first else today()
    end = parse_date(last) if last else start + timedelta(days=30)
    if end < start:
        raise InvalidInput(f"截止日期 {end} 早于起始日期 {start}，请对调。")
    settings = get_settings()
    rules = rulebook.reminder_rules(trial=settings.trial)
    everything = Scope("/", subtree=True)
    with one_transaction(settings.database_url) as session:
        rows = forecast.forecast(
            session, rules, everything, start, end, today=today(), now=utc_now(), limit=100_000
        )
    if as_json:
        print(json.dumps(forecast.forecast_facts(rows), ensure_ascii=False, indent=2))
        return
    for row in rows:
        why = forecast.why(row)
        print(f"{row.on}  {row.recipient} <{row.email}>  {row.unit}：{row.matter}  {why}")
    print(f"共 {len(rows)} 条提醒，{len({row.email for row in rows})} 人。")
