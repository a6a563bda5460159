"""The people of a unit: adding, correcting, retiring and reinstating them."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from server.db.tables import Contact, Unit
from server.domain.reminders import Role
from server.errors import AppError, InvalidInput, NotFound
from server.services import audit, suppressions
from server.services import units as service
from server.services.accounts import Visit
from server.web.deps import Db, Now, Supervising, actor
from server.web.errors import STATUS
from server.web.templating import page

router = APIRouter(prefix="/units/{unit_id}/contacts")
Text = Annotated[str, Form()]
LONGEST = 40


@router.get("/new")
def new(request: Request, unit_id: int, session: Db, visit: Supervising) -> Response:
    """Show the form for a new person."""
    unit = service.visible(session, visit.person.scope, unit_id)
    return _form(request, unit, None, {"role": Role.INFORMATION_OFFICER.value})


@router.post("")
def add(
    request: Request,
    unit_id: int,
    session: Db,
    visit: Supervising,
    at: Now,
    name: Text = "",
    role: Text = "",
    email: Text = "",
    phone: Text = "",
    substitute: Text = "",
) -> Response:
    """Add a person to a unit."""
    unit = service.visible(session, visit.person.scope, unit_id)
    values = {"name": name, "role": role, "email": email, "phone": phone, "substitute": substitute}
    try:
        typed = _typed(values)
        new = service.NewContact(
            typed.name, typed.role, typed.email, typed.phone, is_substitute=typed.is_substitute
        )
        contact = service.add_contact(session, unit, new, now=at)
    except AppError as error:
        return _form(request, unit, None, values, error)
    session.flush()  # the record names the contact
    audit.record(
        session, actor(visit), "add", "contact", contact.id, now=at, unit_id=unit.id, email=email
    )
    return _back(unit)


@router.get("/{contact_id}")
def edit(
    request: Request, unit_id: int, contact_id: int, session: Db, visit: Supervising
) -> Response:
    """Show the form that corrects a person."""
    unit, contact = _held(session, visit, unit_id, contact_id)
    values = {
        "name": contact.name,
        "role": contact.role,
        "email": contact.email,
        "phone": contact.phone,
        "substitute": "1" if contact.is_substitute else "",
    }
    return _form(request, unit, contact, values)


@router.post("/{contact_id}")
def change(
    request: Request,
    unit_id: int,
    contact_id: int,
    session: Db,
    visit: Supervising,
    at: Now,
    name: Text = "",
    role: Text = "",
    email: Text = "",
    phone: Text = "",
    substitute: Text = "",
    version: Text = "",
) -> Response:
    """Correct a person."""
    unit, contact = _held(session, visit, unit_id, contact_id)
    values = {"name": name, "role": role, "email": email, "phone": phone, "substitute": substitute}
    seen = int(version) if version.isdecimal() and len(version) < 10 else 0  # noqa: PLR2004 - fits
    try:
        service.change_contact(
            session, unit, contact, _typed(values), version=seen, actor=actor(visit), now=at
        )
    except AppError as error:
        return _form(request, unit, contact, values, error)
    return _back(unit)


@router.post("/{contact_id}/retire")
def retire(unit_id: int, contact_id: int, session: Db, visit: Supervising, at: Now) -> Response:
    """Stop telling and admitting a person who left."""
    unit, contact = _held(session, visit, unit_id, contact_id)
    service.retire_contact(session, contact, actor(visit), now=at)
    return _back(unit)


@router.post("/{contact_id}/reinstate")
def reinstate(unit_id: int, contact_id: int, session: Db, visit: Supervising, at: Now) -> Response:
    """Tell and admit a retired person again."""
    unit, contact = _held(session, visit, unit_id, contact_id)
    service.reinstate_contact(session, contact, actor(visit), now=at)
    return _back(unit)


@router.post("/{contact_id}/restore-address")
def restore_address(
    unit_id: int, contact_id: int, session: Db, visit: Supervising, at: Now
) -> Response:
    """Let mail go again to an address that refused it."""
    _, contact = _held(session, visit, unit_id, contact_id)
    suppressions.lift(session, actor(visit), contact, now=at)
    return RedirectResponse("/reminders/undelivered?done=restored", 303)


def _held(session: Session, visit: Visit, unit_id: int, contact_id: int) -> tuple[Unit, Contact]:
    unit = service.visible(session, visit.person.scope, unit_id)
    contact = session.get(Contact, contact_id)
    if contact is None or contact.unit_id != unit.id:
        raise NotFound("没有找到这位联系人。")
    return unit, contact


def _typed(values: dict[str, str]) -> service.ContactChange:
    name, role = values["name"].strip(), values["role"]
    if not name or len(name) > LONGEST:
        raise InvalidInput(f"请填写姓名，不超过 {LONGEST} 字。", {"name": "请填写姓名"})
    if role not in list(Role):
        raise InvalidInput("请选择这个人的角色。", {"role": "请选择角色"})
    return service.ContactChange(
        name,
        Role(role),
        values["email"].strip(),
        values["phone"].strip()[:LONGEST],
        is_substitute=bool(values["substitute"]),
    )


def _back(unit: Unit) -> Response:
    return RedirectResponse(f"/units/{unit.id}?done=saved#people", 303)


def _form(
    request: Request,
    unit: Unit,
    contact: Contact | None,
    values: dict[str, str],
    error: AppError | None = None,
) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 200)
    return page(
        request,
        "units/contact.html",
        status,
        unit=unit,
        contact=contact,
        values=values,
        problem=str(error) if error else "",
        problems=error.problems if isinstance(error, InvalidInput) else {},
    )
