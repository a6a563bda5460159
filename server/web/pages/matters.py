"""One matter, for the signed-in: the unit answers, the office confirms or returns."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from starlette.datastructures import FormData

from server.domain.access import Permission
from server.errors import AppError, InvalidInput
from server.services import closings, replies
from server.services import matters as service
from server.web.acts import OFFICE_MAILS, form_of, perform, word
from server.web.deps import Answering, Config, Db, Now, Seeing, Today, answer
from server.web.pages.overview import sight
from server.web.templating import page

router = APIRouter(prefix="/matters")
Form = Annotated[FormData, Depends(form_of)]


@router.get("/{matter_id}")
def show(request: Request, matter_id: int, session: Db, visit: Seeing, today: Today) -> Response:
    """Show a matter with its dates, items and history."""
    matter = replies.visible(session, visit.person.scope, matter_id)
    dossier = service.dossier(session, matter, sight(session, visit, today))
    return _page(request, visit, dossier)


@router.post("/{matter_id}")
def act(
    request: Request,
    matter_id: int,
    session: Db,
    visit: Answering,
    at: Now,
    today: Today,
    config: Config,
    form: Form,
) -> Response:
    """Carry out one act on a matter; the unit is told of what the office did."""
    matter = replies.visible(session, visit.person.scope, matter_id)
    office = visit.person.may(Permission.SUPERVISE)
    try:
        said = perform(session, matter, answer(visit), form, now=at, office=office)
    except InvalidInput as error:
        dossier = service.dossier(session, matter, sight(session, visit, today))
        return _page(request, visit, dossier, error=error, form=form)
    if said in OFFICE_MAILS:
        domain, remark = config.mail_domain, word(form, "note") or word(form, "reason")
        closings.tell_unit(
            session, matter, OFFICE_MAILS[said], mail_domain=domain, remark=remark, now=at
        )
    return RedirectResponse(f"/matters/{matter_id}?done={said}", 303)


def _page(
    request: Request,
    visit: Seeing,
    dossier: service.Dossier,
    *,
    error: AppError | None = None,
    form: FormData | None = None,
) -> Response:
    return page(
        request,
        "matters/matter.html",
        422 if error else 200,
        dossier=dossier,
        action=f"/matters/{dossier.matter.id}",
        may_answer=visit.person.may(Permission.ANSWER),
        signer=visit.person.contact_id if visit.person.unit_id == dossier.unit.id else None,
        may_supervise=visit.person.may(Permission.SUPERVISE),
        problem=str(error) if error else "",
        typed={name: word(form, name) for name in form} if form else {},
    )
