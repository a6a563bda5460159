"""Units: the list, one unit with everything it owes, adding, changing and ending one."""

from collections.abc import Callable
from typing import Annotated

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from server.db.queries import commitments as commitment_queries
from server.db.queries import ledger as ledger_queries
from server.db.queries import matters as matter_queries
from server.db.queries import overview as overview_queries
from server.db.queries import reports as report_queries
from server.db.queries import units as queries
from server.db.queries.ledger import LedgerFilter
from server.db.queries.units import UnitFilter
from server.db.tables import Unit
from server.domain.access import Permission
from server.errors import AppError, InvalidInput
from server.rendering.pages import word
from server.rendering.sheets import Column, Sheet, workbook
from server.services import absences, audit, obligations, rulebook
from server.services import units as service
from server.services.accounts import Visit
from server.web.deps import Db, Now, Seeing, Supervising, Today, actor
from server.web.downloads import XLSX, attachment
from server.web.errors import STATUS
from server.web.pages.overview import sight
from server.web.templating import page, page_or_fragment
from server.web.unit_form import LONGEST, new_unit, unit_name, values_of, whole_number

router = APIRouter(prefix="/units")
Text = Annotated[str, Form()]
PAGE = 50

EXPORTED = (
    ("单位代码", 14),
    ("单位名称", 32),
    ("类型", 10),
    ("姓名", 12),
    ("角色", 16),
    ("邮箱", 32),
    ("电话", 18),
)
"""The columns of the exported list and their widths."""


def wanted(q: str = "", kind: str = "", state: str = "") -> UnitFilter:
    """Return the list's filter as the address says it; what makes no sense filters nothing."""
    known = kind if kind in service.KINDS else ""
    return UnitFilter(words=q.strip()[:LONGEST], kind=known, active=state != "inactive")


Wanted = Annotated[UnitFilter, Depends(wanted)]


@router.get("")
def listed(
    request: Request, session: Db, visit: Seeing, filters: Wanted, after: str = ""
) -> Response:
    """List the units within the visitor's scope."""
    rows = queries.page_of(session, visit.person.scope, filters, after=after, limit=PAGE + 1)
    more = f"{rows[PAGE - 1].unit.sort}-{rows[PAGE - 1].unit.id}" if len(rows) > PAGE else ""
    return page_or_fragment(
        request,
        "units/list.html",
        "units/_list.html",
        rows=rows[:PAGE],
        wanted=filters,
        more=more,
        after=after,
        may_supervise=visit.person.may(Permission.SUPERVISE),
    )


@router.get("/export.xlsx")
def export(session: Db, visit: Seeing, filters: Wanted, today: Today) -> Response:
    """Return the filtered units with their people as a workbook, one row a person."""
    rows = queries.page_of(session, visit.person.scope, filters, limit=None)
    people = queries.people_of(session, [row.unit.id for row in rows])
    sheet = Sheet(
        name="单位和联系人",
        title="单位和联系人",
        note=f"共 {len(rows)} 个单位  导出日期：{today.isoformat()}",
        columns=[Column(head, width) for head, width in EXPORTED],
        rows=[
            (unit.code, unit.name, word(unit.kind, "kind"), *person)
            for unit in (row.unit for row in rows)
            for person in [
                (each.name, word(each.role, "role"), each.email, each.phone)
                for each in people.get(unit.id, [])
            ]
            or [("", "", "", "")]
        ],
    )
    return attachment(workbook(sheet), f"单位和联系人{today.isoformat()}.xlsx", XLSX)


@router.get("/new")
def new(request: Request, session: Db, visit: Supervising) -> Response:
    """Show the form for a new unit."""
    values = {"kind": "bureau", "parent": str(visit.person.unit_id)}
    values["sort"] = str(queries.next_sort(session, visit.person.scope))
    return _form(request, session, visit, None, values)


@router.post("")
def add(
    request: Request,
    session: Db,
    visit: Supervising,
    at: Now,
    today: Today,
    code: Text = "",
    name: Text = "",
    kind: Text = "",
    parent: Text = "",
    sort: Text = "",
    office_name: Text = "",
) -> Response:
    """Add a unit; what it owes this year is dated at once."""
    values = {"code": code, "name": name, "kind": kind, "parent": parent, "sort": sort}
    values["office_name"] = office_name

    def write() -> Unit:
        above = service.visible(
            session, visit.person.scope, whole_number(parent, "parent", "上级单位")
        )
        unit = service.add_unit(session, new_unit(values, above))
        audit.record(session, actor(visit), "add", "unit", unit.id, now=at, unit_id=unit.id)
        _open_current_year(session, today)
        return unit

    return _written(request, session, visit, None, values, write)


@router.get("/{unit_id}")
def show(request: Request, unit_id: int, session: Db, visit: Seeing, today: Today) -> Response:
    """Show one unit: dates, reports, commitments, people."""
    unit = service.visible(session, visit.person.scope, unit_id)
    seen = sight(session, visit, today)
    years = [
        (year, matter_queries.milestones_of_unit(session, unit.id, year))
        for year in overview_queries.years_of_unit(session, unit.id)
    ]
    commitments = LedgerFilter(unit_id=unit.id, today=today)
    return page(
        request,
        "units/unit.html",
        unit=unit,
        years=years,
        light=seen.light,
        today=today,
        reports=report_queries.of_unit(session, unit.id),
        ledger=ledger_queries.ledger(session, visit.person.scope, commitments, limit=200),
        checklists=commitment_queries.checklists_of_unit(session, unit.id),
        contacts=queries.contacts_of(session, unit.id),
        absences=absences.listed(session, unit.id, today),
        may_supervise=visit.person.may(Permission.SUPERVISE),
        may_answer=visit.person.may(Permission.ANSWER),
    )


@router.get("/{unit_id}/edit")
def edit(request: Request, unit_id: int, session: Db, visit: Supervising) -> Response:
    """Show the form that changes a unit."""
    unit = service.visible(session, visit.person.scope, unit_id)
    return _form(request, session, visit, unit, values_of(unit))


@router.post("/{unit_id}")
def change(
    request: Request,
    unit_id: int,
    session: Db,
    visit: Supervising,
    at: Now,
    today: Today,
    name: Text = "",
    kind: Text = "",
    sort: Text = "",
    office_name: Text = "",
    version: Text = "",
) -> Response:
    """Change a unit; another kind has other dates, which move at once."""
    unit = service.visible(session, visit.person.scope, unit_id)
    values = {"name": name, "kind": kind, "sort": sort, "office_name": office_name}

    def write() -> Unit:
        place = whole_number(sort, "sort", "排序")
        wanted_change = service.UnitChange(unit_name(name), kind, place, office_name)
        seen = whole_number(version, "version", "页面版本")
        service.change_unit(session, unit, wanted_change, version=seen, actor=actor(visit), now=at)
        session.flush()  # the dates are set by kind
        _open_current_year(session, today)
        return unit

    return _written(request, session, visit, unit, values, write)


@router.post("/{unit_id}/deactivate")
def deactivate(unit_id: int, session: Db, visit: Supervising, at: Now) -> Response:
    """Stop supervising a unit."""
    unit = service.visible(session, visit.person.scope, unit_id)
    service.deactivate_unit(session, unit, actor(visit), now=at)
    return RedirectResponse(f"/units/{unit.id}?done=deactivated", 303)


@router.post("/{unit_id}/reactivate")
def reactivate(unit_id: int, session: Db, visit: Supervising, at: Now, today: Today) -> Response:
    """Supervise a unit again."""
    unit = service.visible(session, visit.person.scope, unit_id)
    service.reactivate_unit(session, unit, actor(visit), now=at)
    session.flush()  # the year is opened for active units
    _open_current_year(session, today)
    return RedirectResponse(f"/units/{unit.id}?done=reactivated", 303)


def _open_current_year(session: Session, today: Today) -> None:
    year = obligations.current_report_year(today)
    obligations.open_year(session, rulebook.law(), year, today=today)


def _written(
    request: Request,
    session: Session,
    visit: Visit,
    unit: Unit | None,
    values: dict[str, str],
    write: Callable[[], Unit],
) -> Response:
    """Carry out a change whole or not at all; show the form again with what is wrong."""
    try:
        with session.begin_nested():
            written = write()
    except AppError as error:
        return _form(request, session, visit, unit, values, error)
    return RedirectResponse(f"/units/{written.id}?done=saved", 303)


def _form(
    request: Request,
    session: Session,
    visit: Visit,
    unit: Unit | None,
    values: dict[str, str],
    error: AppError | None = None,
) -> Response:
    status = next((code for kind, code in STATUS.items() if isinstance(error, kind)), 200)
    return page(
        request,
        "units/form.html",
        status,
        unit=unit,
        values=values,
        parents=queries.in_scope(session, visit.person.scope),
        problem=str(error) if error else "",
        problems=error.problems if isinstance(error, InvalidInput) else {},
    )
