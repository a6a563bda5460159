"""What did not arrive is on a page until somebody sees to it; so is the state of the system."""

from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from sqlalchemy import text

from server.db.engine import transaction
from server.db.tables import Message
from server.services import holding
from tests import factories
from tests.factories import Desk

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


def run(desk: Desk, statement: str, **values: object) -> list[tuple[object, ...]]:
    with transaction(desk.engine) as session:
        result = session.connection().execute(text(statement), values)
        return [tuple(row) for row in result] if result.returns_rows else []


def dead(desk: Desk, who: str = "finance") -> int:
    """Put one mail in the ledger that could not be delivered."""
    contact = desk.town.people[who]
    with transaction(desk.engine) as session:
        message = Message(
            slot_key="checklist:1:1",
            kind="checklist",
            recipient_id=contact.id,
            address=contact.email,
            payload={"checklist_id": 1, "version": 1},
            state="dead",
            message_id="<checklist.1.1@office.example>",
            subject="整改清单",
            reply="550 5.1.1 no such user",
            created_at=NOW,
            next_attempt_at=NOW,
        )
        session.add(message)
        session.flush()  # the id is read at once
        return message.id


def post(desk: Desk, path: str, who: str = "staff", **data: str) -> tuple[int, str]:
    browser = desk.browser(who)
    answer = browser.client.post(path, data={"csrf": browser.csrf, **data})
    return answer.status_code, answer.text or answer.headers.get("location", "")


def page(desk: Desk, path: str = "/reminders/undelivered", who: str = "staff") -> str:
    return desk.browser(who).client.get(path).text


def acts(desk: Desk) -> list[object]:
    """Return what the record says was done, signing in aside."""
    signing_in = "'print_link', 'sign_in'"
    rows = run(desk, f"SELECT action FROM audit_event WHERE action NOT IN ({signing_in})")
    return [action for (action,) in rows]


def test_an_undelivered_mail_is_sent_once_more_by_a_button_and_the_record_says_who(
    desk: Desk,
) -> None:
    message = dead(desk)
    assert "no such user" in page(desk)
    status, to = post(desk, f"/reminders/messages/{message}/redrive")
    assert (status, to) == (303, "/reminders/undelivered?done=redriven")
    ((state, slot, identifier, before),) = run(
        desk,
        "SELECT state, slot_key, message_id, redrive_of FROM message WHERE id <> :id",
        id=message,
    )
    assert (state, slot, before) == ("queued", "checklist:1:1:resend1", message)
    assert identifier == "<checklist.1.1.resend1@office.example>"
    assert "no such user" not in page(desk)
    assert "改用新邮件再发一次" in page(desk, f"/reminders/messages/{message}")
    assert acts(desk) == ["redrive"]


def test_two_people_press_the_button_and_one_mail_leaves(desk: Desk) -> None:
    message = dead(desk)
    assert post(desk, f"/reminders/messages/{message}/redrive")[0] == 303
    status, said = post(desk, f"/reminders/messages/{message}/redrive")
    assert status == 409
    assert "已经有人处理过" in said


def test_a_suppressed_address_must_be_restored_first(desk: Desk) -> None:
    message, contact = dead(desk), desk.town.people["finance"]
    run(
        desk,
        "INSERT INTO suppression (address, state, failures, reason, first_at, last_at)"
        " VALUES (lower(:address), 'suppressed', 2, '550', now(), now())",
        address=contact.email,
    )
    status, said = post(desk, f"/reminders/messages/{message}/redrive")
    assert (status, "恢复这个邮箱" in said) == (409, True)
    assert "已停发" in page(desk)
    path = f"/units/{contact.unit_id}/contacts/{contact.id}/restore-address"
    assert post(desk, path)[0] == 303
    assert post(desk, f"/reminders/messages/{message}/redrive")[0] == 303


def test_what_was_told_by_telephone_is_settled_with_a_word(desk: Desk) -> None:
    message = dead(desk)
    assert post(desk, f"/reminders/messages/{message}/settle", how="")[0] == 422
    assert post(desk, f"/reminders/messages/{message}/settle", how="已电话告知")[0] == 303
    assert "no such user" not in page(desk)
    assert "已电话告知" in page(desk, f"/reminders/messages/{message}")


def test_leaders_look_and_do_not_press(desk: Desk) -> None:
    message = dead(desk)
    assert "/redrive" in page(desk)
    assert "/redrive" not in page(desk, who="leader")
    assert post(desk, f"/reminders/messages/{message}/redrive", who="leader")[0] == 403


def test_a_held_installation_says_so_on_every_page_and_is_released_by_a_button(desk: Desk) -> None:
    with transaction(desk.engine) as session:
        holding.hold_restored(session, None)
    run(
        desk,
        "INSERT INTO alarm (key, message, raised_at) VALUES ('sending', '发送已暂停。', now())",
    )
    assert "发送已暂停。" in page(desk, "/reminders")
    assert "发送已暂停。" not in page(desk, "/matters", who="finance")
    assert "核对无误，放行" in page(desk, "/health")
    assert desk.browser().client.get("/healthz/mail").status_code == 503
    assert post(desk, "/health/release")[0] == 303
    assert post(desk, "/health/release")[0] == 409
    assert acts(desk) == ["release_mail"]


def test_only_the_office_at_the_top_releases(desk: Desk) -> None:
    with transaction(desk.engine) as session:
        holding.hold_restored(session, None)
    run(desk, "UPDATE unit SET path = '/9/' || id || '/' WHERE is_office")
    assert post(desk, "/health/release")[0] == 403


def test_the_dead_mans_switch_answers_monitors_without_details(desk: Desk) -> None:
    client = desk.browser().client
    answer = client.get("/healthz/mail")
    assert (answer.status_code, answer.json()) == (503, {"status": "silent", "checks": ["tick"]})
    run(
        desk,
        "INSERT INTO tick (minute, driver, planned, superseded, cancelled, composed, took_ms)"
        " VALUES (now(), 'test', 0, 0, 0, 0, 0)",
    )
    assert client.get("/healthz/mail").status_code == 200
