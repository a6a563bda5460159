"""A person's own calendar: its secret address, what it shows, and to whom it shows nothing."""

from datetime import date, timedelta

import pytest
from fastapi.testclient import TestClient
from icalendar import Calendar, Event
from sqlalchemy import text
from sqlmodel import col, select

from server.db.engine import transaction
from server.db.tables import AuditEvent, CalendarFeed, Matter
from tests.factories import Browser
from tests.two_towns import TwoTowns, snapshot


@pytest.fixture
def towns(own_towns: TwoTowns) -> TwoTowns:
    return own_towns


@pytest.fixture
def reader(towns: TwoTowns) -> TestClient:
    """A calendar program: no cookies, nobody signed in."""
    return TestClient(towns.desk.app, follow_redirects=False)


def made(browser: Browser) -> str:
    """Ask for an address; return its path."""
    page = browser.client.post("/account/calendar", data={"csrf": browser.csrf})
    assert page.status_code == 200
    address = page.text.partition('<code class="text-break user-select-all">')[2]
    return address.partition("</code>")[0].removeprefix("http://127.0.0.1:8000")


def events(content: bytes) -> dict[str, Event]:
    found = Calendar.from_ical(content).walk("VEVENT")
    return {str(event["UID"]): event for event in found}


def open_matters(towns: TwoTowns, unit: int) -> dict[str, date]:
    with transaction(towns.engine) as session:
        rows = session.exec(
            select(Matter).where(
                Matter.unit_id == unit,
                col(Matter.state).in_(("open", "acknowledged", "returned")),
            )
        )
        return {f"matter-{each.id}@office.example": each.due_on for each in rows}


def test_an_officer_reads_every_open_deadline_of_the_own_unit_and_no_other(
    towns: TwoTowns, reader: TestClient
) -> None:
    answer = reader.get(made(towns.desk.browser("finance")))
    assert answer.headers["content-type"] == "text/calendar; charset=utf-8"
    found = {uid: event["DTSTART"].dt for uid, event in events(answer.content).items()}
    assert found == open_matters(towns, towns.finance.unit)
    assert len(found) > 3


def test_an_entry_says_in_chinese_what_and_why_and_leads_to_the_page(
    towns: TwoTowns, reader: TestClient
) -> None:
    path = made(towns.desk.browser("finance"))
    event = events(reader.get(path).content)[f"matter-{towns.finance.milestone}@office.example"]
    said = str(event["DESCRIPTION"])
    assert "依据：" in said
    assert "第四十九条" in said
    assert "尚缺：年度报告的公布网址" in said
    assert said.endswith(f"http://127.0.0.1:8000/matters/{towns.finance.milestone}")
    assert "/r/" not in reader.get(path).text
    assert towns.finance.token not in reader.get(path).text


def test_a_moved_date_raises_the_sequence_and_keeps_the_identity(
    towns: TwoTowns, reader: TestClient
) -> None:
    path, uid = made(towns.desk.browser("finance")), f"matter-{towns.finance.milestone}"
    before = events(reader.get(path).content)[f"{uid}@office.example"]
    with towns.engine.begin() as connection:
        connection.execute(
            text(
                "UPDATE matter SET due_on = due_on + 7, due_version = due_version + 1,"
                " due_moved_at = due_moved_at + interval '1 day' WHERE id = :id"
            ),
            {"id": towns.finance.milestone},
        )
    after = events(reader.get(path).content)[f"{uid}@office.example"]
    assert after["SEQUENCE"] == before["SEQUENCE"] + 1
    assert after["LAST-MODIFIED"].dt > before["LAST-MODIFIED"].dt
    assert after["DTSTART"].dt == before["DTSTART"].dt + timedelta(days=7)


def test_what_is_answered_leaves_the_calendar(towns: TwoTowns, reader: TestClient) -> None:
    finance = towns.desk.browser("finance")
    path, matter = made(finance), towns.finance.commitment
    assert f"matter-{matter}@office.example" in events(reader.get(path).content)
    finance.client.post(f"/matters/{matter}", data={"csrf": finance.csrf, "act": "submit"})
    assert f"matter-{matter}@office.example" not in events(reader.get(path).content)


def test_an_office_reads_a_days_equal_duties_of_its_units_as_one_entry(
    towns: TwoTowns, reader: TestClient
) -> None:
    found = events(reader.get(made(towns.desk.browser("staff"))).content)
    together = [event for uid, event in found.items() if uid.startswith("units-")]
    published = [event for event in together if "公布" in str(event["SUMMARY"])]
    assert [str(event["SUMMARY"])[-7:] for event in published] == ["（2 个单位）"]
    assert "财政局、教育局" in str(published[0]["DESCRIPTION"])
    assert not any("梧林" in str(event["DESCRIPTION"]) for event in found.values())
    own = {uid for uid in found if uid.startswith("matter-")}
    assert own == set(open_matters(towns, towns.desk.town.office.id))


def test_renewing_kills_the_former_address_and_revoking_the_last(
    towns: TwoTowns, reader: TestClient
) -> None:
    finance = towns.desk.browser("finance")
    first, second = made(finance), made(finance)
    assert [reader.get(first).status_code, reader.get(second).status_code] == [404, 200]
    revoked = finance.client.post("/account/calendar/revoke", data={"csrf": finance.csrf})
    assert revoked.status_code == 303
    assert reader.get(second).status_code == 404
    again = finance.client.post("/account/calendar/revoke", data={"csrf": finance.csrf})
    assert again.status_code == 409
    with transaction(towns.engine) as session:
        acts = session.exec(select(AuditEvent).where(AuditEvent.subject == "calendar_feed"))
        assert [each.action for each in acts] == ["create", "renew", "revoke"]


def test_nobody_reads_on_after_leaving(towns: TwoTowns, reader: TestClient) -> None:
    path = made(towns.desk.browser("finance"))
    with towns.engine.begin() as connection:
        connection.execute(
            text("UPDATE contact SET active = false WHERE id = :id"),
            {"id": towns.desk.town.people["finance"].id},
        )
    assert reader.get(path).status_code == 404


def test_the_secret_is_kept_nowhere_but_as_a_hash(towns: TwoTowns) -> None:
    secret = made(towns.desk.browser("finance")).split("/")[-1].removesuffix(".ics")
    with towns.engine.connect() as connection:
        for table in ("calendar_feed", "audit_event"):
            rows = connection.execute(text(f"SELECT t::text FROM {table} t")).scalars()
            assert not any(secret in row for row in rows)


def test_reading_sets_no_cookie_and_changes_nothing_but_the_note_of_it(
    towns: TwoTowns, reader: TestClient
) -> None:
    path = made(towns.desk.browser("finance"))
    reader.get(path)
    before = snapshot(towns.engine)
    for _ in range(5):
        answer = reader.get(path)
        reader.head(path)
    assert "set-cookie" not in answer.headers
    assert answer.headers["cache-control"] == "private, no-cache"
    assert answer.headers["referrer-policy"] == "no-referrer"
    assert snapshot(towns.engine) == before
    with transaction(towns.engine) as session:
        assert session.exec(select(CalendarFeed)).one().last_read_at is not None


def test_an_unchanged_calendar_is_not_sent_again(towns: TwoTowns, reader: TestClient) -> None:
    path = made(towns.desk.browser("finance"))
    mark = reader.get(path).headers["etag"]
    same = reader.get(path, headers={"if-none-match": mark})
    assert (same.status_code, same.content) == (304, b"")
    other = reader.get(path, headers={"if-none-match": '"other"'})
    assert other.status_code == 200


def test_only_the_holder_sees_that_there_is_an_address(towns: TwoTowns) -> None:
    made(towns.desk.browser("finance"))
    assert "还没有日历读取过" in towns.desk.browser("finance").client.get("/account").text
    assert "还没有订阅地址" in towns.desk.browser("schools").client.get("/account").text


@pytest.mark.parametrize("who", ["finance", "lead", "staff", "leader", "other_leader"])
def test_everybody_downloads_the_same_calendar_that_the_address_gives(
    towns: TwoTowns, reader: TestClient, who: str
) -> None:
    browser = towns.desk.browser(who)
    kept = browser.client.get("/account/calendar.ics")
    assert "attachment" in kept.headers["content-disposition"]
    assert kept.content == reader.get(made(browser)).content


@pytest.mark.parametrize("path", ["/calendar/x.ics", "/calendar/.ics", "/calendar/%00.ics"])
def test_a_wrong_address_is_not_found(reader: TestClient, path: str) -> None:
    assert reader.get(path).status_code == 404
