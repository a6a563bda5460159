"""What routes of the interface ask for: who calls, and what that token grants.

Every route names exactly one Permission, the same as the pages'; a contract test reads them back.
"""

from collections.abc import Callable
from typing import Annotated

from fastapi import Depends, Request, Security
from fastapi.security import HTTPAuthorizationCredentials, HTTPBearer

from server.db.engine import transaction
from server.domain.access import Caller, Permission
from server.edge import Db, Now, Place, Today
from server.errors import NotAllowed, Unknown
from server.services import calendars, rulebook, tokens
from server.services.overview import Sight

bearer = HTTPBearer(
    auto_error=False, description="领导小组办公室在“接口令牌”页面签发的令牌，以 duban_ 开头"
)
Shown = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]


def caller(request: Request, shown: Shown, place: Place, at: Now) -> Caller:
    """Return the system that calls.

    A transaction of its own: what is counted against a wrong token stays, whatever becomes of the
    request.
    """
    if shown is None:
        raise Unknown("没有出示令牌：请在请求头写 Authorization: Bearer 令牌，不要写在网址里。")
    with transaction(request.app.state.engine) as session:
        found = tokens.recognise(session, shown.credentials, place=place, now=at)
    if isinstance(found, Unknown):
        raise found
    return found


def requires(permission: Permission) -> Callable[..., Caller]:
    """Return the dependency that admits only tokens that grant the permission."""

    def admitted(found: Annotated[Caller, Depends(caller)]) -> Caller:
        if not found.may(permission):
            raise NotAllowed(
                f"令牌“{found.name}”没有这项权限，请向领导小组办公室申请权限更大的令牌。"
            )
        return found

    admitted.way_in = permission.value  # type: ignore[attr-defined]  # read by the contract test
    return admitted


Seeing = Annotated[Caller, Depends(requires(Permission.SEE))]
Answering = Annotated[Caller, Depends(requires(Permission.ANSWER))]
Supervising = Annotated[Caller, Depends(requires(Permission.SUPERVISE))]
Watching = Annotated[Caller, Depends(requires(Permission.WATCH_MAIL))]


def sight(session: Db, found: Annotated[Caller, Depends(caller)], today: Today) -> Sight:
    """Return from where this system looks."""
    return Sight(found.scope, today, calendars.current(session), rulebook.lights())


Seen = Annotated[Sight, Depends(sight)]
