from collections.abc import Iterator

import pytest
from sqlalchemy import func
from sqlmodel import select

from server.db.engine import transaction
from server.db.tables import AuditEvent, Report
from server.services import reports
from tests import factories
from tests.factories import TEXT, Desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


def send(
    desk: Desk,
    who: str = "staff",
    *,
    unit: str | None = None,
    year: str = "2025",
    name: str = "年报.txt",
    content: bytes = TEXT.encode(),
    csrf: str | None = None,
) -> tuple[int, str, str]:
    """Upload a file; return status, place of the redirect, page."""
    browser = desk.browser(who)
    data = {
        "csrf": browser.csrf if csrf is None else csrf,
        "unit": str(desk.town.finance.id) if unit is None else unit,
        "year": year,
    }
    answer = browser.client.post("/reports", data=data, files={"file": (name, content)})
    return answer.status_code, answer.headers.get("location", ""), answer.text


def kept(desk: Desk) -> int:
    with transaction(desk.engine) as session:
        return session.exec(select(func.count()).select_from(Report)).one()


def test_an_uploaded_report_waits_to_be_read_and_its_page_polls(desk: Desk) -> None:
    status, place, _ = send(desk)
    assert status == 303
    answer = desk.browser().client.get(place)
    assert "文件已收下" in answer.text
    assert 'hx-trigger="every 1s"' in answer.text
    assert ">刷新<" in answer.text


def test_the_same_file_twice_is_kept_once_and_says_so(desk: Desk) -> None:
    send(desk)
    _, place, _ = send(desk)
    assert place.endswith("done=same")
    assert kept(desk) == 1


def test_an_officer_uploads_for_the_own_unit_only(desk: Desk) -> None:
    assert send(desk, "finance")[0] == 303
    assert send(desk, "schools")[0] == 404
    form = desk.browser("finance").client.get("/reports/new").text
    assert "财政局" in form
    assert "教育局" not in form


def test_a_leader_may_look_but_not_upload(desk: Desk) -> None:
    assert send(desk, "leader")[0] == 403
    assert desk.browser("leader").client.get("/reports").status_code == 200


@pytest.mark.parametrize(
    ("change", "sentence"),
    [
        ({"content": b""}, "是空的，请重新选择文件"),
        ({"year": "1999"}, "不在 2008 至"),
        ({"year": "二〇二五"}, "不是四位年份"),
        ({"unit": ""}, "请选择报告所属的单位"),
        ({"unit": "9" * 30}, "请选择报告所属的单位"),
        ({"content": b"x" * 70_000}, "超过 64 KB，没有保存"),
    ],
)
def test_what_cannot_be_used_is_named_with_its_remedy_and_nothing_is_kept(
    desk: Desk, change: dict[str, object], sentence: str
) -> None:
    status, _, text = send(desk, **change)  # type: ignore[arg-type]  # one case changes one field
    assert status == 422
    assert sentence in text
    assert kept(desk) == 0


def test_a_form_without_a_file_asks_for_one(desk: Desk) -> None:
    browser = desk.browser()
    data = {"csrf": browser.csrf, "unit": str(desk.town.finance.id), "year": "2025"}
    answer = browser.client.post("/reports", data=data)
    assert answer.status_code == 422
    assert "没有收到文件" in answer.text


def test_a_body_beyond_the_limit_is_refused_before_it_is_parsed(desk: Desk) -> None:
    status, _, text = send(desk, content=b"x" * 2_000_000)
    assert status == 413
    assert "超过 64 KB" in text


def test_a_body_that_hides_its_length_is_refused_all_the_same(desk: Desk) -> None:
    def endless() -> Iterator[bytes]:
        for _ in range(100):
            yield b"x" * 65536

    browser = desk.browser()
    headers = {"x-csrf-token": browser.csrf, "content-type": "multipart/form-data; boundary=b"}
    answer = browser.client.post("/reports", content=endless(), headers=headers)
    assert answer.status_code == 413


def test_a_form_without_the_token_is_refused(desk: Desk) -> None:
    assert send(desk, csrf="")[0] == 403
    assert kept(desk) == 0


def test_a_hostile_file_name_is_shown_cleaned_and_downloaded_as_an_attachment(desk: Desk) -> None:
    _, place, _ = send(desk, name='../../etc/"><script>alert(1)</script>.txt')
    browser = desk.browser()
    page = browser.client.get(place).text
    assert "<script>alert" not in page
    answer = browser.client.get(place.split("?")[0] + "/file")
    assert answer.headers["content-type"] == "application/octet-stream"
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.headers["content-security-policy"] == "sandbox"
    assert answer.content == TEXT.encode()


def test_a_refused_report_says_why_and_offers_another_upload(desk: Desk) -> None:
    with transaction(desk.engine) as session:
        report = factories.report(session, desk.town.finance)
        reports.refuse(report, "文件有密码，请去掉密码后重新上传。", now=factories.NOW)
        number = report.id
    page = desk.browser("finance").client.get(f"/reports/{number}").text
    assert "文件有密码" in page
    assert "重新上传" in page


def test_a_report_that_has_been_read_goes_on_to_its_review(desk: Desk) -> None:
    with transaction(desk.engine) as session:
        number = factories.read_report(session, desk.town.finance).id
    browser = desk.browser()
    answer = browser.client.get(f"/reports/{number}")
    assert (answer.status_code, answer.headers["location"]) == (303, f"/reports/{number}/review")
    polled = browser.client.get(f"/reports/{number}", headers={"hx-request": "true"})
    assert polled.headers["hx-redirect"] == f"/reports/{number}/review"


@pytest.mark.parametrize("tail", ["", "/file", "/review"])
def test_a_report_of_another_unit_does_not_exist(desk: Desk, tail: str) -> None:
    with transaction(desk.engine) as session:
        number = factories.read_report(session, desk.town.finance).id
    stranger = desk.browser("schools").client.get(f"/reports/{number}{tail}")
    nothing = desk.browser("schools").client.get(f"/reports/999999{tail}")
    assert stranger.status_code == nothing.status_code == 404


def test_the_list_filters_and_shows_nobody_elses_reports(desk: Desk) -> None:
    with transaction(desk.engine) as session:
        factories.read_report(session, desk.town.finance)
        factories.report(session, desk.town.schools, year=2024)
    client = desk.browser().client
    assert "教育局" in client.get("/reports").text
    assert "教育局" not in client.get("/reports?state=read").text.split('id="reports"')[1]
    assert "财政局" not in client.get("/reports?year=2024").text.split('id="reports"')[1]
    assert "没有符合条件" in client.get("/reports?q=不存在").text
    assert "财政局" not in desk.browser("schools").client.get("/reports").text


@pytest.mark.parametrize("query", ["year=x", "after=x", "state='--", "after=" + "9" * 40])
def test_nonsense_in_the_address_filters_nothing(desk: Desk, query: str) -> None:
    assert desk.browser().client.get(f"/reports?{query}").status_code == 200


def test_an_empty_list_says_how_to_begin(desk: Desk) -> None:
    assert "还没有年度报告" in desk.browser().client.get("/reports").text


def test_the_list_is_exported_as_a_workbook(desk: Desk) -> None:
    with transaction(desk.engine) as session:
        factories.read_report(session, desk.town.finance)
    answer = desk.browser().client.get("/reports/export.xlsx?state=read")
    assert answer.content.startswith(b"PK")


def test_an_upload_is_recorded_with_who_did_it(desk: Desk) -> None:
    send(desk, "finance")
    with transaction(desk.engine) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "import")).one()
        assert event.actor == "财政局 张敏"
