"""Opening a year and the office's own dates: set-based, repeatable, the statute untouched."""

from datetime import date, timedelta

import pytest
from sqlalchemy import Engine, event, text
from sqlmodel import col, select

from server.db.engine import transaction
from server.db.tables import Matter, MilestoneDate, Obligation
from server.domain.deadlines import Override
from server.domain.milestones import Milestone, UnitKind
from server.errors import InvalidInput
from server.services import obligations, rulebook, units
from server.services.audit import SYSTEM
from server.services.obligations import Opened
from tests import factories
from tests.two_towns import snapshot

TODAY = date(2026, 11, 23)


def open_year(engine: Engine, year: int = 2026, today: date = TODAY) -> Opened:
    with transaction(engine) as session:
        return obligations.open_year(session, rulebook.law(), year, today=today)


def set_dates(engine: Engine, office: int, today: date = TODAY, **dates: date) -> int:
    wanted = {Milestone(name): Override(on, "全县统一部署") for name, on in dates.items()}
    with transaction(engine) as session:
        return obligations.set_own_dates(
            session,
            rulebook.law(),
            session.get_one(units.Unit, office),
            UnitKind.BUREAU,
            2026,
            wanted,
            SYSTEM,
            today=today,
            now=factories.NOW,
        )


def matters(engine: Engine, milestone: str) -> list[Matter]:
    with transaction(engine) as session:
        wanted = select(Matter).where(Matter.milestone == milestone).order_by(col(Matter.unit_id))
        return list(session.exec(wanted))


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    with transaction(engine) as session:
        return factories.town(session)


def test_every_unit_gets_its_duty_and_five_milestones_once(
    engine: Engine, town: factories.Town
) -> None:
    assert open_year(engine) == Opened(3, 15)
    before = snapshot(engine)
    assert open_year(engine) == Opened(0, 0)
    assert snapshot(engine) == before
    publication = matters(engine, "publication")
    assert {each.due_on for each in publication} == {date(2027, 1, 31)}
    assert all(each.statutory and each.steps and each.source for each in publication)


def test_a_unit_added_later_gets_what_it_lacks(engine: Engine, town: factories.Town) -> None:
    open_year(engine)
    with transaction(engine) as session:
        units.add_unit(session, units.NewUnit("QS03", "卫生院", "bureau", "QS"))
    assert open_year(engine) == Opened(1, 5)


def test_opening_costs_the_same_for_three_units_and_for_three_hundred(
    engine: Engine, town: factories.Town
) -> None:
    def statements() -> int:
        counted: list[str] = []

        def count(*args: object) -> None:
            counted.append(str(args[2]))

        event.listen(engine, "before_cursor_execute", count)
        open_year(engine)
        event.remove(engine, "before_cursor_execute", count)
        return len(counted)

    few = statements()
    with transaction(engine) as session:
        for number in range(300):
            units.add_unit(session, units.NewUnit(f"X{number}", f"局{number}", "bureau", "QS"))
    assert statements() == few


def test_a_duty_whose_day_has_passed_is_not_opened(engine: Engine, town: factories.Town) -> None:
    assert open_year(engine, 2025, date(2026, 2, 1)) == Opened(0, 0)
    assert open_year(engine, 2025, date(2026, 1, 31)).obligations == 3


def test_own_dates_move_the_matters_and_end_the_old_dates_reminders(
    engine: Engine, town: factories.Town
) -> None:
    open_year(engine)
    moved = set_dates(engine, town.office.id, review=date(2027, 1, 8), draft=date(2027, 1, 5))
    assert moved == 6  # draft, review and, after it, resubmission, of two bureaus
    draft = [each for each in matters(engine, "draft") if each.unit_id != town.office.id]
    assert {(each.due_on, each.due_version) for each in draft} == {(date(2027, 1, 5), 2)}
    assert {each.next_stage_on for each in draft} == {TODAY}
    assert "全县统一部署" in draft[0].steps[0]["note"]
    (office,) = [each for each in matters(engine, "draft") if each.unit_id == town.office.id]
    assert office.due_version == 1  # another kind keeps its dates
    assert {each.due_version for each in matters(engine, "publication")} == {1}


def test_own_dates_survive_the_next_opening(engine: Engine, town: factories.Town) -> None:
    open_year(engine)
    set_dates(engine, town.office.id, draft=date(2027, 1, 5))
    assert open_year(engine) == Opened(0, 0)


@pytest.mark.parametrize(
    ("dates", "complaint"),
    [
        ({"publication": date(2027, 1, 20)}, "法定时限"),
        ({"sign_off": date(2027, 2, 1)}, "晚于法定"),
        ({"draft": date(2027, 1, 20)}, "早于前一节点"),
        ({"draft": date(2026, 1, 5)}, "已经过去 322 天，请核对年份"),
        ({"draft": date(2025, 12, 31)}, "核对年份"),
        ({"draft": date(2027, 1, 5), "publication": date(2027, 2, 5)}, "法定时限"),
    ],
)
def test_dates_that_cannot_be_are_refused_and_nothing_has_changed(
    engine: Engine, town: factories.Town, dates: dict[str, date], complaint: str
) -> None:
    open_year(engine)
    before = snapshot(engine)
    with pytest.raises(InvalidInput, match=complaint):
        set_dates(engine, town.office.id, **dates)
    assert snapshot(engine) == before


def test_a_date_is_held_against_those_set_before(engine: Engine, town: factories.Town) -> None:
    open_year(engine)
    set_dates(engine, town.office.id, draft=date(2027, 1, 12))
    with pytest.raises(InvalidInput, match="早于前一节点"):
        set_dates(engine, town.office.id, review=date(2027, 1, 11))
    set_dates(engine, town.office.id, draft=date(2027, 1, 4), review=date(2027, 1, 11))
    with transaction(engine) as session:
        kept = {each.milestone: each.due_on for each in session.exec(select(MilestoneDate))}
    assert kept == {"draft": date(2027, 1, 4), "review": date(2027, 1, 11)}


@pytest.mark.parametrize("state", ["answered", "closed", "cancelled"])
def test_what_is_answered_keeps_the_date_it_was_answered_on(
    engine: Engine, town: factories.Town, state: str
) -> None:
    open_year(engine)
    due_on = matters(engine, "draft")[0].due_on
    with transaction(engine) as session:
        session.connection().execute(text("UPDATE matter SET state = :state"), {"state": state})
    set_dates(engine, town.office.id, draft=due_on - timedelta(days=3))
    assert {each.due_on for each in matters(engine, "draft")} == {due_on}


def test_another_offices_units_are_not_moved(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        units.add_unit(session, units.NewUnit("WL", "梧林镇", "town", is_office=True))
        other = units.add_unit(session, units.NewUnit("WL01", "财政局", "bureau", "WL")).id
    open_year(engine)
    set_dates(engine, town.office.id, draft=date(2027, 1, 5))
    with transaction(engine) as session:
        theirs = session.exec(
            select(Matter).where(Matter.unit_id == other, Matter.milestone == "draft")
        ).one()
        assert theirs.due_version == 1
        assert len(session.exec(select(Obligation)).all()) == 5
