"""A later version of a report against the one before it."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from server.db.engine import transaction
from server.services import reports
from tests import factories
from tests.factories import NOW, Desk

CHANGED = factories.TEXT.replace("公开渠道单一", "公开渠道仍较单一")


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


@pytest.fixture
def versions(desk: Desk) -> tuple[int, int]:
    """The confirmed version and a later one whose second problem reads otherwise."""
    with transaction(desk.engine) as session:
        first = factories.confirmed_report(session, desk.town.finance)
        later = factories.report(session, desk.town.finance, content=CHANGED.encode())
        read = factories.parsed()
        at = CHANGED.index("公开渠道仍较单一")
        changed = replace(read.problems[1], text="公开渠道仍较单一", start=at, end=at + 8)
        problems = (read.problems[0], changed, read.problems[2])
        reports.store_reading(
            session, later, CHANGED, replace(read, problems=problems, findings=()), now=NOW
        )
        return first.id, later.id


def test_what_the_later_version_changed_is_shown_whichever_comes_first(
    desk: Desk, versions: tuple[int, int]
) -> None:
    first, later = versions
    client = desk.browser().client
    page = client.get(f"/reports/{later}/versions/{first}").text
    assert "第2版与第1版的不同" in page
    assert "<del>公开渠道单一</del>" in page
    assert "<ins>公开渠道仍较单一</ins>" in page
    assert "第2版与第1版的不同" in client.get(f"/reports/{first}/versions/{later}").text


def test_the_review_leads_to_the_difference(desk: Desk, versions: tuple[int, int]) -> None:
    first, later = versions
    page = desk.browser().client.get(f"/reports/{later}/review").text
    assert f"/reports/{later}/versions/{first}" in page
    assert "看两版的不同" in page


def test_reports_of_two_units_are_no_versions(desk: Desk, versions: tuple[int, int]) -> None:
    with transaction(desk.engine) as session:
        other = factories.read_report(session, desk.town.schools).id
    answer = desk.browser().client.get(f"/reports/{versions[0]}/versions/{other}")
    assert answer.status_code == 404
