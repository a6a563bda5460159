"""When people are away and who stands in: the office for anybody, everybody for oneself."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.tables import Contact
from server.domain.dates import parse_date
from server.errors import AppError, InvalidInput, NotFound
from server.services import absences as service
from server.services import units
from server.services.accounts import Visit
from server.web.acts import form_of, word
from server.web.deps import Answering, Db, Now, Supervising, Today, actor
from server.web.errors import STATUS
from server.web.templating import page

router = APIRouter()
Form = Annotated[FormData, Depends(form_of)]
LONGEST_ID = 18


@router.get("/absence")
def own(request: Request, session: Db, visit: Answering, today: Today) -> Response:
    """Show one's own absences and the form for another."""
    return _page(request, session, _me(session, visit), "/absence", today)


@router.post("/absence")
def keep_own(
    request: Request, session: Db, visit: Answering, today: Today, at: Now, form: Form
) -> Response:
    """Register or take back one's own absence."""
    return _act(request, session, visit, _me(session, visit), "/absence", form, today, at)


@router.get("/units/{unit_id}/contacts/{contact_id}/absence")
def show(
    request: Request, unit_id: int, contact_id: int, session: Db, visit: Supervising, today: Today
) -> Response:
    """Show a person's absences and the form for another."""
    contact = _held(session, visit, unit_id, contact_id)
    return _page(request, session, contact, _address(contact), today)


@router.post("/units/{unit_id}/contacts/{contact_id}/absence")
def keep(
    request: Request,
    unit_id: int,
    contact_id: int,
    session: Db,
    visit: Supervising,
    today: Today,
    at: Now,
    form: Form,
) -> Response:
    """Register or take back a person's absence."""
    contact = _held(session, visit, unit_id, contact_id)
    return _act(request, session, visit, contact, _address(contact), form, today, at)


def _me(session: Session, visit: Visit) -> Contact:
    return session.get_one(Contact, visit.person.contact_id)


def _held(session: Session, visit: Visit, unit_id: int, contact_id: int) -> Contact:
    unit = units.visible(session, visit.person.scope, unit_id)
    contact = session.get(Contact, contact_id)
    if contact is None or contact.unit_id != unit.id:
        raise NotFound("没有找到这位联系人。")
    return contact


def _address(contact: Contact) -> str:
    return f"/units/{contact.unit_id}/contacts/{contact.id}/absence"


def _act(
    request: Request,
    session: Session,
    visit: Visit,
    contact: Contact,
    address: str,
    form: FormData,
    today: Today,
    at: Now,
) -> Response:
    try:
        if number := word(form, "cancel"):
            service.cancel(session, contact, _number(number) or 0, actor(visit), now=at)
            return RedirectResponse(f"{address}?done=present", 303)
        leave = service.Leave(
            parse_date(word(form, "first_on")),
            parse_date(word(form, "last_on")),
            _number(word(form, "substitute_id")),
            word(form, "reason"),
        )
        service.register(session, contact, leave, actor(visit), today=today, now=at)
    except AppError as error:
        return _page(request, session, contact, address, today, error, form)
    return RedirectResponse(f"{address}?done=absent", 303)


def _number(value: str) -> int | None:
    known = value.isascii() and value.isdecimal() and len(value) <= LONGEST_ID
    return int(value) if known else None


def _page(
    request: Request,
    session: Session,
    contact: Contact,
    address: str,
    today: Today,
    error: AppError | None = None,
    form: FormData | None = None,
) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 200)
    known = service.listed(session, contact.unit_id, today)
    return page(
        request,
        "units/absence.html",
        status,
        contact=contact,
        address=address,
        own=[row for row in known if row.person.id == contact.id],
        standing_in=[row for row in known if row.absence.substitute_id == contact.id],
        candidates=service.candidates(session, contact),
        typed={name: word(form, name) for name in form} if form else {},
        problem=str(error) if error else "",
        problems=error.problems if isinstance(error, InvalidInput) else {},
    )
