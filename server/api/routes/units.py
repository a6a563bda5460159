"""Units within the caller's sight."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from server.api.deps import Seeing
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.params import Id
from server.api.schemas.units import Unit, UnitQuery
from server.db.queries import units as queries
from server.db.queries.units import UnitFilter
from server.edge import Db
from server.services import units as service

router = APIRouter(prefix="/units", tags=["单位"])


@router.get("", summary="列出单位")
def list_units(
    request: Request, session: Db, caller: Seeing, wanted: Annotated[UnitQuery, Query()]
) -> Page[Unit]:
    """List the units in the office's own order."""
    filters = UnitFilter(words=wanted.q.strip(), kind=wanted.kind or "", active=wanted.active)
    rows = queries.page_of(
        session, caller.scope, filters, after=wanted.after, limit=wanted.limit + 1
    )
    return paged(
        request,
        [row.unit for row in rows],
        wanted,
        Unit.of,
        lambda unit: f"{unit.sort}-{unit.id}",
    )


@router.get("/{unit_id}", summary="一个单位")
def show_unit(unit_id: Id, session: Db, caller: Seeing) -> Unit:
    """Show one unit."""
    return Unit.of(service.visible(session, caller.scope, unit_id))
