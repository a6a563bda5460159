"""No change without the form's own token, none for another site, none by looking."""

import pytest

from tests.factories import Browser
from tests.two_towns import GUARDED, WAYS, TwoTowns, Way, snapshot


def named(way: Way) -> str:
    return str(way)


@pytest.mark.parametrize("way", [way for way in GUARDED if way.method == "POST"], ids=named)
@pytest.mark.parametrize("proof", ["none", "empty", "another's", "in the query"])
def test_no_change_without_the_forms_own_token(
    towns: TwoTowns, browsers: dict[str, Browser], way: Way, proof: str
) -> None:
    browser, path = browsers["staff"], towns.finance.path(way.template)
    data = {"none": {}, "empty": {"csrf": ""}, "another's": {"csrf": browsers["lead"].csrf}}
    if proof == "in the query":
        path += f"?csrf={browser.csrf}"
    answer = browser.client.post(path, data=data.get(proof, {}))
    assert answer.status_code == 403
    assert "页面已过期" in answer.text


SENDERS = [
    {"sec-fetch-site": "cross-site"},
    {"sec-fetch-site": "same-site"},
    {"origin": "https://evil.example"},
    {"origin": "null"},
]


@pytest.mark.parametrize("sender", SENDERS, ids=str)
@pytest.mark.parametrize("way", [way for way in WAYS if way.method == "POST"], ids=named)
def test_no_change_for_another_site_even_with_the_token(
    towns: TwoTowns, browsers: dict[str, Browser], way: Way, sender: dict[str, str]
) -> None:
    browser, path = browsers["staff"], towns.finance.path(way.template)
    answer = browser.client.post(path, data={"csrf": browser.csrf}, headers=sender)
    assert answer.status_code == 403
    assert "其他网站" in answer.text


@pytest.mark.parametrize(
    "sender", [{"sec-fetch-site": "same-origin"}, {"origin": "http://testserver"}], ids=str
)
def test_this_sites_own_forms_pass(
    towns: TwoTowns, browsers: dict[str, Browser], sender: dict[str, str]
) -> None:
    data = {"csrf": browsers["staff"].csrf, "act": "note", "note": "好"}
    path = f"/matters/{towns.finance.commitment}"
    answer = browsers["staff"].client.post(path, data=data, headers=sender)
    assert answer.status_code == 303


def test_the_token_may_come_in_the_header_that_htmx_sends(
    towns: TwoTowns, browsers: dict[str, Browser]
) -> None:
    path, data = f"/matters/{towns.finance.commitment}", {"act": "note", "note": "好"}
    headers = {"x-csrf-token": browsers["staff"].csrf}
    assert browsers["staff"].client.post(path, data=data, headers=headers).status_code == 303
    headers = {"x-csrf-token": "wrong"}
    assert browsers["staff"].client.post(path, data=data, headers=headers).status_code == 403


POSTED_ONLY = sorted(
    {way.template for way in WAYS if way.method == "POST"}
    - {way.template for way in WAYS if way.method == "GET"}
)


@pytest.mark.parametrize("template", POSTED_ONLY)
def test_looking_at_an_address_that_changes_is_refused(
    towns: TwoTowns, browsers: dict[str, Browser], template: str
) -> None:
    answer = browsers["staff"].client.get(towns.finance.path(template))
    assert answer.status_code in (404, 405)  # some read as the address of an object


@pytest.mark.parametrize("method", ["PUT", "PATCH", "DELETE", "TRACE"])
@pytest.mark.parametrize("template", sorted({way.template for way in WAYS}))
def test_other_methods_are_refused(
    towns: TwoTowns, browsers: dict[str, Browser], template: str, method: str
) -> None:
    path = towns.finance.path(template)
    headers = {"x-csrf-token": browsers["staff"].csrf}
    answer = browsers["staff"].client.request(method, path, headers=headers)
    assert answer.status_code == 405


@pytest.mark.usefixtures("kept")
@pytest.mark.parametrize("who", ["staff", "finance"])
def test_looking_at_everything_changes_nothing(
    towns: TwoTowns, browsers: dict[str, Browser], who: str
) -> None:
    before = snapshot(towns.engine)
    for way in WAYS:
        for headers in ({}, {"hx-request": "true"}) if way.method == "GET" else ():
            path = towns.finance.path(way.template)
            browsers[who].client.get(path, headers=headers)
            browsers[who].client.head(path, headers=headers)
    assert snapshot(towns.engine) == before


@pytest.mark.usefixtures("kept")
def test_fields_that_no_form_has_are_ignored(towns: TwoTowns, browsers: dict[str, Browser]) -> None:
    data = {
        "csrf": browsers["finance"].csrf,
        "act": "note",
        "note": "好",
        "state": "closed",
        "unit_id": str(towns.schools.unit),
        "due_on": "2099-01-01",
        "approved_by": "1",
        "row_version": "99",
    }
    path = f"/matters/{towns.finance.milestone}"
    before = snapshot(towns.engine)
    assert browsers["finance"].client.post(path, data=data).status_code == 303
    after = snapshot(towns.engine)
    changed = {name for name in before if before[name] != after[name]}
    assert changed == {"reply", "audit_event"}
