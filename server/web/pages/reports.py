"""Reports: the list, taking one in, and its state until it can be reviewed."""

from typing import Annotated

from fastapi import APIRouter, Depends, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session
from starlette.background import BackgroundTask
from starlette.datastructures import FormData, UploadFile

from server.db.engine import transaction
from server.db.queries import reports as queries
from server.db.queries import reviewing as reviewing_queries
from server.db.queries import units as unit_queries
from server.db.queries.reports import ReportFilter
from server.db.tables import Unit
from server.domain.access import Permission, Scope
from server.errors import InvalidInput, NotFound, Refused
from server.queue import TaskName, nudge
from server.rendering.pages import clock, word
from server.rendering.phrases import megabytes
from server.rendering.sheets import Column, Sheet, workbook
from server.services import batch, batches, reviewing, units
from server.services import reports as service
from server.services.accounts import Visit
from server.settings import Settings
from server.web.acts import form_of
from server.web.acts import word as typed
from server.web.deps import Answering, Config, Db, Now, Seeing, Today, actor
from server.web.downloads import UNKNOWN, XLSX, attachment
from server.web.templating import done, page, page_or_fragment

router = APIRouter(prefix="/reports")
Form = Annotated[FormData, Depends(form_of)]
PAGE = 50
ACCEPTED = ".docx,.doc,.pdf,.txt,.html,.htm,.xlsx,.xls,.zip"
STATES = {
    "unread": "等待读取",
    "read": "待审核",
    "confirmed": "已确认",
    "refused": "不能读取",
}


def wanted(year: str = "", state: str = "", q: str = "") -> ReportFilter:
    """Return the list's filter as the address says it; what makes no sense filters nothing."""
    return ReportFilter(
        year=int(year) if year.isdigit() and len(year) == 4 else None,  # noqa: PLR2004 - a year
        state=state if state in STATES else "",
        words=q.strip()[:60],
    )


Wanted = Annotated[ReportFilter, Depends(wanted)]


@router.get("")
def listed(
    request: Request, session: Db, visit: Seeing, at: Now, filters: Wanted, after: str = ""
) -> Response:
    """List the reports within the visitor's scope, last imported first."""
    last = int(after) if after.isdigit() and len(after) < 18 else 0  # noqa: PLR2004 - fits a bigint
    rows = queries.page_of(session, visit.person.scope, filters, after=last, limit=PAGE + 1)
    shown = rows[:PAGE]
    ids = [report.id for report, _ in shown]
    return page_or_fragment(
        request,
        "reports/list.html",
        "reports/_list.html",
        rows=shown,
        counts=queries.counts(session, ids),
        progress=reviewing.progress(session, ids),
        others=reviewing.lookers(session, ids, visit.person, now=at),
        waiting=reviewing_queries.waiting(session, visit.person.scope),
        next_id=reviewing.next_report(session, visit.person, now=at),
        may_review=visit.person.may(Permission.SUPERVISE),
        wanted=filters,
        states=STATES,
        years=queries.years(session, visit.person.scope),
        more=shown[-1][0].id if len(rows) > PAGE else 0,
        after=last,
        may_answer=visit.person.may(Permission.ANSWER),
    )


@router.get("/export.xlsx")
def export(session: Db, visit: Seeing, filters: Wanted, today: Today) -> Response:
    """Return the filtered list as a workbook."""
    rows = queries.page_of(session, visit.person.scope, filters, limit=None)
    counts = queries.counts(session, [report.id for report, _ in rows])
    sheet = Sheet(
        name="年度报告",
        title="政府信息公开年度报告导入情况",
        note=f"共 {len(rows)} 份  导出日期：{today.isoformat()}",
        columns=[
            Column(head, width)
            for head, width in (
                ("单位", 24),
                ("报告年度", 10),
                ("版本", 6),
                ("文件", 36),
                ("状态", 12),
                ("存在问题", 9),
                ("改进措施", 9),
                ("须更正", 9),
                ("导入时间", 18),
                ("不能读取的原因", 40),
            )
        ],
        rows=[
            (
                unit.name,
                report.report_year,
                report.version,
                report.file_name,
                word(report.state, "report"),
                counts[report.id].problems,
                counts[report.id].measures,
                counts[report.id].errors,
                clock(report.uploaded_at),
                report.error,
            )
            for report, unit in rows
        ],
    )
    return attachment(workbook(sheet), f"年度报告{today.isoformat()}.xlsx", XLSX)


@router.get("/new")
def new(
    request: Request,
    session: Db,
    visit: Answering,
    config: Config,
    today: Today,
    unit: str = "",
    year: str = "",
) -> Response:
    """Show the form that takes a report in."""
    values = {"unit": unit, "year": year or str(today.year - 1)}
    return _form(request, session, visit, config, values)


@router.post("")
def take_in(
    request: Request, session: Db, visit: Answering, config: Config, at: Now, form: Form
) -> Response:
    """Keep one file for the workers to read."""
    values = {"unit": typed(form, "unit"), "year": typed(form, "year")}
    try:
        upload = _upload(form, config.max_upload_bytes)
        if batch.is_archive(upload.content):
            return _take_in_archive(request, session, visit, config, values, upload, at)
        unit = chosen_unit(session, visit.person.scope, values["unit"])
        year = chosen_year(values["year"])
        report = service.import_report(session, unit, year, upload, actor(visit), now=at)
    except InvalidInput as error:
        return _form(request, session, visit, config, values, error)
    said = "imported" if report.uploaded_at == at else "same"
    hint = BackgroundTask(nudge, config.redis_url, TaskName.READ_REPORTS)
    return RedirectResponse(f"/reports/{report.id}?done={said}", 303, background=hint)


def _take_in_archive(
    request: Request,
    session: Session,
    visit: Visit,
    config: Settings,
    values: dict[str, str],
    upload: service.Upload,
    at: Now,
) -> Response:
    """Read an archive and keep what can be placed; the page after it says what became of each.

    The request's own session ends before the files are read: no transaction waits for them.
    """
    session.commit()
    engine = request.app.state.engine
    try:
        readings = list(batch.read_all(upload))
    except Refused as error:
        with transaction(engine) as fresh:
            return _form(request, fresh, visit, config, values, error)
    with transaction(engine) as fresh:
        scope = visit.person.scope
        verdicts = batch.import_readings(fresh, scope, readings, actor(visit), now=at)
        kept = batches.keep(fresh, visit.person, upload.file_name, readings, verdicts, now=at)
        return done(request, f"/reports/batches/{kept.id}")


@router.get("/{report_id}")
def show(request: Request, report_id: int, session: Db, visit: Seeing) -> Response:
    """Show how far the reading is; what has been read goes on to its review."""
    report, unit = service.visible(session, visit.person.scope, report_id)
    if report.state in ("read", "confirmed"):
        said = request.query_params.get("done", "")
        return done(request, f"/reports/{report.id}/review" + (f"?done={said}" if said else ""))
    return page_or_fragment(
        request,
        "reports/state.html",
        "reports/_state.html",
        report=report,
        unit=unit,
        may_reread=visit.person.may(Permission.SUPERVISE) and bool(report.content),
        may_answer=visit.person.may(Permission.ANSWER),
    )


@router.get("/{report_id}/file")
def original(report_id: int, session: Db, visit: Seeing) -> Response:
    """Return the file as it was uploaded, to keep and never to open in the browser."""
    report, _ = service.visible(session, visit.person.scope, report_id)
    if not report.content:
        raise NotFound("这份文件带有密级标志，系统没有保存原件，只留下了校验值。")
    return attachment(report.content, report.file_name, UNKNOWN)


def chosen_unit(session: Session, scope: Scope, number: str) -> Unit:
    """Return the unit that a form names, within the scope."""
    if not (number.isdigit() and len(number) < 18):  # noqa: PLR2004 - fits a bigint
        raise InvalidInput("请选择报告所属的单位。", {"unit": "请选择单位"})
    return units.visible(session, scope, int(number))


def chosen_year(text: str) -> int:
    """Return the report year that a form names."""
    if not (text.isascii() and text.isdigit() and len(text) == 4):  # noqa: PLR2004 - a year
        raise InvalidInput(
            f"报告年度“{text[:20]}”不是四位年份，请填写如 2025。", {"year": "请填写四位年份"}
        )
    return int(text)


def _upload(form: FormData, largest: int) -> service.Upload:
    files = [value for value in form.getlist("file") if isinstance(value, UploadFile)]
    if len(files) != 1 or not files[0].filename:
        raise InvalidInput("没有收到文件：请选择一份报告文件后再提交。", {"file": "请选择一个文件"})
    file = files[0]
    service.check_size(file.filename or "", file.size or 0, largest)
    return service.Upload(file.filename or "", file.file.read())


def _form(
    request: Request,
    session: Session,
    visit: Visit,
    config: Settings,
    values: dict[str, str],
    error: InvalidInput | Refused | None = None,
) -> Response:
    return page(
        request,
        "reports/new.html",
        422 if error else 200,
        units=unit_queries.in_scope(session, visit.person.scope),
        values=values,
        problem=str(error) if error else "",
        problems=error.problems if isinstance(error, InvalidInput) else {},
        largest=config.max_upload_bytes,
        largest_words=megabytes(config.max_upload_bytes),
        accepted=ACCEPTED,
    )
