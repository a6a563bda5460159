"""The demonstration town, whenever it is loaded: always something due, never over real data."""

from collections.abc import Iterator
from datetime import date, datetime, time
from functools import cache
from typing import Any

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from server.db.engine import transaction
from server.db.tables import Commitment, Matter, Message, Obligation, Reminder, Report, Unit
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE
from server.errors import Conflict
from server.services import demo, overview, reminders, rulebook
from server.services.overview import OPEN, Sight
from server.services.reading import read_file
from tests import factories

TODAYS = [
    date(2026, 11, 23),  # a plain Monday in the season
    date(2026, 12, 31),
    date(2027, 1, 15),  # two weeks before the statutory date
    date(2027, 1, 31),  # the statutory date itself, a Sunday
    date(2027, 2, 1),
    date(2027, 2, 7),  # within the Spring Festival
    date(2027, 2, 10),
    date(2027, 6, 15),
    date(2027, 9, 30),
    date(2027, 10, 10),  # a Sunday
]
read_once = cache(read_file)
"""The town's files are the same on every day."""


def noon(today: date) -> datetime:
    return datetime.combine(today, time(12), OFFICE_ZONE)


def load(session: Session, today: date) -> None:
    law, basis = rulebook.law(), rulebook.checklist_basis()
    demo.load(session, law, basis, read_once, today=today, now=noon(today))


def loaded(url: str) -> None:
    with factories.opened(url) as engine, transaction(engine) as session:
        load(session, TODAYS[0])


@pytest.fixture
def town(copies: Any) -> Iterator[Engine]:
    """The town as loaded on the first of these days."""
    with copies.of(loaded) as (url, _), factories.opened(url) as engine:
        yield engine


@pytest.mark.parametrize("today", TODAYS, ids=str)
def test_something_is_always_due_soon_and_mailed_at_once(engine: Engine, today: date) -> None:
    soon = rulebook.calendar().add_workdays(today, 10)
    with transaction(engine) as session:
        load(session, today)
    with transaction(engine) as session:
        matters = [each for each in session.exec(select(Matter)) if each.state in OPEN]
        milestones = [each for each in matters if each.kind == "milestone"]
        commitments = [each for each in matters if each.kind == "commitment"]
    assert any(each.due_on < today for each in milestones)
    assert any(today <= each.due_on <= soon for each in milestones)
    assert any(each.due_on < today for each in commitments)
    assert any(today <= each.due_on <= soon for each in commitments)
    with transaction(engine) as session:
        rules, domain = rulebook.reminder_rules(trial=True), "office.example"
        swept = reminders.sweep(session, rules, now=noon(today), driver="test", mail_domain=domain)
    assert swept.planned >= swept.composed > 5
    with transaction(engine) as session:
        waiting = session.exec(select(Reminder).where(Reminder.outcome == "pending")).all()
        assert all(each.message_id for each in waiting)
        assert len(session.exec(select(Message)).all()) == swept.composed


def test_the_town_is_whole(town: Engine) -> None:
    today = TODAYS[0]
    with transaction(town) as session:
        assert len(session.exec(select(Unit)).all()) == 10
        assert len(session.exec(select(Report)).all()) == 10
        assert len(session.exec(select(Commitment)).all()) >= 12
        assert {each.report_year for each in session.exec(select(Obligation))} == {2026}
        states = {each.state for each in session.exec(select(Matter))}
        assert states == {"open", "acknowledged", "answered", "returned", "closed"}
        sight = Sight(Scope("/", subtree=True), today, rulebook.calendar(), rulebook.lights())
        found = overview.overview(session, sight)
        assert found
        assert found.needs.answered
        assert found.needs.late
        assert found.needs.reports_to_review == 3
        assert all(each.total for each in found.headings)


def test_no_statutory_date_is_moved(engine: Engine) -> None:
    with transaction(engine) as session:
        load(session, date(2027, 6, 15))
    with transaction(engine) as session:
        statutory = session.exec(select(Matter).where(Matter.statutory)).all()  # type: ignore[arg-type]  # a column
        assert {each.due_on for each in statutory} == {date(2028, 1, 31)}


def test_nothing_of_the_demonstration_lies_in_the_future(town: Engine) -> None:
    today = TODAYS[0]
    with transaction(town) as session:
        for matter in session.exec(select(Matter)):
            for at in (matter.acknowledged_at, matter.answered_at, matter.closed_at):
                assert at is None or at < noon(today)


def test_the_demonstration_is_renewed_and_real_data_are_never_touched(town: Engine) -> None:
    with transaction(town) as session:
        demo.clear(session)
        assert demo.is_empty(session)
        load(session, date(2026, 11, 24))
    with transaction(town) as session:
        demo.clear(session)
        factories.town(session)
    with transaction(town) as session, pytest.raises(Conflict, match="正式数据"):
        demo.clear(session)
    with transaction(town) as session:
        assert not demo.is_empty(session)
