"""Reports: their state, reading and findings."""

from typing import Annotated, Any

from fastapi import APIRouter, Query, Request

from server.api.deps import Seeing
from server.api.paging import paged
from server.api.schemas.common import Page
from server.api.schemas.params import Id
from server.api.schemas.reports import Findings, Reading, Report, ReportQuery
from server.db.queries import reports as queries
from server.db.queries.reports import ReportFilter
from server.db.tables import Report as Stored
from server.edge import Db
from server.errors import Conflict
from server.rendering.report_json import report_facts
from server.services import readings
from server.services import reports as service

router = APIRouter(prefix="/reports", tags=["年度报告"])


@router.get("", summary="列出年度报告")
def list_reports(
    request: Request, session: Db, caller: Seeing, wanted: Annotated[ReportQuery, Query()]
) -> Page[Report]:
    """List reports, last imported first."""
    filters = ReportFilter(year=wanted.year, state=wanted.state or "", unit_id=wanted.unit_id)
    rows = queries.page_of(
        session, caller.scope, filters, after=wanted.last, limit=wanted.limit + 1
    )
    return paged(request, rows, wanted, lambda row: Report.of(*row), lambda row: row[0].id)


@router.get("/{report_id}", summary="一份报告的读取情况")
def show_report(report_id: Id, session: Db, caller: Seeing) -> Report:
    """Show one report and how far its reading is."""
    return Report.of(*service.visible(session, caller.scope, report_id))


@router.get("/{report_id}/reading", summary="读出的内容，与 duban read 同", response_model=Reading)
def show_reading(report_id: Id, session: Db, caller: Seeing) -> dict[str, Any]:
    """Show what a report says, with what people corrected."""
    report, _ = service.visible(session, caller.scope, report_id)
    return report_facts(readings.reading_of(session, _read(report)))


@router.get("/{report_id}/findings", summary="校验问题", response_model=Findings)
def show_findings(report_id: Id, session: Db, caller: Seeing) -> dict[str, Any]:
    """Show the complaints about a report, and which of them need no correction."""
    report, _ = service.visible(session, caller.scope, report_id)
    return {"items": readings.findings_with_waivers(session, _read(report))}


def _read(report: Stored) -> Stored:
    if report.state not in ("read", "confirmed"):
        reason = report.error or "系统通常在几秒内读完，请稍后再取。"
        raise Conflict(f"这份报告还没有读出内容：{reason}")
    return report
