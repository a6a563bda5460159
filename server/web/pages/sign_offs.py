"""Who signed for which reminder or slip, and who did not."""

from datetime import datetime
from typing import Annotated

from fastapi import APIRouter, Depends, Query, Request
from fastapi.responses import Response

from server.db.queries import sign_offs as queries
from server.db.queries.sign_offs import SignFilter, SignRow
from server.domain.reminders import stage_title
from server.rendering.pages import clock, word
from server.rendering.sheets import Cell, Column, Sheet, workbook
from server.services.sign_offs import slip_title
from server.web.deps import Db, Today, Watching
from server.web.downloads import XLSX, attachment
from server.web.templating import page

router = APIRouter(prefix="/reminders/sign-offs")
PAGE = 50
MOST_EXPORTED = 50_000
STATES = {"unsigned": "未签收", "signed": "已签收"}
EXPORTED = (
    ("单位", 28),
    ("联系人", 12),
    ("角色", 12),
    ("事项", 40),
    ("提醒或督办单", 26),
    ("时限", 16),
    ("送出时间", 18),
    ("签收", 10),
    ("签收时间", 18),
    ("签收方式", 12),
    ("本单位他人签收", 16),
)
VIA = {"link": "邮件链接", "session": "登录办理", "api": "其他系统", "system": "系统"}
Before = Annotated[int | None, Query(ge=1)]


def wanted(kind: str = "", state: str = "unsigned", q: str = "") -> SignFilter:
    """Return the filter as the address says it: what is not signed, unless it asks otherwise."""
    chosen = state if state in STATES else ""
    return SignFilter(slips=kind == "slip", state=chosen, words=q.strip()[:60])


Wanted = Annotated[SignFilter, Depends(wanted)]


@router.get("")
def listed(
    request: Request, session: Db, visit: Watching, filters: Wanted, before: Before = None
) -> Response:
    """List who was told of what, newest first, with their signatures."""
    rows = queries.listed(session, visit.person.scope, filters, before=before, limit=PAGE + 1)
    return page(
        request,
        "reminders/sign_offs.html",
        rows=rows[:PAGE],
        more=rows[PAGE - 1].id if len(rows) > PAGE else None,
        before=before,
        wanted=filters,
        states=STATES,
        stage_title=stage_title,
    )


@router.get("/export.xlsx")
def export(session: Db, visit: Watching, today: Today, filters: Wanted) -> Response:
    """Return the filtered list as a workbook."""
    scope = visit.person.scope
    rows = queries.listed(session, scope, filters, before=None, limit=MOST_EXPORTED)
    sheet = Sheet(
        name="签收情况",
        title="督办单签收情况" if filters.slips else "提醒签收情况",
        note=f"共 {len(rows)} 条  导出日期：{today.isoformat()}",
        columns=[Column(head, width) for head, width in EXPORTED],
        rows=[_cells(row) for row in rows],
    )
    return attachment(workbook(sheet), f"签收情况{today.isoformat()}.xlsx", XLSX)


def _cells(row: SignRow) -> tuple[Cell, ...]:
    return (
        row.unit.name,
        row.contact.name,
        word(row.contact.role, "role"),
        row.matter.title,
        slip_title(row.slip) if row.slip else stage_title(row.stage),
        row.matter.due_on,
        _clock(row.told_at),
        STATES["signed" if row.signed_at else "unsigned"],
        _clock(row.signed_at),
        VIA.get(row.via or "", ""),
        "" if row.signed_at else row.colleague or "",
    )


def _clock(at: datetime | None) -> str:
    return clock(at) if at else ""
