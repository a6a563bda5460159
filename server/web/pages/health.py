"""Whether this web process can serve, for load balancers: no details."""

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from server.db.engine import transaction
from server.db.queries.health import answers
from server.web.deps import public

router = APIRouter(dependencies=[Depends(public)])


@router.api_route("/healthz", methods=["GET", "HEAD"])
def healthz(request: Request) -> Response:
    """Answer 200 while the database answers, 503 otherwise."""
    try:
        with transaction(request.app.state.engine) as session:
            answers(session)
    except SQLAlchemyError:
        return JSONResponse({"status": "unavailable"}, 503, headers={"Retry-After": "5"})
    return JSONResponse({"status": "ok"})
