"""Batches: what became of each file of an archive; what found no place is placed by hand."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.datastructures import FormData

from server.db.queries import batches as queries
from server.db.queries import units as unit_queries
from server.db.tables import Batch
from server.errors import AppError
from server.queue import TaskName, nudge
from server.services import batches
from server.services.accounts import Visit
from server.web.acts import form_of, word
from server.web.deps import Answering, Config, Db, Now, actor
from server.web.errors import STATUS
from server.web.pages.reports import chosen_unit, chosen_year
from server.web.templating import done, page

router = APIRouter(prefix="/reports/batches/{batch_id}")
Form = Annotated[FormData, Depends(form_of)]


@router.get("")
def show(request: Request, batch_id: int, session: Db, visit: Answering) -> Response:
    """Show the verdict on every file of an archive."""
    batch = batches.visible(session, visit.person.scope, batch_id)
    return _page(request, session, visit, batch)


@router.post("/files/{file_id}")
def place(
    request: Request,
    batch_id: int,
    file_id: int,
    session: Db,
    visit: Answering,
    config: Config,
    at: Now,
    form: Form,
) -> Response:
    """Place one file in a unit and year, or decide against taking it in."""
    batch = batches.visible(session, visit.person.scope, batch_id)
    try:
        with session.begin_nested():
            file = batches.for_placing(session, batch, file_id)
            if word(form, "act") == "discard":
                batches.discard(session, file, actor(visit), now=at)
            else:
                unit = chosen_unit(session, visit.person.scope, word(form, "unit"))
                year = chosen_year(word(form, "year"))
                batches.place(session, file, unit, year, actor(visit), now=at)
    except AppError as error:
        return _page(request, session, visit, batch, error)
    answer = done(request, f"/reports/batches/{batch.id}?done=saved")
    answer.background = BackgroundTask(nudge, config.redis_url, TaskName.READ_REPORTS)
    return answer


def _page(
    request: Request, session: Session, visit: Visit, batch: Batch, error: AppError | None = None
) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 200)
    return page(
        request,
        "reports/batch.html",
        status,
        batch=batch,
        rows=queries.files(session, batch.id),
        units=unit_queries.in_scope(session, visit.person.scope),
        error=error,
    )
