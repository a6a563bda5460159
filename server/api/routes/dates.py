"""The law's dates and working days, the same as on the command line."""

from typing import Annotated, Any

from fastapi import APIRouter, Query

from server.api.deps import Seeing
from server.api.schemas.dates import Added, AddQuery, Between, BetweenQuery, Due, DueQuery
from server.domain.deadlines import deadlines_for
from server.domain.regimes import regime_for
from server.edge import Db
from server.rendering.dates_json import add_facts, between_facts, due_facts
from server.services import calendars, obligations, rulebook

router = APIRouter(prefix="/dates", tags=["时限和工作日"])


@router.get("/due", summary="某类单位某年度的各节点时限", response_model=Due)
def show_due(caller: Seeing, session: Db, wanted: Annotated[DueQuery, Query()]) -> dict[str, Any]:
    """Return the milestones with dates, steps and sources; an office's own dates are not in it."""
    law = obligations.in_force(session, rulebook.law())
    regime = regime_for(wanted.year, law.rulebook.regimes)
    deadlines = deadlines_for(wanted.kind, wanted.year, law.calendar, law.rulebook)
    return due_facts(wanted.year, wanted.kind, regime, law.calendar, deadlines)


@router.get("/workdays/add", summary="从某日起第几个工作日", response_model=Added)
def add_workdays(
    caller: Seeing, session: Db, wanted: Annotated[AddQuery, Query()]
) -> dict[str, Any]:
    """Return the n-th working day from a date; the date itself does not count."""
    calendar = calendars.current(session)
    return add_facts(calendar.explain_add(wanted.start, wanted.days), calendar)


@router.get("/workdays/between", summary="两日之间的工作日数", response_model=Between)
def count_workdays(
    caller: Seeing, session: Db, wanted: Annotated[BetweenQuery, Query()]
) -> dict[str, Any]:
    """Return the working days after the first day through the last."""
    calendar = calendars.current(session)
    return between_facts(calendar.explain_between(wanted.first, wanted.last), calendar)
