"""What will be sent, to whom and why, day by day. Writes nothing."""

import re
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from server.db.queries import floods
from server.db.queries.forecast import Place
from server.domain.dates import parse_date
from server.errors import InvalidInput
from server.rendering.pages import word
from server.rendering.sheets import Column, Sheet, workbook
from server.services import calendars, policies, rulebook
from server.services import forecast as service
from server.services.accounts import Visit
from server.services.forecast import Outlook
from server.web.deps import Config, Db, Now, Today, Watching
from server.web.downloads import XLSX, attachment
from server.web.templating import page_or_fragment

router = APIRouter(prefix="/reminders")
PAGE = 50
AHEAD = timedelta(days=30)
LONGEST = timedelta(days=120)
MOST_EXPORTED = 50_000
EXPORTED = (
    ("发送日期", 14),
    ("收件人", 12),
    ("角色", 16),
    ("邮箱", 32),
    ("单位", 32),
    ("事项", 40),
    ("到期", 14),
    ("原因", 24),
    ("代谁接收", 12),
    ("待人放行", 10),
)
"""The columns of the exported list and their widths."""


_ADDRESS = re.compile(
    r"(\d{4}-\d\d-\d\d)(?:\.(\d{1,18})\.(\d{1,18})\.(\d{1,18})\.([\w-]{1,60}))?", re.ASCII
)


@dataclass(frozen=True, slots=True)
class Period:
    """The days asked for, and what is wrong with what was asked."""

    first: date
    last: date
    problem: str = ""


def period(today: Today, first: str = "", last: str = "") -> Period:
    """Return the days as the address says them: thirty from today, unless it asks for others."""
    default = today, today + AHEAD
    try:
        start = parse_date(first) if first else default[0]
        end = parse_date(last) if last else start + AHEAD
    except InvalidInput as error:
        return Period(*default, str(error))
    if end < start:
        return Period(*default, "截止日期早于起始日期，请对调。")
    if end - start > LONGEST:
        return Period(start, start + LONGEST, f"一次最多预览 {LONGEST.days} 天，已截短。")
    return Period(start, end)


Days = Annotated[Period, Depends(period)]


@router.get("")
def show(
    request: Request,
    session: Db,
    visit: Watching,
    today: Today,
    at: Now,
    config: Config,
    wanted: Days,
    after: str = "",
) -> Response:
    """Show a page of what will be sent; the totals are those of all days asked for."""
    rules = rulebook.reminder_rules(trial=config.trial)
    seen = _outlook(session, visit, wanted, config, today, at)
    told = service.counted(session, seen)
    rows = service.page(session, seen, _place(after, wanted), PAGE + 1)
    counts = {day: sum(each.lines for each in told if each.on == day) for day in seen.days}
    return page_or_fragment(
        request,
        "reminders/forecast.html",
        "reminders/_forecast.html",
        422 if wanted.problem else 200,
        counts={day: count for day, count in counts.items() if count},
        days=[(day, list(group)) for day, group in groupby(rows[:PAGE], key=lambda row: row.on)],
        total=sum(counts.values()),
        people=len({person for each in told for person in each.people}),
        wanted=wanted,
        after=after,
        more=_address(service.place_of(rows[PAGE - 1])) if len(rows) > PAGE else "",
        why=service.why,
        policies=[each.policy for each in policies.standing(session, rules, visit.person.unit_id)],
        provisional_from=calendars.current(session).provisional_from,
        floods=floods.floods(session, visit.person.scope),
    )


@router.get("/export.xlsx")
def export(
    session: Db, visit: Watching, today: Today, at: Now, config: Config, wanted: Days
) -> Response:
    """Return what will be sent as a workbook, one row a reminder."""
    seen = _outlook(session, visit, wanted, config, today, at)
    rows = service.rows(session, seen, MOST_EXPORTED + 1)
    cut = f"（只列前 {MOST_EXPORTED} 条，请缩短日期范围）" if len(rows) > MOST_EXPORTED else ""
    sheet = Sheet(
        name="将要发送的提醒",
        title="将要发送的提醒",
        note=f"{wanted.first.isoformat()} 至 {wanted.last.isoformat()}{cut}"
        f"  导出日期：{today.isoformat()}",
        columns=[Column(head, width) for head, width in EXPORTED],
        rows=[
            (
                row.on,
                row.recipient,
                word(row.role, "role"),
                row.email,
                row.unit,
                row.matter,
                row.due_on,
                service.why(row),
                row.on_behalf_of,
                "是" if row.held else "",
            )
            for row in rows[:MOST_EXPORTED]
        ],
    )
    return attachment(workbook(sheet), f"将要发送的提醒{today.isoformat()}.xlsx", XLSX)


def _outlook(
    session: Session, visit: Visit, wanted: Period, config: Config, today: Today, at: Now
) -> Outlook:
    rules = rulebook.reminder_rules(trial=config.trial)
    scope = visit.person.scope
    return service.outlook(session, rules, scope, wanted.first, wanted.last, today=today, now=at)


def _address(place: Place) -> str:
    parts = (place.unit_id, place.recipient_id, place.matter_id, place.stage)
    return ".".join([place.on.isoformat(), *map(str, parts)])


def _place(after: str, wanted: Period) -> Place:
    """Return where a page begins: behind a reminder, or with a day; nonsense is the beginning."""
    told = _ADDRESS.fullmatch(after)
    try:
        on = date.fromisoformat(told[1]) if told else wanted.first
    except ValueError:
        return Place(wanted.first)
    if not told or not told[5]:
        return Place(on)
    return Place(on, int(told[2]), int(told[3]), int(told[4]), told[5])
