"""What a person has of their own here: the password, the calendar."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from server.db.tables import Contact, Unit
from server.domain.feeds import MOST_BELLS
from server.errors import InvalidInput
from server.services import calendar_feeds as service
from server.services import digests, office_settings, rulebook
from server.services.accounts import Visit
from server.services.calendar_feeds import Shelf
from server.services.rules import in_force
from server.settings import Settings
from server.web.deps import Config, Db, Now, Seeing, actor
from server.web.downloads import ICS, attachment
from server.web.templating import page

router = APIRouter(prefix="/account")


def shelf(session: Session, config: Settings) -> Shelf:
    """Return what writing a calendar needs."""
    rules = in_force(session, rulebook.reminder_rules(trial=config.trial))
    return Shelf(config.base_url, config.mail_domain, rules)


@router.get("")
@router.get("/calendar")
def show(request: Request, session: Db, visit: Seeing) -> Response:
    """Show what is the visitor's own."""
    return _page(request, session, visit)


@router.post("/digest")
def choose_digest(
    session: Db, visit: Seeing, at: Now, want: Annotated[str, Form()] = ""
) -> Response:
    """Keep whether the visitor wants the weekly digest."""
    if digests.wanted(session, visit.person) is None:
        raise InvalidInput("周报发给办公室和领导；单位的事项由提醒邮件告知。")
    digests.choose(session, visit.person, actor(visit), want=want == "1", now=at)
    return RedirectResponse("/account?done=digest_chosen#digest", 303)


@router.post("/calendar")
def renew(request: Request, session: Db, visit: Seeing, at: Now, config: Config) -> Response:
    """Make the address of the visitor's calendar, or replace it; it is shown this once."""
    secret = service.renew(session, visit.person.contact_id, actor(visit), now=at)
    address = f"{config.base_url.rstrip('/')}/calendar/{secret}.ics"
    answer = _page(request, session, visit, address)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@router.post("/calendar/revoke")
def revoke(session: Db, visit: Seeing, at: Now) -> Response:
    """Let no calendar read the visitor's address any more."""
    service.revoke(session, visit.person.contact_id, actor(visit), now=at)
    return RedirectResponse("/account?done=calendar_revoked", 303)


@router.get("/calendar.ics")
def download(session: Db, visit: Seeing, config: Config) -> Response:
    """Hand out the visitor's calendar as it is now, to keep."""
    contact = session.get_one(Contact, visit.person.contact_id)
    unit = session.get_one(Unit, visit.person.unit_id)
    content = service.written(session, contact, unit, shelf(session, config))
    return attachment(content, f"督办时限（{contact.name}）.ics", ICS)


def _page(request: Request, session: Session, visit: Visit, address: str = "") -> Response:
    return page(
        request,
        "account/account.html",
        contact=session.get_one(Contact, visit.person.contact_id),
        digest=digests.wanted(session, visit.person),
        digest_rules=office_settings.digest_of(session, visit.person.unit_id),
        feed=service.of_person(session, visit.person.contact_id),
        address=address,
        most_bells=MOST_BELLS,
    )
