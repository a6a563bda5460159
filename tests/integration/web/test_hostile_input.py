"""Numbers, queries and headers that no page of ours would send."""

import pytest
from fastapi.testclient import TestClient

from tests.factories import Browser
from tests.two_towns import GUARDED, TwoTowns

LISTS = [way for way in GUARDED if way.method == "GET" and "{" not in way.template]


@pytest.mark.parametrize("number", ["0", "-1", "abc", "1e3", "9" * 40, "１", "%00", "1;drop"])
@pytest.mark.parametrize(
    "template",
    ["/units/{}", "/matters/{}", "/reports/{}", "/checklists/{}", "/reminders/messages/{}"],
)
def test_a_number_that_is_none_is_not_found(
    browsers: dict[str, Browser], template: str, number: str
) -> None:
    answer = browsers["staff"].client.get(template.format(number))
    assert answer.status_code in (404, 422)
    assert "系统出错" not in answer.text


@pytest.mark.parametrize(
    "query",
    [
        "q=%00",
        "q=%25_%27%22",
        "after=" + "9" * 30 + "-1",
        "after=x",
        "year=" + "9" * 30,
        "year=abc",
        "unit=" + "9" * 30,
        "before=" + "9" * 30,
        "first=2026-02-30",
        "kind=%F0%9F%98%80",
        "late=maybe",
    ],
)
@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/units",
        "/reports",
        "/ledger",
        "/checklists",
        "/reminders",
        "/reminders/ledger",
        "/dates",
    ],
)
def test_no_query_breaks_a_page(browsers: dict[str, Browser], path: str, query: str) -> None:
    answer = browsers["staff"].client.get(f"{path}?{query}")
    assert answer.status_code in (200, 404, 422)


def test_a_query_of_the_wrong_form_is_named_as_people_know_it(
    browsers: dict[str, Browser],
) -> None:
    answer = browsers["staff"].client.get("/dates?year=abc")
    assert answer.status_code == 422
    assert "格式不对：年度。" in answer.text


@pytest.mark.parametrize("path", ["/nowhere", "/units/abc", "/dates?year=abc"])
def test_an_error_keeps_the_navigation_of_whoever_is_signed_in(
    towns: TwoTowns, browsers: dict[str, Browser], path: str
) -> None:
    assert "主导航" in browsers["staff"].client.get(path).text
    assert "主导航" not in TestClient(towns.desk.app).get(path).text


def test_every_answer_carries_the_security_headers(
    towns: TwoTowns, browsers: dict[str, Browser]
) -> None:
    for path in ("/", "/units/99999", "/sign-in", "/healthz", f"/r/{towns.finance.token}"):
        headers = browsers["staff"].client.get(path, headers={"origin": "https://evil"}).headers
        assert "default-src 'none'" in headers["content-security-policy"]
        assert "frame-ancestors 'none'" in headers["content-security-policy"]
        assert headers["x-content-type-options"] == "nosniff"
        assert headers["cache-control"] == "no-store"
        assert "access-control-allow-origin" not in headers
