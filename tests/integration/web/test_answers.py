"""Answering a matter from a mail's link and signed in; the office confirms, returns, reopens."""

import html
import re
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlmodel import col, select

from server.app import create_app
from server.db.engine import transaction
from server.db.tables import (
    ChecklistItem,
    Contact,
    Matter,
    Message,
    Obligation,
    Reply,
    ReplyLink,
)
from server.services import reply_links
from server.settings import Settings
from tests import factories
from tests.factories import Browser
from tests.two_towns import SECRET, Owned, TwoTowns, snapshot

URL = "https://www.qs.example/zfxxgk/nb/2026.html"


@pytest.fixture
def towns(own_towns: TwoTowns) -> TwoTowns:
    return own_towns


@pytest.fixture
def mail(towns: TwoTowns) -> TestClient:
    """A browser in which nobody is signed in, as a link from a mail opens it."""
    return TestClient(towns.desk.app, follow_redirects=False)


def link(towns: TwoTowns, matter_id: int, who: str = "finance") -> str:
    with transaction(towns.engine) as session:
        contact = towns.desk.town.people[who].id
        token = reply_links.ensure_link(session, SECRET, matter_id, contact, now=factories.NOW)
    return f"/r/{token}"


def matter(towns: TwoTowns, matter_id: int) -> Matter:
    with transaction(towns.engine) as session:
        return session.get_one(Matter, matter_id)


def act(browser: Browser, matter_id: int, act: str, **fields: str) -> Response:
    data = {"csrf": browser.csrf, "act": act, **fields}
    return browser.client.post(f"/matters/{matter_id}", data=data)


def said(towns: TwoTowns, matter_id: int) -> list[tuple[str, str]]:
    with transaction(towns.engine) as session:
        rows = session.exec(
            select(Reply.act, Reply.via).where(Reply.matter_id == matter_id).order_by(col(Reply.id))
        )
        return list(rows)


def mails(towns: TwoTowns, kind: str) -> list[str]:
    with transaction(towns.engine) as session:
        return [each.address for each in session.exec(select(Message).where(Message.kind == kind))]


# -- the link --------------------------------------------------------------------------------------


def test_opening_the_link_shows_its_matter_and_changes_nothing(
    towns: TwoTowns, mail: TestClient
) -> None:
    before = snapshot(towns.engine)
    for _ in range(10):
        page = mail.get(f"/r/{towns.finance.token}")
        mail.head(f"/r/{towns.finance.token}")
    assert page.status_code == 200
    assert "打开页面不会改变任何内容" in page.text
    assert page.headers["referrer-policy"] == "no-referrer"
    assert snapshot(towns.engine) == before


def test_the_page_leads_nowhere_but_to_its_own_matter(towns: TwoTowns, mail: TestClient) -> None:
    page = mail.get(f"/r/{towns.finance.token}").text
    actions = set(re.findall(r'action="([^"]+)"', page))
    assert actions == {f"/r/{towns.finance.token}", "/language"}
    inside = {href for href in re.findall(r'href="(/[^"]*)"', page) if "/static/" not in href}
    assert inside <= {"/", "#content"}


def test_everything_a_unit_does_works_from_the_link(towns: TwoTowns, mail: TestClient) -> None:
    path, owned = f"/r/{towns.finance.token}", towns.finance
    for fields in (
        {"act": "acknowledge"},
        {"act": "acknowledge"},
        {"act": "tick", "item": str(owned.item), "done": "1", "evidence": "青财〔2026〕3号"},
        {"act": "tick", "item": str(owned.item), "done": "0"},
        {"act": "note", "note": "月底前完成"},
        {"act": "submit", "note": "已完成"},
    ):
        answer = mail.post(path, data=fields)
        assert (answer.status_code, answer.headers["location"][:3]) == (303, "/r/")
    # Signed once: for the matter, and for the slip issued on it.
    acts = ("acknowledge", "acknowledge", "tick", "untick", "note", "submit")
    assert said(towns, owned.commitment)[1:] == [(each, "link") for each in acts]
    assert matter(towns, owned.commitment).state == "answered"


def test_a_report_is_filed_from_the_link_and_its_address_must_be_whole(
    towns: TwoTowns, mail: TestClient
) -> None:
    path = link(towns, towns.finance.milestone)
    for wrong in (
        "",
        "www.qs.example/nb",
        "javascript:alert(1)",
        "https://a b",
        f"https://{'x' * 3000}",
    ):
        refused = mail.post(path, data={"act": "file", "url": wrong, "note": "请查收"})
        assert refused.status_code == 422
        assert "请查收" in refused.text  # what was typed is not lost
    assert mail.post(path, data={"act": "file", "url": URL}).status_code == 303
    with transaction(towns.engine) as session:
        duty = session.get_one(Obligation, matter(towns, towns.finance.milestone).obligation_id)
        assert (duty.state, duty.publication_url) == ("filed", URL)


@pytest.mark.parametrize("act", ["confirm", "return", "reopen", "", "drop table"])
def test_the_link_gives_none_of_the_offices_rights(
    towns: TwoTowns, mail: TestClient, act: str
) -> None:
    answer = mail.post(f"/r/{towns.finance.token}", data={"act": act, "reason": "x"})
    assert answer.status_code == 422
    assert matter(towns, towns.finance.commitment).state == "open"


def test_items_of_another_matter_are_out_of_the_links_reach(
    towns: TwoTowns, mail: TestClient
) -> None:
    with transaction(towns.engine) as session:
        mine = session.get_one(ChecklistItem, towns.finance.item)
        other = session.exec(
            select(ChecklistItem).where(
                ChecklistItem.checklist_id == mine.checklist_id,
                ChecklistItem.commitment_id != mine.commitment_id,
            )
        ).first()
        assert other
    for item in (other.id, towns.schools.item, 10**9):
        tick = {"act": "tick", "item": str(item), "done": "1"}
        assert mail.post(f"/r/{towns.finance.token}", data=tick).status_code == 404
    with transaction(towns.engine) as session:
        assert not [each for each in session.exec(select(ChecklistItem)) if each.ticked_at]


@pytest.mark.parametrize("token", ["x", "A" * 43, "0", "%00", "测试"])
def test_an_invented_token_is_not_found(mail: TestClient, token: str) -> None:
    assert mail.get(f"/r/{token}").status_code == 404
    assert mail.post(f"/r/{token}", data={"act": "acknowledge"}).status_code == 404


def test_a_token_made_with_another_secret_is_not_found(towns: TwoTowns, mail: TestClient) -> None:
    owned = towns.finance
    forged = reply_links.reply_token("another secret", owned.commitment, owned.contact)
    assert mail.get(f"/r/{forged}").status_code == 404
    unsent = reply_links.reply_token(SECRET, towns.schools.commitment, owned.contact)
    assert mail.get(f"/r/{unsent}").status_code == 404  # derived, never sent to anybody


def test_only_the_hash_of_a_token_is_kept(towns: TwoTowns) -> None:
    with transaction(towns.engine) as session:
        kept = [each.model_dump_json() for each in session.exec(select(ReplyLink))]
    assert kept
    assert not any(towns.finance.token in each for each in kept)


def close(towns: TwoTowns, owned: Owned) -> None:
    assert act(towns.desk.browser("finance"), owned.commitment, "submit").status_code == 303
    assert act(towns.desk.browser("staff"), owned.commitment, "confirm").status_code == 303


def test_the_link_dies_when_its_matter_closes_and_lives_when_it_is_reopened(
    towns: TwoTowns, mail: TestClient
) -> None:
    path = f"/r/{towns.finance.token}"
    close(towns, towns.finance)
    for answer in (mail.get(path), mail.post(path, data={"act": "note", "note": "再说"})):
        assert answer.status_code == 404
        assert "已经办结" in answer.text
    act(towns.desk.browser("staff"), towns.finance.commitment, "reopen", reason="佐证打不开")
    assert mail.get(path).status_code == 200


def test_the_link_dies_with_its_holder_and_when_revoked(towns: TwoTowns, mail: TestClient) -> None:
    path = f"/r/{towns.finance.token}"
    with transaction(towns.engine) as session:
        session.exec(select(ReplyLink)).all()[0].revoked_at = factories.NOW
    with transaction(towns.engine) as session:
        session.get_one(Contact, towns.schools.contact).active = False
    assert mail.get(path).status_code == 404
    assert mail.get(f"/r/{towns.schools.token}").status_code == 404


def test_an_office_that_wants_no_links_switches_them_off(towns: TwoTowns) -> None:
    url = towns.engine.url.render_as_string(hide_password=False)
    app = create_app(Settings(database_url=url, reply_links=False))
    mail = TestClient(app, follow_redirects=False)
    for answer in (mail.get(f"/r/{towns.finance.token}"), mail.post(f"/r/{towns.finance.token}")):
        assert answer.status_code == 403
        assert "请登录系统办理" in answer.text
    app.state.engine.dispose()


def test_a_signed_in_browser_gains_nothing_through_a_link(towns: TwoTowns) -> None:
    staff = towns.desk.browser("staff")
    data = {"act": "confirm", "csrf": staff.csrf}
    assert staff.client.post(f"/r/{towns.finance.token}", data=data).status_code == 422


# -- the office ------------------------------------------------------------------------------------


def test_the_office_confirms_and_the_unit_is_told(towns: TwoTowns) -> None:
    close(towns, towns.finance)
    done = matter(towns, towns.finance.commitment)
    assert (done.state, done.next_stage_on) == ("closed", None)
    assert mails(towns, "confirmed") == [towns.desk.town.people["finance"].email]


def test_the_office_returns_with_a_reason_and_the_unit_is_told(towns: TwoTowns) -> None:
    owned, staff = towns.finance, towns.desk.browser("staff")
    act(towns.desk.browser("finance"), owned.milestone, "file", url=URL)
    refused = act(staff, owned.milestone, "return", reason="  ")
    assert refused.status_code == 422
    assert "请写明退回的理由" in refused.text
    assert matter(towns, owned.milestone).state == "answered"
    assert act(staff, owned.milestone, "return", reason="缺统计表").status_code == 303
    returned = matter(towns, owned.milestone)
    assert (returned.state, returned.return_reason) == ("returned", "缺统计表")
    assert mails(towns, "returned") == [towns.desk.town.people["finance"].email]
    with transaction(towns.engine) as session:
        assert session.get_one(Obligation, returned.obligation_id).state == "open"
    assert act(towns.desk.browser("finance"), owned.milestone, "file", url=URL).status_code == 303


def test_confirming_the_publication_ends_the_whole_duty(towns: TwoTowns) -> None:
    owned = towns.finance
    act(towns.desk.browser("finance"), owned.milestone, "file", url=URL)
    act(towns.desk.browser("staff"), owned.milestone, "confirm")
    with transaction(towns.engine) as session:
        duty = session.get_one(Obligation, matter(towns, owned.milestone).obligation_id)
        assert duty.state == "confirmed"
        steps = session.exec(select(Matter).where(Matter.obligation_id == duty.id)).all()
    assert len(steps) == 5
    assert {step.state for step in steps} == {"closed"}


def test_reopening_takes_the_closing_back(towns: TwoTowns) -> None:
    owned, staff = towns.finance, towns.desk.browser("staff")
    close(towns, owned)
    assert act(staff, owned.commitment, "reopen", reason="").status_code == 422
    assert act(staff, owned.commitment, "reopen", reason="佐证打不开").status_code == 303
    again = matter(towns, owned.commitment)
    assert (again.state, again.return_reason) == ("returned", "佐证打不开")
    assert again.next_stage_on is not None
    assert len(mails(towns, "returned")) == 1


@pytest.mark.parametrize("second", ["confirm", "return"])
def test_acting_twice_is_told_and_changes_nothing_more(towns: TwoTowns, second: str) -> None:
    close(towns, towns.finance)
    staff = towns.desk.browser("staff")
    before = snapshot(towns.engine)
    answer = act(staff, towns.finance.commitment, second, reason="再看")
    assert answer.status_code == 409
    assert "请刷新页面" in answer.text
    assert snapshot(towns.engine) == before


def test_confirming_and_returning_at_once_ends_in_one_of_them(towns: TwoTowns) -> None:
    owned = towns.finance
    act(towns.desk.browser("finance"), owned.commitment, "submit")
    browsers = [towns.desk.browser("staff") for _ in range(4)]
    acts = ["confirm", "return", "confirm", "return"]
    with ThreadPoolExecutor(4) as pool:
        answers = pool.map(
            lambda each: act(each[0], owned.commitment, each[1], reason="缺佐证"),
            zip(browsers, acts, strict=True),
        )
        statuses = sorted(answer.status_code for answer in answers)
    assert statuses == [303, 409, 409, 409]
    assert len(mails(towns, "confirmed") + mails(towns, "returned")) == 1


@pytest.mark.parametrize("act_", ["acknowledge", "tick", "note", "submit"])
def test_what_is_answered_is_not_changed_any_more(towns: TwoTowns, act_: str) -> None:
    owned, officer = towns.finance, towns.desk.browser("finance")
    act(officer, owned.commitment, "submit")
    again = act(officer, owned.commitment, act_, item=str(owned.item), done="1", note="再改")
    assert again.status_code == 409


def test_nobody_confirms_what_they_answered_themselves(towns: TwoTowns) -> None:
    staff, owned = towns.desk.browser("staff"), towns.finance
    assert act(staff, owned.milestone, "file", url=URL).status_code == 303
    refused = act(staff, owned.milestone, "confirm")
    assert refused.status_code == 403
    assert "另一位同志" in refused.text


def test_a_milestone_is_filed_and_a_commitment_is_submitted(towns: TwoTowns) -> None:
    officer = towns.desk.browser("finance")
    assert act(officer, towns.finance.commitment, "file", url=URL).status_code == 409
    assert act(officer, towns.finance.milestone, "submit").status_code == 409


def test_what_another_entered_meanwhile_is_not_overwritten(towns: TwoTowns) -> None:
    owned, officer, lead = towns.finance, towns.desk.browser("finance"), towns.desk.browser("lead")
    page = lead.client.get(f"/matters/{owned.commitment}").text
    version = re.search(rf'name="item" value="{owned.item}"><input[^>]*value="(\d+)"', page)
    assert version
    tick = {"item": str(owned.item), "done": "1", "version": version[1]}
    assert act(officer, owned.commitment, "tick", evidence="文号一", **tick).status_code == 303
    assert act(lead, owned.commitment, "tick", evidence="", **tick).status_code == 409
    with transaction(towns.engine) as session:
        assert session.get_one(ChecklistItem, owned.item).evidence == "文号一"


@pytest.mark.parametrize(
    "fields",
    [
        {"act": "note", "note": "", "evidence": " "},
        {"act": "note", "note": "长" * 2001},
        {"act": "tick", "item": "", "done": "1"},
        {"act": "tick", "item": "²", "done": "1"},
        {"act": "tick", "item": "9" * 30, "done": "1"},
        {"act": "note", "note": "含有\x00控制字符"},
    ],
    ids=str,
)
def test_what_cannot_be_used_is_told_and_changes_nothing(
    towns: TwoTowns, fields: dict[str, str]
) -> None:
    officer = towns.desk.browser("finance")
    before = snapshot(towns.engine)
    data = {"csrf": officer.csrf, **fields}
    answer = officer.client.post(f"/matters/{towns.finance.commitment}", data=data)
    assert answer.status_code == 422
    assert re.search(r"请|不能", answer.text)
    assert snapshot(towns.engine) == before


HOSTILE = ["<script>alert(1)</script>", '"><img src=x onerror=alert(1)>', "{{7*7}}", "${7*7}"]


@pytest.mark.parametrize("words", HOSTILE)
def test_what_people_write_is_shown_as_text(towns: TwoTowns, words: str) -> None:
    owned, officer = towns.finance, towns.desk.browser("finance")
    act(officer, owned.commitment, "note", note=words, evidence=words)
    page = towns.desk.browser("staff").client.get(f"/matters/{owned.commitment}").text
    assert "<script>alert" not in page
    assert "<img src=x" not in page
    assert words in html.unescape(page)
