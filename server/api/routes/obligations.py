"""Obligations with their milestones."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from server.api.deps import Seeing, Seen
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.matters import Obligation, ObligationQuery
from server.api.schemas.params import Id
from server.db.queries import obligations as queries
from server.db.queries.obligations import ObligationFilter
from server.edge import Db
from server.errors import NotFound

router = APIRouter(prefix="/obligations", tags=["报送义务"])


@router.get("", summary="列出报送义务及其节点")
def list_obligations(
    request: Request,
    session: Db,
    caller: Seeing,
    seen: Seen,
    wanted: Annotated[ObligationQuery, Query()],
) -> Page[Obligation]:
    """List obligations, the newest first, each with its milestones, their steps and sources."""
    filters = ObligationFilter(wanted.year, wanted.unit_id, wanted.state or "")
    rows = queries.page_of(
        session, caller.scope, filters, before=wanted.last, limit=wanted.limit + 1
    )
    milestones = queries.milestones_of_all(session, [duty.id for duty, _ in rows])
    return paged(
        request,
        rows,
        wanted,
        lambda row: Obligation.of(*row, milestones.get(row[0].id, []), seen),
        lambda row: row[0].id,
    )


@router.get("/{obligation_id}", summary="一项报送义务")
def show_obligation(obligation_id: Id, session: Db, caller: Seeing, seen: Seen) -> Obligation:
    """Show one obligation with its milestones."""
    found = queries.visible(session, caller.scope, obligation_id)
    if found is None:
        raise NotFound("没有找到这项报送义务，或者它不在令牌的范围内。")
    milestones = queries.milestones_of_all(session, [obligation_id])
    return Obligation.of(*found, milestones.get(obligation_id, []), seen)
