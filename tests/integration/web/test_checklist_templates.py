"""An office adapts its checklist templates in the browser; lists are generated again by choice."""

import re
from collections.abc import Iterator
from html import unescape
from typing import Any

import pytest
from sqlmodel import Session, col, select

from server.db.engine import transaction
from server.db.tables import AuditEvent, Checklist, ChecklistItem, Matter, OfficeRule
from tests import factories
from tests.factories import NOW, Browser, Desk


@pytest.fixture
def desk(copies: Any) -> Iterator[Desk]:
    with (
        copies.of(factories.town_with_ledger) as (url, town),
        factories.entered(url, town) as opened,
    ):
        yield opened


def form(browser: Browser, path: str) -> dict[str, str]:
    """Return the fields of the edit form as a browser would send them unchanged."""
    page = browser.client.get(path).text
    body = page[page.index('class="policy"') :]
    fields: dict[str, str] = {"csrf": browser.csrf}
    for name, rest in re.findall(r'name="([\w-]+)"([^>]*)>', body):
        value = re.search(r'value="([^"]*)"', rest)
        if not name.startswith("each-") or "checked" in rest:
            fields[name] = unescape(value[1]) if value else ""
    for name, text in re.findall(r'<textarea[^>]*name="([^"]+)"[^>]*>([^<]*)</textarea>', body):
        fields[name] = unescape(text)
    for name, options in re.findall(
        r'<select[^>]*name="([^"]+)"[^>]*>(.*?)</select>', body, re.DOTALL
    ):
        chosen = re.search(r'value="([^"]*)" selected', options) or re.search(
            r'value="([^"]*)"', options
        )
        fields[name] = chosen[1] if chosen else ""
    return fields


def row_of(fields: dict[str, str], key: str) -> str:
    return next(name.removeprefix("key-") for name, value in fields.items() if value == key)


def adapted(browser: Browser, **changes: str) -> str:
    """Draft templates whose channel row is changed; return the draft's address."""
    fields = form(browser, "/checklists/templates/edit")
    row = row_of(fields, "channel")
    fields |= {f"{name}-{row}": value for name, value in changes.items()}
    answer = browser.client.post("/checklists/templates/edit", data=fields | {"reason": "本镇实际"})
    assert answer.status_code == 303, re.findall(r"invalid-feedback[^>]*>([^<]*)", answer.text)
    return answer.headers["location"]


def confirmed(browser: Browser, **changes: str) -> None:
    answer = browser.client.post(
        adapted(browser, **changes), data={"csrf": browser.csrf, "act": "confirm"}
    )
    assert answer.headers["location"].endswith("done=templates_in_force")


def items(session: Session, unit_id: int) -> list[ChecklistItem]:
    statement = (
        select(ChecklistItem)
        .join(Checklist, col(Checklist.id) == col(ChecklistItem.checklist_id))
        .where(Checklist.unit_id == unit_id, col(ChecklistItem.active))
        .order_by(col(ChecklistItem.ordinal))
    )
    return list(session.exec(statement))


def lists(desk: Desk) -> dict[int, int]:
    """Return unit -> checklist."""
    with transaction(desk.engine) as session:
        return {each.unit_id: each.id for each in session.exec(select(Checklist))}


NEW = "开通村级公开群，每周发布不少于2条"


def test_what_is_kept_unchanged_is_what_is_in_force(desk: Desk) -> None:
    browser = desk.browser()
    draft = browser.client.get(adapted(browser)).text
    assert "与现行模板的不同" not in draft
    assert "其中 0 份会有变化" in draft


def test_a_draft_shows_what_it_would_change_and_changes_nothing(desk: Desk) -> None:
    browser = desk.browser()
    page = browser.client.get(adapted(browser, target=NEW)).text
    assert "其中 2 份会有变化" in page
    assert NEW in page
    assert "现有清单不变" in page
    with transaction(desk.engine) as session:
        assert not [each for each in items(session, desk.town.finance.id) if NEW in each.what]


def test_templates_in_force_hold_for_lists_generated_from_then_on(desk: Desk) -> None:
    browser = desk.browser()
    confirmed(browser, target=NEW)
    page = browser.client.get("/checklists/templates").text
    assert "本办公室自定 第1版" in page
    assert NEW in page
    with transaction(desk.engine) as session:
        assert not [each for each in items(session, desk.town.finance.id) if NEW in each.what]
        acts = session.exec(select(AuditEvent.action)).all()
        assert {"draft_rule", "confirm_rule"} <= set(acts)
    number = lists(desk)[desk.town.finance.id]
    shown = browser.client.get(f"/checklists/{number}/renew").text
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    data = {"csrf": browser.csrf, "seen": seen[1]}
    browser.client.post(f"/checklists/{number}/renew", data=data)
    with transaction(desk.engine) as session:
        assert [each for each in items(session, desk.town.finance.id) if NEW in each.what]
        assert not [each for each in items(session, desk.town.schools.id) if NEW in each.what]


def test_the_default_returns_and_versions_are_kept(desk: Desk) -> None:
    browser = desk.browser()
    confirmed(browser, target=NEW)
    draft = browser.client.post("/checklists/templates/reset", data={"csrf": browser.csrf})
    data = {"csrf": browser.csrf, "act": "confirm"}
    browser.client.post(draft.headers["location"], data=data)
    page = browser.client.get("/checklists/templates").text
    assert "系统默认" in page
    assert "（恢复默认）" in page
    assert NEW not in page
    again = browser.client.post("/checklists/templates/reset", data={"csrf": browser.csrf})
    assert again.status_code == 409
    with transaction(desk.engine) as session:
        states = session.exec(select(OfficeRule.state).order_by(col(OfficeRule.version))).all()
    assert states == ["past", "in_force"]


def test_a_draft_may_be_given_up_and_is_confirmed_once(desk: Desk) -> None:
    browser = desk.browser()
    path = adapted(browser, target=NEW)
    data = {"csrf": browser.csrf}
    assert browser.client.post(path, data=data | {"act": "confirm"}).status_code == 303
    assert browser.client.post(path, data=data | {"act": "confirm"}).status_code == 409
    path = adapted(browser, target="另一种")
    answer = browser.client.post(path, data=data | {"act": "drop"})
    assert answer.headers["location"].endswith("done=templates_dropped")
    assert browser.client.get(path).status_code == 404


def test_faults_are_told_at_their_row_and_what_was_typed_stays(desk: Desk) -> None:
    browser = desk.browser()
    fields = form(browser, "/checklists/templates/edit")
    row = row_of(fields, "channel")
    fields |= {f"target-{row}": "", f"days-{row}": "三天", f"proof-{row}": "照片两张"}
    answer = browser.client.post("/checklists/templates/edit", data=fields | {"reason": "试"})
    assert answer.status_code == 422
    assert "请填写完成标准；工作日数应在 10 至 250 之间" in answer.text
    assert "照片两张" in answer.text


def test_a_reason_is_needed(desk: Desk) -> None:
    browser = desk.browser()
    fields = form(browser, "/checklists/templates/edit")
    answer = browser.client.post("/checklists/templates/edit", data=fields | {"reason": " "})
    assert answer.status_code == 422
    assert "请填写理由" in answer.text


def test_a_row_is_added_and_another_dropped(desk: Desk) -> None:
    browser = desk.browser()
    fields = form(browser, "/checklists/templates/edit")
    gone = row_of(fields, "channel")
    fields |= {f"target-{gone}": "", f"words-{gone}": "", f"proof-{gone}": ""}
    new = next(name.removeprefix("key-") for name in fields
               if name.startswith("key-") and not fields[name])  # fmt: skip
    fields |= {f"target-{new}": "建立公开员例会", f"words-{new}": "例会，碰头会",
               f"proof-{new}": "会议记录", f"days-{new}": "30"}  # fmt: skip
    answer = browser.client.post("/checklists/templates/edit", data=fields | {"reason": "试"})
    page = browser.client.get(answer.headers["location"]).text
    assert "建立公开员例会" in page
    assert "例会、碰头会" in page
    assert "开始后 30 个工作日" in page
    assert page.count("－ 移出") == 1 + page.count('－ 移出</b> <span lang="zh-CN">拓宽')


def test_many_lists_are_generated_again_as_they_were_shown(desk: Desk) -> None:
    browser = desk.browser()
    confirmed(browser, target=NEW)
    page = browser.client.get("/checklists/renew?year=2026").text
    seen = dict(re.findall(r'name="(seen-\d+)" value="(\w+)"', page))
    assert len(seen) == 2
    data = {"csrf": browser.csrf, "year": "2026", **seen}
    assert browser.client.post("/checklists/renew", data=data).status_code == 409
    chosen = data | {"unit": str(desk.town.finance.id)}
    assert browser.client.post("/checklists/renew", data=chosen).status_code == 303
    with transaction(desk.engine) as session:
        assert [each for each in items(session, desk.town.finance.id) if NEW in each.what]
        assert not [each for each in items(session, desk.town.schools.id) if NEW in each.what]
    assert "另有 1 份清单没有变化" in browser.client.get("/checklists/renew?year=2026").text


def test_what_changed_since_it_was_shown_is_shown_again_and_nothing_is_done(desk: Desk) -> None:
    browser = desk.browser()
    confirmed(browser, target=NEW)
    page = browser.client.get("/checklists/renew?year=2026").text
    seen = dict(re.findall(r'name="(seen-\d+)" value="(\w+)"', page))
    with transaction(desk.engine) as session:
        for item in items(session, desk.town.schools.id):
            item.note = "正在办"
    units = [str(desk.town.finance.id), str(desk.town.schools.id)]
    data = {"csrf": browser.csrf, "year": "2026", "unit": units, **seen}
    answer = browser.client.post("/checklists/renew", data=data)
    assert answer.status_code == 409
    assert "预览之后清单又有变化" in answer.text
    with transaction(desk.engine) as session:
        assert not [each for each in items(session, desk.town.finance.id) if NEW in each.what]


def act(browser: Browser, number: int, **data: str) -> int:
    path = f"/checklists/{number}/items"
    return browser.client.post(path, data={"csrf": browser.csrf, **data}).status_code


def test_an_own_item_and_an_own_date_survive_generating_again(desk: Desk) -> None:
    browser, number = desk.browser(), lists(desk)[desk.town.finance.id]
    with transaction(desk.engine) as session:
        first = items(session, desk.town.finance.id)[0]
    own = {"act": "add", "commitment": str(first.commitment_id), "what": "张贴公开栏照片",
           "proof": "照片", "owner": "unit_lead", "by_when": "2026-12-10"}  # fmt: skip
    assert act(browser, number, **own) == 303
    dated = {"act": "date", "item": str(first.id), "version": str(first.row_version),
             "by_when": "2026-12-11", "reason": "等县里平台改版"}  # fmt: skip
    assert act(browser, number, **dated) == 303
    assert act(browser, number, **dated) == 409
    confirmed(browser, target=NEW)
    shown = browser.client.get(f"/checklists/{number}/renew").text
    assert "由人增加，予以保留" in shown
    seen = re.search(r'name="seen" value="(\w+)"', shown)
    assert seen
    browser.client.post(f"/checklists/{number}/renew", data={"csrf": browser.csrf, "seen": seen[1]})
    with transaction(desk.engine) as session:
        kept = items(session, desk.town.finance.id)
        dates = {each.what: each.by_when.isoformat() for each in kept}
        assert dates["张贴公开栏照片"] == "2026-12-10"
        assert next(e for e in kept if e.id == first.id).by_when.isoformat() == "2026-12-11"
        matter = session.exec(
            select(Matter).where(Matter.commitment_id == first.commitment_id)
        ).one()
        assert matter.due_on.isoformat() == "2026-12-11"
        acts = set(session.exec(select(AuditEvent.action)).all())
        assert {"add_item", "date_item"} <= acts


@pytest.mark.parametrize(
    "wrong",
    [
        {"what": " "},
        {"proof": "长" * 121},
        {"owner": "group_leader"},
        {"by_when": "2027-01-05"},
        {"by_when": "2020-01-05"},
        {"by_when": "某日"},
    ],
)
def test_an_own_item_that_is_not_whole_is_refused(desk: Desk, wrong: dict[str, str]) -> None:
    browser, number = desk.browser(), lists(desk)[desk.town.finance.id]
    with transaction(desk.engine) as session:
        commitment = items(session, desk.town.finance.id)[0].commitment_id
    own = {"act": "add", "commitment": str(commitment), "what": "做", "proof": "照片",
           "owner": "unit_lead", "by_when": "2026-12-10"}  # fmt: skip
    assert act(browser, number, **(own | wrong)) == 422


def test_only_an_unanswered_own_item_is_taken_back(desk: Desk) -> None:
    browser, number = desk.browser(), lists(desk)[desk.town.finance.id]
    with transaction(desk.engine) as session:
        first = items(session, desk.town.finance.id)[0]
    own = {"act": "add", "commitment": str(first.commitment_id), "what": "张贴", "proof": "照片",
           "owner": "unit_lead", "by_when": "2026-12-10"}  # fmt: skip
    act(browser, number, **own)
    with transaction(desk.engine) as session:
        added = next(each for each in items(session, desk.town.finance.id) if each.own)
    remove = {"act": "remove", "version": "1"}
    assert act(browser, number, item=str(first.id), **remove) == 409
    assert act(browser, number, item=str(added.id), **remove) == 303
    assert act(browser, number, item=str(added.id), **remove) == 404
    assert act(browser, number, item=str(first.id), version="1", act="else") == 422


def test_what_is_answered_closed_or_foreign_is_not_changed(desk: Desk) -> None:
    browser, number = desk.browser(), lists(desk)[desk.town.finance.id]
    with transaction(desk.engine) as session:
        first, second = items(session, desk.town.finance.id)[:2]
        first.ticked_at = NOW
        other = session.exec(
            select(Matter).where(Matter.commitment_id == second.commitment_id)
        ).one()
        other.state = "closed"
        foreign = items(session, desk.town.schools.id)[0]
    dated = {"act": "date", "version": "1", "by_when": "2026-12-11", "reason": "等"}
    assert act(browser, number, **dated, item=str(first.id)) == 409
    assert act(browser, number, **dated, item=str(second.id)) == 409
    assert act(browser, number, **dated, item=str(foreign.id)) == 404
    assert act(browser, number, **(dated | {"reason": ""}), item=str(first.id)) == 422
    own = {"act": "add", "commitment": str(foreign.commitment_id), "what": "做", "proof": "照片",
           "owner": "unit_lead", "by_when": "2026-12-10"}  # fmt: skip
    assert act(browser, number, **own) == 404


@pytest.mark.parametrize("who", ["finance", "leader"])
def test_only_the_office_adapts(desk: Desk, who: str) -> None:
    browser = desk.browser(who)
    for path in ("/checklists/templates", "/checklists/templates/edit", "/checklists/renew"):
        assert browser.client.get(path).status_code == 403
