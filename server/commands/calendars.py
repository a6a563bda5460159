"""The calendar that commands count by, and `duban calendar add`: a notice entered here."""

import json
import os
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from server.errors import InvalidInput
from server.places import environment_file

if TYPE_CHECKING:
    from server.db.tables import CalendarNotice
    from server.domain.calendars import WorkCalendar
    from server.services.holiday_notices import Preview

calendar = typer.Typer(
    help="工作日历：录入国务院办公厅的放假通知（也可在网页“工作日历”录入）", no_args_is_help=True
)
SILENT = "数据库没有应答，录入的放假通知没有计入，以下只按程序所带的数据推算。"


@dataclass(frozen=True, slots=True)
class Known:
    """A calendar and the notices of the office in it; None where no database was asked."""

    calendar: "WorkCalendar"
    notices: list[dict[str, Any]] | None

    def lines(self) -> list[str]:
        """Return a line on each entered notice."""
        return [
            f"录入的通知：{each['year']}年  {each['number'] or '（无文号）'}  第{each['version']}版"
            for each in self.notices or ()
        ]

    def facts(self) -> dict[str, Any]:
        """Return the notices for scripts; nothing where no database was asked."""
        return {} if self.notices is None else {"notices": self.notices}


def known() -> Known:
    """Return the calendar that holds: with the entered notices where there is a database.

    One that does not answer is told on stderr, and the program's own data count.
    """
    from server.adapters.calendar_source import work_calendar

    if not (os.environ.get("DUBAN_DATABASE_URL") or environment_file().exists()):
        return Known(work_calendar(), None)
    from sqlalchemy.exc import SQLAlchemyError

    try:
        return _kept()
    except SQLAlchemyError:
        typer.echo(SILENT, err=True)
        return Known(work_calendar(), None)


def _kept() -> Known:
    from server.adapters.calendar_source import work_calendar
    from server.db.engine import one_transaction
    from server.db.queries import calendars as queries
    from server.services import calendars
    from server.settings import get_settings

    url = get_settings().database_url
    if not url:
        return Known(work_calendar(), None)
    with one_transaction(url) as session:
        entered = [each for each in queries.in_force(session) if not each.package]
        facts = [
            {"year": e.year, "number": e.number, "version": e.version, "source": e.source}
            for e in entered
        ]
        return Known(calendars.current(session), facts)


@calendar.command("add")
def add(
    notice: Annotated[
        Path, typer.Argument(metavar="NOTICE", help="通知全文（txt、docx、pdf…）或三列的表格")
    ],
    number: Annotated[str, typer.Option(help="文号，全文中没有时填写")] = "",
    year: Annotated[str, typer.Option(help="年份，全文中没有时填写")] = "",
    dry_run: Annotated[bool, typer.Option("--dry-run", help="只看对照，什么也不改变")] = False,
    yes: Annotated[bool, typer.Option("--yes", help="不再询问，直接生效")] = False,
    as_json: Annotated[bool, typer.Option("--json", help="输出 JSON；须同 --dry-run 或 --yes")] = (
        False
    ),
) -> None:
    """录入一年的放假通知：先给出对照，确认后生效；未办事项的日期随之重算，改期的人收到邮件。"""
    from server.commands.notice_entry import Entry, read_file

    if as_json and not (dry_run or yes):
        raise InvalidInput("--json 不能停下来询问，请同时写 --dry-run 或 --yes。")
    entry = Entry(*read_file(notice, number, _four_digits(year)), notice.name)
    if dry_run:
        kept, preview = entry.rehearse()
        return _print(kept, preview, as_json=as_json, state="什么也没有改变（--dry-run）。")
    kept, preview = entry.draft()
    if not as_json:
        _print(kept, preview, as_json=False, state="")
    if not yes and not typer.confirm("核对无误，确认生效？"):
        entry.drop(kept)
        print("已放弃，什么也没有改变。")
        return None
    effect = entry.confirm(kept, seen=preview.effect.moved)
    said = f"已生效：改期 {effect.moved} 件，涉及 {effect.units} 个单位，告知 {effect.people} 人。"
    return _print(kept, preview, as_json=True, state="") if as_json else print(said)


def _four_digits(year: str) -> int | None:
    if year and not (year.isascii() and year.isdecimal() and len(year) == len("2027")):
        raise InvalidInput(f"年份“{year[:10]}”不对，请填写四位年份（--year）。")
    return int(year) if year else None


def _print(kept: "CalendarNotice", preview: "Preview", *, as_json: bool, state: str) -> None:
    if as_json:
        print(json.dumps(_facts(kept, preview), ensure_ascii=False, indent=2, default=_iso))
        return
    from server.commands.dates_text import notice_lines

    print("\n".join([*notice_lines(kept, preview), *([state] if state else [])]))


def _iso(value: object) -> str:
    assert isinstance(value, date)  # noqa: S101 - nothing else is in these facts
    return value.isoformat()


def _facts(kept: "CalendarNotice", preview: "Preview") -> dict[str, Any]:
    from dataclasses import asdict

    return {
        "year": kept.year,
        "version": kept.version,
        "number": kept.number,
        "state": kept.state,
        "source": kept.source,
        "doubts": kept.doubts,
        "days": [asdict(each) for each in preview.days],
        "moves": [asdict(each) for each in preview.moves],
        "effect": asdict(preview.effect),
    }
