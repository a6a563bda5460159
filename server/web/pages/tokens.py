"""Tokens of other systems: made, shown once, revoked; and what the interface can do."""

from typing import Annotated, Any

from fastapi import APIRouter, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from server.db.queries import tokens as queries
from server.db.queries import units as unit_queries
from server.domain.access import TokenScope
from server.errors import Conflict, InvalidInput
from server.services import tokens as service
from server.services import units
from server.services.accounts import Visit
from server.web.deps import Db, Now, Supervising, actor
from server.web.errors import STATUS
from server.web.templating import page

router = APIRouter(prefix="/tokens")
Text = Annotated[str, Form()]
LONGEST_NUMBER = 9


@router.get("")
def listed(request: Request, session: Db, visit: Supervising, at: Now) -> Response:
    """List the tokens within the visitor's scope, and the form for a new one."""
    values = {"unit": str(visit.person.unit_id), "days": str(service.DEFAULT_LIFE)}
    return _page(request, session, visit, at, values)


@router.post("")
def make(
    request: Request,
    session: Db,
    visit: Supervising,
    at: Now,
    name: Text = "",
    unit: Text = "",
    scope: Text = "",
    days: Text = "",
) -> Response:
    """Make a token and show it, this once."""
    values = {"name": name, "unit": unit, "scope": scope, "days": days}
    try:
        owner = units.visible(session, visit.person.scope, _number(unit, "单位"))
        new = service.NewToken(name, scope, _number(days, "有效天数"))
        made = service.make(session, owner, new, actor(visit), now=at)
    except (InvalidInput, Conflict) as error:
        return _page(request, session, visit, at, values, error=error)
    return _page(request, session, visit, at, {}, made=made)


@router.get("/reference")
def reference(request: Request, visit: Supervising) -> Response:
    """Show what other systems can ask for, from the interface's own description."""
    told: dict[str, Any] = request.app.state.describe_api()
    return page(request, "tokens/reference.html", told=told)


@router.post("/{token_id}/revoke")
def revoke(token_id: int, session: Db, visit: Supervising, at: Now) -> Response:
    """Let a token in no more."""
    token = service.visible(session, visit.person.scope, token_id)
    service.revoke(session, token, actor(visit), now=at)
    return RedirectResponse("/tokens?done=revoked", 303)


def _number(text: str, label: str) -> int:
    plain = text.strip()
    if not (plain.isascii() and plain.isdigit() and len(plain) <= LONGEST_NUMBER):
        raise InvalidInput(f"{label}“{plain[:20]}”应是整数，请更正。")
    return int(plain)


def _page(
    request: Request,
    session: Session,
    visit: Visit,
    at: Now,
    values: dict[str, str],
    *,
    made: service.MadeToken | None = None,
    error: InvalidInput | Conflict | None = None,
) -> Response:
    return page(
        request,
        "tokens/list.html",
        STATUS[type(error)] if error else 200,
        rows=queries.of_scope(session, visit.person.scope),
        units=unit_queries.in_scope(session, visit.person.scope),
        scopes=list(TokenScope),
        longest=service.LONGEST_LIFE,
        now=at,
        values=values,
        made=made,
        problem=str(error) if error else "",
        problems=error.problems if isinstance(error, InvalidInput) else {},
    )
