"""The dead-man's switch: silence is noticed, told by a second path, and over by itself."""

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from server.adapters.alarm_webhook import post_alarm
from server.clock import utc_now
from server.db.engine import make_engine, transaction
from server.errors import InvalidInput
from server.services import alarms, health
from server.settings import Settings
from server.web.watchdog import Watchdog
from tests.ledger import Town, found_town, opened

SECRET = "whsec_" + base64.b64encode(b"a key of at least twenty-four bytes").decode()


@dataclass(slots=True)
class Ear:
    """A server that hears alarms; answers with `status`."""

    url: str = ""
    status: int = 204
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def news(self) -> list[str]:
        return [
            f"{json.loads(body)['type']} {json.loads(body)['data']['key']}"
            for _, body in self.heard
        ]


@contextmanager
def listening() -> Iterator[Ear]:
    ear = Ear()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            ear.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(ear.status)
            if ear.status == 302:
                self.send_header("Location", ear.url)
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Keep quiet."""

    with HTTPServer(("127.0.0.1", 0), Handler) as server:
        ear.url = f"http://127.0.0.1:{server.server_address[1]}/"
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield ear
        server.shutdown()


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with opened(database_url) as engine:
        yield found_town(engine, 1)


def tick(town: Town, age: timedelta) -> None:
    town.run("DELETE FROM tick")
    town.run(
        "INSERT INTO tick (minute, driver, planned, superseded, cancelled, composed, took_ms)"
        " VALUES (now() - CAST(:age AS interval), 'test', 0, 0, 0, 0, 0)",
        age=age,
    )


def watchdog(town: Town, ear: Ear) -> Watchdog:
    settings = Settings(alarm_url=ear.url, alarm_secret=SECRET)  # type: ignore[arg-type]  # pydantic wraps it
    return Watchdog(town.engine, settings)


def banner(town: Town) -> list[str]:
    with transaction(town.engine) as session:
        return alarms.banner(session)


def faults(town: Town) -> set[str]:
    with transaction(town.engine) as session:
        return {c.key for c in health.check_mail(session, now=utc_now()) if c.remedy}


def test_three_minutes_without_a_tick_are_told_once_and_their_end_too(town: Town) -> None:
    with listening() as ear:
        dog = watchdog(town, ear)
        tick(town, timedelta(seconds=170))
        dog.look()
        assert (ear.news(), banner(town)) == ([], [])
        tick(town, timedelta(seconds=190))
        dog.look()
        dog.look()
        assert ear.news() == ["alarm.raised tick"]
        assert "duban worker" in banner(town)[0]
        tick(town, timedelta(seconds=5))
        dog.look()
        dog.look()
        assert ear.news() == ["alarm.raised tick", "alarm.cleared tick"]
        assert banner(town) == []


def test_a_mail_that_waits_for_more_than_ten_minutes_is_told(town: Town) -> None:
    town.owe()
    town.gather()
    tick(town, timedelta())
    town.run("UPDATE message SET next_attempt_at = now() - interval '9 minutes'")
    assert faults(town) == set()
    town.run("UPDATE message SET next_attempt_at = now() - interval '11 minutes'")
    assert faults(town) == {"waiting"}


def test_what_does_not_get_through_is_told_the_next_time(town: Town) -> None:
    with listening() as ear:
        dog = watchdog(town, ear)
        ear.status = 500
        dog.look()
        ear.status = 204
        dog.look()
        dog.look()
    assert ear.news() == ["alarm.raised tick"] * 2
    assert ear.heard[0][0]["webhook-id"] == ear.heard[1][0]["webhook-id"]


def test_two_web_processes_tell_an_alarm_once(town: Town) -> None:
    with listening() as ear:
        first, second = watchdog(town, ear), watchdog(town, ear)
        threads = [threading.Thread(target=dog.look) for dog in (first, second)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert ear.news() == ["alarm.raised tick"]


def test_a_database_that_is_away_is_told_without_it(town: Town) -> None:
    with listening() as ear:
        dog = watchdog(town, ear)
        away = make_engine("postgresql://nobody@127.0.0.1:1/none")
        dog._engine = away
        dog.look()
        dog.look()
        away.dispose()
        dog._engine = town.engine
        tick(town, timedelta())
        dog.look()
    assert ear.news() == ["alarm.raised database", "alarm.cleared database"]


def test_the_receiver_can_check_who_speaks(town: Town) -> None:
    with listening() as ear:
        watchdog(town, ear).look()
    headers, body = ear.heard[0]
    signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
    key = base64.b64decode(SECRET.removeprefix("whsec_"))
    mac = base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{mac}"


def test_an_alarm_follows_no_redirection_and_speaks_http_only() -> None:
    with listening() as ear:
        ear.status = 302
        assert post_alarm(ear.url, "s", "id", 1, {}) != ""
        assert len(ear.heard) == 1
    with pytest.raises(InvalidInput):
        post_alarm("file:///etc/passwd", "s", "id", 1, {})
