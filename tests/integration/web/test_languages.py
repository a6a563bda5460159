"""Pages speak Chinese until a person asks for English, and then English throughout.

What people wrote stays Chinese in English pages. So that nothing else can, every Chinese letter in
the database is veiled here: a Chinese letter that an English page still shows is the page's own.
"""

import re
from typing import Any

import pytest
from fastapi.testclient import TestClient
from httpx2 import Response
from selectolax.lexbor import LexborHTMLParser
from sqlalchemy import Engine, select

from server.db.base import metadata
from server.web.language import LANGUAGE_COOKIE
from tests.factories import Browser
from tests.two_towns import WAYS, TwoTowns

CHINESE = re.compile("[\u3001-\u303f\u4e00-\u9fff\uff01-\uffe5]")
VEIL = 0xF0000
COMPOSED = {("matter", "title")}
"""What the program itself wrote into the database, and must translate."""
REMEDY = (
    "wrap the text in {{ _(…) }} and run `make locale`; a sentence that domain or services compose "
    "needs its pattern in server/locale/sentences.py and the filter `translated`; citations of law "
    'and other Chinese by nature stand in an element with lang="zh-CN"'
)
READ = [way for way in WAYS if way.method == "GET" and "." not in way.template.rsplit("/", 1)[-1]]
ADDRESSES = [way.template for way in READ if not way.template.endswith(("/file", "/html"))]
FILTERED = ["/ledger/print?state=late&year=2025&q=x", "/matters?state=&kind=commitment"]
EMPTY = [
    "/?q=zz",
    "/units?q=zz",
    "/reports?q=zz",
    "/matters?unit=zz",
    "/ledger?q=zz",
    "/mailbox?q=zz",
]
STRANGE = ["/nowhere", "/units/999999", "/reports/999999/review", "/dates?year=x"]


@pytest.fixture(scope="module", autouse=True)
def veil(towns: TwoTowns) -> None:
    draw(towns.engine)


def draw(engine: Engine) -> None:
    """Veil every Chinese letter that the database holds."""
    with engine.begin() as connection:
        for table in metadata.sorted_tables:
            keys = list(table.primary_key)
            for row in connection.execute(select(table)).mappings():
                changed = {
                    column.name: veiled(row[column.name])
                    for column in table.columns
                    if (table.name, column.name) not in COMPOSED
                    and veiled(row[column.name]) != row[column.name]
                }
                if changed:
                    here = [key == row[key.name] for key in keys]
                    connection.execute(table.update().where(*here).values(changed))


def veiled(value: Any) -> Any:
    """Return a value with each Chinese letter replaced by another that stands for it alone."""
    if isinstance(value, str):
        return CHINESE.sub(lambda found: chr(VEIL + ord(found[0])), value)
    if isinstance(value, list):
        return [veiled(each) for each in value]
    if isinstance(value, dict):
        return {key: veiled(each) for key, each in value.items()}
    return value


def spoken(browser: Browser, address: str, language: str) -> Response:
    browser.client.cookies.set(LANGUAGE_COOKIE, language)
    return browser.client.get(address, follow_redirects=True)


def stranger(towns: TwoTowns) -> TestClient:
    return TestClient(towns.desk.app, follow_redirects=False)


def chinese_in(answer: Response) -> list[str]:
    """Return the Chinese of a page outside of elements that say that they are Chinese."""
    page = LexborHTMLParser(answer.text)
    for element in page.css('[lang="zh-CN"]'):
        element.decompose()
    html = page.html or ""
    return [html[max(0, each.start() - 60) : each.end() + 40] for each in CHINESE.finditer(html)]


@pytest.mark.parametrize("who", ["staff", "finance", "leader"])
@pytest.mark.parametrize("template", [*ADDRESSES, *FILTERED, *EMPTY, *STRANGE])
def test_an_english_page_has_no_chinese_of_its_own(
    towns: TwoTowns, browsers: dict[str, Browser], who: str, template: str
) -> None:
    answer = spoken(browsers[who], towns.finance.path(template), "en")
    if answer.headers["content-type"].startswith("text/html"):
        assert '<html lang="en">' in answer.text
        assert chinese_in(answer)[:3] == [], REMEDY


@pytest.mark.parametrize("address", ["/", "/units", "/sign-in", "/nowhere"])
def test_pages_are_chinese_whatever_the_browser_prefers(towns: TwoTowns, address: str) -> None:
    client = towns.desk.browser("staff").client
    answer = client.get(address, headers={"Accept-Language": "en"}, follow_redirects=True)
    assert '<html lang="zh-CN">' in answer.text
    assert CHINESE.search(answer.text)


def test_a_chosen_language_is_remembered_and_can_be_taken_back(towns: TwoTowns) -> None:
    client = stranger(towns)
    chosen = client.post("/language", data={"to": "en", "next": "/sign-in?next=%2Funits"})
    assert (chosen.status_code, chosen.headers["location"]) == (303, "/sign-in?next=%2Funits")
    assert "Max-Age" in chosen.headers["set-cookie"]
    assert "Sign in" in client.get("/sign-in").text
    client.post("/language", data={"to": "zh", "next": "/sign-in"})
    assert "登录" in client.get("/sign-in").text


@pytest.mark.parametrize(
    "onward",
    ["https://elsewhere.example/", "//elsewhere.example", "/\\elsewhere.example", "javascript:1"],
)
def test_choosing_a_language_leads_to_no_other_site(towns: TwoTowns, onward: str) -> None:
    chosen = stranger(towns).post("/language", data={"to": "en", "next": onward})
    assert chosen.headers["location"] == "/"


def test_an_unknown_language_is_chinese(towns: TwoTowns) -> None:
    client = stranger(towns)
    client.post("/language", data={"to": "<script>", "next": "/sign-in"})
    assert '<html lang="zh-CN">' in client.get("/sign-in").text


def test_the_way_back_keeps_the_filters_and_says_nothing_twice(
    browsers: dict[str, Browser],
) -> None:
    answer = spoken(browsers["staff"], "/units?q=%22a%22&done=saved", "en")
    found = LexborHTMLParser(answer.text).css_first('form[action="/language"] input[name="next"]')
    assert found is not None
    assert found.attributes["value"] == "/units?q=%22a%22"


def test_the_reply_page_of_a_link_speaks_english_and_switching_comes_back_to_it(
    towns: TwoTowns,
) -> None:
    client, path = stranger(towns), f"/r/{towns.finance.token}"
    client.cookies.set(LANGUAGE_COOKIE, "en")
    answer = client.get(path)
    assert chinese_in(answer) == [], REMEDY
    assert f'name="next" value="{path}"' in answer.text


def test_an_error_on_a_form_is_told_in_english_too(
    towns: TwoTowns, browsers: dict[str, Browser]
) -> None:
    staff, finance = browsers["staff"], towns.finance
    staff.client.cookies.set(LANGUAGE_COOKIE, "en")
    for path, data, said in (
        (
            finance.path("/reports/{report_id}/entries/{entry_id}"),
            {"act": "juggle", "version": "1"},
            "Unknown",
        ),
        (finance.path("/reports/batches/{batch_id}/files/{file_id}"), {"act": "place"}, "Choose"),
        (finance.path("/matters/{matter_id}"), {"act": "juggle"}, "Unknown action"),
        ("/dates", {"year": "2026", "kind": "bureau"}, "No new date was entered"),
    ):
        answer = staff.client.post(path, data={"csrf": staff.csrf, **data})
        assert said in answer.text, path
        assert chinese_in(answer) == [], path
