"""Generating checklists again: the difference first, for one list or many, then the change."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.queries import commitments as queries
from server.errors import Conflict
from server.services import checklists as service
from server.services import renewals, rulebook
from server.services.accounts import Visit
from server.services.renewals import Renewal
from server.web.acts import form_of, word
from server.web.deps import Db, Now, Supervising, Today, actor
from server.web.pages.ledger import number
from server.web.templating import page

router = APIRouter(prefix="/checklists")
MOST_AT_ONCE = 400
Form = Annotated[FormData, Depends(form_of)]


@router.get("/renew")
def renewals_of_year(
    request: Request, session: Db, visit: Supervising, today: Today, year: str = ""
) -> Response:
    """Show what generating the office's open lists of one year again would change."""
    return _renewals(request, session, visit, number(year) or today.year, today)


@router.post("/renew")
def renew_many(
    request: Request, session: Db, visit: Supervising, at: Now, today: Today, form: Form
) -> Response:
    """Generate the chosen lists again as they were shown: all of them, or none."""
    year = number(word(form, "year")) or today.year
    chosen = {value for value in form.getlist("unit") if isinstance(value, str)}
    plans = _plans(session, visit, year, today)
    planned = [each for each in plans if str(each.unit.id) in chosen]
    if not chosen:
        return _renewals(request, session, visit, year, today, "请先勾选要重新生成的清单。")
    try:
        with session.begin_nested():
            for each in planned:
                seen = word(form, f"seen-{each.unit.id}")
                renewals.apply(session, each, today=today, now=at, actor=actor(visit), seen=seen)
    except Conflict as error:
        return _renewals(request, session, visit, year, today, str(error))
    return RedirectResponse(f"/checklists?year={year}&done=renewed", 303)


def _plans(session: Session, visit: Visit, year: int, today: date) -> list[Renewal]:
    found = queries.open_checklists(session, visit.person.unit_id, year=year, limit=MOST_AT_ONCE)
    basis = rulebook.checklist_basis()
    plans = (renewals.plan(session, unit, year, basis, today=today) for _, unit in found)
    return [each for each in plans if each is not None]


def _renewals(
    request: Request, session: Session, visit: Visit, year: int, today: date, problem: str = ""
) -> Response:
    return page(
        request,
        "checklists/renewals.html",
        409 if problem else 200,
        plans=_plans(session, visit, year, today),
        year=year,
        problem=problem,
    )


@router.get("/{checklist_id}/renew")
def renewal(
    request: Request, checklist_id: int, session: Db, visit: Supervising, today: Today
) -> Response:
    """Show what generating a checklist again would change, line by line; nothing changes yet."""
    return _renewal(request, session, visit, checklist_id, today)


@router.post("/{checklist_id}/renew")
def renew(
    request: Request,
    checklist_id: int,
    session: Db,
    visit: Supervising,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Generate a checklist again as it was shown; what people entered stays."""
    planned = _planned(session, visit, checklist_id, today)
    if not planned.alters:
        return RedirectResponse(f"/checklists/{checklist_id}?done=unchanged", 303)
    try:
        renewals.apply(
            session, planned, today=today, now=at, actor=actor(visit), seen=word(form, "seen")
        )
    except Conflict as error:
        return _renewal(request, session, visit, checklist_id, today, error)
    return RedirectResponse(f"/checklists/{checklist_id}?done=renewed", 303)


def _planned(session: Session, visit: Visit, checklist_id: int, today: date) -> Renewal:
    checklist, unit = service.visible(session, visit.person.scope, checklist_id)
    basis = rulebook.checklist_basis()
    planned = renewals.plan(session, unit, checklist.year, basis, today=today)
    if planned is None:
        raise Conflict("这份清单所依据的整改事项已经不在，无法重新生成。")
    return planned


def _renewal(
    request: Request,
    session: Session,
    visit: Visit,
    checklist_id: int,
    today: date,
    error: Conflict | None = None,
) -> Response:
    planned = _planned(session, visit, checklist_id, today)
    return page(
        request,
        "checklists/renewal.html",
        409 if error else 200,
        planned=planned,
        problem=str(error) if error else "",
    )
