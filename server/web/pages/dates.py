"""The office's own dates: every milestone of a year and unit kind, with its steps and source."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.queries import overview as overview_queries
from server.db.queries import units as unit_queries
from server.db.tables import Unit
from server.domain.dates import parse_date
from server.domain.deadlines import Override
from server.domain.milestones import KIND_NAMES, Milestone, UnitKind, kind_named
from server.errors import InvalidInput
from server.services import calendars, obligations, rulebook
from server.web.acts import form_of, word
from server.web.deps import Db, Now, Supervising, Today, actor
from server.web.templating import page

router = APIRouter(prefix="/dates")
Form = Annotated[FormData, Depends(form_of)]


@router.get("")
def show(
    request: Request, session: Db, visit: Supervising, today: Today, year: int | None = None
) -> Response:
    """Show the dates of each unit kind under this office."""
    return _page(request, session, visit, year)


@router.post("")
def change(
    request: Request, session: Db, visit: Supervising, at: Now, today: Today, form: Form
) -> Response:
    """Set the office's own dates of one kind; a statutory date is refused."""
    try:
        year, kind = _year(word(form, "year")), kind_named(word(form, "kind"))
        wanted = _typed(form)
        office = session.get_one(Unit, visit.person.unit_id)
        with session.begin_nested():
            obligations.set_own_dates(
                session,
                rulebook.law(),
                office,
                kind,
                year,
                wanted,
                actor(visit),
                today=today,
                now=at,
            )
    except InvalidInput as error:
        return _page(request, session, visit, None, problem=str(error), form=form)
    return RedirectResponse(f"/dates?year={year}&done=saved", 303)


def _year(typed: str) -> int:
    if not (typed.isascii() and typed.isdecimal() and len(typed) == len("2026")):
        raise InvalidInput(f"报告年度“{typed[:10]}”不是年份，请从页面上提交。")
    return int(typed)


def _typed(form: FormData) -> dict[Milestone, Override]:
    reason = word(form, "reason")
    typed = {
        milestone: Override(parse_date(value), reason)
        for milestone in Milestone
        if (value := word(form, milestone.value).strip())
    }
    if not typed:
        raise InvalidInput("没有填写任何新日期。")
    return typed


def _page(
    request: Request,
    session: Session,
    visit: Supervising,
    year: int | None,
    *,
    problem: str = "",
    form: FormData | None = None,
) -> Response:
    known = overview_queries.years(session, visit.person.scope)
    typed_year = word(form, "year") if form else ""
    wanted = int(typed_year) if typed_year.isascii() and typed_year.isdecimal() else year
    chosen = wanted if wanted in known else (known[0] if known else None)
    office = visit.person.unit_id
    kinds = sorted(kind for each, kind in unit_queries.kinds_by_office(session) if each == office)
    tables = [
        (
            UnitKind(kind),
            obligations.deadlines_of(session, rulebook.law(), office, UnitKind(kind), chosen),
        )
        for kind in kinds
        if chosen
    ]
    return page(
        request,
        "dates/dates.html",
        422 if problem else 200,
        years=known,
        year=chosen,
        tables=tables,
        kind_names=KIND_NAMES,
        problem=problem,
        typed={name: word(form, name) for name in form} if form else {},
        calendar=calendars.current(session).version,
    )
