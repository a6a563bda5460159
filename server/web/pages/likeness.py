"""Reports alike: the year's pairs, and two reports side by side."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.db.queries import comparison as queries
from server.db.queries.comparison import PairFilter
from server.rendering.sheets import Column, Sheet, workbook
from server.services import likeness as service
from server.web.deps import Db, Seeing, Today
from server.web.downloads import XLSX, attachment
from server.web.pages.ledger import number
from server.web.templating import page_or_fragment

router = APIRouter()
PAGE = 50
LEAST = ("60", "75", "90")
"""Shares in percent that the list can be narrowed to."""
AFTER_PARTS = 3


def wanted(today: Today, year: str = "", q: str = "", least: str = "") -> PairFilter:
    """Return the filter as the address says it; what makes no sense filters nothing."""
    chosen = number(year) if len(year) == 4 else None  # noqa: PLR2004 - a year
    share = int(least) / 100 if least in LEAST else 0.0
    return PairFilter(chosen or today.year - 1, share, q.strip()[:60])


Wanted = Annotated[PairFilter, Depends(wanted)]


@router.get("/likeness")
def listed(
    request: Request, session: Db, visit: Seeing, filters: Wanted, after: str = ""
) -> Response:
    """List the pairs of one year whose units both lie within the visitor's scope."""
    last = _place(after)
    rows = queries.pairs(session, visit.person.scope, filters, after=last, limit=PAGE + 1)
    shown = rows[:PAGE]
    return page_or_fragment(
        request,
        "likeness/list.html",
        "likeness/_list.html",
        rows=shown,
        wanted=filters,
        least=f"{filters.least * 100:.0f}" if filters.least else "",
        choices=LEAST,
        years=sorted({*queries.pair_years(session), filters.year}, reverse=True),
        waiting=queries.waiting(session),
        after=after if last else "",
        more=shown[-1].key if len(rows) > PAGE else "",
    )


@router.get("/likeness/export.xlsx")
def export(session: Db, visit: Seeing, filters: Wanted, today: Today) -> Response:
    """Return the filtered pairs as a workbook."""
    rows = queries.pairs(session, visit.person.scope, filters, limit=None)
    sheet = Sheet(
        name="雷同比对",
        title=f"{filters.year}年度报告存在问题和改进情况雷同比对",
        note=f"共 {len(rows)} 对  导出日期：{today.isoformat()}",
        columns=[Column("单位", 26), Column("与之相同的单位", 26), Column("相似度", 10)],
        rows=[(row.one.name, row.other.name, f"{row.likeness.share:.0%}") for row in rows],
    )
    return attachment(workbook(sheet), f"雷同比对{filters.year}.xlsx", XLSX)


@router.get("/reports/{report_id}/against/{other_id}")
def against(
    request: Request, report_id: int, other_id: int, session: Db, visit: Seeing, part: str = ""
) -> Response:
    """Show two reports side by side with what they have in common."""
    scope, whole = visit.person.scope, part == "whole"
    view = service.side_by_side(session, scope, report_id, other_id, whole=whole)
    return page_or_fragment(request, "likeness/pair.html", "likeness/_pair.html", view=view)


def _place(after: str) -> tuple[float, int, int] | None:
    """Return where the page before ended; nonsense begins at the beginning."""
    share, *ids = after.split("-")
    known = len(ids) + 1 == AFTER_PARTS and all(number(each) for each in ids)
    if not known or not share.replace(".", "", 1).isdecimal():
        return None
    return float(share), int(ids[0]), int(ids[1])
