"""The health of every part: two words for load balancers, all of it for the office's staff."""

from datetime import timedelta

from fastapi import APIRouter, Depends, Request
from fastapi.responses import JSONResponse, RedirectResponse, Response
from sqlalchemy.exc import SQLAlchemyError

from server.clock import utc_now
from server.db.engine import transaction
from server.db.queries import alarms as alarm_queries
from server.db.queries import bounces, installation, mail_domains
from server.db.queries.health import answers
from server.domain.bounces import BounceVerdict
from server.domain.health import has_fault
from server.errors import NotAllowed
from server.services import health as service
from server.services import holding, rulebook
from server.web.deps import Config, Db, Now, Supervising, Today, actor, public
from server.web.templating import page

router = APIRouter()
UNAVAILABLE = {"Retry-After": "5"}


@router.api_route("/healthz", methods=["GET", "HEAD"], dependencies=[Depends(public)])
def healthz(request: Request) -> Response:
    """Answer 200 while the database answers, 503 otherwise."""
    try:
        with transaction(request.app.state.engine) as session:
            answers(session)
    except SQLAlchemyError:
        return JSONResponse({"status": "unavailable"}, 503, headers=UNAVAILABLE)
    return JSONResponse({"status": "ok"})


@router.api_route("/healthz/mail", methods=["GET", "HEAD"], dependencies=[Depends(public)])
def healthz_mail(request: Request) -> Response:
    """Answer 200 while reminders are planned and mails leave, 503 otherwise: the dead-man's switch.

    503 when nobody ticked for three minutes, a mail has waited for ten, or sending is held.
    """
    try:
        with transaction(request.app.state.engine) as session:
            checks = service.check_mail(session, now=utc_now())
    except SQLAlchemyError:
        return JSONResponse({"status": "unavailable"}, 503, headers=UNAVAILABLE)
    if has_fault(checks):
        at_fault = [check.key for check in checks if check.remedy]
        return JSONResponse({"status": "silent", "checks": at_fault}, 503, headers=UNAVAILABLE)
    return JSONResponse({"status": "ok"})


@router.get("/health")
def health(
    request: Request, session: Db, visit: Supervising, at: Now, today: Today, config: Config
) -> Response:
    """Show how every part stands and what to do about each fault."""
    calendar = rulebook.calendar()
    standing = installation.standing(session)
    return page(
        request,
        "health/health.html",
        checks=service.examine(session, config, calendar, now=at, today=today),
        held_since=standing.held_since,
        held_reason=standing.held_reason,
        alarms=alarm_queries.standing(session),
        domains=mail_domains.resting(session),
        bounces=[
            (BounceVerdict(verdict), count)
            for verdict, count in bounces.counts(session, today - timedelta(days=7))
        ],
    )


@router.post("/health/release")
def release(session: Db, visit: Supervising, at: Now) -> Response:
    """Let mail leave again after a person has looked."""
    if not visit.person.at_the_top:
        raise NotAllowed("放行影响整个系统，只有最上级的领导小组办公室可以办理。")
    holding.release(session, actor(visit), now=at)
    return RedirectResponse("/health?done=released", 303)
