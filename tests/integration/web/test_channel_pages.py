"""The office's page of robots: added, tried, paused, removed; their secrets never shown again."""

from pathlib import Path

import pytest
from sqlalchemy import text
from sqlmodel import col, select

from server.app import create_app
from server.db.engine import transaction
from server.db.tables import AuditEvent, Channel, Message
from server.services.channel_addresses import Address, address_of
from server.settings import Settings
from tests.factories import Browser, Desk
from tests.two_towns import SECRET, TwoTowns

KEY = "k" * 43

DING = "https://oapi.dingtalk.com/robot/send?access_token=very-secret-token"


@pytest.fixture
def towns(own_towns: TwoTowns) -> TwoTowns:
    return own_towns


@pytest.fixture
def staff(towns: TwoTowns) -> Browser:
    return towns.desk.browser("staff")


def add(towns: TwoTowns, browser: Browser, **changes: str) -> tuple[int, str]:
    values = {
        "csrf": browser.csrf, "kind": "dingtalk", "unit": str(towns.desk.town.office.id),
        "name": "镇办群", "url": DING, "secret": "SEC-very-secret",
    }  # fmt: skip
    answer = browser.client.post("/channels", data=values | changes)
    return answer.status_code, answer.text


def newest(towns: TwoTowns) -> Channel:
    with transaction(towns.engine) as session:
        return session.exec(select(Channel).order_by(col(Channel.id).desc())).first()  # type: ignore[return-value]  # it was just added


def act(browser: Browser, path: str, act: str) -> int:
    status: int = browser.client.post(path, data={"csrf": browser.csrf, "act": act}).status_code
    return status


def test_address_and_secret_are_shown_nowhere_after_they_were_typed(
    towns: TwoTowns, staff: Browser
) -> None:
    status, shown = add(towns, staff)
    number = newest(towns).id
    assert status == 200
    pages = [
        shown,
        staff.client.get("/channels").text,
        staff.client.get(f"/channels/{number}").text,
    ]
    assert all("镇办群" in page and "oapi.dingtalk.com" in page for page in pages)
    assert not any("very-secret" in page for page in pages)
    with transaction(towns.engine) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.subject == "channel")).one()
        assert event.detail == {"name": "镇办群", "kind": "dingtalk"}


def test_a_refused_form_repeats_no_secret(towns: TwoTowns, staff: Browser) -> None:
    status, shown = add(
        towns, staff, url="https://evil.example/robot/send?access_token=very-secret"
    )
    assert status == 422
    assert "不在本系统允许的主机名单" in shown
    assert "镇办群" in shown
    assert "very-secret" not in shown


def test_a_webhooks_key_is_made_and_shown_this_once(towns: TwoTowns) -> None:
    url = towns.engine.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, channel_hosts="oa.example.gov.cn", secret_key=KEY))
    staff = Desk(towns.engine, towns.desk.town, app).browser("staff")
    _, shown = add(towns, staff, kind="webhook", url="https://oa.example.gov.cn/hook", secret="")
    kept = address_of(newest(towns), KEY).secret
    assert kept.startswith("whsec_")
    assert kept in shown.replace("&#43;", "+").replace("&#x2B;", "+")
    assert kept not in staff.client.get(f"/channels/{newest(towns).id}").text
    app.state.engine.dispose()


def test_two_robots_of_a_unit_have_two_names(towns: TwoTowns, staff: Browser) -> None:
    assert [add(towns, staff)[0], add(towns, staff)[0]] == [200, 409]
    act(staff, f"/channels/{newest(towns).id}", "remove")
    assert add(towns, staff)[0] == 200


def test_an_office_adds_none_outside_its_scope(towns: TwoTowns, staff: Browser) -> None:
    other = towns.desk.town.people["other"].unit_id
    assert add(towns, staff, unit=str(other))[0] == 404
    assert [add(towns, staff, unit=each)[0] for each in ("", "x")] == [422, 422]
    assert add(towns, staff, kind="sms")[0] == 422
    assert add(towns, staff, name="")[0] == 422
    assert add(towns, staff, secret="密钥")[0] == 422


def test_a_test_message_is_queued_for_the_workers(towns: TwoTowns, staff: Browser) -> None:
    add(towns, staff)
    path = f"/channels/{newest(towns).id}"
    assert act(staff, path, "test") == 303
    with transaction(towns.engine) as session:
        message = session.exec(select(Message).where(Message.channel_id == newest(towns).id)).one()
        assert (message.state, message.payload) == ("queued", {"what": "test"})
    assert "等待发往群或系统" in staff.client.get(path).text


def test_pausing_resuming_and_removing_each_leave_a_trace(towns: TwoTowns, staff: Browser) -> None:
    add(towns, staff)
    number = newest(towns).id
    path = f"/channels/{number}"
    acts = ("pause", "pause", "test", "resume", "remove", "remove", "dance")
    assert [act(staff, path, each) for each in acts] == [303, 409, 409, 303, 303, 404, 404]
    with transaction(towns.engine) as session:
        events = session.exec(
            select(AuditEvent)
            .where(AuditEvent.subject == "channel", AuditEvent.subject_id == number)
            .order_by(col(AuditEvent.id))
        )
        assert [each.action for each in events] == ["create", "pause", "resume", "remove"]
    assert (newest(towns).sealed_url, newest(towns).sealed_secret) == ("", "")


def test_what_lies_in_the_database_tells_neither_address_nor_secret(
    towns: TwoTowns, staff: Browser
) -> None:
    add(towns, staff)
    with towns.engine.connect() as connection:
        rows = connection.execute(text("SELECT row_to_json(channel)::text FROM channel"))
        kept = " ".join(rows.scalars())
    assert "oapi.dingtalk.com" in kept
    assert not any(each in kept for each in ("very-secret", "access_token"))
    assert address_of(newest(towns), SECRET) == Address(DING, "SEC-very-secret")


def test_a_robot_whose_key_is_lost_is_shown_so_until_its_address_is_entered_anew(
    towns: TwoTowns, tmp_path: Path
) -> None:
    url = towns.engine.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, secret_key=KEY, home=tmp_path))
    staff = Desk(towns.engine, towns.desk.town, app).browser("staff")
    path, said = f"/channels/{towns.finance.channel}", "密钥无法解开"
    assert all(said in staff.client.get(each).text for each in ("/channels", path, "/health"))
    wrong = {"csrf": staff.csrf, "url": "https://evil.example/", "secret": ""}
    assert staff.client.post(f"{path}/address", data=wrong).status_code == 422
    again = wrong | {"url": "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=fresh"}
    answer = staff.client.post(f"{path}/address", data=again)
    assert (answer.status_code, "key=fresh" in answer.text) == (200, False)
    assert said not in staff.client.get(path).text
    with transaction(towns.engine) as session:
        acts = session.exec(select(AuditEvent).order_by(col(AuditEvent.id).desc()))
        newest_act = acts.first()
        assert newest_act is not None
        assert newest_act.action == "renew"
        assert newest_act.detail == {"name": "工作群", "kind": "wecom"}
    app.state.engine.dispose()


def test_what_did_not_arrive_is_sent_again_or_settled_once(towns: TwoTowns, staff: Browser) -> None:
    path = f"/channels/{towns.finance.channel}"
    assert "再发一次" in staff.client.get(path).text
    assert "有消息未送达" in staff.client.get("/channels").text
    see_to = f"{path}/messages/{towns.finance.sending}"
    assert [act(staff, see_to, each) for each in ("dance", "redrive", "redrive")] == [422, 303, 409]
    with towns.engine.connect() as connection:
        keys = connection.execute(
            text("SELECT slot_key FROM message WHERE redrive_of = :id"),
            {"id": towns.finance.sending},
        ).scalars()
        assert list(keys) == [f"robot:{towns.finance.channel}:test:1:resend1"]
    assert 'value="redrive"' not in staff.client.get(path).text


def test_settling_ends_it(towns: TwoTowns, staff: Browser) -> None:
    see_to = f"/channels/{towns.schools.channel}/messages/{towns.schools.sending}"
    assert [act(staff, see_to, "settle"), act(staff, see_to, "settle")] == [303, 409]


def test_a_message_of_another_robot_is_not_found_there(towns: TwoTowns, staff: Browser) -> None:
    wrong = f"/channels/{towns.finance.channel}/messages/{towns.schools.sending}"
    assert act(staff, wrong, "redrive") == 409


def test_robots_do_not_count_among_the_mails(towns: TwoTowns, staff: Browser) -> None:
    assert "robot." not in staff.client.get("/reminders/ledger").text
    assert "工作群" not in staff.client.get("/reminders/undelivered").text
