"""All matters as one list of work: what is late, what waits for whom."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import Response

from server.db.queries import worklist as queries
from server.db.queries.worklist import LATE, TODO, WorkFilter
from server.rendering.pages import word
from server.rendering.sheets import Column, Sheet, workbook
from server.services.overview import OPEN
from server.web.deps import Db, Seeing, Today
from server.web.downloads import XLSX, attachment
from server.web.pages.ledger import number
from server.web.pages.overview import sight
from server.web.templating import page_or_fragment

router = APIRouter(prefix="/matters")
PAGE = 50
STATES = {
    TODO: "未办",
    LATE: "已逾期",
    "answered": "待复核",
    "returned": "已退回",
    "closed": "已办结",
}
KINDS = {"milestone": "年报节点", "commitment": "整改事项"}
EXPORTED = (
    ("单位", 28),
    ("事项", 40),
    ("内容", 60),
    ("时限", 16),
    ("暂定", 7),
    ("状态", 10),
    ("灯色", 18),
    ("依据", 40),
)
"""The columns of the exported list and their widths."""


def wanted(
    today: Today, state: str = TODO, kind: str = "", unit: str = "", year: str = ""
) -> WorkFilter:
    """Return the filter as the address says it: what is open, unless it asks for another state."""
    return WorkFilter(
        state=state if state in STATES else "",
        kind=kind if kind in KINDS else "",
        unit_words=unit.strip()[:60],
        year=number(year) if len(year) == 4 else None,  # noqa: PLR2004 - a year
        today=today,
    )


Wanted = Annotated[WorkFilter, Depends(wanted)]


@router.get("")
def listed(
    request: Request, session: Db, visit: Seeing, today: Today, filters: Wanted, after: str = ""
) -> Response:
    """List the matters within the visitor's scope, the earliest date first."""
    scope, last = visit.person.scope, number(after)
    rows = queries.page_of(session, scope, filters, after=last, limit=PAGE + 1)
    return page_or_fragment(
        request,
        "matters/list.html",
        "matters/_list.html",
        rows=rows[:PAGE],
        more=rows[PAGE - 1].matter.id if len(rows) > PAGE else None,
        after=last,
        wanted=filters,
        states=STATES,
        kinds=KINDS,
        years=queries.years(session, scope),
        open_states=OPEN,
        light=sight(session, visit, today).light,
    )


@router.get("/export.xlsx")
def export(session: Db, visit: Seeing, today: Today, filters: Wanted) -> Response:
    """Return the filtered list as a workbook."""
    rows = queries.page_of(session, visit.person.scope, filters, limit=None)
    light = sight(session, visit, today).light
    sheet = Sheet(
        name="督办事项",
        title="督办事项",
        note=f"共 {len(rows)} 项  导出日期：{today.isoformat()}",
        columns=[Column(head, width) for head, width in EXPORTED],
        rows=[
            (
                row.unit.name,
                row.matter.title,
                row.promise or "",
                row.matter.due_on,
                "暂定" if row.matter.provisional and not row.matter.statutory else "",
                word(row.matter.state, "matter"),
                light(row.matter.due_on).phrase if row.matter.state in OPEN else "",
                row.matter.source,
            )
            for row in rows
        ],
    )
    return attachment(workbook(sheet), f"督办事项{today.isoformat()}.xlsx", XLSX)
