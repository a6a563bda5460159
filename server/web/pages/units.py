"""Units: the list, one unit with everything it owes, its people."""

from typing import Annotated

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response

from server.db.queries import commitments as commitment_queries
from server.db.queries import ledger as ledger_queries
from server.db.queries import matters as matter_queries
from server.db.queries import overview as overview_queries
from server.db.queries import reports as report_queries
from server.db.queries import units as queries
from server.db.queries.ledger import LedgerFilter
from server.db.tables import Contact
from server.domain.access import Permission
from server.domain.reminders import Role
from server.errors import AppError, InvalidInput, NotFound
from server.services import audit
from server.services import units as service
from server.web.deps import Db, Now, Seeing, Supervising, Today, actor
from server.web.pages.overview import sight
from server.web.templating import page

router = APIRouter(prefix="/units")
Text = Annotated[str, Form()]


@router.get("")
def listed(
    request: Request, session: Db, visit: Seeing, q: str = "", kind: str = "", after: str = ""
) -> Response:
    """List the units within the visitor's scope."""
    wanted = queries.UnitFilter(words=q.strip(), kind=kind)
    rows = queries.page_of(session, visit.person.scope, wanted, after=after, limit=51)
    more = f"{rows[49].unit.sort}-{rows[49].unit.id}" if len(rows) > 50 else ""  # noqa: PLR2004 - a page
    return page(request, "units/list.html", rows=rows[:50], wanted=wanted, more=more, after=after)


@router.get("/{unit_id}")
def show(request: Request, unit_id: int, session: Db, visit: Seeing, today: Today) -> Response:
    """Show one unit: dates, reports, commitments, people."""
    unit = service.visible(session, visit.person.scope, unit_id)
    seen = sight(visit, today)
    years = [
        (year, matter_queries.milestones_of_unit(session, unit.id, year))
        for year in overview_queries.years_of_unit(session, unit.id)
    ]
    wanted = LedgerFilter(unit_id=unit.id, today=today)
    return page(
        request,
        "units/unit.html",
        unit=unit,
        years=years,
        light=seen.light,
        today=today,
        reports=report_queries.of_unit(session, unit.id),
        ledger=ledger_queries.ledger(session, visit.person.scope, wanted, limit=200),
        checklists=commitment_queries.checklists_of_unit(session, unit.id),
        contacts=queries.contacts_of(session, unit.id),
        may_supervise=visit.person.may(Permission.SUPERVISE),
        may_answer=visit.person.may(Permission.ANSWER),
    )


@router.get("/{unit_id}/contacts/new")
def new_contact(request: Request, unit_id: int, session: Db, visit: Supervising) -> Response:
    """Show the form for a new person."""
    unit = service.visible(session, visit.person.scope, unit_id)
    return page(request, "units/contact.html", unit=unit, values={}, problem="")


@router.post("/{unit_id}/contacts")
def add_contact(
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
        if not name.strip() or role not in list(Role):
            raise InvalidInput("请填写姓名并选择角色。")
        new = service.NewContact(
            name.strip(), Role(role), email.strip(), phone.strip(), is_substitute=bool(substitute)
        )
        contact = service.add_contact(session, unit, new, now=at)
    except AppError as error:
        return page(
            request, "units/contact.html", 422, unit=unit, values=values, problem=str(error)
        )
    session.flush()  # the record names the contact
    audit.record(
        session, actor(visit), "add", "contact", contact.id, now=at, unit_id=unit.id, email=email
    )
    return RedirectResponse(f"/units/{unit.id}?done=saved#people", 303)


@router.post("/{unit_id}/contacts/{contact_id}/retire")
def retire(unit_id: int, contact_id: int, session: Db, visit: Supervising, at: Now) -> Response:
    """Stop telling and admitting a person who left."""
    unit = service.visible(session, visit.person.scope, unit_id)
    contact = session.get(Contact, contact_id)
    if contact is None or contact.unit_id != unit.id:
        raise NotFound("没有找到这位联系人。")
    service.retire_contact(session, contact, actor(visit), now=at)
    return RedirectResponse(f"/units/{unit.id}?done=saved#people", 303)
