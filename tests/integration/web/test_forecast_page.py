"""What will be sent, page by page, with totals and export over everything."""

import re
from collections.abc import Iterator
from datetime import date
from html import unescape
from io import BytesIO

import pytest
from openpyxl import load_workbook

from server.db.engine import transaction
from server.domain.reminders import Role
from server.services import obligations, rulebook, units
from tests import factories
from tests.factories import Browser, Desk

BUREAUS = 30
DAYS = "first=2026-12-01&last=2027-02-28"
_ROW = re.compile(r'<a href="(/matters/\d+)">([^<]+)</a>')
_TOTALS = re.compile(r"将发出 <b>(\d+)</b> 条提醒，涉及 <b>(\d+)</b> 人")


@pytest.fixture(scope="module")
def desk(module_database_url: str) -> Iterator[Desk]:
    """A town with so many bureaus, three people each, whose year is open."""
    with factories.desk(module_database_url) as opened:
        with transaction(opened.engine) as session:
            for number in range(BUREAUS):
                new = units.NewUnit(
                    f"B{number}", f"第{number}局", "bureau", opened.town.office.code, sort=number
                )
                unit = units.add_unit(session, new)
                for role in (Role.INFORMATION_OFFICER, Role.UNIT_LEAD):
                    factories.person(session, unit, role, f"{role.value}{number}")
            obligations.open_year(session, rulebook.law(), 2026, today=date(2026, 11, 23))
        yield opened


@pytest.fixture(scope="module")
def browser(desk: Desk) -> Browser:
    return desk.browser("staff")


def leafed(browser: Browser, address: str) -> list[str]:
    """Return the pages from an address to the last, as their links lead."""
    pages = [browser.client.get(address).text]
    while found := re.search(r'<a href="([^"]+)">下一页</a>', pages[-1]):
        pages.append(browser.client.get(unescape(found[1])).text)
        assert len(pages) < 100
    return pages


def test_pages_hold_fifty_reminders_each_and_together_all_of_them(browser: Browser) -> None:
    pages = leafed(browser, f"/reminders?{DAYS}")
    rows = [_ROW.findall(each) for each in pages]
    total, _ = map(int, _TOTALS.search(pages[0]).groups())  # type: ignore[union-attr]  # it is there
    assert len(pages) > 3
    assert {len(each) for each in rows[:-1]} == {50}
    assert sum(map(len, rows)) == total
    assert {_TOTALS.search(each).groups() for each in pages} == {  # type: ignore[union-attr]
        _TOTALS.search(pages[0]).groups()  # type: ignore[union-attr]
    }


def test_each_day_is_a_link_with_its_number_and_the_numbers_add_up(browser: Browser) -> None:
    first = browser.client.get(f"/reminders?{DAYS}").text
    days = re.findall(r'after=(\d{4}-\d\d-\d\d)"[^>]*>[^<]*<span[^>]*>(\d+) 条', first)
    assert sum(int(count) for _, count in days) == int(_TOTALS.search(first)[1])  # type: ignore[index]
    day, count = days[1]
    later = browser.client.get(f"/reminders?{DAYS}&after={day}").text
    shown = re.search(r"<summary><b>([^<]+)</b>[^<]*<span[^>]*>(\d+) 条", later)
    assert shown
    month, number = int(day[5:7]), int(day[8:])
    assert (f"{month}月{number}日" in shown[1], shown[2]) == (True, count)
    assert "回到第一页" in later


def test_the_export_holds_every_reminder_of_the_days(browser: Browser) -> None:
    page = browser.client.get(f"/reminders?{DAYS}").text
    answer = browser.client.get(f"/reminders/export.xlsx?{DAYS}")
    sheet = load_workbook(BytesIO(answer.content)).active
    heads = [cell.value for cell in sheet[3]]
    assert heads[:5] == ["发送日期", "收件人", "角色", "邮箱", "单位"]
    assert sheet.max_row - 3 == int(_TOTALS.search(page)[1])  # type: ignore[index]
    people = {row[3] for row in sheet.iter_rows(min_row=4, values_only=True)}
    assert len(people) == int(_TOTALS.search(page)[2])  # type: ignore[index]


def test_few_reminders_stand_on_one_page_without_links_to_days(browser: Browser) -> None:
    page = browser.client.get("/reminders?first=2026-12-01&last=2026-12-01").text
    assert "下一页" not in page
    assert "按发送日期" not in page


@pytest.mark.parametrize(
    "after",
    ["x", "2026-13-01", "2026-12-01.1", "2026-12-01.1.1.1.%00", "9" * 40, "2026-12-01." * 3],
)
def test_a_place_that_makes_no_sense_is_the_beginning(browser: Browser, after: str) -> None:
    first = _ROW.findall(browser.client.get(f"/reminders?{DAYS}").text)
    assert _ROW.findall(browser.client.get(f"/reminders?{DAYS}&after={after}").text) == first


def test_behind_the_last_reminder_there_is_a_way_back(browser: Browser) -> None:
    page = browser.client.get(f"/reminders?{DAYS}&after=2027-02-28.9999.1.1.before-3").text
    assert "这里没有更多的提醒" in page
    assert _TOTALS.search(page)
