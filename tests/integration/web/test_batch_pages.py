import re
from collections.abc import Iterator

import pytest
from sqlalchemy import func
from sqlmodel import col, select

from server.db.engine import transaction
from server.db.tables import Batch, BatchFile, Report
from tests import factories
from tests.factories import TEXT, Browser, Desk
from tests.packing import packed

FILES = {
    "财政局.txt": TEXT.encode(),
    "某局.txt": TEXT.replace("青石镇财政局", "青石镇水务局").encode(),
    "通知.txt": "关于召开会议的通知\n请各单位参加。\n".encode(),
}


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


def send(browser: Browser, content: bytes, name: str = "各单位.zip") -> tuple[int, str, str]:
    """Upload an archive; return status, place of the redirect, page."""
    data = {"csrf": browser.csrf, "unit": "", "year": ""}
    answer = browser.client.post("/reports", data=data, files={"file": (name, content)})
    return answer.status_code, answer.headers.get("location", ""), answer.text


def unplaced(desk: Desk) -> BatchFile:
    with transaction(desk.engine) as session:
        query = select(BatchFile).where(BatchFile.file_name == "某局.txt")
        return session.exec(query).one()


def place(desk: Desk, browser: Browser, act: str = "place", **fields: object) -> tuple[int, str]:
    file = unplaced(desk)
    data = {"csrf": browser.csrf, "act": act, **fields}
    path = f"/reports/batches/{file.batch_id}/files/{file.id}"
    answer = browser.client.post(path, data=data)
    return answer.status_code, answer.text


def test_an_archive_gets_a_verdict_on_every_file(desk: Desk) -> None:
    browser = desk.browser()
    status, path, _ = send(browser, packed(FILES))
    assert status == 303
    page = browser.client.get(path).text
    assert re.findall(r"[✓？✕] ?(已导入|待归位|不能导入)", page) == ["已导入", "待归位", "不能导入"]
    assert "共 3 个文件，已导入 1，" in page
    assert "已导入“财政局”2025年度报告" in page
    with transaction(desk.engine) as session:
        (report,) = session.exec(select(Report)).all()
        assert (report.unit_id, report.state) == (desk.town.finance.id, "read")
        held = session.exec(select(BatchFile).order_by(col(BatchFile.ordinal))).all()
        assert [file.content is not None for file in held] == [False, True, False]


def test_what_found_no_place_is_placed_by_hand_once(desk: Desk) -> None:
    browser = desk.browser()
    send(browser, packed(FILES))
    schools = desk.town.schools.id
    assert place(desk, browser, unit=schools, year="2025")[0] == 303
    with transaction(desk.engine) as session:
        query = select(Report).where(Report.unit_id == schools)
        report = session.exec(query).one()
        assert (report.state, report.content) == ("waiting", FILES["某局.txt"])
        assert unplaced(desk).report_id == report.id
    status, page = place(desk, browser, unit=schools, year="2025")
    assert status == 409
    assert "已经处理过了：由青石镇 李文归入“教育局”2025年度" in page


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"unit": "", "year": "2025"}, "请选择报告所属的单位"),
        ({"unit": "finance", "year": "二五"}, "不是四位年份"),
        ({"unit": "finance", "year": "1999"}, "不在 2008 至"),
    ],
)
def test_a_wrong_place_is_named_and_the_file_still_waits(
    desk: Desk, fields: dict[str, str], sentence: str
) -> None:
    browser = desk.browser()
    send(browser, packed(FILES))
    unit = str(desk.town.finance.id) if fields["unit"] else ""
    status, page = place(desk, browser, **(fields | {"unit": unit}))
    assert status == 422
    assert sentence in page
    assert unplaced(desk).outcome == "unplaced"


def test_a_file_can_be_left_out_and_its_bytes_go(desk: Desk) -> None:
    browser = desk.browser()
    send(browser, packed(FILES))
    assert place(desk, browser, "discard")[0] == 303
    file = unplaced(desk)
    assert (file.outcome, file.content, file.message) == (
        "discarded",
        None,
        "青石镇 李文决定不导入。",
    )


def test_an_unusable_archive_leaves_nothing_behind(desk: Desk) -> None:
    status, _, page = send(desk.browser(), packed(FILES)[:-30])
    assert status == 422
    assert "请" in page
    with transaction(desk.engine) as session:
        for table in (Report, Batch, BatchFile):
            assert session.exec(select(func.count()).select_from(table)).one() == 0


def test_an_officer_takes_in_the_own_units_reports_alone(desk: Desk) -> None:
    browser = desk.browser("schools")
    _, path, _ = send(browser, packed(FILES))
    assert "已导入 0，" in browser.client.get(path).text
    assert desk.browser("finance").client.get(path).status_code == 404
    assert place(desk, browser, unit=desk.town.finance.id, year="2025")[0] == 404
