"""Tokens: made and revoked by the office, shown once, kept as a hash, expiring, counted."""

import re
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import text
from sqlmodel import select

from server.db.engine import transaction
from server.db.queries import tokens as queries
from server.db.tables import ApiToken, AuditEvent, SignInAttempt
from server.domain.access import Scope
from server.services import tokens, units
from server.services.accounts import digest
from server.services.audit import SYSTEM
from server.services.tokens import PLACE_TRIES
from tests.factories import Browser, Desk, desk, everything

UNITS = "/api/v1/units"


@pytest.fixture
def pages(database_url: str) -> Any:
    with desk(database_url) as opened:
        yield opened


def call(pages: Desk, secret: str, path: str = UNITS) -> Any:
    return TestClient(pages.app).get(path, headers={"Authorization": f"Bearer {secret}"})


def make(pages: Desk, browser: Browser, **fields: str) -> Any:
    form = {"csrf": browser.csrf, "name": "办公自动化", "unit": str(pages.town.office.id)}
    form |= {"scope": "read", "days": "30", **fields}
    return browser.client.post("/tokens", data=form)


def secret_in(answer: Any) -> str:
    found = re.findall(r"duban_[\w-]{43}", answer.text)
    assert len(found) == 1
    return found[0]


def kept(pages: Desk) -> list[ApiToken]:
    with transaction(pages.engine) as session:
        return list(session.exec(select(ApiToken)))


def test_a_token_made_in_the_browser_lets_in_and_is_shown_once(pages: Desk) -> None:
    staff = pages.browser("staff")
    secret = secret_in(make(pages, staff))
    assert call(pages, secret).status_code == 200
    listed = staff.client.get("/tokens")
    assert secret not in listed.text
    assert "办公自动化" in listed.text
    assert secret[-4:] in listed.text


def test_only_the_hash_of_a_token_is_kept(pages: Desk) -> None:
    secret = secret_in(make(pages, pages.browser("staff")))
    (token,) = kept(pages)
    assert token.token_hash == digest(secret)
    with pages.engine.connect() as connection:
        tables = ("api_token", "audit_event", "message", "web_session")
        for table in tables:
            statement = text(f"SELECT count(*) FROM {table} t WHERE t::text LIKE :secret")
            assert connection.execute(statement, {"secret": f"%{secret}%"}).scalar_one() == 0


def test_making_and_revoking_leave_a_trace(pages: Desk) -> None:
    staff = pages.browser("staff")
    make(pages, staff)
    (token,) = kept(pages)
    staff.client.post(f"/tokens/{token.id}/revoke", data={"csrf": staff.csrf})
    with transaction(pages.engine) as session:
        statement = select(AuditEvent).where(AuditEvent.subject == "api_token")
        events = list(session.exec(statement.order_by(AuditEvent.id)))  # type: ignore[arg-type]  # a column
        assert [event.action for event in events] == ["create", "revoke"]
        assert {event.actor for event in events} == {"青石镇 李文"}
        assert {event.detail["name"] for event in events} == {"办公自动化"}


def test_a_revoked_token_is_refused_at_once_with_the_remedy(pages: Desk) -> None:
    staff = pages.browser("staff")
    secret = secret_in(make(pages, staff))
    (token,) = kept(pages)
    assert call(pages, secret).status_code == 200
    staff.client.post(f"/tokens/{token.id}/revoke", data={"csrf": staff.csrf})
    refused = call(pages, secret)
    assert refused.status_code == 401
    assert "已被撤销，请向领导小组办公室申请新的令牌" in refused.json()["detail"]
    again = staff.client.post(f"/tokens/{token.id}/revoke", data={"csrf": staff.csrf})
    assert again.status_code == 409


def test_an_expired_token_says_when_it_expired(pages: Desk) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - tokens live by the real clock
    with transaction(pages.engine) as session:
        new = tokens.NewToken("旧系统", "read", 1)
        at = now - timedelta(days=2)
        made = tokens.make(session, pages.town.office, new, SYSTEM, now=at)
    refused = call(pages, made.secret)
    assert refused.status_code == 401
    assert "到期" in refused.json()["detail"]
    assert "年" in refused.json()["detail"]


def test_the_token_of_a_unit_no_longer_supervised_is_refused(pages: Desk) -> None:
    staff = pages.browser("staff")
    secret = secret_in(make(pages, staff, unit=str(pages.town.finance.id)))
    assert call(pages, secret).status_code == 200
    with transaction(pages.engine) as session:
        unit = units.visible(session, everything(pages.town), pages.town.finance.id)
        now = datetime.now(UTC)  # noqa: TID251 - the same
        units.deactivate_unit(session, unit, SYSTEM, now=now)
    assert "已停用" in call(pages, secret).json()["detail"]


def test_the_last_use_is_kept(pages: Desk) -> None:
    secret = secret_in(make(pages, pages.browser("staff")))
    assert kept(pages)[0].last_used_at is None
    call(pages, secret)
    assert kept(pages)[0].last_used_at is not None


@pytest.mark.parametrize(
    ("fields", "said"),
    [
        ({"name": " "}, "请填写令牌名称"),
        ({"scope": "root"}, "权限“root”不存在"),
        ({"days": "400"}, "有效期 400 天不在 1 至 366 天之间"),
        ({"days": "²"}, "应是整数"),
        ({"unit": ""}, "应是整数"),
    ],
)
def test_what_cannot_be_is_said_in_the_form_and_makes_nothing(
    pages: Desk, fields: dict[str, str], said: str
) -> None:
    answer = make(pages, pages.browser("staff"), **fields)
    assert answer.status_code == 422
    assert said in answer.text
    assert kept(pages) == []


def test_a_unit_never_gets_what_is_the_offices(pages: Desk) -> None:
    answer = make(pages, pages.browser(), unit=str(pages.town.finance.id), scope="office")
    assert answer.status_code == 422
    assert "不是领导小组办公室所在单位" in answer.text
    assert kept(pages) == []


def test_sending_the_form_again_makes_no_second_token(pages: Desk) -> None:
    staff = pages.browser("staff")
    make(pages, staff)
    again = make(pages, staff)
    assert again.status_code == 409
    assert "已有名为“办公自动化”的令牌" in again.text
    assert len(kept(pages)) == 1


@pytest.mark.parametrize("who", ["finance", "leader"])
def test_nobody_but_the_office_manages_tokens(pages: Desk, who: str) -> None:
    browser = pages.browser(who)
    assert browser.client.get("/tokens").status_code == 403
    assert make(pages, browser).status_code == 403
    assert kept(pages) == []


@pytest.mark.parametrize(
    "header", ["Basic abc", "Bearer", "Bearer ", "duban_x", "Bearer duban_没有"]
)
def test_anything_but_a_good_token_is_refused_as_unknown(pages: Desk, header: str) -> None:
    answer = TestClient(pages.app).get(UNITS, headers={"Authorization": header.encode()})
    assert answer.status_code == 401
    assert answer.headers["content-type"] == "application/problem+json"


def test_a_token_in_the_address_does_not_let_in(pages: Desk) -> None:
    secret = secret_in(make(pages, pages.browser("staff")))
    answer = TestClient(pages.app).get(f"{UNITS}?access_token={secret}")
    assert answer.status_code == 401
    assert "不要写在网址里" in answer.json()["detail"]


def test_guessing_is_stopped_and_good_tokens_still_work(pages: Desk) -> None:
    secret = secret_in(make(pages, pages.browser("staff")))
    for _ in range(PLACE_TRIES):
        assert call(pages, "duban_wrong").status_code == 401
    stopped = call(pages, "duban_wrong")
    assert stopped.status_code == 429
    assert stopped.headers["retry-after"] == "900"
    assert call(pages, secret).status_code == 200
    with transaction(pages.engine) as session:
        assert len(list(session.exec(select(SignInAttempt)))) == PLACE_TRIES


def test_the_page_on_the_interface_lists_every_route(pages: Desk) -> None:
    shown = pages.browser("staff").client.get("/tokens/reference")
    assert shown.status_code == 200
    for path in pages.app.state.describe_api()["paths"]:
        assert f"/api/v1{path}<" in shown.text


def test_a_browser_of_another_site_cannot_use_the_interface(pages: Desk) -> None:
    secret = secret_in(make(pages, pages.browser("staff")))
    headers = {"Authorization": f"Bearer {secret}", "Sec-Fetch-Site": "cross-site"}
    assert TestClient(pages.app).post("/api/v1/reports", headers=headers).status_code == 403


def test_tokens_are_listed_within_sight_only(pages: Desk) -> None:
    make(pages, pages.browser("staff"))
    with transaction(pages.engine) as session:
        assert queries.of_scope(session, Scope("/999/", subtree=True)) == []
        assert len(queries.of_scope(session, Scope("/", subtree=True))) == 1
