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


def test_a_question_mark_shows_every_key_and_hides_them_again(page: Page) -> None:
    page.keyboard.press("?")
    page.locator("#keys", has_text="确认入账，到下一份报告").wait_for()
    page.keyboard.press("j")
    assert page.evaluate(ACTIVE) == "措1"  # nothing moves behind the help
    page.keyboard.press("?")
    page.locator("#keys").wait_for(state="hidden")


def test_keys_split_at_the_offered_place_and_change_the_kind(desk: Desk, page: Page) -> None:
    page.keyboard.press("j")
    assert page.evaluate(ACTIVE) == "措2"
    page.keyboard.press("s")
    page.keyboard.press("Enter")
    settled(page, "措施 3")
    assert {"开通微信公众号，", "拓宽渠道"} & entries(desk, page).keys()
    page.keyboard.press("t")
    settled(page, "措施 2")


def test_confirming_by_key_leads_to_the_next_report(desk: Desk, page: Page) -> None:
    with transaction(desk.engine) as session:
        following = factories.read_report(session, desk.town.schools).id
    page.reload()
    page.wait_for_load_state("networkidle")
    page.get_by_text("本年度已审 0/2 份").wait_for()
    page.on("dialog", lambda dialog: dialog.accept())
    page.keyboard.press("c")
    page.wait_for_url(f"**/reports/{following}/review?*")
    page.get_by_text("上一份已确认入账").wait_for()
    page.get_by_text("本年度已审 1/2 份").wait_for()
