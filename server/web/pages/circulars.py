"""The monthly circular: its draft, its versions, its document, and what each figure counts."""

from datetime import date
from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.queries import circulars as queries
from server.db.tables import Unit
from server.domain.circulars import FIGURES, UnitFacts, Words, month_of
from server.domain.dates import OFFICE_ZONE
from server.errors import AppError, InvalidInput
from server.rendering.circular_docx import CircularDocument, circular_document
from server.services import circulars as service
from server.services.accounts import Visit
from server.services.checklist_view import office_sign
from server.services.circulars import Draft
from server.web.acts import form_of, word
from server.web.deps import Db, Now, Supervising, Today, actor
from server.web.downloads import DOCX, attachment
from server.web.errors import STATUS
from server.web.templating import page

router = APIRouter(prefix="/circulars")
Form = Annotated[FormData, Depends(form_of)]
MONTHS = 12
LONGEST_COUNT = 9


@router.get("")
def listed(request: Request, session: Db, visit: Supervising, today: Today) -> Response:
    """List the last months with the newest version of each."""
    months = [_back(today, count) for count in range(MONTHS)]
    newest = queries.newest_of_months(session, visit.person.unit_id, months)
    rows = [(month, newest.get(month)) for month in months]
    return page(request, "circulars/list.html", rows=rows)


@router.get("/{month}.docx")
def download(month: str, session: Db, visit: Supervising, today: Today) -> Response:
    """Return the circular in the official style, as issued or as the draft stands."""
    office, draft = _draft(session, visit, month, today)
    issued = draft.issued
    context = CircularDocument(
        words=draft.words,
        number=draft.number,
        facts=draft.facts,
        drawn_on=draft.drawn_on,
        issued_on=issued.issued_at.astimezone(OFFICE_ZONE).date()
        if issued and issued.issued_at
        else None,
        office_name=office_sign(session, office).name,
    )
    return attachment(circular_document(context), f"{draft.words.title}.docx", DOCX)


@router.get("/{month}/print")
def printed(
    request: Request, month: str, session: Db, visit: Supervising, today: Today
) -> Response:
    """Show the circular alone, to print."""
    office, draft = _draft(session, visit, month, today)
    sign = office_sign(session, office)
    return page(request, "circulars/print.html", draft=draft, office=sign)


@router.get("/{month}/figures")
def figures(
    request: Request,
    month: str,
    session: Db,
    visit: Supervising,
    today: Today,
    unit: str = "",
    figure: str = "",
) -> Response:
    """Show the matters that one figure of one unit counts."""
    _, draft = _draft(session, visit, month, today)
    facts = next((each for each in draft.facts if str(each.unit_id) == unit), None)
    if facts is None or figure not in FIGURES:
        raise InvalidInput("没有找到这个数字。请从通报页面的表格里点数字进入。")
    rows = queries.counted(session, visit.person.scope, facts.matters.get(figure, []))
    return page(
        request, "circulars/figures.html",
        draft=draft, facts=facts, figure=FIGURES[figure], rows=rows,
    )  # fmt: skip


@router.get("/{month}")
def show(request: Request, month: str, session: Db, visit: Supervising, today: Today) -> Response:
    """Show a month's circular: the words to edit, the figures, the versions."""
    _, draft = _draft(session, visit, month, today)
    return _page(request, draft, draft.words, draft.number)


@router.post("/{month}")
def keep(
    request: Request,
    month: str,
    session: Db,
    visit: Supervising,
    at: Now,
    today: Today,
    form: Form,
) -> Response:
    """Save a version, or mark the circular as issued; nothing is sent."""
    office, draft = _draft(session, visit, month, today)
    typed = Words(*(word(form, name) for name in ("title", "opening", "findings", "demands")))
    seen, number = word(form, "seen"), word(form, "number")
    issue = word(form, "act") == "issue"
    try:
        with session.begin_nested():
            service.save(
                session, office, draft.month, typed, number, actor(visit),
                seen=int(seen) if seen.isdecimal() and len(seen) <= LONGEST_COUNT else -1,
                issue=issue, today=today, now=at,
            )  # fmt: skip
    except AppError as error:
        return _page(request, draft, typed, number, error)
    done = "circular_issued" if issue else "saved"
    return RedirectResponse(f"/circulars/{draft.month:%Y-%m}?done={done}", 303)


def _back(today: date, months: int) -> date:
    whole = today.year * 12 + today.month - 1 - months
    return date(whole // 12, whole % 12 + 1, 1)


def _draft(session: Session, visit: Visit, month: str, today: date) -> tuple[Unit, Draft]:
    first = month_of(month)
    if first > today:
        raise InvalidInput("这个月还没有到，没有可通报的情况。")
    office = session.get_one(Unit, visit.person.unit_id)
    return office, service.current(session, office, first, today=today)


def _page(
    request: Request, draft: Draft, words: Words, number: str, error: AppError | None = None
) -> Response:
    return page(
        request,
        "circulars/circular.html",
        STATUS[type(error)] if error else 200,
        draft=draft,
        words=words,
        number=number,
        problem=str(error) if error else "",
        problems=error.problems if isinstance(error, InvalidInput) else {},
        totals=_totals(draft.facts),
    )


def _totals(facts: list[UnitFacts]) -> dict[str, int]:
    return {name: sum(each.count(name) for each in facts) for name in FIGURES}
