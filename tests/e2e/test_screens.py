"""Every page of the demonstration town, as three people see it, wide and narrow."""

import re
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from urllib.parse import urlsplit

import pytest
from playwright.sync_api import BrowserContext, Page, Request, Response, ViewportSize, expect

from tests.e2e.trial import Trial

pytestmark = pytest.mark.timeout(600)
Visitor = Callable[..., BrowserContext]

WIDE: ViewportSize = {"width": 1440, "height": 900}
NARROW: ViewportSize = {"width": 390, "height": 844}
PEOPLE = {
    "office": "guyanqiu@yunyan.example",
    "officer": "qixiaohang@yunyan.example",
    "leader": "shenwangchuan@yunyan.example",
}
NO_PAGES = re.compile(r"\.(xlsx|docx|eml|ics)$|/file$|/html$|/mail\.html$|^/static/|^/sign-")
"""Addresses that give a file, or a mail in its box."""
START = "/"

SIDEWAYS = """() => {
  const room = document.documentElement.clientWidth;
  if (document.documentElement.scrollWidth <= room) return [];
  return [...document.querySelectorAll('main *')]
    .filter(each => each.getBoundingClientRect().right > room + 1 && !each.closest('.table-scroll'))
    .map(each => each.outerHTML.slice(0, 120)).slice(0, 3).concat(['the page']);
}"""
TWICE = """() => [...document.querySelectorAll('[id]')].map(each => each.id)
  .filter((id, place, all) => all.indexOf(id) < place)"""
NAMELESS = """() => [...document.querySelectorAll('input, select, textarea, button, a[href]')]
  .filter(each => each.type !== 'hidden')
  .filter(each => !(each.labels && each.labels.length) && !each.getAttribute('aria-label')
    && !each.textContent.trim() && !each.title)
  .map(each => each.outerHTML.slice(0, 120))"""


@dataclass
class Watch:
    """What a page's visit told besides what it showed."""

    home: str
    told: list[str] = field(default_factory=list)

    def follow(self, page: Page) -> None:
        page.on("console", lambda line: self.told.append(line.text) if bad(line.type) else None)
        page.on("pageerror", lambda error: self.told.append(str(error)))
        page.on("request", self.asked)
        page.on("response", self.answered)

    def asked(self, request: Request) -> None:
        if not request.url.startswith((self.home, "data:")):
            self.told.append(f"asks elsewhere: {request.url}")

    def answered(self, response: Response) -> None:
        if response.status >= 400:
            self.told.append(f"{response.status} {response.url}")


def bad(kind: str) -> bool:
    return kind in ("error", "warning")


@pytest.mark.parametrize("who", PEOPLE)
def test_every_page_is_whole_wide_and_narrow(trial: Trial, visitor: Visitor, who: str) -> None:
    page = signed_in(trial, visitor, who)
    watch = Watch(trial.address)
    watch.follow(page)
    waiting, seen, faults = [START], Counter[str](), []
    while waiting:
        path = waiting.pop(0)
        if seen[shape(path)]:
            continue
        seen[shape(path)] += 1
        faults += [f"{path}: {fault}" for fault in look(page, path)]
        faults += [f"{path}: {told}" for told in watch.told]
        watch.told.clear()
        waiting += links(page)
    assert not faults, "\n".join(faults)
    assert len(seen) >= 8, sorted(seen)


def look(page: Page, path: str) -> list[str]:
    """Open a page at both widths and return what is wrong with it."""
    page.set_viewport_size(WIDE)
    answer = page.goto(path)
    assert answer is not None
    faults = [f"status {answer.status}"] if answer.status != 200 else []
    headings = page.locator("h1").count()
    faults += [f"{headings} headings of the first level"] if headings != 1 else []
    faults += [] if re.search(r"\S · 政府信息公开年报督办$", page.title()) else [page.title()]
    faults += [f"an id twice: {each}" for each in page.evaluate(TWICE)]
    faults += [f"without a name: {each}" for each in page.evaluate(NAMELESS)]
    for size in (WIDE, NARROW):
        page.set_viewport_size(size)
        faults += [f"too wide at {size['width']}: {each}" for each in page.evaluate(SIDEWAYS)]
    return faults


def links(page: Page) -> list[str]:
    """Return the pages that this one leads to, without fragment and next pages."""
    found = page.eval_on_selector_all("a[href]", "all => all.map(each => each.href)")
    own = [urlsplit(each) for each in found if each.startswith(page.url[: page.url.index("/", 8)])]
    return [
        each.path + (f"?{each.query}" if each.query else "")
        for each in own
        if not NO_PAGES.search(each.path)
    ]


def shape(path: str) -> str:
    """Return what kind of page an address shows, whatever its numbers and filters."""
    plain = urlsplit(path).path
    return re.sub(r"\d+(?=/|$)", "N", re.sub(r"^/mailbox/.+", "/mailbox/N", plain))


def signed_in(trial: Trial, visitor: Visitor, who: str) -> Page:
    page = visitor().new_page()
    page.goto(trial.sign_in_link(PEOPLE[who]))
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("button", name="退出")).to_be_visible()
    return page


@pytest.mark.parametrize(
    ("path", "status", "said"),
    [
        ("/nowhere", 404, "没有找到"),
        ("/units/999999", 404, "没有找到这个单位"),
        ("/matters/999999", 404, "没有找到"),
        ("/r/no-such-link", 404, "链接"),
        ("/sign-in/link/no-such-link", 410, "重新申请"),
    ],
)
def test_a_wrong_address_says_what_to_do(
    trial: Trial, visitor: Visitor, path: str, status: int, said: str
) -> None:
    page = visitor(viewport=NARROW).new_page()
    answer = page.goto(path)
    assert answer is not None
    if path.startswith(("/units", "/matters")):
        assert "/sign-in" in page.url  # a stranger learns nothing of what exists
        page = signed_in(trial, visitor, "office")
        page.set_viewport_size(NARROW)
        answer = page.goto(path)
        assert answer is not None
    assert answer.status == status
    expect(page.locator("main")).to_contain_text(said)
    assert page.evaluate(SIDEWAYS) == []


def test_the_keyboard_alone_reaches_what_matters(trial: Trial, visitor: Visitor) -> None:
    page = signed_in(trial, visitor, "office")
    page.goto("/units")
    page.keyboard.press("Tab")
    expect(page.get_by_role("link", name="跳到正文")).to_be_focused()
    expect(page.get_by_role("link", name="跳到正文")).to_be_in_viewport()
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    add = page.get_by_role("link", name="添加单位")
    expect(add).to_be_focused()
    ring = add.evaluate("each => parseFloat(getComputedStyle(each).outlineWidth)")
    assert ring >= 2
    page.keyboard.press("Tab")
    expect(page.get_by_role("searchbox")).to_be_focused()
    page.keyboard.type("财政")
    page.keyboard.press("Enter")
    expect(page.get_by_role("row")).to_have_count(2)


def test_on_a_phone_the_menu_stays_away_until_it_is_asked_for(
    trial: Trial, visitor: Visitor
) -> None:
    page = visitor(viewport=NARROW, java_script_enabled=False).new_page()
    page.goto(trial.sign_in_link(PEOPLE["office"]))
    page.get_by_role("button", name="登录").click()
    units = page.get_by_role("link", name="单位", exact=True)
    expect(units).to_be_hidden()
    page.locator("#menu").press("Space")
    units.click()
    expect(page.get_by_role("heading", level=1)).to_have_text("单位")
