"""Signing for reminders and slips: by a person and a button, kept apart, listed and exported."""

import io
from datetime import timedelta

import openpyxl
import pytest
from fastapi.testclient import TestClient
from sqlmodel import Session, col, select

from server.db.engine import transaction
from server.db.tables import AuditEvent, Contact, Matter, Message, Reminder, Reply, Slip
from server.services import reply_links
from tests import factories
from tests.factories import NOW, Browser
from tests.two_towns import SECRET, TwoTowns


@pytest.fixture
def towns(own_towns: TwoTowns) -> TwoTowns:
    return own_towns


@pytest.fixture
def mail(towns: TwoTowns) -> TestClient:
    return TestClient(towns.desk.app, follow_redirects=False)


def sign(browser: Browser, matter: int) -> int:
    data = {"csrf": browser.csrf, "act": "acknowledge"}
    status: int = browser.client.post(f"/matters/{matter}", data=data).status_code
    return status


def signed(towns: TwoTowns, matter: int) -> list[tuple[int | None, int | None, str]]:
    with transaction(towns.engine) as session:
        rows = session.exec(
            select(Reply.contact_id, Reply.slip_id, Reply.via)
            .where(Reply.matter_id == matter, Reply.act == "acknowledge")
            .order_by(col(Reply.id))
        )
        return list(rows)


def mailed(session: Session, matter: int, contact: Contact, stage: str) -> None:
    """Let a reminder have been mailed."""
    message = Message(
        slot_key=f"reminder:{contact.id}:{stage}", kind="reminder", recipient_id=contact.id,
        address=contact.email, message_id=f"<{contact.id}.{stage}@office.example>", state="sent",
        created_at=NOW, next_attempt_at=NOW, sent_at=NOW,
    )  # fmt: skip
    session.add(message)
    session.flush()  # the reminder names it
    session.add(
        Reminder(
            matter_id=matter, due_version=1, stage=stage, recipient_id=contact.id,
            scheduled_on=NOW.date(), outcome="mailed", message_id=message.id, planned_at=NOW,
        )
    )  # fmt: skip


def slip_mailed(session: Session, slip: int, contact: Contact) -> None:
    key = f"slip:{slip}:{contact.id}"
    session.add(
        Message(
            slot_key=key, kind="slip", recipient_id=contact.id, address=contact.email,
            message_id=f"<{key}@office.example>", state="sent", created_at=NOW,
            next_attempt_at=NOW, sent_at=NOW,
        )
    )  # fmt: skip


@pytest.fixture
def told(towns: TwoTowns) -> int:
    """A matter of which both people of the finance bureau were told, one of them twice."""
    people, matter = towns.desk.town.people, towns.finance.commitment
    with transaction(towns.engine) as session:
        for who, stage in (("finance", "before-20"), ("finance", "before-5"), ("lead", "on")):
            mailed(session, matter, session.get_one(Contact, people[who].id), stage)
        officer = session.get_one(Contact, people["finance"].id)
        slip_mailed(session, towns.finance.slip, officer)
    return matter


def page(towns: TwoTowns, query: str, who: str = "staff") -> str:
    return towns.desk.browser(who).client.get(f"/reminders/sign-offs?{query}").text


def test_each_person_signs_once_for_the_date_and_for_every_slip(towns: TwoTowns) -> None:
    matter, slip = towns.finance.commitment, towns.finance.slip
    finance, lead = towns.desk.browser("finance"), towns.desk.browser("lead")
    assert [sign(each, matter) for each in (finance, finance, lead)] == [303, 303, 303]
    officer, head = (towns.desk.town.people[who].id for who in ("finance", "lead"))
    assert signed(towns, matter) == [
        *((officer, paper, "session") for paper in (None, slip)),
        *((head, paper, "session") for paper in (None, slip)),
    ]
    with transaction(towns.engine) as session:
        assert session.get_one(Matter, matter).state == "acknowledged"
        acts = session.exec(select(AuditEvent).where(AuditEvent.action == "acknowledge")).all()
        assert len(acts) == 4


def test_opening_and_reading_is_never_signing(towns: TwoTowns, mail: TestClient, told: int) -> None:
    for _ in range(3):
        mail.get(f"/r/{towns.finance.token}")
        towns.desk.browser("finance").client.get(f"/matters/{told}")
    assert signed(towns, told) == []
    assert page(towns, "").count(">未签收</span>") == 2


def test_the_link_signs_as_whom_it_was_sent_to(towns: TwoTowns, mail: TestClient) -> None:
    matter = towns.finance.commitment
    head = towns.desk.town.people["lead"].id
    with transaction(towns.engine) as session:
        token = reply_links.ensure_link(session, SECRET, matter, head, now=factories.NOW)
    assert mail.post(f"/r/{token}", data={"act": "acknowledge"}).status_code == 303
    assert {(who, via) for who, _, via in signed(towns, matter)} == {(head, "link")}
    assert 'value="acknowledge"' not in mail.get(f"/r/{token}").text
    assert 'value="acknowledge"' in mail.get(f"/r/{towns.finance.token}").text


def test_the_office_cannot_sign_in_the_place_of_a_unit(towns: TwoTowns) -> None:
    matter, staff = towns.finance.commitment, towns.desk.browser("staff")
    assert 'value="acknowledge"' not in staff.client.get(f"/matters/{matter}").text
    assert sign(staff, matter) == 403
    assert signed(towns, matter) == []


def test_a_moved_date_and_a_new_slip_are_signed_for_anew(towns: TwoTowns) -> None:
    matter, finance = towns.finance.commitment, towns.desk.browser("finance")
    sign(finance, matter)
    with transaction(towns.engine) as session:
        held = session.get_one(Matter, matter)
        held.due_on, held.due_version = held.due_on + timedelta(days=7), held.due_version + 1
    assert 'value="acknowledge"' in finance.client.get(f"/matters/{matter}").text
    sign(finance, matter)
    assert [slip for _, slip, _ in signed(towns, matter)] == [None, towns.finance.slip, None]
    with transaction(towns.engine) as session:
        old = session.get_one(Slip, towns.finance.slip)
        fresh = Slip(
            office_id=old.office_id, matter_id=matter, due_version=2, stage="after-13", rung=3,
            colour="red", prepared_at=NOW, state="released", year=2026, number=99, demand="速办",
        )  # fmt: skip
        session.add(fresh)
        session.flush()  # its number is read at once
        number = fresh.id
    sign(finance, matter)
    assert [slip for _, slip, _ in signed(towns, matter)][-1] == number


def test_the_matter_shows_who_signed_and_who_did_not(towns: TwoTowns) -> None:
    matter = towns.finance.commitment
    sign(towns.desk.browser("finance"), matter)
    shown = towns.desk.browser("staff").client.get(f"/matters/{matter}").text
    assert shown.count(">已签收</span> 张敏") == 2  # the date and the slip
    assert shown.count(">未签收</span> 周局") == 2


def test_the_list_has_one_line_a_person_and_date_and_filters(towns: TwoTowns, told: int) -> None:
    assert page(towns, "").count("<tr>\n    <td") == 2
    sign(towns.desk.browser("finance"), told)
    unsigned, done = page(towns, "state=unsigned"), page(towns, "state=signed")
    assert "周局" in unsigned
    assert "张敏已签收" in unsigned  # by a colleague
    assert "周局" not in done
    assert "到期前5个工作日提醒" in done
    assert "周局" not in page(towns, "state=all&q=张敏")


def test_slips_have_their_own_signatures(towns: TwoTowns, told: int) -> None:
    assert "张敏" in page(towns, "kind=slip")
    sign(towns.desk.browser("finance"), told)
    assert "张敏" not in page(towns, "kind=slip")
    assert "张敏" in page(towns, "kind=slip&state=signed")


def test_what_is_closed_needs_no_signature_any_more(towns: TwoTowns, told: int) -> None:
    with transaction(towns.engine) as session:
        session.get_one(Matter, told).state = "closed"
    assert "周局" not in page(towns, "state=unsigned")
    assert "周局" in page(towns, "state=all")


def test_the_export_says_what_the_list_says(towns: TwoTowns, told: int) -> None:
    sign(towns.desk.browser("finance"), told)
    answer = towns.desk.browser("staff").client.get("/reminders/sign-offs/export.xlsx?state=all")
    sheet = openpyxl.load_workbook(io.BytesIO(answer.content)).active
    assert sheet is not None
    rows = [[cell.value for cell in row] for row in sheet.iter_rows(min_row=4)]
    by_name = {row[1]: row for row in rows}
    assert by_name["张敏"][7] == "已签收"
    assert by_name["张敏"][9] == "登录办理"
    assert (by_name["周局"][7], by_name["周局"][10]) == ("未签收", "张敏")


def test_another_office_sees_none_of_it(towns: TwoTowns, told: int) -> None:
    for query in ("state=all", "kind=slip&state=all"):
        assert "张敏" not in page(towns, query, "other_staff")
