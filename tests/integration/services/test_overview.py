"""What the office sees at a glance: counted right, only what lies within its scope."""

from datetime import UTC, date, datetime, timedelta

import pytest
from sqlalchemy import Engine

from server.db.engine import transaction
from server.db.tables import Matter
from server.domain.access import Scope
from server.domain.burndown import Remaining
from server.domain.lights import Light
from server.services import obligations, overview, rulebook
from server.services.overview import Overview, Sight
from tests import factories
from tests.integration.services.test_obligations import matters

DAY = date(2027, 1, 20)
LATE_EVENING = datetime(2027, 1, 18, 16, 30, tzinfo=UTC)
"""Half past midnight of the 19th where the office sits."""


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    with transaction(engine) as session:
        founded = factories.town(session)
    with transaction(engine) as session:
        obligations.open_year(session, rulebook.law(), 2026, today=date(2026, 11, 23))
    return founded


def seen(engine: Engine, scope: Scope, today: date = DAY) -> Overview:
    with transaction(engine) as session:
        sight = Sight(scope, today, rulebook.calendar(), rulebook.lights())
        found = overview.overview(session, sight, 2026)
    assert found is not None
    return found


def answer(engine: Engine, matter: Matter, at: datetime, state: str = "answered") -> None:
    with transaction(engine) as session:
        found = session.get_one(Matter, matter.id)
        found.state, found.answered_at = state, at


def test_before_any_year_is_opened_there_is_nothing_to_show(engine: Engine) -> None:
    with transaction(engine) as session:
        town = factories.town(session)
        sight = Sight(factories.everything(town), DAY, rulebook.calendar(), rulebook.lights())
        assert overview.overview(session, sight) is None


def test_the_countdown_runs_to_the_statutory_date_and_counts_who_has_published(
    engine: Engine, town: factories.Town
) -> None:
    answer(engine, matters(engine, "publication")[0], LATE_EVENING)
    countdown = seen(engine, factories.everything(town)).countdown
    assert countdown is not None
    assert countdown.due_on == date(2027, 1, 31)
    assert (countdown.filed, countdown.confirmed, countdown.units) == (1, 0, 3)


def test_the_burn_down_counts_a_step_on_the_day_of_the_offices_own_clock(
    engine: Engine, town: factories.Town
) -> None:
    answer(engine, matters(engine, "draft")[0], LATE_EVENING)
    answer(engine, matters(engine, "draft")[1], LATE_EVENING + timedelta(hours=1), "closed")
    burn = seen(engine, factories.everything(town)).burn
    assert burn is not None
    assert burn.total == 15
    assert burn.actual == (Remaining(date(2027, 1, 19), 13), Remaining(DAY, 13))


def test_what_was_cancelled_is_owed_by_nobody(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        session.get_one(Matter, matters(engine, "draft")[0].id).state = "cancelled"
    found = seen(engine, factories.everything(town))
    assert found.burn is not None
    assert found.burn.total == 14
    assert sum(found.lights.values()) == 14


def test_late_milestones_show_red_and_done_ones_no_light(
    engine: Engine, town: factories.Town
) -> None:
    for matter in matters(engine, "draft"):
        answer(engine, matter, LATE_EVENING)
    lights = seen(engine, factories.everything(town), date(2027, 2, 8)).lights
    assert lights[Light.RED] == 12
    assert sum(lights.values()) == 12


def test_a_unit_alone_counts_itself_alone(engine: Engine, town: factories.Town) -> None:
    found = seen(engine, Scope(town.finance.path, subtree=False))
    assert found.burn is not None
    assert found.burn.total == 5
