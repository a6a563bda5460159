"""Matters: reading them."""

from typing import Annotated

from fastapi import APIRouter, Query, Request

from server.api.deps import Seeing, Seen
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.matters import Matter, MatterPage, MatterQuery
from server.api.schemas.params import Id
from server.db.queries import worklist as queries
from server.db.queries.worklist import TODO, WorkFilter
from server.domain.lights import dates_of
from server.edge import Db
from server.errors import InvalidInput
from server.services import matters as service
from server.services import replies
from server.services.overview import Sight

router = APIRouter(prefix="/matters", tags=["督办事项"])


@router.get("", summary="列出督办事项")
def list_matters(
    request: Request,
    session: Db,
    caller: Seeing,
    seen: Seen,
    wanted: Annotated[MatterQuery, Query()],
) -> Page[Matter]:
    """List matters, the earliest date first."""
    rows = queries.page_of(
        session, caller.scope, _filter(wanted, seen), after=wanted.last, limit=wanted.limit + 1
    )
    return paged(
        request,
        rows,
        wanted,
        lambda row: Matter.of(row.matter, row.unit, seen),
        lambda row: row.matter.id,
    )


def _filter(wanted: MatterQuery, seen: Sight) -> WorkFilter:
    """Return the filter; a light is a span of dates among what is open."""
    first, last = wanted.due_from, wanted.due_to
    state: str = wanted.state or ""
    if wanted.light:
        if state in ("answered", "closed", "cancelled"):
            raise InvalidInput(
                "只有未办的事项有灯色：light 不能与这个 state 同时使用，请去掉其中一个。",
                {"query.light": "请去掉，或把 state 改为 todo"},
            )
        state = state or TODO
        lit = dates_of(wanted.light, seen.today, seen.calendar, seen.scale)
        first = max(filter(None, (first, lit[0])), default=None)
        last = min(filter(None, (last, lit[1])), default=None)
    return WorkFilter(
        state=state,
        kind=wanted.kind or "",
        unit_id=wanted.unit_id,
        year=wanted.year,
        due_from=first,
        due_to=last,
        today=seen.today,
    )


@router.get("/{matter_id}", summary="一件事：清单、办理记录")
def show_matter(matter_id: Id, session: Db, caller: Seeing, seen: Seen) -> MatterPage:
    """Show one matter with its items and history."""
    matter = replies.visible(session, caller.scope, matter_id)
    return MatterPage.of(service.dossier(session, matter, seen), seen)
