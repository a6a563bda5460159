"""Who gets what from every route: the matrix is made from the router itself.

The objects in the addresses belong to the finance bureau of the first town. Whatever a request is
allowed to do is rolled back, so that every case starts from the same two towns.
"""

import pytest
from fastapi import FastAPI
from fastapi.testclient import TestClient

from server.domain.access import GRANTS, Permission
from tests.factories import Browser
from tests.two_towns import GUARDED, PEOPLE, TwoTowns, Way, ask

SHARED = {"/mailbox/{name}", "/mailbox/{name}/html"} | {
    f"/circulars/{{month}}{end}" for end in ("", ".docx", "/print", "/figures")
}
"""The development mailbox shows a trial's every mail to whoever may watch mail; a month is no
object: every office has its own circular of it."""
NOWHERE = 2_000_000_000
IDLE = ("/health/release", "/units/{unit_id}/contacts/{contact_id}/restore-address")
"""Acts on what these towns have none of: held mail, an address that refused."""


def anonymous(app: FastAPI) -> TestClient:
    return TestClient(app, follow_redirects=False)


def named(way: Way) -> str:
    return str(way)


OBJECTS = [way for way in GUARDED if "{" in way.template and way.template not in SHARED]


@pytest.mark.parametrize("way", GUARDED, ids=named)
def test_nobody_is_led_to_the_sign_in_page(towns: TwoTowns, way: Way) -> None:
    answer = ask(anonymous(towns.desk.app), way, towns.finance.path(way.template))
    assert answer.status_code == 303
    assert answer.headers["location"].startswith("/sign-in")
    assert answer.text == ""


@pytest.mark.parametrize("who", PEOPLE)
@pytest.mark.parametrize("way", GUARDED, ids=named)
def test_everybody_gets_what_role_and_place_allow(
    towns: TwoTowns, browsers: dict[str, Browser], way: Way, who: str
) -> None:
    role, in_sight = PEOPLE[who]
    browser = browsers[who]
    path = towns.finance.path(way.template)
    answer = ask(browser.client, way, path, browser.csrf)
    (permission,) = way.admitted
    if Permission(permission) not in GRANTS[role]:
        assert answer.status_code == 403
    elif way in OBJECTS and not in_sight:
        assert answer.status_code == 404
    else:
        assert answer.status_code in (200, 303, 409, 422, *([404] if way.template in IDLE else []))


@pytest.mark.parametrize("who", [who for who, (_, in_sight) in PEOPLE.items() if not in_sight])
@pytest.mark.parametrize("way", OBJECTS, ids=named)
def test_what_is_foreign_looks_like_what_does_not_exist(
    towns: TwoTowns, browsers: dict[str, Browser], way: Way, who: str
) -> None:
    browser, path = browsers[who], towns.finance.path(way.template)
    nowhere = way.template
    for name in (
        "unit_id",
        "contact_id",
        "matter_id",
        "report_id",
        "checklist_id",
        "message_id",
        "batch_id",
        "token_id",
        "rule_id",
        "setting_id",
        "template_id",
        "slip_id",
        "flood_id",
        "notice_id",
        "channel_id",
    ):
        nowhere = nowhere.replace("{" + name + "}", str(NOWHERE))
    nowhere = nowhere.replace("{entry_id}", str(towns.finance.entry))
    nowhere = nowhere.replace("{file_id}", str(towns.finance.file))
    nowhere = nowhere.replace("{finding_id}", str(towns.finance.finding))
    nowhere = nowhere.replace("{sending_id}", str(towns.finance.sending))
    nowhere = nowhere.replace("{other_id}", str(towns.finance.report))
    foreign = ask(browser.client, way, path, browser.csrf)
    missing = ask(browser.client, way, nowhere, browser.csrf)
    assert foreign.status_code == missing.status_code
    # The language switch repeats the address that was asked for.
    assert foreign.text.replace(f'{path}"', f'{nowhere}"') == missing.text
    told = [{**each.headers, "content-length": ""} for each in (foreign, missing)]
    assert told[0] == told[1]


def test_an_own_report_does_not_lead_to_a_foreign_entry(
    towns: TwoTowns, browsers: dict[str, Browser]
) -> None:
    staff = browsers["staff"]
    path = f"/reports/{towns.finance.report}/entries/{towns.schools.entry}"
    answer = staff.client.post(path, data={"csrf": staff.csrf, "act": "drop", "version": "1"})
    assert answer.status_code == 404
    path = f"/units/{towns.finance.unit}/contacts/{towns.schools.contact}/retire"
    assert staff.client.post(path, data={"csrf": staff.csrf}).status_code == 404


def test_an_own_matter_does_not_lead_to_a_foreign_item(
    towns: TwoTowns, browsers: dict[str, Browser]
) -> None:
    for who in ("finance", "staff"):
        data = {"csrf": browsers[who].csrf, "act": "tick", "done": "1"}
        path = f"/matters/{towns.finance.commitment}"
        foreign = data | {"item": str(towns.schools.item)}
        assert browsers[who].client.post(path, data=foreign).status_code == 404
        own = data | {"item": str(towns.finance.item)}
        assert browsers[who].client.post(path, data=own).status_code == 303


@pytest.mark.parametrize("act", ["confirm", "return", "reopen"])
def test_a_unit_cannot_do_what_is_the_offices(
    towns: TwoTowns, browsers: dict[str, Browser], act: str
) -> None:
    for who in ("finance", "lead"):
        data = {"csrf": browsers[who].csrf, "act": act, "reason": "自己来", "note": ""}
        answer = browsers[who].client.post(f"/matters/{towns.finance.commitment}", data=data)
        assert answer.status_code == 422
        assert "不认识的操作" in answer.text
