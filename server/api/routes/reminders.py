"""Reminders: what will be sent and what was sent."""

from datetime import timedelta
from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from server.api.deps import Seen, Watching
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.params import Id
from server.api.schemas.reminders import (
    Event,
    ForecastList,
    ForecastQuery,
    Message,
    MessageLine,
    MessagePage,
    MessageQuery,
)
from server.db.queries import mail_ledger as queries
from server.db.queries.mail_ledger import MailFilter
from server.edge import Config, Db
from server.errors import InvalidInput, NotFound
from server.services import forecast, rulebook

router = APIRouter(prefix="/reminders", tags=["提醒"])
LONGEST = 120
MOST = 2000


@router.get("/forecast", summary="将要发送的提醒", response_model=ForecastList)
def list_forecast(
    session: Db,
    caller: Watching,
    seen: Seen,
    config: Config,
    wanted: Annotated[ForecastQuery, Query()],
) -> dict[str, Any]:
    """List what will be sent, to whom and why. Writes nothing."""
    first = wanted.first or seen.today
    last = wanted.last or first + timedelta(days=30)
    if not timedelta(0) <= last - first <= timedelta(days=LONGEST):
        raise InvalidInput(
            f"截止日期应不早于起始日期，且一次最多 {LONGEST} 天，请更正 from 或 to。",
            {"query.to": "请更正日期范围"},
        )
    rules = rulebook.reminder_rules(trial=config.trial)
    rows = forecast.forecast(
        session, rules, caller.scope, first, last, today=seen.today, limit=MOST + 1
    )
    items = forecast.forecast_facts(rows[:MOST])
    return {"first": first, "last": last, "items": items, "complete": len(rows) <= MOST}


@router.get("/messages", summary="已经发送的邮件")
def list_messages(
    request: Request, session: Db, caller: Watching, wanted: Annotated[MessageQuery, Query()]
) -> Page[Message]:
    """List mails to the people within sight, newest first."""
    filters = MailFilter(state=wanted.state or "", kind=wanted.kind)
    rows = queries.messages(
        session, caller.scope, filters, before=wanted.last or None, limit=wanted.limit + 1
    )
    return paged(request, rows, wanted, Message.of, lambda row: row.message.id)


@router.get("/messages/{message_id}", summary="一封邮件的事项和经过")
def show_message(message_id: Id, session: Db, caller: Watching) -> MessagePage:
    """Show a mail's lines and what happened to it."""
    found = queries.message(session, caller.scope, message_id)
    if found is None:
        raise NotFound("没有找到这封邮件，或者它不在令牌的范围内。")
    return MessagePage(
        message=Message.of(found),
        lines=[MessageLine.of(row) for row in queries.lines_of(session, message_id)],
        events=[Event.of(event) for event in queries.events(session, message_id)],
    )
