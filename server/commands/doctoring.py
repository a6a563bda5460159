"""The health of the installation."""

import json
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:
    from server.domain.health import Check
    from server.settings import Settings

MARKS = {"fine": "✓", "warning": "!", "fault": "✗"}


def doctor(
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON")] = False,
) -> None:
    """检查每个部分是否正常，并说明出了问题该怎么办；有故障时退出码为 1。"""
    from server.domain.health import GRADE_WORDS, has_fault
    from server.settings import get_settings

    checks = examine(get_settings())
    if as_json:
        told = {"ok": not has_fault(checks), "checks": [asdict(check) for check in checks]}
        print(json.dumps(told, ensure_ascii=False, indent=2))
    else:
        for check in checks:
            word = GRADE_WORDS[check.grade]
            print(f"{MARKS[check.grade]} {check.title}　{word}：{check.message}{check.remedy}")
    if has_fault(checks):
        raise typer.Exit(1)


def examine(settings: "Settings") -> "list[Check]":
    """Return the check of every part."""
    from server.clock import today, utc_now
    from server.db.engine import one_transaction
    from server.domain.health import Grade
    from server.services import health, rulebook

    database = health.check_database(settings.database_url)
    calendar = rulebook.calendar()
    if database.grade is not Grade.FINE:
        return [database, *health.check_beside(settings, calendar, today=today())]
    with one_transaction(settings.database_url) as session:
        parts = health.examine(session, settings, calendar, now=utc_now(), today=today())
    return [database, *parts]
