"""The weekly digest as it would be written now, for whoever it is meant for."""

from datetime import date

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse, Response
from sqlmodel import Session

from server.db.tables import Unit
from server.rendering.contexts import DigestMail
from server.rendering.mail import render_mail
from server.services import calendars, digests, office_settings, rulebook
from server.services.accounts import Visit
from server.services.checklist_view import office_sign
from server.settings import Settings
from server.web.deps import Config, Db, Today, Watching
from server.web.pages.mailbox import BOX
from server.web.templating import page

router = APIRouter(prefix="/digest")


@router.get("")
def show(request: Request, session: Db, visit: Watching, config: Config, today: Today) -> Response:
    """Show the digest that the visitor would get now; nothing is sent."""
    context = _mail(session, visit, config, today)
    return page(
        request,
        "digest/digest.html",
        mail=render_mail(context),
        empty=context.empty,
        digest=office_settings.digest_of(session, visit.person.unit_id),
    )


@router.get("/mail.html")
def as_mail(session: Db, visit: Watching, config: Config, today: Today) -> Response:
    """Return the mail's HTML alone, boxed in so that it can do nothing."""
    html = render_mail(_mail(session, visit, config, today)).html
    return HTMLResponse(html, headers={"Content-Security-Policy": BOX})


def _mail(session: Session, visit: Visit, config: Settings, today: date) -> DigestMail:
    unit = session.get_one(Unit, visit.person.unit_id)
    return digests.digest_mail(
        session,
        visit.person.scope,
        calendars.current(session),
        rulebook.lights(),
        office_settings.digest_of(session, unit.id),
        recipient_name=visit.person.name,
        unit_name=unit.name,
        office=office_sign(session, unit),
        home=f"{config.base_url.rstrip('/')}/",
        today=today,
    )
