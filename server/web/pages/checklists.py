"""Checklists: the year's list, one checklist with its documents, and its renewal."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.datastructures import FormData

from server.db.queries import commitments as queries
from server.domain.access import Permission
from server.domain.dates import parse_date
from server.errors import InvalidInput
from server.rendering.document_contexts import ChecklistDocument
from server.rendering.docx import checklist_document
from server.rendering.xlsx import checklist_workbook
from server.services import checklist_items
from server.services import checklists as service
from server.services.accounts import Visit
from server.services.checklist_items import OwnItem
from server.services.checklist_view import (
    ChecklistView,
    checklist_view,
    document_context,
    office_sign,
)
from server.web.acts import form_of, word
from server.web.deps import Db, Now, Seeing, Supervising, Today, actor
from server.web.downloads import DOCX, XLSX, attachment
from server.web.pages.ledger import number
from server.web.pages.overview import sight
from server.web.templating import page, page_or_fragment

router = APIRouter(prefix="/checklists")
PAGE = 50
Form = Annotated[FormData, Depends(form_of)]


@router.get("")
def listed(
    request: Request,
    session: Db,
    visit: Seeing,
    today: Today,
    year: str = "",
    q: str = "",
    after: str = "",
) -> Response:
    """List one year's checklists within the visitor's scope."""
    scope = visit.person.scope
    years = queries.checklist_years(session, scope)
    asked = number(year)
    chosen = asked if asked in years else (years[0] if years else today.year)
    rows = queries.checklists(
        session, scope, chosen or today.year, words=q.strip()[:60], after=after, limit=PAGE + 1
    )
    shown = rows[:PAGE]
    return page_or_fragment(
        request,
        "checklists/list.html",
        "checklists/_list.html",
        rows=shown,
        years=years,
        year=chosen,
        q=q.strip()[:60],
        after=after,
        more=f"{shown[-1].unit.sort}-{shown[-1].unit.id}" if len(rows) > PAGE else "",
        light=sight(session, visit, today).light,
    )


@router.get("/{checklist_id}.docx")
def as_document(checklist_id: int, session: Db, visit: Seeing, today: Today) -> Response:
    """Return the checklist as a notice in the official style."""
    context = _document(session, visit, checklist_id, today)
    return attachment(checklist_document(context), f"{_name(context)}.docx", DOCX)


@router.get("/{checklist_id}.xlsx")
def as_workbook(checklist_id: int, session: Db, visit: Seeing, today: Today) -> Response:
    """Return the checklist as a workbook."""
    context = _document(session, visit, checklist_id, today)
    return attachment(checklist_workbook(context), f"{_name(context)}.xlsx", XLSX)


@router.get("/{checklist_id}")
def show(request: Request, checklist_id: int, session: Db, visit: Seeing, today: Today) -> Response:
    """Show a checklist by heading and commitment."""
    view = _view(session, visit, checklist_id, today)
    return page(
        request,
        "checklists/checklist.html",
        view=view,
        light=sight(session, visit, today).light,
        office=office_sign(session, view.unit),
        may_supervise=visit.person.may(Permission.SUPERVISE),
    )


@router.post("/{checklist_id}/items")
def change_items(
    checklist_id: int, session: Db, visit: Supervising, at: Now, today: Today, form: Form
) -> Response:
    """Add an item of the office's own, give one another date, or take an own one back."""
    checklist, _ = service.visible(session, visit.person.scope, checklist_id)
    by, act = actor(visit), word(form, "act")
    if act not in ("add", "date", "remove"):
        raise InvalidInput("不认识的操作，请从页面上的按钮办理。")
    if act == "add":
        typed = OwnItem(
            number(word(form, "commitment")) or 0,
            word(form, "what"),
            word(form, "proof"),
            word(form, "owner"),
            parse_date(word(form, "by_when")),
        )
        item = checklist_items.add(session, checklist, typed, by, today=today, now=at)
    else:
        item = checklist_items.item_of(
            session, checklist, number(word(form, "item")) or 0, number(word(form, "version"))
        )
        if act == "date":
            by_when, reason = parse_date(word(form, "by_when")), word(form, "reason")
            checklist_items.set_date(
                session, checklist, item, by_when, reason, by, today=today, now=at
            )
        else:
            checklist_items.remove(session, checklist, item, by, now=at)
    return RedirectResponse(f"/checklists/{checklist_id}?done=saved#item-{item.id}", 303)


def _view(session: Session, visit: Visit, checklist_id: int, today: Today) -> ChecklistView:
    checklist, unit = service.visible(session, visit.person.scope, checklist_id)
    return checklist_view(session, checklist, unit, sight(session, visit, today))


def _document(session: Session, visit: Visit, checklist_id: int, today: Today) -> ChecklistDocument:
    view = _view(session, visit, checklist_id, today)
    return document_context(view, office_sign(session, view.unit), today)


def _name(context: ChecklistDocument) -> str:
    return f"{context.unit_name}{context.title}"
