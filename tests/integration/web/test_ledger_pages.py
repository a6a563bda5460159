import re
from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import openpyxl
import pytest
from docx import Document
from sqlmodel import col, select

from server.db.engine import transaction
from server.db.queries import ledger as queries
from server.db.queries.ledger import LedgerFilter, LedgerOrder
from server.db.tables import Checklist, ChecklistItem, Commitment, Matter
from tests import factories
from tests.factories import Browser, Desk


@pytest.fixture
def desk(copies: Any) -> Iterator[Desk]:
    with (
        copies.of(factories.town_with_ledger) as (url, town),
        factories.entered(url, town) as opened,
    ):
        yield opened


def codes(browser: Browser, query: str = "") -> list[str]:
    """Return the codes of the ledger's lines in their order."""
    page = browser.client.get(f"/ledger?{query}", headers={"hx-request": "true"}).text
    return re.findall(r">(2025-QS\d+-\d+)<", page)


def checklist_id(desk: Desk) -> int:
    with transaction(desk.engine) as session:
        statement = select(Checklist.id).where(Checklist.unit_id == desk.town.finance.id)
        return session.exec(statement).one()


def test_the_ledger_counts_its_lines_by_heading(desk: Desk) -> None:
    page = desk.browser().client.get("/ledger").text
    assert "全部 <b>10</b>" in page
    assert "完善机制 <b>2</b>" in page


@pytest.mark.parametrize(
    ("query", "lines"),
    [
        ("year=2025", 10),
        ("year=2024", 0),
        ("heading=mechanisms", 2),
        ("unit=教育", 5),
        ("q=微信", 2),
        ("state=closed", 0),
        ("state=open&heading=content", 4),
    ],
)
def test_filters_narrow_the_ledger(desk: Desk, query: str, lines: int) -> None:
    assert len(codes(desk.browser(), query)) == lines


def test_late_means_open_and_past_its_date(desk: Desk) -> None:
    with transaction(desk.engine) as session:
        matters = session.exec(select(Matter).order_by(col(Matter.id))).all()
        for matter in matters:
            matter.due_on = date.max - timedelta(days=400)
        matters[0].due_on = date(2020, 1, 2)
        matters[1].due_on, matters[1].state = date(2020, 1, 2), "answered"
    assert codes(desk.browser(), "state=late") == ["2025-QS01-01"]


@pytest.mark.parametrize("order", list(LedgerOrder))
def test_pages_by_key_show_every_line_once_in_order(desk: Desk, order: LedgerOrder) -> None:
    scope, wanted = factories.everything(desk.town), LedgerFilter()
    with transaction(desk.engine) as session:
        whole = queries.ledger(session, scope, wanted, order=order, limit=None)
        seen: list[int] = []
        while rows := queries.ledger(
            session, scope, wanted, order=order, after=seen[-1] if seen else None, limit=3
        ):
            seen += [row.commitment.id for row in rows]
    assert seen == [row.commitment.id for row in whole]
    assert len(set(seen)) == 10


def test_a_unit_sees_its_own_lines_whatever_it_asks_for(desk: Desk) -> None:
    browser = desk.browser("finance")
    assert len(codes(browser)) == 5
    assert browser.client.get(f"/ledger?unit_id={desk.town.schools.id}").status_code == 404
    assert codes(browser, "unit=教育") == []
    workbook = browser.client.get("/ledger/export.xlsx").content
    sheet = openpyxl.load_workbook(BytesIO(workbook)).active
    assert {row[1] for row in sheet.iter_rows(min_row=4, values_only=True)} == {"财政局"}
    assert "教育局" not in browser.client.get("/ledger/print").text


def test_the_export_says_what_was_filtered(desk: Desk) -> None:
    answer = desk.browser().client.get("/ledger/export.xlsx?heading=channels&unit=财政")
    sheet = openpyxl.load_workbook(BytesIO(answer.content)).active
    assert "单位含“财政”，拓宽渠道" in str(sheet["A2"].value)
    assert sheet.max_row == 3 + 2


@pytest.mark.parametrize(
    "query", ["year=abcd", "state='", "heading=x", "sort=x", "after=" + "9" * 40, "unit_id=0"]
)
def test_nonsense_in_the_address_filters_nothing(desk: Desk, query: str) -> None:
    assert len(codes(desk.browser(), query)) == 10


def test_an_empty_filter_result_offers_to_clear_it(desk: Desk) -> None:
    assert "清除筛选" in desk.browser().client.get("/ledger?q=不存在").text


def test_the_checklist_shows_each_item_with_a_way_to_tick_it(desk: Desk) -> None:
    number = checklist_id(desk)
    page = desk.browser("finance").client.get(f"/checklists/{number}").text
    with transaction(desk.engine) as session:
        items = session.exec(
            select(ChecklistItem, Matter)
            .join(Matter, col(Matter.commitment_id) == col(ChecklistItem.commitment_id))
            .where(ChecklistItem.checklist_id == number)
        ).all()
    assert items
    for item, matter in items:
        assert f'href="/matters/{matter.id}#item-{item.id}"' in page
    assert f"已完成 <b>0</b> / {len(items)} 项" in page


def test_the_checklist_downloads_as_document_and_workbook(desk: Desk) -> None:
    client, number = desk.browser("finance").client, checklist_id(desk)
    document = Document(BytesIO(client.get(f"/checklists/{number}.docx").content))
    assert document.tables
    workbook = openpyxl.load_workbook(BytesIO(client.get(f"/checklists/{number}.xlsx").content))
    assert "财政局2026年度政府信息公开整改清单" in str(workbook.active["A1"].value)


@pytest.mark.parametrize("tail", ["", ".docx", ".xlsx"])
def test_a_checklist_of_another_unit_does_not_exist(desk: Desk, tail: str) -> None:
    client = desk.browser("schools").client
    assert client.get(f"/checklists/{checklist_id(desk)}{tail}").status_code == 404


def test_renewing_keeps_what_was_entered_and_shows_what_changed(desk: Desk) -> None:
    number, browser = checklist_id(desk), desk.browser()
    with transaction(desk.engine) as session:
        commitment = session.exec(select(Commitment).where(Commitment.code == "2025-QS01-05")).one()
        commitment.text = "出台公开审查制度"
        item = session.exec(
            select(ChecklistItem).where(ChecklistItem.commitment_id == commitment.id)
        ).first()
        assert item
        item.evidence = "青府办〔2026〕3号"
    shown = browser.client.get(f"/checklists/{number}/renew").text
    assert "新增 1，改写 0，移出 1，保留 1" in shown
    assert "已不再需要，但已经填写，予以保留" in shown
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    data = {"csrf": browser.csrf, "seen": seen[1]}
    answer = browser.client.post(f"/checklists/{number}/renew", data=data)
    assert answer.headers["location"].endswith("done=renewed")
    page = browser.client.get(f"/checklists/{number}").text
    assert "第2版的变化：新增 1，改写 0，移出 1，保留 1" in page
    assert "青府办〔2026〕3号" in page


def test_renewing_what_agrees_with_the_ledger_changes_nothing(desk: Desk) -> None:
    number, browser = checklist_id(desk), desk.browser()
    answer = browser.client.post(f"/checklists/{number}/renew", data={"csrf": browser.csrf})
    assert answer.headers["location"].endswith("done=unchanged")


@pytest.mark.parametrize("who", ["finance", "leader"])
def test_only_the_office_renews(desk: Desk, who: str) -> None:
    browser = desk.browser(who)
    path = f"/checklists/{checklist_id(desk)}/renew"
    assert browser.client.post(path, data={"csrf": browser.csrf}).status_code == 403


def test_the_list_of_checklists_shows_progress_within_the_scope(desk: Desk) -> None:
    assert desk.browser().client.get("/checklists").text.count("2026年整改清单</a>") == 2
    mine = desk.browser("finance").client.get("/checklists").text
    assert mine.count("2026年整改清单</a>") == 1
    assert "教育局" not in mine
