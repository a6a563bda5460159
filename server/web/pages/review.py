"""Review: the marked source on the left, the entries beside it, edited one act at a time."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from server.db.tables import Report, Unit
from server.domain.access import Permission
from server.domain.reports.marks import cells
from server.errors import AppError, Conflict
from server.queue import TaskName, nudge
from server.services import (
    calendars,
    history,
    reports,
    review,
    reviewing,
    rulebook,
)
from server.services.accounts import Visit
from server.services.review_view import review_view
from server.web.acts import form_of, word
from server.web.deps import Config, Db, Now, Seeing, Supervising, Today, actor
from server.web.errors import STATUS
from server.web.htmx import wants_fragment
from server.web.review_form import entry_edit, perform, whole_number
from server.web.templating import done, page, page_or_fragment

router = APIRouter(prefix="/reports/{report_id}")
Form = Annotated[FormData, Depends(form_of)]


@router.get("/review")
def show(
    request: Request, report_id: int, session: Db, visit: Seeing, at: Now, today: Today
) -> Response:
    """Show what was read; to the office with everything to correct it."""
    report, unit = reports.visible(session, visit.person.scope, report_id)
    if report.state not in ("read", "confirmed"):
        return RedirectResponse(f"/reports/{report_id}", 303)
    return _page(request, session, visit, report, unit, today, at)


@router.post("/entries")
def add(
    request: Request,
    report_id: int,
    session: Db,
    visit: Supervising,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Add an entry that the reader missed."""
    report, unit = review.for_change(session, visit.person.scope, report_id)

    def act() -> str:
        edit, by = entry_edit(form, report), actor(visit)
        reviewing.look(session, report.id, visit.person, now=at)
        with history.remembered(session, report, "add", by, 0, now=at):
            added = review.add_entry(session, report, edit, by, now=at)
        return f"entry-{added.id}"

    return answered(request, session, visit, report, unit, today, at, form, act)


@router.post("/entries/{entry_id}")
def change(
    request: Request,
    report_id: int,
    entry_id: int,
    session: Db,
    visit: Supervising,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Carry out one act on an entry."""
    report, unit = review.for_change(session, visit.person.scope, report_id)
    entry = review.entry_of(session, report, entry_id)

    def act() -> str:
        by, name = actor(visit), word(form, "act")
        reviewing.look(session, report.id, visit.person, now=at)
        if name == "undo":
            undone = history.act_of(session, report, whole_number(form, "which"))
            return f"entry-{history.undo(session, report, undone, by, now=at).id}"
        with history.remembered(session, report, name, by, entry_id, now=at):
            perform(session, report, entry, form, visit, at)
        return f"entry-{entry_id}"

    return answered(request, session, visit, report, unit, today, at, form, act, entry_id)


@router.post("/looking")
def looking(request: Request, report_id: int, session: Db, visit: Supervising, at: Now) -> Response:
    """Note that the visitor has the report open; return who else has."""
    report, _ = reports.visible(session, visit.person.scope, report_id)
    if report.state == "read":
        reviewing.look(session, report.id, visit.person, now=at)
    others = reviewing.lookers(session, [report.id], visit.person, now=at)
    return page(request, "review/_presence.html", others=others.get(report.id, []))


@router.post("/reread")
def reread(
    request: Request, report_id: int, session: Db, visit: Supervising, config: Config, at: Now
) -> Response:
    """Let the workers read the file again; what people decided stays."""
    report, _ = review.for_change(session, visit.person.scope, report_id)
    reports.reread(session, report, actor(visit), now=at)
    answer = done(request, f"/reports/{report.id}?done=reread")
    answer.background = BackgroundTask(nudge, config.redis_url, TaskName.READ_REPORTS)
    return answer


@router.post("/confirm")
def confirm(
    request: Request,
    report_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Turn the entries into commitments; the workers generate the checklist from them."""
    report, unit = review.for_change(session, visit.person.scope, report_id)
    due_on = review.commitments_due_on(report.report_year, today, calendars.current(session))
    try:
        with session.begin_nested():
            _unchanged(report, form)
            review.confirm(session, report, unit, due_on, actor(visit), now=at)
    except AppError as error:
        return _page(request, session, visit, report, unit, today, at, error=error)
    following = reviewing.next_report(session, visit.person, but=report.id, now=at)
    place = (
        f"/reports/{following}/review?sort=unsure&done=booked_next"
        if following
        else f"/ledger?unit_id={unit.id}&year={report.report_year}&done=booked"
    )
    answer = done(request, place)
    answer.background = BackgroundTask(nudge, config.redis_url, TaskName.MAKE_CHECKLISTS)
    return answer


def _unchanged(report: Report, form: FormData) -> None:
    if word(form, "version") != str(report.row_version):
        raise Conflict("这份报告刚被重新读取或由别人确认，请看过现在的内容后再确认。")


def answered(
    request: Request,
    session: Session,
    visit: Visit,
    report: Report,
    unit: Unit,
    today: Today,
    now: Now,
    form: FormData,
    act: Callable[[], str],
    entry_id: int = 0,
) -> Response:
    """Carry out an act whole or not at all, and show the page as it stands then.

    The act returns the place on the page to go on at.
    """
    try:
        with session.begin_nested():
            place = act()
    except AppError as error:
        return _page(
            request, session, visit, report, unit, today, now, error=error, form=form, at=entry_id
        )
    if wants_fragment(request):
        at = int(place.removeprefix("entry-")) if place.startswith("entry-") else 0
        return _page(request, session, visit, report, unit, today, now, form=form, at=at)
    return RedirectResponse(f"/reports/{report.id}/review?done=saved#{place}", 303)


def _page(
    request: Request,
    session: Session,
    visit: Visit,
    report: Report,
    unit: Unit,
    today: Today,
    now: Now,
    *,
    error: AppError | None = None,
    form: FormData | None = None,
    at: int = 0,
) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 200)
    typed = {name: word(form, name) for name in form} if form else {}
    conflict = isinstance(error, Conflict)
    if conflict:
        typed.pop("version", None)  # who has seen the conflict decides on what stands there now
    calendar = calendars.current(session)
    due_on = review.commitments_due_on(report.report_year, today, calendar)
    by_unsure = "unsure" in (request.query_params.get("sort"), word(form or FormData(), "sort"))
    return page_or_fragment(
        request,
        "review/review.html",
        "review/_review.html",
        status,
        cells=cells,
        view=review_view(session, visit.person.scope, report, unit, unsure_first=by_unsure),
        report=report,
        unit=unit,
        classes=rulebook.class_names(),
        due_on=due_on,
        due_provisional=calendar.is_provisional(due_on),
        may_edit=report.state == "read" and visit.person.may(Permission.SUPERVISE),
        may_waive=visit.person.may(Permission.SUPERVISE),
        may_answer=visit.person.may(Permission.ANSWER),
        mine=visit.person.contact_id,
        far=reviewing.how_far(session, visit.person, report.report_year),
        next_id=reviewing.next_report(session, visit.person, but=report.id, now=now),
        others=reviewing.lookers(session, [report.id], visit.person, now=now).get(report.id, []),
        error=error,
        conflict=conflict,
        typed=typed,
        at=at,
        by_unsure=by_unsure,
    )
