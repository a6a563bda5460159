"""The reply page of a reminder's link: exactly one matter, and nothing else.

Opening it changes nothing (mail scanners open links); only its buttons act.
"""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.tables import Contact, Matter
from server.domain.access import Scope
from server.errors import InvalidInput, NotAllowed
from server.services import calendars, reply_links, rulebook
from server.services import matters as service
from server.services.audit import Actor
from server.services.overview import Sight
from server.services.replies import Answer
from server.web.acts import form_of, perform, word
from server.web.deps import Config, Db, Now, Today, capability
from server.web.templating import page

router = APIRouter(prefix="/r", dependencies=[Depends(capability)])
Form = Annotated[FormData, Depends(form_of)]


@router.get("/{token}")
def show(request: Request, token: str, session: Db, config: Config, today: Today) -> Response:
    """Show the one matter of this link."""
    matter, contact = _held(session, token, config)
    return _page(request, session, token, matter, contact, today)


@router.post("/{token}")
def act(
    request: Request,
    token: str,
    session: Db,
    config: Config,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Answer the one matter of this link."""
    matter, contact = _held(session, token, config)
    answer = Answer(Actor(contact.id, f"{contact.name}（邮件链接）"), "link")
    try:
        said = perform(session, matter, answer, form, now=at, office=False)
    except InvalidInput as error:
        return _page(request, session, token, matter, contact, today, error=error, form=form)
    return RedirectResponse(f"/r/{token}?done={said}", 303)


def _held(session: Session, token: str, config: Config) -> tuple[Matter, Contact]:
    if not config.reply_links:
        raise NotAllowed("本单位未开放邮件链接答复，请登录系统办理。")
    return reply_links.by_link(session, token)


def _page(
    request: Request,
    session: Session,
    token: str,
    matter: Matter,
    contact: Contact,
    today: Today,
    *,
    error: InvalidInput | None = None,
    form: FormData | None = None,
) -> Response:
    scope = Scope(
        path="", subtree=False
    )  # the link shows one matter; nothing is looked up by scope
    sight = Sight(scope, today, calendars.current(session), rulebook.lights())
    answer = page(
        request,
        "matters/reply.html",
        422 if error else 200,
        dossier=service.dossier(session, matter, sight),
        contact=contact,
        action=f"/r/{token}",
        may_answer=True,
        signer=contact.id,
        may_supervise=False,
        problem=str(error) if error else "",
        typed={name: word(form, name) for name in form} if form else {},
    )
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer
