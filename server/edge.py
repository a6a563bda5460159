"""What both faces over HTTP, the pages and the JSON interface, ask of a request and of a route."""

from collections.abc import Iterator
from datetime import date, datetime
from typing import Annotated, Any

from fastapi import Depends, Request
from sqlmodel import Session

from server.clock import utc_now
from server.db.engine import transaction
from server.domain.dates import OFFICE_ZONE
from server.errors import (
    AppError,
    Conflict,
    InvalidInput,
    NotAllowed,
    NotFound,
    Refused,
    TooMany,
    Unknown,
)
from server.settings import Settings

STATUS: dict[type[AppError], int] = {
    Unknown: 401,
    NotFound: 404,
    TooMany: 429,
    NotAllowed: 403,
    Conflict: 409,
    InvalidInput: 422,
    Refused: 422,
}
"""The HTTP status of each family of errors; the first that fits counts."""


def status_of(error: Exception) -> int:
    """Return the HTTP status of an error."""
    return next((code for kind, code in STATUS.items() if isinstance(error, kind)), 500)


def settings(request: Request) -> Settings:
    """Return the settings of this installation."""
    found: Settings = request.app.state.settings
    return found


def now() -> datetime:
    """Return the instant of this request."""
    return utc_now()


def today() -> date:
    """Return the day of this request where the office sits."""
    return utc_now().astimezone(OFFICE_ZONE).date()


def database(request: Request) -> Iterator[Session]:
    """Yield the one session of this use case; it commits before the answer leaves."""
    with transaction(request.app.state.engine) as session:
        yield session


def place(request: Request) -> str:
    """Return the network address that a request comes from, as the server's proxy rules see it."""
    return request.client.host if request.client else ""


Config = Annotated[Settings, Depends(settings)]
Now = Annotated[datetime, Depends(now)]
Today = Annotated[date, Depends(today)]
Place = Annotated[str, Depends(place)]
Db = Annotated[Session, Depends(database, scope="function")]


def way_in(route: Any) -> set[str]:
    """Return the ways in that a route declares, gathered from all its dependencies."""
    found: set[str] = set()
    waiting = [route.dependant]
    while waiting:
        dependant = waiting.pop()
        way = getattr(dependant.call, "way_in", None)
        if way:
            found.add(way)
        waiting.extend(dependant.dependencies)
    return found
