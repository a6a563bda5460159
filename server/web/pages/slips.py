"""Supervision slips: what waits for a person, the document, releasing and withholding."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.queries import slips as queries
from server.db.queries.slips import SlipRow
from server.domain.dates import parse_date
from server.errors import InvalidInput, NotFound
from server.rendering.pages import WORDS
from server.rendering.slip_docx import slip_document
from server.services import calendars
from server.services import slips as service
from server.web.acts import form_of, word
from server.web.deps import Config, Db, Now, Seeing, Supervising, Today, Watching, answer
from server.web.downloads import DOCX, attachment
from server.web.templating import page

router = APIRouter(prefix="/slips")
Form = Annotated[FormData, Depends(form_of)]
SHOWN = 200


@router.get("")
def show(
    request: Request, session: Db, visit: Watching, state: Annotated[str, Query()] = "prepared"
) -> Response:
    """Show the slips of one state."""
    chosen = state if state in WORDS["slip"] else "prepared"
    rows = queries.listed(session, visit.person.scope, chosen, limit=SHOWN)
    return page(request, "slips/list.html", rows=rows, state=chosen)


@router.get("/{slip_id}.docx")
def download(slip_id: int, session: Db, visit: Seeing, today: Today) -> Response:
    """Hand out the slip as a document; a unit sees its own once it is issued."""
    row = service.visible(session, visit.person.scope, slip_id)
    if row.slip.state != "released" and not visit.person.role.at_office:
        raise NotFound("没有找到这张督办单，或者它不在您的管理范围内。")
    context = service.document(session, row, calendars.current(session), today)
    name = f"{row.unit.name}{context.title}{context.number}.docx"
    return attachment(slip_document(context), name, DOCX)


@router.get("/{slip_id}")
def one(request: Request, slip_id: int, session: Db, visit: Watching, today: Today) -> Response:
    """Show one slip, with the form by which it is released or withheld."""
    row = service.visible(session, visit.person.scope, slip_id)
    return _page(request, session, row, today, {})


@router.post("/{slip_id}")
def decide(
    request: Request,
    slip_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    today: Today,
    at: Now,
    form: Form,
) -> Response:
    """Release a slip, or withhold it with a reason."""
    row = service.visible(session, visit.person.scope, slip_id, lock=True)
    try:
        if word(form, "act") == "withhold":
            service.withhold(session, row, word(form, "reason"), answer(visit), now=at)
            return RedirectResponse("/slips?done=slip_withheld", 303)
        service.release(
            session,
            row,
            word(form, "demand"),
            parse_date(word(form, "answer_by")),
            answer(visit),
            mail_domain=config.mail_domain,
            today=today,
            now=at,
        )
    except InvalidInput as error:
        typed = {name: word(form, name) for name in form}
        return _page(request, session, row, today, typed, error)
    return RedirectResponse(f"/slips/{slip_id}?done=slip_released", 303)


def _page(
    request: Request,
    session: Session,
    row: SlipRow,
    today: date,
    typed: dict[str, str],
    error: InvalidInput | None = None,
) -> Response:
    return page(
        request,
        "slips/slip.html",
        422 if error else 200,
        row=row,
        proposal=service.proposal(row, calendars.current(session), today),
        typed=typed,
        problem=str(error) if error else "",
        problems=error.problems if error else {},
    )
