"""The year's pairs of reports alike, and two reports side by side."""

from collections.abc import Iterator

import pytest
from sqlmodel import select

from server.db.engine import transaction
from server.db.tables import Finding, Likeness, Report
from server.services import comparison
from tests import factories
from tests.factories import YEAR, Browser, Desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        with transaction(opened.engine) as session:
            for unit in (opened.town.finance, opened.town.schools):
                factories.report_saying(session, unit, factories.FIVE)
            while comparison.compare_next(session):
                pass
        yield opened


@pytest.fixture
def staff(desk: Desk) -> Browser:
    return desk.browser()


def pair(desk: Desk) -> tuple[int, int]:
    with transaction(desk.engine) as session:
        found = session.exec(select(Likeness)).one()
        return found.one_id, found.other_id


def report_of(desk: Desk, unit: int) -> int:
    with transaction(desk.engine) as session:
        return session.exec(select(Report.id).where(Report.unit_id == unit)).one()


def test_the_office_sees_which_units_wrote_the_same(desk: Desk, staff: Browser) -> None:
    page = staff.client.get(f"/likeness?year={YEAR}")
    assert page.status_code == 200
    one, other = pair(desk)
    assert f"/reports/{one}/against/{other}" in page.text
    assert "财政局" in page.text
    assert "教育局" in page.text
    assert "没有符合条件" in staff.client.get(f"/likeness?year={YEAR}&q=水务").text
    assert staff.client.get("/likeness?year=1999&least=90&after=nonsense-1-2").status_code == 200
    book = staff.client.get(f"/likeness/export.xlsx?year={YEAR}")
    assert book.content.startswith(b"PK")


def test_both_reports_are_shown_with_what_they_share(desk: Desk, staff: Browser) -> None:
    one, other = pair(desk)
    page = staff.client.get(f"/reports/{one}/against/{other}")
    assert page.text.count('class="same"') >= 2
    marks = page.text.count('class="pane"')
    assert marks == 2
    assert "全文" in page.text
    whole = staff.client.get(f"/reports/{one}/against/{other}?part=whole")
    assert "政府信息公开工作年度报告" in whole.text
    fragment = staff.client.get(f"/reports/{one}/against/{other}", headers={"hx-request": "true"})
    assert "<!doctype" not in fragment.text


def test_the_review_names_the_other_unit_only_to_the_office(desk: Desk, staff: Browser) -> None:
    mine = report_of(desk, desk.town.finance.id)
    office = staff.client.get(f"/reports/{mine}/review").text
    assert "疑似雷同" in office
    assert "与教育局左右对照" in office
    unit = desk.browser("finance").client.get(f"/reports/{mine}/review").text
    assert "疑似雷同" in unit
    assert "教育局" not in unit


def test_a_unit_can_neither_list_nor_open_another_s_report(desk: Desk) -> None:
    client = desk.browser("finance").client
    one, other = pair(desk)
    assert "教育局" not in client.get(f"/likeness?year={YEAR}").text
    assert client.get(f"/reports/{one}/against/{other}").status_code == 404


def test_many_complaints_of_one_rule_are_bundled(desk: Desk, staff: Browser) -> None:
    mine = report_of(desk, desk.town.finance.id)
    with transaction(desk.engine) as session:
        report = session.get_one(Report, mine)
        for number in range(6):
            session.add(_finding(report, number))
    page = staff.client.get(f"/reports/{mine}/review").text
    assert "另有 4 处同类问题（AGG-01）" in page


def _finding(report: Report, number: int) -> Finding:
    return Finding(
        report_id=report.id, code="AGG-01", severity="error", message=f"第 {number} 格不符。",
        held_against="units", key=f"k{number}",
    )  # fmt: skip
