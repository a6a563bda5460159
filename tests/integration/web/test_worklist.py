from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlmodel import col, select, update

from server.clock import today
from server.db.engine import transaction
from server.db.tables import Matter
from server.services import obligations, rulebook
from tests import factories
from tests.factories import Desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        with transaction(opened.engine) as session:
            year = obligations.current_report_year(today())
            obligations.open_year(session, rulebook.law(), year, today=today())
            factories.confirmed_report(session, opened.town.finance)
        yield opened


def shown(desk: Desk, query: str = "", who: str = "staff") -> str:
    answer = desk.browser(who).client.get(f"/matters?{query}")
    assert answer.status_code == 200
    return answer.text


def set_state(desk: Desk, state: str) -> None:
    finance = col(Matter.unit_id) == desk.town.finance.id
    with transaction(desk.engine) as session:
        session.exec(
            update(Matter).where(col(Matter.kind) == "commitment", finance).values(state=state)
        )


def test_the_office_sees_every_units_work_and_a_unit_its_own(desk: Desk) -> None:
    office, unit = shown(desk), shown(desk, who="schools")
    assert "财政局" in office
    assert "教育局" in office
    assert "公开渠道单一" in office
    assert "公开渠道单一" not in unit


@pytest.mark.parametrize(
    ("query", "there", "absent"),
    [
        ("kind=commitment&state=", "整改事项 2025", "初稿报送"),
        ("kind=milestone", "初稿报送", "整改事项 2025"),
        ("unit=教育", "教育局", "财政局"),
        ("state=answered", "整改事项 2025", "初稿报送"),
        ("state=todo", "初稿报送", "整改事项 2025"),
        ("state=nonsense&kind=x&year=abcd&after=zz", "初稿报送", "没有符合条件"),
        ("state=closed", "没有符合条件的事项", "初稿报送"),
    ],
)
def test_the_list_shows_what_the_filter_names(
    desk: Desk, query: str, there: str, absent: str
) -> None:
    set_state(desk, "answered")
    page = shown(desk, query)
    assert there in page
    assert absent not in page


def test_only_what_is_open_and_past_its_date_is_late(desk: Desk) -> None:
    assert "没有符合条件的事项" in shown(desk, "state=late&kind=commitment&year=2025&unit=教育")
    with transaction(desk.engine) as session:
        schools = col(Matter.unit_id) == desk.town.schools.id
        session.exec(update(Matter).where(schools).values(due_on=today().replace(year=2020)))
    assert "教育局" in shown(desk, "state=late")


def test_the_pages_follow_each_other_without_gap_or_repetition(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("server.web.pages.worklist.PAGE", 4)
    client = desk.browser().client
    seen: list[str] = []
    address = "/matters?"
    while address:
        text = client.get(address).text
        seen += [line for line in text.split('href="') if line.startswith("/matters/")]
        nexts = [part.split('"')[0] for part in text.split('href="') if "after=" in part[:120]]
        address = nexts[0].replace("&amp;", "&") if nexts else ""
    ids = [line.split('"')[0] for line in seen if line.split('"')[0].split("/")[-1].isdigit()]
    with transaction(desk.engine) as session:
        assert len(ids) == len(set(ids)) == len(session.exec(select(Matter.id)).all())


def test_the_exported_list_is_the_filtered_one(desk: Desk) -> None:
    answer = desk.browser().client.get("/matters/export.xlsx?kind=commitment")
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = [row for row in sheet.iter_rows(min_row=4, values_only=True) if row[0]]
    assert len(rows) == 5
    assert {row[0] for row in rows} == {"财政局"}
