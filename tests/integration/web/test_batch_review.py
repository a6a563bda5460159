import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlmodel import Session

from server.db.engine import transaction
from server.db.queries import reports as queries
from server.db.tables import Look, Report
from server.domain.reminders import Role
from tests import factories
from tests.factories import Browser, Desk


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        with transaction(opened.engine) as session:
            office = opened.town.office
            opened.town.people["wu"] = factories.person(session, office, Role.OFFICE_STAFF, "吴同")
        yield opened


def waiting(session: Session, desk: Desk, year: int, *, unsure: int) -> Report:
    """A report under review of whose five entries this many ask for a look."""
    report = factories.read_report(session, desk.town.finance, year=year)
    for number, entry in enumerate(queries.entries(session, report.id)):
        entry.confidence = 0.5 if number < unsure else 0.9
    return report


@pytest.fixture
def three(desk: Desk) -> list[int]:
    """Three reports with one, three and two unsure entries."""
    with transaction(desk.engine) as session:
        years = ((2023, 1), (2024, 3), (2025, 2))
        return [waiting(session, desk, year, unsure=unsure).id for year, unsure in years]


def look(browser: Browser, report: int) -> str:
    """Open a report as the page's script says it; return who else is there."""
    path = f"/reports/{report}/looking"
    answer = browser.client.post(path, headers={"x-csrf-token": browser.csrf})
    assert answer.status_code == 200
    return answer.text


def onward(browser: Browser, path: str) -> int:
    """Return where a page's way to the next report leads."""
    found = re.search(
        r'href="/reports/(\d+)/review[^"]*">下一份待审核', browser.client.get(path).text
    )
    assert found
    return int(found[1])


def test_the_list_shows_how_far_each_review_has_come(desk: Desk, three: list[int]) -> None:
    with transaction(desk.engine) as session:
        queries.entries(session, three[1])[0].state = "accepted"
    page = desk.browser().client.get("/reports").text
    assert "待审核 3 份" in page
    assert page.count("已审 0/5") == 2
    assert page.count("已审 1/5") == 1
    assert "存疑 1<" in page


def test_the_most_unsure_come_first_and_each_comes_once(desk: Desk, three: list[int]) -> None:
    browser = desk.browser()
    first, second, third = three[1], three[2], three[0]
    assert onward(browser, "/reports") == first
    look(browser, first)
    assert onward(browser, f"/reports/{first}/review") == second
    look(browser, second)
    assert onward(browser, f"/reports/{second}/review") == third
    look(browser, third)
    assert onward(browser, f"/reports/{third}/review") == first


def test_two_people_see_each_other_and_are_led_to_different_reports(
    desk: Desk, three: list[int]
) -> None:
    li, wu = desk.browser(), desk.browser("wu")
    assert "正在审核" not in look(li, three[1])
    assert "李文正在审核这份报告" in look(wu, three[1])
    assert "吴同正在审核这份报告" in li.client.get(f"/reports/{three[1]}/review").text
    look(wu, three[2])
    assert "吴同" not in look(li, three[1])
    page = li.client.get("/reports").text
    assert "吴同正在审核" in page
    assert onward(li, f"/reports/{three[1]}/review") == three[0]


def test_who_looked_long_ago_is_no_longer_there(desk: Desk, three: list[int]) -> None:
    look(desk.browser("wu"), three[1])
    with transaction(desk.engine) as session:
        seen = session.get_one(Look, (three[1], desk.town.people["wu"].id))
        seen.seen_at = datetime.now(UTC) - timedelta(minutes=11)  # noqa: TID251 - pages live by the real clock
    assert "正在审核" not in look(desk.browser(), three[1])


def test_working_without_scripts_is_seen_too(desk: Desk, three: list[int]) -> None:
    wu = desk.browser("wu")
    with transaction(desk.engine) as session:
        entry = queries.entries(session, three[0])[0]
    data = {"csrf": wu.csrf, "act": "accept", "version": entry.row_version}
    wu.client.post(f"/reports/{three[0]}/entries/{entry.id}", data=data)
    assert "吴同正在审核" in look(desk.browser(), three[0])


def test_a_unit_does_not_see_who_reviews(desk: Desk, three: list[int]) -> None:
    look(desk.browser(), three[0])
    finance = desk.browser("finance")
    assert "正在审核" not in finance.client.get("/reports").text
    assert "正在审核" not in finance.client.get(f"/reports/{three[0]}/review").text
    path = f"/reports/{three[0]}/looking"
    assert finance.client.post(path, data={"csrf": finance.csrf}).status_code == 403
