"""Signatures: who signed for which reminder or slip. Signing itself is an act on a matter."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from server.api.deps import Watching
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.sign_offs import SignOff, SignOffQuery
from server.db.queries import sign_offs as queries
from server.db.queries.sign_offs import SignFilter
from server.edge import Db

router = APIRouter(prefix="/sign-offs", tags=["签收"])


@router.get("", summary="谁已签收、谁还没有")
def list_sign_offs(
    request: Request, session: Db, caller: Watching, wanted: Annotated[SignOffQuery, Query()]
) -> Page[SignOff]:
    """List who was told of what, newest first, with their signatures."""
    filters = SignFilter(wanted.kind == "slip", wanted.state or "", wanted.words.strip())
    rows = queries.listed(
        session, caller.scope, filters, before=wanted.last or None, limit=wanted.limit + 1
    )
    return paged(request, rows, wanted, SignOff.of, lambda row: row.id)
