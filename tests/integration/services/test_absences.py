"""While somebody is away another hears, by name; nobody is silently skipped."""

from datetime import date, datetime, time

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from server.db.engine import transaction
from server.db.tables import Contact, Reminder
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE
from server.domain.reminders import Role
from server.errors import Conflict, InvalidInput
from server.services import absences, forecast, rulebook, units
from server.services.absences import Leave
from server.services.audit import SYSTEM
from tests import factories
from tests.integration.services.test_planning import owe, sweep

MONDAY = date(2026, 11, 23)
WORKDAYS = rulebook.calendar().add_workdays
NOW = datetime.combine(MONDAY, time(7), OFFICE_ZONE)
TOMORROW = WORKDAYS(MONDAY, 1)


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    """A town whose finance bureau has a substitute and a reminder due tomorrow."""
    with transaction(engine) as session:
        founded = factories.town(session)
        person = factories.person(session, founded.finance, Role.INFORMATION_OFFICER, "李代")
        person.is_substitute = True
        founded.people["deputy_officer"] = person
        owe(session, founded.finance, WORKDAYS(TOMORROW, 14), since=TOMORROW)
        return founded


def away(session: Session, town: factories.Town, first: date, last: date, who: str | None) -> None:
    substitute = town.people[who].id if who else None
    leave = Leave(first, last, substitute, "培训")
    absences.register(session, town.people["finance"], leave, SYSTEM, today=MONDAY, now=NOW)


def told(engine: Engine) -> list[tuple[str, int | None]]:
    with transaction(engine) as session:
        rows = session.exec(
            select(Contact.name, Reminder.on_behalf_of)
            .join(Contact, col(Contact.id) == col(Reminder.recipient_id))
            .where(Reminder.outcome == "pending")
            .order_by(col(Contact.id))
        )
        return list(rows)


def test_whoever_stands_in_gets_the_reminder_and_the_forecast_says_so(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        town.people["deputy_officer"].role = "unit_lead"  # hears of nothing yet by itself
        session.merge(town.people["deputy_officer"])
        away(session, town, MONDAY, TOMORROW, "deputy_officer")
    with transaction(engine) as session:
        rows = forecast.forecast(
            session, rulebook.reminder_rules(trial=False), Scope("/", subtree=True),
            TOMORROW, TOMORROW, today=MONDAY,
        )  # fmt: skip
    assert [(row.recipient, row.on_behalf_of) for row in rows] == [("李代", "张敏")]
    sweep(engine, TOMORROW)
    assert told(engine) == [("李代", town.people["finance"].id)]


def test_with_nobody_standing_in_the_person_hears_and_so_does_the_office(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        session.connection().execute(
            text("UPDATE contact SET active = false WHERE id = :id"),
            {"id": town.people["deputy_officer"].id},
        )
        away(session, town, MONDAY, TOMORROW, None)
    sweep(engine, TOMORROW)
    assert {name for name, _ in told(engine)} == {"张敏", "李文"}


def test_a_substitute_who_left_is_as_good_as_none(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        away(session, town, MONDAY, TOMORROW, "deputy_officer")
        substitute = session.get_one(Contact, town.people["deputy_officer"].id)
        units.retire_contact(session, substitute, SYSTEM, now=NOW)
    sweep(engine, TOMORROW)
    assert {name for name, _ in told(engine)} == {"张敏", "李文"}


def test_what_was_planned_before_somebody_left_is_handed_over(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        substitute = session.get_one(Contact, town.people["deputy_officer"].id)
        substitute.role = "unit_lead"
    sweep(engine, TOMORROW, hour=20)  # planned, in no mail yet
    assert told(engine) == [("张敏", None)]
    after = WORKDAYS(TOMORROW, 1)
    with transaction(engine) as session:
        away(session, town, after, after, "deputy_officer")
    sweep(engine, after)
    assert told(engine) == [("李代", town.people["finance"].id)]


def test_whoever_hears_anyway_hears_once(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        away(session, town, MONDAY, TOMORROW, "deputy_officer")
    sweep(engine, TOMORROW)
    assert [name for name, _ in told(engine)] == ["李代"]


def test_spans_that_overlap_and_circles_of_absence_are_refused(
    engine: Engine, town: factories.Town
) -> None:
    other = town.people["deputy_officer"]
    with transaction(engine) as session:
        away(session, town, MONDAY, TOMORROW, "deputy_officer")
        with pytest.raises(Conflict, match="重叠"):
            away(session, town, TOMORROW, WORKDAYS(TOMORROW, 3), None)
        leave = Leave(MONDAY, MONDAY, town.people["finance"].id)
        with pytest.raises(Conflict, match="代理他人"):
            absences.register(session, other, leave, SYSTEM, today=MONDAY, now=NOW)


@pytest.mark.parametrize(
    ("first", "last", "complaint"),
    [
        (TOMORROW, MONDAY, "对调"),
        (date(2026, 11, 2), date(2026, 11, 3), "已经过去"),
        (MONDAY, date(2028, 1, 1), "超过一年"),
    ],
)
def test_a_span_that_cannot_be_is_refused(
    engine: Engine, town: factories.Town, first: date, last: date, complaint: str
) -> None:
    with transaction(engine) as session, pytest.raises(InvalidInput, match=complaint):
        away(session, town, first, last, None)


def test_only_another_person_of_the_unit_can_stand_in(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session, pytest.raises(InvalidInput, match="另一位联系人"):
        away(session, town, MONDAY, TOMORROW, "staff")
