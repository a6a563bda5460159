"""The interface's own description."""

from typing import Any

from fastapi import APIRouter, Request

from server.api.deps import Seeing

router = APIRouter()


@router.get("/openapi.json", include_in_schema=False)
def show_openapi(request: Request, caller: Seeing) -> dict[str, Any]:
    """Return the OpenAPI document."""
    told: dict[str, Any] = request.app.state.describe()
    return told
