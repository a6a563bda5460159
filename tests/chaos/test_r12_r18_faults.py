"""R-12, R-13, R-16, R-17, R-18: a difficult mail server, a poisoned mail, a database in trouble."""

import contextlib
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.chaos.installation import Installation, installed
from tests.chaos.lengths import SLOW_REPLY
from tests.smtp_double import ALWAYS, Fault

OFFICERS = 40
SLOWLY = Fault("accepted", "slow", seconds=0.05, last=ALWAYS)
GREYLISTED = Fault("rcpt", "reply", code=450)
OFTEN_LATER = Fault("dot", "reply", code=451, chance=0.05, last=ALWAYS)


def running(place: Installation, *parts: str) -> None:
    place.start("worker", "beat", *parts)
    place.plan_everything()


@pytest.mark.timeout(300)
def test_r12_greylisting_and_temporary_refusals_delay_and_never_double(
    home: Path, say: Callable[[object], None]
) -> None:
    with installed(home, OFFICERS, GREYLISTED, OFTEN_LATER, SLOWLY) as place:
        running(place)
        tried = "SELECT count(*) FROM message WHERE failures >= 1"
        assert place.until(lambda: place.town.value(tried) >= OFFICERS, 60), place.log("worker")
        waits = place.town.rows(
            "SELECT m.next_attempt_at - max(e.at) FROM message m"
            " JOIN message_event e ON e.message_id = m.id AND e.kind = 'retry'"
            " WHERE m.failures = 1 GROUP BY m.id, m.next_attempt_at"
        )
        minutes = sorted(wait.total_seconds() / 60 for (wait,) in waits)
        assert place.until(place.settled, 120)
        judgement = place.judge()
    first, last = minutes[0], minutes[-1]
    say(f"R-12: first retry after {first:.1f} to {last:.1f} min, {judgement.duplicated} twice")
    assert judgement.kept, judgement
    assert judgement.duplicated == 0
    assert 1.5 <= minutes[0] < minutes[-1] <= 5


@pytest.mark.timeout(SLOW_REPLY * 2 + 300)
def test_r12_a_server_that_answers_late_gets_no_second_copy(
    home: Path, say: Callable[[object], None]
) -> None:
    slow = Fault("accepted", "slow", seconds=SLOW_REPLY, recipient="officer1@*")
    with installed(home, 3, slow, hurried=False) as place:
        place.plan_everything()
        place.start("worker", "beat")
        until = SLOW_REPLY + 150
        assert place.until(lambda: place.settled(hurry=False), until), place.log("worker")
        judgement = place.judge()
    say(f"R-12: reply after {SLOW_REPLY:.0f} s, {judgement.duplicated} twice")
    assert judgement.kept, judgement
    assert (judgement.duplicated, judgement.uncertain) == (0, 0)


@pytest.mark.timeout(300)
def test_r13_a_refused_address_dies_at_once_and_a_duty_is_told_to_others(
    home: Path, say: Callable[[object], None]
) -> None:
    refused = Fault("rcpt", "reply", code=550, recipient="officer1@*", last=ALWAYS)
    with installed(home, OFFICERS, refused, SLOWLY) as place:
        running(place)
        assert place.until(place.settled, 120), place.log("worker")
        judgement = place.judge()
        ((attempts, told),) = place.town.rows(
            "SELECT (SELECT count(*) FROM message_event e JOIN message m ON m.id = e.message_id"
            " WHERE m.address = 'officer1@unit.cn' AND e.kind = 'dead'),"
            " (SELECT count(*) FROM reminder r JOIN contact c ON c.id = r.recipient_id"
            " WHERE c.role LIKE 'office%' AND r.outcome = 'mailed')"
        )
        suspect = place.town.rows("SELECT address, state FROM suppression")
    say(f"R-13: {attempts} attempt, {told} of the office told, {suspect}")
    assert judgement.kept, judgement
    assert attempts == 1
    assert told >= 2
    assert suspect == [("officer1@unit.cn", "suspect")]


@pytest.mark.timeout(300)
def test_r16_a_mail_that_kills_its_process_is_given_up_and_holds_up_nobody(
    home: Path, say: Callable[[object], None]
) -> None:
    with installed(home, OFFICERS, SLOWLY) as place:
        place.environment["CHAOS_POISON"] = "officer7@unit.cn"
        running(place)
        poisoned = "SELECT state FROM message WHERE address = 'officer7@unit.cn'"
        dead = lambda: place.town.rows(poisoned) == [("dead",)]  # noqa: E731 - read below
        assert place.until(lambda: place.settled() and dead(), 200), place.log("worker")
        judgement = place.judge()
        claims = place.town.value(
            "SELECT count(*) FROM message_event e JOIN message m ON m.id = e.message_id"
            " WHERE m.address = 'officer7@unit.cn' AND e.kind = 'reclaimed'"
        )
    say(f"R-16: given up after {claims} interruptions, {len(judgement.lost)} lost")
    assert judgement.kept, judgement
    assert claims <= 8


@pytest.mark.timeout(400)
def test_r17_while_the_database_is_away_pages_say_so_and_come_back_within_five_seconds(
    home: Path, say: Callable[[object], None]
) -> None:
    with installed(home, OFFICERS, SLOWLY) as place:
        place.start("web")
        assert place.until(lambda: place.get("/healthz")[0] == 200, 60), place.log("web")
        running(place)
        back = []
        for _ in range(5):
            place.stop_postgres()
            for path in ("/healthz", "/healthz/mail", "/r/" + "x" * 43):
                status, headers, _ = place.get(path)
                assert (status, "retry-after" in {name.lower() for name in headers}) == (503, True)
            place.start_postgres()
            began = time.monotonic()
            assert place.until(lambda: place.get("/healthz")[0] == 200, 30)
            back.append(time.monotonic() - began)
        assert place.until(place.settled, 180), place.log("worker")
        judgement = place.judge()
        log = place.log("web")
    say(f"R-17: back after {[f'{each:.1f}' for each in back]} s, {judgement.duplicated} twice")
    assert max(back) <= 5
    assert "Traceback" not in log
    assert judgement.kept, judgement
    assert judgement.duplicated <= judgement.uncertain


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Iterator[None]:
    """Mount a disk of so many megabytes; skips where this account may not."""
    mount = shutil.which("mount") or "mount"
    options = ["-t", "tmpfs", "-o", f"size={megabytes}m,mode=0711", "tmpfs", str(folder)]
    made = subprocess.run([mount, *options], capture_output=True, check=False)
    if made.returncode != 0:
        pytest.skip("this account may not mount a small disk")
    try:
        yield
    finally:
        subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.mark.timeout(400)
def test_r18_a_full_disk_loses_and_doubles_nothing_once_it_is_freed(
    home: Path, say: Callable[[object], None]
) -> None:
    options = {"max_wal_size": "64MB", "min_wal_size": "32MB", "fsync": "off"}
    with small_disk(home, 220), installed(home, 300, SLOWLY, options=options) as place:
        running(place)
        assert place.until(lambda: bool(place.double.accepted()), 60), place.log("worker")
        filler = home / "filler"
        with contextlib.suppress(OSError), filler.open("wb") as out:
            while True:
                out.write(b"\0" * 65536)
        full = shutil.disk_usage(home).free
        with ThreadPoolExecutor(1) as pool:
            pool.submit(_write_until_refused, place).result(30)
        time.sleep(6)
        filler.unlink()
        if place.postgres.process.poll() is not None:
            place.start_postgres()
        began = time.monotonic()
        place.start("worker", "beat")
        assert place.until(place.settled, 200), place.log("worker")
        judgement = place.judge()
    took = time.monotonic() - began
    say(f"R-18: {full} bytes were free, drained in {took:.0f} s, {judgement.duplicated} twice")
    assert judgement.kept, judgement
    assert judgement.duplicated <= judgement.uncertain


def _write_until_refused(place: Installation) -> None:
    with contextlib.suppress(Exception):
        for _ in range(200):
            place.town.run(
                "INSERT INTO bounce_count SELECT CURRENT_DATE + n, repeat('x', 200), 1"
                " FROM generate_series(1, 2000) n ON CONFLICT DO NOTHING"
            )
