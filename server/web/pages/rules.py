"""The rules that every report is held to, for anybody who is asked to correct one."""

from fastapi import APIRouter, Request
from fastapi.responses import Response

from server.domain.check_rules import by_comparison
from server.services import rulebook
from server.web.deps import Seeing
from server.web.templating import page

router = APIRouter()


@router.get("/rules")
def listed(request: Request, visit: Seeing) -> Response:
    """List every rule with its severity, place, remedy and source."""
    return page(request, "rules/list.html", groups=by_comparison(rulebook.check_rules()))
