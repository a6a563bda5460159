"""What routes ask for: the session of this use case, the visitor, the settings.

Every route names exactly one way in: a Permission, a capability link, or `public`.
A contract test reads them back from the router.
"""

from collections.abc import AsyncIterator, Callable
from typing import Annotated

from fastapi import Depends, Request

from server import edge
from server.domain.access import Permission
from server.errors import NotAllowed
from server.services import accounts, alarms
from server.services.accounts import Visit
from server.services.audit import Actor
from server.services.replies import Answer
from server.settings import Settings
from server.web.security import SAFE_METHODS, matches

SESSION_COOKIE = "duban_session"
BROWSER_COOKIE = "duban_browser"


def cookie_name(name: str, config: Settings) -> str:
    """Return a cookie's name; under TLS the prefix lets browsers refuse it from elsewhere."""
    return f"__Host-{name}" if config.base_url.startswith("https://") else name


class SignInNeeded(Exception):
    """Nobody is signed in; the edge turns this into a way to the sign-in page."""


class StaleForm(NotAllowed):
    """The form's token is missing or old."""


database = edge.database
Config = edge.Config
Now = edge.Now
Today = edge.Today
Place = edge.Place
Db = edge.Db


def visitor(request: Request, session: Db, at: Now, config: Config) -> Visit:
    """Return who is signed in; keeps it on the request for the templates."""
    token = request.cookies.get(cookie_name(SESSION_COOKIE, config))
    visit = accounts.visit(session, token, now=at) if token else None
    if visit is None:
        raise SignInNeeded
    request.state.visit = visit
    if visit.person.may(Permission.SUPERVISE):
        request.state.alarms = alarms.banner(session)
    return visit


async def proven(
    request: Request, visit: Annotated[Visit, Depends(visitor)]
) -> AsyncIterator[Visit]:
    """Yield the visitor once a changing request has shown the form's token; let go of its files."""
    try:
        if request.method not in SAFE_METHODS:
            given = request.headers.get("x-csrf-token")
            if given is None:
                given = str((await request.form()).get("csrf", ""))
            if not matches(visit.csrf, given):
                raise StaleForm("页面已过期，请刷新后重试；刚才的修改没有保存。")
        yield visit
    finally:
        await request.close()


def requires(permission: Permission) -> Callable[..., Visit]:
    """Return the dependency that admits only those whose role grants the permission."""

    def admitted(visit: Annotated[Visit, Depends(proven)]) -> Visit:
        if not visit.person.may(permission):
            raise NotAllowed("您的角色不能办理这件事。如有需要，请联系领导小组办公室。")
        return visit

    admitted.way_in = permission.value  # type: ignore[attr-defined]  # read by the contract test
    return admitted


def public() -> None:
    """Mark a route that needs no sign-in because it shows nothing of anybody."""


public.way_in = "public"  # type: ignore[attr-defined]  # read by the contract test


def capability() -> None:
    """Mark a route whose address itself is the limited right: a reply link."""


capability.way_in = "capability"  # type: ignore[attr-defined]  # read by the contract test

Seeing = Annotated[Visit, Depends(requires(Permission.SEE))]
Answering = Annotated[Visit, Depends(requires(Permission.ANSWER))]
Supervising = Annotated[Visit, Depends(requires(Permission.SUPERVISE))]
Watching = Annotated[Visit, Depends(requires(Permission.WATCH_MAIL))]


def actor(visit: Visit) -> Actor:
    """Return the visitor as the actor of the audit record."""
    return Actor.of(visit.person)


def answer(visit: Visit) -> Answer:
    """Return the visitor as one who answers a matter."""
    return Answer(actor(visit), "session")
