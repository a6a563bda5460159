"""The numbers of the first page."""

from typing import Annotated

from fastapi import APIRouter, Query

from server.api.deps import Seeing, Seen
from server.api.schemas.overview import Overview as Shown
from server.api.schemas.overview import OverviewQuery
from server.edge import Db
from server.errors import NotFound
from server.services import overview as service

router = APIRouter(prefix="/overview", tags=["总览"])


@router.get("", summary="总览的数字")
def show_overview(
    session: Db, caller: Seeing, seen: Seen, wanted: Annotated[OverviewQuery, Query()]
) -> Shown:
    """Show where everybody within sight stands."""
    found = service.overview(session, seen, wanted.year)
    if found is None or wanted.year not in (None, found.year):
        year = f" {wanted.year} 年度" if wanted.year else ""
        raise NotFound(f"令牌的范围内没有{year}的报送义务，请核对年度。")
    return Shown.of(found, service.work(session, seen))
