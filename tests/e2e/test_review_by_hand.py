"""The review page as a clerk works it: keys, clicks on either side, selecting in the source."""

import socket
import threading
import time
from collections.abc import Iterator
from urllib.parse import urlsplit

import pytest
import uvicorn
from playwright.sync_api import Browser, Page

from server.db.engine import transaction
from server.db.queries import reports as queries
from server.web.deps import SESSION_COOKIE
from tests import factories
from tests.factories import Desk

ACTIVE = "document.querySelector('.entry.active')?.getAttribute('aria-label')"


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


@pytest.fixture
def address(desk: Desk) -> Iterator[str]:
    """The address of the pages, served on a free port."""
    listening = socket.create_server(("127.0.0.1", 0))
    host, port = listening.getsockname()
    server = uvicorn.Server(uvicorn.Config(desk.app, log_level="warning", lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    while not server.started:
        time.sleep(0.05)
    yield f"http://{host}:{port}"
    server.should_exit = True
    thread.join()
    listening.close()


@pytest.fixture
def page(desk: Desk, address: str, browser: Browser) -> Iterator[Page]:
    """A browser of the office's clerk, on the review of a report."""
    with transaction(desk.engine) as session:
        number = factories.read_report(session, desk.town.finance).id
    token = desk.browser().client.cookies[SESSION_COOKIE]
    cookie = {"name": SESSION_COOKIE, "value": token, "domain": "127.0.0.1", "path": "/"}
    context = browser.new_context(viewport={"width": 1440, "height": 900})
    context.add_cookies([cookie])  # type: ignore[list-item]  # a TypedDict in all but name
    opened = context.new_page()
    opened.goto(f"{address}/reports/{number}/review")
    opened.wait_for_load_state("networkidle")
    yield opened
    context.close()


def entries(desk: Desk, page: Page) -> dict[str, str]:
    """Return the state of each entry by its text, as the database has it."""
    number = int(urlsplit(page.url).path.split("/")[2])
    with transaction(desk.engine) as session:
        return {each.text: each.state for each in queries.entries(session, number)}


def settled(page: Page, words: str) -> None:
    """Wait until the redrawn page says so."""
    page.locator(".pane-head", has_text=words).wait_for()
    page.wait_for_function(f"{ACTIVE} !== undefined")


def test_keys_accept_and_go_on_to_the_next(desk: Desk, page: Page) -> None:
    assert page.evaluate(ACTIVE) == "措1"  # the first that is unsure
    page.keyboard.press("k")
    assert page.evaluate(ACTIVE) == "问3"
    page.keyboard.press("a")
    settled(page, "已审 1/5")
    assert entries(desk, page)["工作机制不健全"] == "accepted"
    assert page.evaluate(ACTIVE) == "措1"


def test_a_click_on_a_mark_finds_its_entry_and_back(page: Page) -> None:
    page.locator("#source .hit.problem", has_text="公开渠道单一").click()
    assert page.evaluate(ACTIVE) == "问2"
    page.locator(".entry", has_text="开通微信公众号").locator("header .tag").click()
    assert page.locator("#source .lit").inner_text() == "开通微信公众号，拓宽渠道"


def test_selected_words_become_an_entry_with_exactly_their_place(desk: Desk, page: Page) -> None:
    words = "2025年主动公开政府信息12条"
    page.evaluate(
        """words => {
            const piece = [...document.querySelectorAll('#source [data-s]')]
                .find(each => each.textContent.includes(words));
            const range = document.createRange();
            const at = piece.firstChild.textContent.indexOf(words);
            range.setStart(piece.firstChild, at);
            range.setEnd(piece.firstChild, at + words.length);
            getSelection().removeAllRanges();
            getSelection().addRange(range);
            piece.dispatchEvent(new PointerEvent('pointerup', {bubbles: true}));
        }""",
        words,
    )
    page.locator("#tools [data-tool=measure]").click()
    settled(page, "措施 3")
    assert entries(desk, page)[words] == "accepted"
    assert page.locator("#source .lit").inner_text() == words
