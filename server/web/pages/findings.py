"""Findings: the office decides, with a reason, that a complaint needs no correction."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from starlette.datastructures import FormData

from server.errors import InvalidInput
from server.services import review, waivers
from server.web.acts import form_of, word
from server.web.deps import Db, Now, Supervising, Today, actor
from server.web.pages.review import answered

router = APIRouter(prefix="/reports/{report_id}/findings")
Form = Annotated[FormData, Depends(form_of)]


@router.post("/{finding_id}")
def decide(
    request: Request,
    report_id: int,
    finding_id: int,
    session: Db,
    visit: Supervising,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Waive a complaint with a reason, or take that back."""
    report, unit = review.for_change(session, visit.person.scope, report_id)
    finding = waivers.finding_of(session, report, finding_id)

    def act() -> str:
        decision = word(form, "decision")
        if decision == "waive":
            waivers.waive(session, report, finding, word(form, "reason"), actor(visit), now=at)
        elif decision == "unwaive":
            waivers.unwaive(session, report, finding, actor(visit), now=at)
        else:
            raise InvalidInput("不认识的操作，请从页面上的按钮办理。")
        return f"finding-{finding_id}"

    return answered(request, session, visit, report, unit, today, at, form, act)
