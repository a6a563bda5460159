"""The office enters a holiday notice in the browser: pasted, uploaded, refused, confirmed."""

from collections.abc import Iterator
from io import BytesIO

import pytest
from docx import Document
from openpyxl import Workbook

from server.db.engine import transaction
from server.domain.notice_reading import read_notice
from server.edge import today
from server.services import obligations, rulebook
from tests import factories
from tests.factories import Desk
from tests.notice_texts import INVENTED_2027


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        with transaction(opened.engine) as session:
            obligations.open_year(session, rulebook.law(), 2026, today=today())
        yield opened


def post(
    desk: Desk, path: str, who: str = "staff", file: tuple[str, bytes] | None = None, **data: str
) -> tuple[int, str]:
    browser = desk.browser(who)
    files = {"file": file} if file else None
    answer = browser.client.post(path, data={"csrf": browser.csrf, **data}, files=files)
    return answer.status_code, answer.headers.get("location", "") or answer.text


def read(desk: Desk, path: str, who: str = "staff") -> str:
    return desk.browser(who).client.get(path).text


def docx() -> bytes:
    document = Document()
    for line in INVENTED_2027.splitlines():
        document.add_paragraph(line)
    out = BytesIO()
    document.save(out)
    return out.getvalue()


def rows() -> list[list[str]]:
    found = read_notice(INVENTED_2027).holidays
    return [
        ["日期", "安排", "节日"],
        *([day.isoformat(), "放假", each.names[0]] for each in found for day in each.days),
        *([day.isoformat(), "上班", each.names[0]] for each in found for day in each.working),
    ]


def xlsx() -> bytes:
    book = Workbook()
    for row in rows():
        book.active.append(row)
    out = BytesIO()
    book.save(out)
    return out.getvalue()


def test_a_pasted_notice_is_previewed_confirmed_and_then_stands(desk: Desk) -> None:
    assert "2027年的放假安排尚未录入" in read(desk, "/")
    status, place = post(desk, "/workdays", text=INVENTED_2027)
    assert (status, place) == (303, "/workdays/1")
    shown = read(desk, place)
    for words in ("2027年1月18日（周一）", "2027年1月16日（周六）", "财政局", "确认生效"):
        assert words in shown
    assert post(desk, place, act="confirm", seen="3") == (303, "/workdays/1?done=notice_in_force")
    assert "改期 3 件，涉及 3 个单位，告知 3 人" in read(desk, place)
    assert "2027年的放假安排尚未录入" not in read(desk, "/")
    assert "国办发明电〔2026〕9号" in read(desk, "/dates")
    assert "录入更正" in read(desk, "/workdays")
    assert "1月16日（周六）" in read(desk, "/workdays?correct=2027")


@pytest.mark.parametrize(
    ("name", "content", "number"),
    [
        ("通知.docx", docx(), ""),
        ("通知.txt", INVENTED_2027.encode("gb18030"), ""),
        ("放假.xlsx", xlsx(), "国办发明电〔2026〕9号"),
        ("放假.csv", "\n".join(map(",".join, rows())).encode("utf-8-sig"), "国办发明电〔2026〕9号"),
    ],
)
def test_a_file_is_read_like_the_pasted_text(
    desk: Desk, name: str, content: bytes, number: str
) -> None:
    status, place = post(desk, "/workdays", file=(name, content), number=number)
    assert (status, place) == (303, "/workdays/1")
    assert "2027年1月16日（周六）" in read(desk, place)


@pytest.mark.parametrize(
    ("data", "file", "complaint"),
    [
        ({}, None, "请粘贴通知全文，或选择一个文件"),
        ({"text": INVENTED_2027.replace("共8天", "共9天")}, None, "写明共9天"),
        ({"text": INVENTED_2027, "year": "27"}, None, "年份“27”不对"),
        ({"text": "放假" * 10_001}, None, "超过 20000 字"),
        ({}, ("空.txt", b" "), "“空.txt”是空的"),
        ({}, ("大.txt", b"x" * 70_000), "文件太大"),
        ({}, ("图.png", b"\x89PNG\r\n\x1a\n" + b"0" * 64), "是图片"),
        ({}, ("表.csv", "日期,安排\n2027-01-01,放假".encode()), "缺少“节日”列"),
    ],
)
def test_what_cannot_be_right_is_refused_and_nothing_is_kept(
    desk: Desk, data: dict[str, str], file: tuple[str, bytes] | None, complaint: str
) -> None:
    status, told = post(desk, "/workdays", file=file, **data)
    assert status == 422
    assert complaint in told
    assert "没有录入过" in told or "还没有录入过" in told


def test_a_draft_may_be_given_up(desk: Desk) -> None:
    post(desk, "/workdays", text=INVENTED_2027)
    assert post(desk, "/workdays/1", act="drop")[1] == "/workdays?done=notice_dropped"
    assert desk.browser().client.get("/workdays/1").status_code == 404


def test_a_preview_that_no_longer_holds_is_shown_again(desk: Desk) -> None:
    post(desk, "/workdays", text=INVENTED_2027)
    status, told = post(desk, "/workdays/1", act="confirm", seen="1")
    assert status == 409
    assert "改期的事项比看到的多" in told
    assert "核对无误，确认生效" in told


def test_units_cannot_enter_notices(desk: Desk) -> None:
    assert post(desk, "/workdays", "finance", text=INVENTED_2027)[0] == 403
    assert post(desk, "/workdays", "leader", text=INVENTED_2027)[0] == 403
