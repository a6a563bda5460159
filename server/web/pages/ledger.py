"""The ledger of commitments: filtered, sorted, printed, exported."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response
from sqlmodel import Session

from server.db.queries import ledger as queries
from server.db.queries.ledger import LATE, STATES, LedgerFilter, LedgerOrder
from server.rendering.xlsx import ledger_workbook
from server.services import ledger as service
from server.services import rulebook, units
from server.services.accounts import Visit
from server.services.review import HEADINGS
from server.web.deps import Db, Seeing, Today
from server.web.downloads import XLSX, attachment
from server.web.pages.overview import sight
from server.web.templating import page, page_or_fragment

router = APIRouter(prefix="/ledger")
ORDERS = {
    LedgerOrder.DATE: "按时限",
    LedgerOrder.UNIT: "按单位",
    LedgerOrder.STATE: "按状态",
}
LONGEST_NUMBER = 18
"""Digits that fit a bigint."""


def wanted(
    today: Today,
    year: str = "",
    unit_id: str = "",
    unit: str = "",
    heading: str = "",
    state: str = "",
    q: str = "",
) -> LedgerFilter:
    """Return the filter as the address says it; what makes no sense filters nothing."""
    return LedgerFilter(
        year=number(year) if len(year) == 4 else None,  # noqa: PLR2004 - a year
        unit_id=number(unit_id),
        unit_words=unit.strip()[:60],
        heading=heading if heading in HEADINGS else "",
        state=state if state in (*STATES, LATE) else "",
        words=q.strip()[:60],
        today=today,
    )


def number(text: str) -> int | None:
    """Return a number of the address that the database can hold, else None."""
    return int(text) if text.isdecimal() and len(text) < LONGEST_NUMBER and int(text) else None


def order_of(sort: str = "") -> LedgerOrder:
    """Return what the address asks to sort by; by date otherwise."""
    return LedgerOrder(sort) if sort in list(LedgerOrder) else LedgerOrder.DATE


Wanted = Annotated[LedgerFilter, Depends(wanted)]
Order = Annotated[LedgerOrder, Depends(order_of)]


@router.get("")
def show(
    request: Request,
    session: Db,
    visit: Seeing,
    today: Today,
    filters: Wanted,
    order: Order,
    after: str = "",
) -> Response:
    """Show a page of the ledger."""
    last = number(after) or 0
    found = service.ledger_page(session, sight(session, visit, today), filters, order, after=last)
    return page_or_fragment(
        request,
        "ledger/ledger.html",
        "ledger/_ledger.html",
        found=found,
        wanted=filters,
        order=order,
        orders=ORDERS,
        states=STATES,
        late=LATE,
        years=queries.years(session, visit.person.scope),
        unit_name=_unit_name(session, visit, filters),
        after=last,
        classes=rulebook.class_names(),
    )


@router.get("/export.xlsx")
def export(session: Db, visit: Seeing, today: Today, filters: Wanted, order: Order) -> Response:
    """Return the filtered ledger as a workbook."""
    lines = service.whole_ledger(session, sight(session, visit, today), filters, order)
    context = service.workbook_context(
        lines,
        rulebook.class_names(),
        office=visit.person.unit_name,
        drawn_on=today,
        filters=service.filters_in_words(filters, _unit_name(session, visit, filters)),
    )
    return attachment(ledger_workbook(context), f"整改台账{today.isoformat()}.xlsx", XLSX)


@router.get("/print")
def printed(
    request: Request, session: Db, visit: Seeing, today: Today, filters: Wanted, order: Order
) -> Response:
    """Show the whole filtered ledger as a table to print."""
    return page(
        request,
        "ledger/print.html",
        lines=service.whole_ledger(session, sight(session, visit, today), filters, order),
        office=visit.person.unit_name,
        filters=service.filters_in_words(filters, _unit_name(session, visit, filters)),
        today=today,
    )


def _unit_name(session: Session, visit: Visit, filters: LedgerFilter) -> str:
    if not filters.unit_id:
        return ""
    return units.visible(session, visit.person.scope, filters.unit_id).name
