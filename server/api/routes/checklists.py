"""Checklists with their items."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from server.api.deps import Seeing, Seen
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.ledger import Checklist, ChecklistPage, ChecklistQuery
from server.api.schemas.params import Id
from server.db.queries import commitments as queries
from server.edge import Db
from server.services import checklists as service
from server.services.checklist_view import checklist_view

router = APIRouter(prefix="/checklists", tags=["整改清单"])


@router.get("", summary="列出整改清单")
def list_checklists(
    request: Request, session: Db, caller: Seeing, wanted: Annotated[ChecklistQuery, Query()]
) -> Page[Checklist]:
    """List one year's checklists."""
    years = queries.checklist_years(session, caller.scope)
    rows = queries.checklists(
        session,
        caller.scope,
        wanted.year or next(iter(years), 0),
        unit_id=wanted.unit_id,
        after=wanted.after,
        limit=wanted.limit + 1,
    )
    return paged(request, rows, wanted, Checklist.of, lambda row: f"{row.unit.sort}-{row.unit.id}")


@router.get("/{checklist_id}", summary="一份清单及其各项")
def show_checklist(checklist_id: Id, session: Db, caller: Seeing, seen: Seen) -> ChecklistPage:
    """Show one checklist by commitment."""
    checklist, unit = service.visible(session, caller.scope, checklist_id)
    return ChecklistPage.of(checklist_view(session, checklist, unit, seen))
