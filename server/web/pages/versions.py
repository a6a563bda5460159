"""Two versions of a report: what the later one changed."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.services import versions as service
from server.web.deps import Db, Seeing
from server.web.templating import page

router = APIRouter()


@router.get("/reports/{report_id}/versions/{other_id}")
def between(
    request: Request, report_id: int, other_id: int, session: Db, visit: Seeing
) -> Response:
    """Show the problems, measures, figures and lines that differ."""
    view = service.between(session, visit.person.scope, report_id, other_id)
    return page(request, "reports/versions.html", view=view, difference=view.difference)
