"""The address at which a calendar reads one person's deadlines: it shows these and nothing else.

No cookie is set or read, and it answers nothing: its pages ask to sign in.
"""

import hashlib
from typing import Annotated

from fastapi import APIRouter, Depends, Header
from fastapi.responses import Response

from server.services import calendar_feeds as service
from server.web.deps import Config, Db, Now, capability
from server.web.downloads import ICS
from server.web.pages.account import shelf

router = APIRouter(prefix="/calendar", dependencies=[Depends(capability)])
HEADERS = {
    # Kept only by its reader, and asked about each time, so that a revoked one is gone at once.
    "Cache-Control": "private, no-cache",
    "Referrer-Policy": "no-referrer",
    "X-Robots-Tag": "noindex",
}


@router.api_route("/{token}.ics", methods=["GET", "HEAD"])
def read(
    token: str,
    session: Db,
    at: Now,
    config: Config,
    if_none_match: Annotated[str, Header()] = "",
) -> Response:
    """Return the calendar of this address, or that it is still what the reader has."""
    contact, unit = service.by_secret(session, token, now=at)
    content = service.written(session, contact, unit, shelf(session, config))
    headers = HEADERS | {"ETag": f'"{hashlib.sha256(content).hexdigest()[:32]}"'}
    if headers["ETag"] in if_none_match:
        return Response(status_code=304, headers=headers)
    return Response(content, media_type=ICS, headers=headers)
