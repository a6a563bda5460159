"""The demonstration town."""

from typing import Annotated

import typer


def demo(
    reset: Annotated[bool, typer.Option("--reset", help="清空演示数据后重新装入")] = False,
) -> None:
    """装入演示镇：十个单位、上年报告、整改事项，日期以今天为准。正式数据不会被覆盖。"""
    print(load_demo(reset=reset))


def load_demo(*, reset: bool = False) -> str:
    """Load the town into an empty database, or renew it; return a sentence on what happened."""
    from server.clock import today, utc_now
    from server.db.engine import one_transaction
    from server.services import demo as service
    from server.services import rulebook
    from server.services.reading import read_file
    from server.settings import get_settings

    with one_transaction(get_settings().database_url) as session:
        if reset:
            service.clear(session)
        elif not service.is_empty(session):
            return "数据库里已有数据，没有改动。要重新装入演示镇，请运行 duban demo --reset。"
        town = service.load(
            session,
            rulebook.law(),
            rulebook.checklist_basis(),
            read_file,
            today=today(),
            now=utc_now(),
        )
    return f"已装入演示镇“{town.name}”：{len(town.units)} 个单位，{town.year}年度报告各一份。"
