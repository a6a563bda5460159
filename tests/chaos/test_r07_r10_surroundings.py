"""R-07, R-08, R-10, R-36: queue, scheduler and clocks go wrong; mails come late and never twice."""

import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from server.clock import utc_now
from server.db.engine import transaction
from server.services import health, rulebook
from server.services.reminders import sweep
from tests.chaos.installation import Installation, installed
from tests.ledger import DOMAIN, Town, found_town, opened
from tests.smtp_double import ALWAYS, Fault

OFFICERS = 60
SLOWLY = Fault("accepted", "slow", seconds=0.1, last=ALWAYS)
LONGEST_PAGE = 1.0


@pytest.fixture
def place(home: Path) -> Iterator[Installation]:
    with installed(home, OFFICERS, SLOWLY) as place:
        yield place


def running(place: Installation) -> None:
    place.start("web", "worker", "beat")
    assert place.until(lambda: place.get("/healthz")[0] == 200, 60), place.log("web")
    place.plan_everything()
    assert place.until(lambda: bool(place.double.accepted()), 60), place.log("worker")


def settled_cleanly(place: Installation, patience: float = 120) -> None:
    assert place.until(place.settled, patience), place.log("worker")
    judgement = place.judge()
    assert judgement.kept, judgement
    assert judgement.duplicated == 0
    assert len(place.double.accepted()) == OFFICERS


@pytest.mark.timeout(300)
@pytest.mark.parametrize("loss", ["flushed", "killed", "absent"])
def test_r07_losing_the_queue_changes_the_time_of_arrival_alone(
    place: Installation, loss: str, say: Callable[[object], None]
) -> None:
    running(place)
    slowest, began = 0.0, time.monotonic()
    if loss == "flushed":
        for _ in range(5):
            place.flush_valkey()
            time.sleep(0.3)
    else:
        place.kill_valkey()
        if loss == "absent":
            while time.monotonic() - began < 20:
                status, _, took = place.get("/sign-in")
                slowest = max(slowest, took)
                assert status == 200
                time.sleep(0.5)
            assert place.until(place.settled, 60), "without a queue the workers' timers deliver"
        place.start_valkey()
    settled_cleanly(place)
    say(f"R-07 {loss}: all told, slowest page {slowest:.2f} s")
    assert slowest <= LONGEST_PAGE * 3  # others keep this machine busy


@pytest.mark.timeout(300)
def test_r08_without_beat_the_workers_tick_by_themselves(
    place: Installation, say: Callable[[object], None]
) -> None:
    running(place)
    place.kill("beat")
    assert place.until(place.settled, 120)
    seen = place.town.value("SELECT max(minute) FROM tick")
    gaps = []
    for _ in range(4):
        began = time.monotonic()
        assert place.until(
            lambda before=seen: place.town.value("SELECT max(minute) FROM tick") > before, 30
        ), place.log("worker")
        seen = place.town.value("SELECT max(minute) FROM tick")
        gaps.append(time.monotonic() - began)
    say(f"R-08: gaps without beat {[f'{gap:.1f}' for gap in gaps]} s, the timer's minute being 3 s")
    settled_cleanly(place)


def test_r08_twenty_ticks_at_once_are_one(database_url: str) -> None:
    rules = rulebook.reminder_rules(trial=True)
    now = utc_now()
    with opened(database_url) as engine:
        town = found_town(engine, 50)
        town.run("UPDATE matter SET due_on = CURRENT_DATE + 10, next_stage_on = CURRENT_DATE")

        def tick(_: int) -> bool:
            with transaction(engine) as session:
                return sweep(session, rules, now=now, driver="test", mail_domain=DOMAIN).ran

        with ThreadPoolExecutor(10) as pool:
            ran = list(pool.map(tick, range(20)))
        assert sum(ran) == 1
        assert town.value("SELECT count(*) FROM tick") == 1
        assert town.states() == {"queued": 50}


@pytest.mark.timeout(300)
def test_r10_a_database_clock_that_jumps_ahead_makes_at_most_the_mails_in_flight_uncertain(
    place: Installation, say: Callable[[object], None]
) -> None:
    running(place)
    # One hour ahead is the same as everything that waits being one hour older.
    place.town.run(
        "UPDATE message SET lease_expires_at = lease_expires_at - interval '1 hour',"
        " next_attempt_at = next_attempt_at - interval '1 hour'"
    )
    assert place.until(place.settled, 120), place.log("worker")
    judgement = place.judge()
    say(f"R-10 +1 h: {judgement.uncertain} uncertain, {judgement.duplicated} twice")
    assert judgement.kept, judgement
    assert judgement.uncertain <= 3 * 4 * 2  # processes, their connections, their timers


@pytest.mark.timeout(300)
def test_r10_a_database_clock_that_jumps_back_doubles_nothing(
    place: Installation, say: Callable[[object], None]
) -> None:
    running(place)
    place.town.run(
        "UPDATE message SET lease_expires_at = lease_expires_at + interval '20 seconds',"
        " next_attempt_at = next_attempt_at + interval '20 seconds'"
    )
    settled_cleanly(place)


def test_r10_planning_three_days_ago_and_then_today_adds_nothing(database_url: str) -> None:
    rules = rulebook.reminder_rules(trial=True)
    now = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
    with opened(database_url) as engine:
        town = found_town(engine, 20)
        town.run("UPDATE matter SET due_on = '2026-12-08', next_stage_on = '2026-11-20'")

        def tick(at: datetime) -> None:
            with transaction(engine) as session:
                sweep(session, rules, now=at, driver="test", mail_domain=DOMAIN)

        tick(now)
        before = town.rows("SELECT * FROM reminder ORDER BY id")
        tick(now - timedelta(days=3))
        tick(now + timedelta(minutes=1))
        assert town.rows("SELECT * FROM reminder ORDER BY id") == before


def test_r10_clocks_that_differ_are_told(database_url: str) -> None:
    with opened(database_url) as engine, transaction(engine) as session:
        late = utc_now() + timedelta(seconds=30)
        checks = health.check_safety(session, now=late, trial=True)
    assert "相差" in next(check.message for check in checks if check.key == "clock")


@pytest.mark.timeout(300)
def test_r36_without_a_mail_server_nothing_but_time_is_lost(
    place: Installation, say: Callable[[object], None]
) -> None:
    running(place)
    place.double.kill()
    time.sleep(8)
    status, _, took = place.get("/sign-in")
    assert status == 200
    place.double.restart()
    assert place.until(place.settled, 120), place.log("worker")
    judgement = place.judge()
    say(f"R-36: {judgement.uncertain} uncertain, {judgement.duplicated} twice, page {took:.2f} s")
    assert judgement.kept, judgement
    assert judgement.duplicated <= judgement.uncertain


def test_r36_planning_works_without_a_queue(database_url: str) -> None:
    rules = rulebook.reminder_rules(trial=True)
    with opened(database_url) as engine:
        town: Town = found_town(engine, 3)
        town.run("UPDATE matter SET due_on = CURRENT_DATE + 10, next_stage_on = CURRENT_DATE")
        with transaction(engine) as session:
            swept = sweep(session, rules, now=utc_now(), driver="test", mail_domain=DOMAIN)
        assert swept.composed == 3
