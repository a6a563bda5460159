"""Signing in through the pages: by password, by mailed link and code, and what must not work."""

import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import text
from sqlmodel import col, select

from server.app import create_app
from server.db.engine import transaction
from server.db.tables import AuditEvent, Contact, Credential, Message, SignInLink, WebSession
from server.errors import InvalidInput
from server.services import accounts
from server.settings import Settings
from server.web.deps import BROWSER_COOKIE, SESSION_COOKIE
from server.web.pages.sign_in import safe_next
from tests import factories
from tests.factories import Desk

GOOD = "石头三斤半，豆腐二两八"
UNKNOWN = "nobody@office.example"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        with transaction(opened.engine) as session:
            contact = session.get_one(Contact, opened.town.people["staff"].id)
            accounts.set_password(session, contact, GOOD, now=factories.NOW)
        yield opened


def browser(desk: Desk) -> TestClient:
    """A browser in which nobody is signed in."""
    return TestClient(desk.app, follow_redirects=False)


def email(desk: Desk, who: str = "staff") -> str:
    return desk.town.people[who].email


def enter(client: TestClient, address: str, password: str, **more: str) -> Response:
    return client.post("/sign-in", data={"email": address, "password": password, **more})


def ask(client: TestClient, desk: Desk, who: str = "staff") -> tuple[str, str]:
    """Ask for a link; return the token and the code of the mail."""
    answer = client.post("/sign-in/link", data={"email": email(desk, who)})
    assert answer.status_code == 200
    with transaction(desk.engine) as session:
        message = session.exec(select(Message).order_by(col(Message.id).desc())).first()
        assert message
        assert message.kind == "sign_in"
        assert message.address == email(desk, who)
        return message.payload["token"], message.payload["code"]


def sessions(desk: Desk) -> int:
    with transaction(desk.engine) as session:
        return len(session.exec(select(WebSession)).all())


def run(desk: Desk, statement: str) -> None:
    with transaction(desk.engine) as session:
        session.connection().execute(text(statement))


# -- password ------------------------------------------------------------------------------------


def test_the_right_password_opens_the_first_page(desk: Desk) -> None:
    client = browser(desk)
    answer = enter(client, email(desk).upper(), GOOD)
    assert (answer.status_code, answer.headers["location"]) == (303, "/")
    assert client.get("/").status_code == 200


def test_a_wrong_password_and_an_unknown_person_get_the_same_answer(desk: Desk) -> None:
    client = browser(desk)
    wrong = enter(client, email(desk), "wrong password")
    unknown = enter(client, UNKNOWN, "wrong password")
    assert wrong.status_code == unknown.status_code == 401
    assert wrong.text.replace(email(desk), UNKNOWN) == unknown.text
    assert SESSION_COOKIE not in client.cookies


def test_somebody_without_a_password_cannot_enter_by_one(desk: Desk) -> None:
    assert enter(browser(desk), email(desk, "finance"), "").status_code == 401


def test_the_sixth_attempt_is_refused_even_with_the_right_password(desk: Desk) -> None:
    client = browser(desk)
    for _ in range(accounts.PASSWORD_TRIES):
        assert enter(client, email(desk), "wrong password").status_code == 401
    refused = enter(client, email(desk), GOOD)
    assert refused.status_code == 429
    assert "15 分钟后再试" in refused.text
    run(desk, "UPDATE sign_in_attempt SET at = at - interval '16 minutes'")
    assert enter(client, email(desk), GOOD).status_code == 303


def test_attempts_made_at_once_are_counted_one_after_another(desk: Desk) -> None:
    with ThreadPoolExecutor(12) as pool:
        answers = pool.map(lambda _: enter(browser(desk), email(desk), "wrong"), range(12))
        statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [401] * 5 + [429] * 7


def test_one_place_may_not_try_many_people(desk: Desk) -> None:
    client = browser(desk)
    run(
        desk,
        "INSERT INTO sign_in_attempt (key, at)"
        " SELECT 'password-from:testclient', now() FROM generate_series(1, 50)",
    )
    assert enter(client, UNKNOWN, "wrong").status_code == 429


def test_success_forgets_the_failures(desk: Desk) -> None:
    client = browser(desk)
    for _ in range(2):
        for _ in range(accounts.PASSWORD_TRIES - 1):
            enter(client, email(desk), "wrong password")
        assert enter(client, email(desk), GOOD).status_code == 303


def test_failures_of_a_known_person_are_on_record(desk: Desk) -> None:
    enter(browser(desk), email(desk), "wrong password")
    with transaction(desk.engine) as session:
        acts = [event.action for event in session.exec(select(AuditEvent))]
    assert acts == ["sign_in_refused"]


def test_passwords_are_kept_as_strong_hashes(desk: Desk) -> None:
    with transaction(desk.engine) as session:
        stored = session.exec(select(Credential)).one().password_hash
    assert stored.startswith("$argon2id$")
    assert "m=19456,t=2" in stored


@pytest.mark.parametrize(
    "weak", ["short", "财政局财政局财政局", "aaaaaaaaaaaa", "李文李文李文李文李文1"]
)
def test_a_weak_password_is_refused_with_its_reason(desk: Desk, weak: str) -> None:
    with transaction(desk.engine) as session:
        contact = session.get_one(Contact, desk.town.people["staff"].id)
        with pytest.raises(InvalidInput, match="密码太"):
            accounts.set_password(session, contact, weak, now=factories.NOW)


@pytest.mark.parametrize(
    "strong", ["一句便于记忆的话不必复杂", "x7" * 6 + "correct horse battery" * 4]
)
def test_long_passphrases_are_taken_whole(desk: Desk, strong: str) -> None:
    with transaction(desk.engine) as session:
        contact = session.get_one(Contact, desk.town.people["staff"].id)
        accounts.set_password(session, contact, strong, now=factories.NOW)
    assert enter(browser(desk), email(desk), strong[:-1]).status_code == 401
    assert enter(browser(desk), email(desk), strong).status_code == 303


def test_a_person_sets_a_password_and_other_browsers_are_signed_out(desk: Desk) -> None:
    here, there = desk.browser("finance"), desk.browser("finance")
    fields = {"csrf": here.csrf, "password": GOOD, "again": GOOD}
    assert here.client.post("/password", data=fields | {"again": "别的"}).status_code == 422
    answer = here.client.post("/password", data=fields)
    assert answer.status_code == 303
    assert here.client.get("/units").status_code == 200
    assert there.client.get("/units").status_code == 303
    assert enter(browser(desk), email(desk, "finance"), GOOD).status_code == 303


# -- mailed link ---------------------------------------------------------------------------------


def test_scanners_may_open_the_link_as_often_as_they_like(desk: Desk) -> None:
    client = browser(desk)
    token, _ = ask(client, desk)
    scanner = browser(desk)
    for _ in range(10):
        page = scanner.get(f"/sign-in/link/{token}")
        assert page.status_code == 200
        assert page.headers["referrer-policy"] == "no-referrer"
        scanner.head(f"/sign-in/link/{token}")
        scanner.options(f"/sign-in/link/{token}")
    assert sessions(desk) == 0
    assert client.post(f"/sign-in/link/{token}").status_code == 303
    assert client.get("/").status_code == 200


def test_a_scanner_that_presses_the_button_gets_nothing_and_spoils_nothing(desk: Desk) -> None:
    client = browser(desk)
    token, _ = ask(client, desk)
    refused = browser(desk).post(f"/sign-in/link/{token}")
    assert refused.status_code == 403
    assert "六位验证码" in refused.text
    assert client.post(f"/sign-in/link/{token}").status_code == 303


def test_another_device_enters_by_the_code_typed_where_it_was_asked_for(desk: Desk) -> None:
    client = browser(desk)
    _, code = ask(client, desk)
    assert browser(desk).post("/sign-in/code", data={"code": code}).status_code == 401
    assert client.post("/sign-in/code", data={"code": code}).status_code == 303
    assert client.post("/sign-in/code", data={"code": code}).status_code == 401
    assert sessions(desk) == 1


def test_a_few_wrong_codes_kill_the_link(desk: Desk) -> None:
    client = browser(desk)
    token, code = ask(client, desk)
    wrong = f"{(int(code) + 1) % 1_000_000:06d}"
    for _ in range(accounts.CODE_TRIES):
        assert client.post("/sign-in/code", data={"code": wrong}).status_code == 401
    assert client.post("/sign-in/code", data={"code": code}).status_code == 401
    assert client.post(f"/sign-in/link/{token}").status_code == 410


def test_one_place_may_not_guess_codes_of_many_links(desk: Desk) -> None:
    client = browser(desk)
    ask(client, desk)
    for _ in range(accounts.PLACE_CODES):
        client.post("/sign-in/code", data={"code": "abc"})
    assert client.post("/sign-in/code", data={"code": "abc"}).status_code == 429


def test_a_link_works_once(desk: Desk) -> None:
    client = browser(desk)
    token, _ = ask(client, desk)
    assert client.post(f"/sign-in/link/{token}").status_code == 303
    assert client.post(f"/sign-in/link/{token}").status_code == 410
    assert client.get(f"/sign-in/link/{token}").status_code == 410


def test_two_presses_at_once_make_one_session(desk: Desk) -> None:
    client = browser(desk)
    token, _ = ask(client, desk)
    cookie = client.cookies[BROWSER_COOKIE]

    def press(_: int) -> int:
        same = browser(desk)
        same.cookies.set(BROWSER_COOKIE, cookie)
        return same.post(f"/sign-in/link/{token}").status_code

    with ThreadPoolExecutor(8) as pool:
        statuses = sorted(pool.map(press, range(8)))
    assert statuses == [303] + [410] * 7
    assert sessions(desk) == 1


def test_a_link_ends_after_a_quarter_of_an_hour(desk: Desk) -> None:
    client = browser(desk)
    token, code = ask(client, desk)
    run(desk, "UPDATE sign_in_link SET expires_at = now() - interval '1 second'")
    assert client.get(f"/sign-in/link/{token}").status_code == 410
    assert client.post(f"/sign-in/link/{token}").status_code == 410
    assert client.post("/sign-in/code", data={"code": code}).status_code == 401
    with transaction(desk.engine) as session:
        link = session.exec(select(SignInLink)).one()
        message = session.exec(select(Message)).one()
    assert link.created_at + accounts.LINK_LIFE == message.not_after


def test_a_new_link_kills_the_older_one(desk: Desk) -> None:
    client = browser(desk)
    older, _ = ask(client, desk)
    newer, _ = ask(client, desk)
    assert client.post(f"/sign-in/link/{older}").status_code == 410
    assert client.post(f"/sign-in/link/{newer}").status_code == 303


def test_only_hashes_of_link_and_code_are_kept(desk: Desk) -> None:
    token, code = ask(browser(desk), desk)
    with transaction(desk.engine) as session:
        link = session.exec(select(SignInLink)).one()
    assert token not in link.model_dump_json()
    assert code not in (link.code_hash, link.token_hash)


def test_asking_for_an_unknown_address_looks_the_same_and_sends_nothing(desk: Desk) -> None:
    client = browser(desk)
    known = client.post("/sign-in/link", data={"email": email(desk)})
    unknown = client.post("/sign-in/link", data={"email": UNKNOWN})
    assert known.status_code == unknown.status_code == 200
    assert known.text.replace(email(desk), UNKNOWN) == unknown.text
    with transaction(desk.engine) as session:
        assert len(session.exec(select(Message)).all()) == 1


@pytest.mark.parametrize("address", ["known", UNKNOWN])
def test_the_fourth_link_within_a_quarter_of_an_hour_is_refused(desk: Desk, address: str) -> None:
    client = browser(desk)
    wanted = {"email": email(desk) if address == "known" else address}
    for _ in range(accounts.LINK_REQUESTS):
        assert client.post("/sign-in/link", data=wanted).status_code == 200
    assert client.post("/sign-in/link", data=wanted).status_code == 429


def test_who_was_retired_gets_no_link_and_uses_none(desk: Desk) -> None:
    client = browser(desk)
    token, _ = ask(client, desk)
    run(desk, "UPDATE contact SET active = false")
    assert client.post(f"/sign-in/link/{token}").status_code == 410
    client.post("/sign-in/link", data={"email": email(desk)})
    with transaction(desk.engine) as session:
        assert len(session.exec(select(Message)).all()) == 1


# -- sessions ------------------------------------------------------------------------------------


def test_signing_in_never_takes_over_a_given_session(desk: Desk) -> None:
    client = browser(desk)
    client.cookies.set(SESSION_COOKIE, "planted")
    answer = enter(client, email(desk), GOOD)
    given = re.search(f"{SESSION_COOKIE}=([^;]+)", answer.headers["set-cookie"])
    assert given
    assert given[1] != "planted"
    assert len(given[1]) >= 43


def test_signing_in_again_ends_the_session_before(desk: Desk) -> None:
    client = browser(desk)
    enter(client, email(desk), GOOD)
    before = client.cookies[SESSION_COOKIE]
    enter(client, email(desk), GOOD)
    stale = browser(desk)
    stale.cookies.set(SESSION_COOKIE, before)
    assert stale.get("/").status_code == 303
    assert sessions(desk) == 1


@pytest.mark.parametrize(
    ("column", "span"),
    [("last_seen_at", accounts.IDLE), ("created_at", accounts.ABSOLUTE)],
)
def test_sessions_end_when_idle_or_old(desk: Desk, column: str, span: timedelta) -> None:
    signed_in = desk.browser()
    limit = "expires_at" if column == "created_at" else column
    run(desk, f"UPDATE web_session SET {limit} = {limit} - interval '{span.seconds - 60} seconds'")
    assert signed_in.client.get("/").status_code == 200
    run(desk, f"UPDATE web_session SET {limit} = now() - interval '{span.seconds} seconds'")
    answer = signed_in.client.get("/units?q=财政")
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in?next=/units%3Fq%3D")


def test_a_fragment_is_never_answered_with_the_sign_in_page(desk: Desk) -> None:
    answer = browser(desk).get("/units", headers={"HX-Request": "true"})
    assert answer.status_code == 401
    assert answer.headers["hx-redirect"].startswith("/sign-in")
    assert answer.text == ""


def test_signing_out_kills_the_cookie_on_the_server(desk: Desk) -> None:
    signed_in = desk.browser()
    cookie = signed_in.client.cookies[SESSION_COOKIE]
    answer = signed_in.client.post("/sign-out", data={"csrf": signed_in.csrf})
    assert answer.headers["clear-site-data"]
    stale = browser(desk)
    stale.cookies.set(SESSION_COOKIE, cookie)
    assert stale.get("/").status_code == 303
    assert sessions(desk) == 0


def test_who_is_retired_is_out_at_once(desk: Desk) -> None:
    signed_in = desk.browser()
    run(desk, "UPDATE contact SET active = false")
    assert signed_in.client.get("/").status_code == 303


def test_cookies_are_closed_to_scripts_and_bound_to_the_host_under_tls(desk: Desk) -> None:
    plain = enter(browser(desk), email(desk), GOOD).headers["set-cookie"]
    assert "HttpOnly" in plain
    assert "SameSite=lax" in plain
    base = {"database_url": str(desk.engine.url.render_as_string(hide_password=False))}
    app = create_app(Settings(**base, base_url="https://duban.example"))
    client = TestClient(app, base_url="https://duban.example", follow_redirects=False)
    kept = enter(client, email(desk), GOOD).headers["set-cookie"]
    assert kept.startswith(f"__Host-{SESSION_COOKIE}=")
    assert "Secure" in kept
    assert "Domain" not in kept
    assert client.get("/").status_code == 200
    app.state.engine.dispose()


# -- where one goes after signing in ---------------------------------------------------------------


@pytest.mark.parametrize(
    "evil",
    [
        "//e.cn",
        "/\\e.cn",
        "\\\\e.cn",
        "/\t/e.cn",
        "/%09/e.cn\n",
        "https:e.cn",
        "https://e.cn",
        "///e.cn",
        "javascript:alert(1)",
        "@e.cn",
        "e.cn",
        "/\r\nSet-Cookie: a=b",
        "",
    ],
)
def test_the_way_on_never_leaves_this_site(desk: Desk, evil: str) -> None:
    assert safe_next(evil) == "/"
    answer = enter(browser(desk), email(desk), GOOD, next=evil)
    assert answer.headers["location"] == "/"
    assert "a=b" not in answer.headers.get("set-cookie", "")


@pytest.mark.parametrize("good", ["/", "/units/3", "/reminders/ledger?state=dead", "/units?q=财政"])
def test_the_way_on_within_this_site_is_kept(good: str) -> None:
    assert safe_next(good) == good
