"""The office drafts, edits, downloads and issues the month's circular in the browser."""

from collections.abc import Iterator
from datetime import date, timedelta
from io import BytesIO

import pytest
from docx import Document
from sqlmodel import select

from server.db.engine import transaction
from server.db.tables import AuditEvent, Matter, Message
from server.edge import today
from tests import factories
from tests.factories import Desk
from tests.integration.services.test_planning import owe

WORDS = {"opening": "开头", "findings": "情况", "demands": "要求", "title": "关于某月情况的通报"}


def last_month() -> date:
    return (today().replace(day=1) - timedelta(days=1)).replace(day=1)


HERE = f"/circulars/{last_month():%Y-%m}"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        with transaction(opened.engine) as session:
            owe(session, opened.town.finance, last_month() + timedelta(days=9))
        yield opened


def post(desk: Desk, path: str, who: str = "staff", **data: str) -> tuple[int, str]:
    browser = desk.browser(who)
    answer = browser.client.post(path, data={"csrf": browser.csrf, **data})
    return answer.status_code, answer.headers.get("location", "") or answer.text


def read(desk: Desk, path: str) -> str:
    return desk.browser().client.get(path).text


def test_the_draft_tells_the_ledgers_figures_and_each_leads_to_its_matters(desk: Desk) -> None:
    shown = read(desk, HERE)
    assert "逾期尚未办结的单位：财政局" in shown
    unit = desk.town.finance.id
    assert f"{HERE}/figures?unit={unit}&amp;figure=overdue" in shown
    assert "事项0" in read(desk, f"{HERE}/figures?unit={unit}&figure=overdue")
    assert desk.browser().client.get(f"{HERE}/figures?unit={unit}&figure=x").status_code == 422


def test_versions_are_kept_and_an_older_page_cannot_overwrite(desk: Desk) -> None:
    assert post(desk, HERE, seen="0", act="save", **WORDS) == (303, f"{HERE}?done=saved")
    status, told = post(desk, HERE, seen="0", act="save", **WORDS)
    assert status == 409
    assert "别人刚保存了第1版" in told
    assert post(desk, HERE, seen="1", act="save", **WORDS)[0] == 303
    assert "第 2 版" in read(desk, HERE)


def test_issuing_freezes_words_and_figures_and_sends_nothing(desk: Desk) -> None:
    assert post(desk, HERE, seen="0", act="issue", number="青政公开〔2026〕1号", **WORDS)[0] == 303
    before = read(desk, HERE)
    assert "已印发" in before
    with transaction(desk.engine) as session:
        matter = session.exec(select(Matter)).one()
        matter.state = "cancelled"
    assert "财政局" in read(desk, HERE)
    assert post(desk, HERE, seen="1", act="save", **WORDS)[0] == 409
    with transaction(desk.engine) as session:
        acts = session.exec(select(AuditEvent.action).where(AuditEvent.subject == "circular")).all()
        assert acts == ["issue_circular"]
        assert session.exec(select(Message)).all() == []


def test_the_document_is_a_docx_with_title_table_and_signature(desk: Desk) -> None:
    answer = desk.browser().client.get(f"{HERE}.docx")
    document = Document(BytesIO(answer.content))
    words = "".join(each.text for each in document.paragraphs)
    assert "政府信息公开督办事项办理情况的通报" in words.replace("\n", "")
    assert "（草稿，未印发）" in words
    assert document.tables[0].rows[1].cells[0].text == "财政局"
    assert "财政局" in read(desk, f"{HERE}/print")


@pytest.mark.parametrize(
    ("changes", "complaint"),
    [({"title": " "}, "“标题”不能为空"), ({"demands": "长" * 2001}, "超过 2000 字")],
)
def test_missing_or_endless_words_are_refused(
    desk: Desk, changes: dict[str, str], complaint: str
) -> None:
    status, told = post(desk, HERE, seen="0", act="save", **WORDS | changes)
    assert status == 422
    assert complaint in told


def test_a_month_that_is_not_over_cannot_be_issued_and_one_to_come_not_drafted(desk: Desk) -> None:
    this = f"/circulars/{today():%Y-%m}"
    status, told = post(desk, this, seen="0", act="issue", **WORDS)
    assert status == 422
    assert "这个月还没有结束" in told
    coming = (today().replace(day=1) + timedelta(days=40)).strftime("%Y-%m")
    assert desk.browser().client.get(f"/circulars/{coming}").status_code == 422
    assert desk.browser().client.get("/circulars/2026-13").status_code == 422


def test_the_list_shows_the_last_twelve_months(desk: Desk) -> None:
    post(desk, HERE, seen="0", act="save", **WORDS)
    shown = read(desk, "/circulars")
    assert shown.count('href="/circulars/2') == 12
    assert "草稿第 1 版" in shown
