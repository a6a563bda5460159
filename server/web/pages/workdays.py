"""The work calendar: what stands, a notice entered, its difference, its confirmation."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData, UploadFile

from server.db.queries import calendars as queries
from server.errors import AppError, InvalidInput
from server.services import calendars, notice_files, office_settings, rulebook
from server.services import holiday_notices as service
from server.services.accounts import Visit
from server.services.notice_files import Given
from server.settings import Settings
from server.web.acts import form_of, word
from server.web.deps import Config, Db, Now, Supervising, Today, actor
from server.web.errors import STATUS
from server.web.templating import page

router = APIRouter(prefix="/workdays")
Form = Annotated[FormData, Depends(form_of)]
AHEAD = 2
"""How many years after this one are shown."""


@router.get("")
def show(
    request: Request, session: Db, visit: Supervising, today: Today, correct: str = ""
) -> Response:
    """Show the working days that hold, the notices entered, and the form for the next one."""
    text = number = ""
    if correct.isdecimal():
        standing = [each for each in queries.in_force(session) if each.year == int(correct)]
        text, number = (standing[0].body, standing[0].number) if standing else ("", "")
    return _page(request, session, visit, today, {"text": text, "number": number})


@router.post("")
def enter(
    request: Request,
    session: Db,
    visit: Supervising,
    config: Config,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Read a notice and keep it as a draft; what is wrong with it is listed."""
    service.ensure_may_enter(visit.person)
    typed = {name: word(form, name) for name in ("text", "number", "year")}
    try:
        read, words = notice_files.read(_given(form, typed, config))
        if read.problems:
            return _page(request, session, visit, today, typed, problems=list(read.problems))
        kept = service.draft(
            session,
            read,
            words,
            _file_name(form),
            visit.person.unit_id,
            actor(visit),
            today=today,
            now=at,
        )
    except InvalidInput as error:
        return _page(request, session, visit, today, typed, problems=[str(error)])
    return RedirectResponse(f"/workdays/{kept.id}", 303)


@router.get("/{notice_id}")
def one(
    request: Request, notice_id: int, session: Db, visit: Supervising, today: Today, at: Now,
    config: Config,
) -> Response:  # fmt: skip
    """Show one version: a draft with all that it would change, another with what it did."""
    return _notice(request, session, visit, config, notice_id, today, at)


@router.post("/{notice_id}")
def decide(
    request: Request,
    notice_id: int,
    session: Db,
    visit: Supervising,
    config: Config,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Put a draft into force, or give it up."""
    service.ensure_may_enter(visit.person)
    seen = word(form, "seen")
    try:
        with session.begin_nested():
            kept = service.notice_of(session, notice_id, visit.person.unit_id)
            if word(form, "act") == "drop":
                service.drop(session, kept, actor(visit), now=at)
                return RedirectResponse("/workdays?done=notice_dropped", 303)
            service.confirm(
                session,
                rulebook.law(),
                rulebook.reminder_rules(trial=config.trial),
                kept,
                actor(visit),
                seen=int(seen) if seen.isdecimal() and len(seen) < 10 else 0,  # noqa: PLR2004 - an int
                today=today,
                now=at,
            )
    except AppError as error:
        session.expire_all()
        return _notice(request, session, visit, config, notice_id, today, at, error)
    return RedirectResponse(f"/workdays/{notice_id}?done=notice_in_force", 303)


def _notice(
    request: Request,
    session: Session,
    visit: Visit,
    config: Settings,
    notice_id: int,
    today: date,
    at: Now,
    error: AppError | None = None,
) -> Response:
    kept = service.notice_of(session, notice_id, visit.person.unit_id)
    scope = visit.person.scope
    shown = None
    if kept.state == "draft":
        rules = rulebook.reminder_rules(trial=config.trial)
        shown = service.preview(session, rulebook.law(), rules, kept, scope, today=today, now=at)
    moves = [] if shown else queries.moves(session, scope, kept.id, limit=service.SHOWN)
    return page(
        request,
        "workdays/notice.html",
        STATUS[type(error)] if error else 200,
        notice=kept,
        preview=shown,
        moves=shown.moves if shown else moves,
        may_enter=visit.person.at_the_top,
        problem=str(error) if error else "",
    )


def _given(form: FormData, typed: dict[str, str], config: Settings) -> Given:
    year = typed["year"].strip()
    if year and not (year.isascii() and year.isdecimal() and len(year) == len("2027")):
        raise InvalidInput(f"年份“{year[:10]}”不对，请填写四位年份，或留空。", {"year": "四位年份"})
    upload = form.get("file")
    content = b""
    if isinstance(upload, UploadFile) and upload.filename:
        content = upload.file.read(config.max_upload_bytes + 1)
        if len(content) > config.max_upload_bytes:
            raise InvalidInput("文件太大，放假通知只有一两页。请核对是否选错文件。")
        if not content.strip():
            raise InvalidInput(f"文件“{upload.filename}”是空的。请重新选择文件。")
    number = typed["number"]
    return Given(typed["text"], number, int(year) if year else None, _file_name(form), content)


def _file_name(form: FormData) -> str:
    upload = form.get("file")
    return (upload.filename or "")[:200] if isinstance(upload, UploadFile) else ""


def _page(
    request: Request,
    session: Session,
    visit: Visit,
    today: date,
    typed: dict[str, str],
    *,
    problems: list[str] | None = None,
) -> Response:
    calendar = calendars.current(session)
    years = [calendar.year(today.year + ahead) for ahead in range(AHEAD + 1)]
    return page(
        request,
        "workdays/calendar.html",
        422 if problems else 200,
        years=[(today.year + ahead, year) for ahead, year in enumerate(years)],
        spans=calendars.spans,
        version=calendar.version,
        shortage=office_settings.shortage(session, today),
        history=queries.history(session, visit.person.unit_id),
        may_enter=visit.person.at_the_top,
        typed=typed,
        problems=problems or [],
    )
