"""The invented town: what it must have, and that its scenario hangs together."""

from collections import Counter
from datetime import date

import pytest

from server.demo.build import demo_reports
from server.demo.load import DemoTown, demo_year, load_town
from server.domain.milestones import Milestone
from server.domain.reminders import Role

OPEN_STATES = {"open", "acknowledged", "returned"}


@pytest.fixture(scope="module")
def town() -> DemoTown:
    return load_town(2025)


def test_a_town_with_its_office_leads_nine_bureaus(town: DemoTown) -> None:
    top, *bureaus = town.units
    assert (top.kind, top.is_office, top.parent) == ("town", True, None)
    assert top.office_name == "云砚镇政府信息公开领导小组办公室"
    assert [unit.parent for unit in bureaus] == ["YY00"] * 9
    assert {unit.kind for unit in bureaus} == {"bureau"}
    assert not any(unit.is_office for unit in bureaus)


def test_the_leadership_group_is_complete(town: DemoTown) -> None:
    roles = Counter(contact.role for contact in town.units[0].contacts)
    assert roles == {
        "group_leader": 1,
        "deputy_leader": 1,
        "office_head": 1,
        "office_staff": 2,
    }


def test_every_bureau_has_a_lead_and_two_officers_of_whom_one_substitutes(town: DemoTown) -> None:
    for unit in town.units[1:]:
        roles = Counter(contact.role for contact in unit.contacts)
        assert roles == {"unit_lead": 1, "information_officer": 2}
        officers = [c.substitute for c in unit.contacts if c.role == "information_officer"]
        assert sorted(officers, key=bool) == [False, True]


def test_nobody_can_be_reached_by_mistake(town: DemoTown) -> None:
    contacts = [contact for unit in town.units for contact in unit.contacts]
    assert all(contact.email.endswith(".example") for contact in contacts)
    assert all(contact.phone.startswith("000-") for contact in contacts)
    for field in ("name", "email", "phone"):
        assert len({getattr(contact, field) for contact in contacts}) == len(contacts)
    links = [e.value for c in town.commitments for e in c.progress.evidence if e.kind == "link"]
    links += [standing.address for standing in town.standings if standing.address]
    assert links
    assert all(link.startswith(town.site + "/") for link in links)


def test_codes_of_roles_and_milestones_are_the_products(town: DemoTown) -> None:
    assert {c.role for unit in town.units for c in unit.contacts} == set(Role)
    assert {m.code for m in town.milestones} == set(Milestone) - {Milestone.PUBLICATION}
    assert {s.milestone for s in town.standings} <= set(Milestone)


def test_office_dates_are_past_today_and_ahead(town: DemoTown) -> None:
    offsets = [milestone.offset for milestone in town.milestones]
    assert offsets == sorted(offsets)
    assert min(offsets) < 0 < max(offsets)
    assert 0 in offsets
    assert town.milestone_reason


def test_standings_show_every_state(town: DemoTown) -> None:
    cells = {(s.unit, s.milestone): s.progress for s in town.standings}
    assert len(cells) == len(town.standings)
    states = Counter(progress.state for progress in cells.values())
    assert states["closed"] >= 3
    assert states["answered"] >= 2
    assert states["acknowledged"] >= 1
    returned = [p for p in cells.values() if p.state == "returned"]
    assert len(returned) == 1
    assert returned[0].reason
    silent = [unit.code for unit in town.units if (unit.code, "draft") not in cells]
    assert silent == ["YY09"]


def test_every_unit_has_a_report_either_confirmed_or_waiting(town: DemoTown) -> None:
    codes = [unit.code for unit in town.units]
    assert [review.unit for review in town.reviews] == codes
    assert [report.unit_code for report in demo_reports(town.year)] == codes
    assert Counter(r.state for r in town.reviews) == {"confirmed": 7, "waiting": 3}


def test_commitments_are_the_confirmed_reports_measures_and_unanswered_problems(
    town: DemoTown,
) -> None:
    confirmed = {review.unit for review in town.reviews if review.state == "confirmed"}
    owed = set()
    for report in demo_reports(town.year):
        if report.unit_code in confirmed:
            measures = range(1, len(report.expected.measures) + 1)
            owed |= {(report.unit_code, "measure", ordinal) for ordinal in measures}
            bare = [problem for problem, answers in report.expected.pairs if not answers]
            owed |= {(report.unit_code, "problem", ordinal) for ordinal in bare}
    listed = [(c.unit, c.entry, c.ordinal) for c in town.commitments]
    assert len(listed) == len(set(listed))
    assert set(listed) == owed


def test_commitments_are_in_every_state_and_some_are_late(town: DemoTown) -> None:
    states = {commitment.progress.state for commitment in town.commitments}
    assert states == {"open", "acknowledged", "answered", "returned", "closed"}
    unfinished = [c for c in town.commitments if c.progress.state in OPEN_STATES]
    assert sum(c.due < 0 for c in unfinished) >= 3
    assert any(c.due == 0 for c in unfinished)
    assert any(c.due > 0 for c in unfinished)


def test_closing_takes_evidence_and_a_second_person_of_the_office(town: DemoTown) -> None:
    office = {contact.email for contact in town.units[0].contacts}
    for commitment in town.commitments:
        progress = commitment.progress
        if progress.state in {"closed", "answered"}:
            assert progress.evidence
        if progress.state in {"closed", "returned"}:
            assert progress.office_by in office - {progress.by}
            assert progress.on is not None
            assert progress.office_on is not None
            assert progress.on <= progress.office_on <= 0


def test_people_act_for_their_own_unit_and_never_in_the_future(town: DemoTown) -> None:
    people = {unit.code: {c.email for c in unit.contacts} for unit in town.units}
    done = [(s.unit, s.progress) for s in town.standings]
    done += [(c.unit, c.progress) for c in town.commitments]
    for unit, progress in done:
        assert progress.by is None or progress.by in people[unit]
        assert progress.by is not None or progress.state == "open"
        assert (progress.on or 0) <= 0
    for note in town.notes:
        assert note.by in people[note.unit] | people["YY00"]
        assert note.on <= 0


@pytest.mark.parametrize(
    ("today", "reported"),
    [
        (date(2026, 11, 23), 2025),
        (date(2027, 1, 31), 2025),
        (date(2027, 2, 1), 2026),
        (date(2027, 12, 31), 2026),
    ],
)
def test_the_year_being_filed_is_the_one_whose_last_day_is_next(today: date, reported: int) -> None:
    assert demo_year(today) == reported


def test_the_town_carries_no_unfilled_year() -> None:
    assert "{{" not in repr(load_town(2029))
    assert "2030/dangzhengban" in repr(load_town(2029))
