"""Reports: their state, reading and findings."""

import hashlib
import json
from typing import Annotated, Any

from fastapi import APIRouter, File, Form, Query, Request, Response, UploadFile
from starlette.background import BackgroundTask

from server.api.acts import Key, once
from server.api.deps import Answering, Seeing
from server.api.paging import paged
from server.api.schemas.common import LARGEST, Page
from server.api.schemas.params import Id
from server.api.schemas.reports import Findings, Reading, Report, ReportQuery
from server.db.queries import reports as queries
from server.db.queries.reports import ReportFilter
from server.db.tables import Report as Stored
from server.edge import Config, Db, Now
from server.errors import Conflict, InvalidInput
from server.queue import TaskName, nudge
from server.rendering.report_json import report_facts
from server.services import batch, readings, tokens, units
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


@router.post("", summary="报送一份年度报告的文件", status_code=202, response_model=Report)
def take_in_report(
    request: Request,
    session: Db,
    caller: Answering,
    at: Now,
    config: Config,
    key: Key,
    file: Annotated[UploadFile, File(description="docx、doc、pdf、txt、html、xlsx、xls")],
    unit_id: Annotated[int, Form(ge=1, le=LARGEST, description="报告所属的单位")],
    year: Annotated[int, Form(ge=2008, le=2100, description="报告年度")],
) -> Response:
    """Keep a file for the workers to read; ask its address for how far that is."""
    unit = units.visible(session, caller.scope, unit_id)
    upload = _upload(file, config.max_upload_bytes)

    def act() -> Report:
        actor = tokens.actor(caller)
        kept = service.import_report(session, unit, year, upload, actor, now=at)
        return Report.of(kept, unit)

    asked = {"unit": unit_id, "year": year, "name": upload.file_name}
    asked["sha256"] = hashlib.sha256(upload.content).hexdigest()
    hint = BackgroundTask(nudge, config.redis_url, TaskName.READ_REPORTS)
    answer = once(request, session, caller, key, asked, act, at=at, status=202, afterwards=hint)
    answer.headers["Location"] = f"{request.url.path}/{json.loads(bytes(answer.body))['id']}"
    return answer


def _upload(file: UploadFile, largest: int) -> service.Upload:
    service.check_size(file.filename or "", file.size or 0, largest)
    upload = service.Upload(file.filename or "", file.file.read())
    if batch.is_archive(upload.content):
        raise InvalidInput(
            "这是装有多份文件的压缩包。请逐份上传，或由办公室在“年度报告”页面导入压缩包。",
            {"body.file": "请逐份上传"},
        )
    return upload


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
