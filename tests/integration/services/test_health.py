"""The health of real parts: each fault is seen, told in Chinese, with what to do."""

import json
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Engine, text
from typer.testing import CliRunner

from server.adapters.calendar_source import work_calendar
from server.cli import app
from server.commands import doctoring
from server.db.engine import transaction
from server.domain.health import Check, Grade
from server.services import health
from server.settings import Settings
from tests import factories
from tests.smtp_double import Fault, start_double

NOW = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)


def run(engine: Engine, statement: str, **values: object) -> None:
    with transaction(engine) as session:
        session.connection().execute(text(statement), values)


def ledger(engine: Engine) -> dict[str, Check]:
    with transaction(engine) as session:
        return {check.key: check for check in health.check_ledger(session, now=NOW)}


def grades(checks: dict[str, Check]) -> dict[str, Grade]:
    return {key: check.grade for key, check in checks.items()}


def queue(engine: Engine, state: str, age: timedelta) -> None:
    """Put one message in the ledger, ready since so long."""
    with transaction(engine) as session:
        town = factories.town(session)
    run(
        engine,
        "INSERT INTO message (slot_key, kind, recipient_id, address, payload, on_uncertain, state,"
        " message_id, subject, reply, created_at, next_attempt_at, claims, failures,"
        " uncertain_count) VALUES ('k', 'checklist', :to, 'a@b.example', '{}', 'hold', :state,"
        " '<k@b>', '', '', :at, :at, 0, 0, 0)",
        to=town.people["staff"].id,
        state=state,
        at=NOW - age,
    )


def test_a_migrated_database_is_fine(database_url: str) -> None:
    assert health.check_database(database_url).grade is Grade.FINE


def test_a_database_never_migrated_says_how_to_migrate(database_url: str, engine: Engine) -> None:
    run(engine, "DROP TABLE alembic_version")
    check = health.check_database(database_url)
    assert check.grade is Grade.FAULT
    assert "duban migrate" in check.remedy


@pytest.mark.parametrize("url", ["", "postgresql://nobody@127.0.0.1:1/nothing"])
def test_a_database_that_is_away_is_a_fault(url: str) -> None:
    assert health.check_database(url).grade is Grade.FAULT


def test_a_queue_that_answers_is_fine_and_one_that_does_not_is_a_fault(redis_url: str) -> None:
    assert health.check_redis(redis_url).grade is Grade.FINE
    for url in ("", "redis://127.0.0.1:1/0", "http://127.0.0.1"):
        assert health.check_redis(url).grade is Grade.FAULT


def test_a_mail_server_is_asked_without_sending_anything(tmp_path: Path) -> None:
    with start_double(tmp_path / "accepted") as server:
        assert health.check_smtp(server.url).grade is Grade.FINE
        assert server.accepted() == []


def test_a_mail_server_that_refuses_us_names_the_stage(tmp_path: Path) -> None:
    with start_double(tmp_path / "log", Fault("connect", "reply", code=554, last=9)) as server:
        check = health.check_smtp(server.url)
    assert check.grade is Grade.FAULT
    assert "连接邮件服务器" in check.message


@pytest.mark.parametrize("url", ["", "smtp://127.0.0.1:1", "mail.example"])
def test_a_mail_server_that_cannot_be_reached_is_a_fault(url: str) -> None:
    assert health.check_smtp(url).grade is Grade.FAULT


def test_planning_that_never_ran_or_stopped_is_a_fault(engine: Engine) -> None:
    assert ledger(engine)["tick"].grade is Grade.FAULT
    tick = "INSERT INTO tick VALUES (:at, 'beat', 0, 0, 0, 0, 0)"
    run(engine, tick, at=NOW - timedelta(seconds=181))
    assert "3 分钟" in ledger(engine)["tick"].message
    run(engine, tick, at=NOW - timedelta(seconds=60))
    assert ledger(engine)["tick"].grade is Grade.FINE


@pytest.mark.parametrize(
    ("minutes", "grade"), [(9, Grade.FINE), (11, Grade.FAULT), (-30, Grade.FINE)]
)
def test_a_message_ready_for_ten_minutes_is_a_fault(
    engine: Engine, minutes: int, grade: Grade
) -> None:
    queue(engine, "queued", timedelta(minutes=minutes))
    assert ledger(engine)["waiting"].grade is grade


@pytest.mark.parametrize("state", ["dead", "uncertain"])
def test_undelivered_messages_are_told(engine: Engine, state: str) -> None:
    assert ledger(engine)["undelivered"].grade is Grade.FINE
    queue(engine, state, timedelta(days=1))
    assert ledger(engine)["undelivered"].grade is Grade.WARNING


def test_units_without_contacts_are_counted(engine: Engine) -> None:
    with transaction(engine) as session:
        town = factories.town(session)
    assert ledger(engine)["contacts"].grade is Grade.FINE
    run(engine, "UPDATE contact SET active = false WHERE id = :id", id=town.people["finance"].id)
    assert ledger(engine)["contacts"].message.startswith("1 个单位")


def test_a_year_without_notice_is_told_from_november_on() -> None:
    calendar = work_calendar()
    last = calendar.last_confirmed
    assert health.check_calendar(calendar, date(last, 10, 31)).grade is Grade.FINE
    assert health.check_calendar(calendar, date(last, 11, 1)).grade is Grade.WARNING
    assert health.check_calendar(calendar, date(last + 1, 2, 1)).grade is Grade.WARNING


def test_a_full_disk_is_a_fault(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = tmp_path / "not" / "yet"
    expected = {10**8: Grade.FAULT, 5 * 10**8: Grade.WARNING, 10**11: Grade.FINE}
    for free, grade in expected.items():
        monkeypatch.setattr(health.probes, "free_bytes", lambda _, free=free: free)
        assert health.check_disk(folder).grade is grade


def test_free_space_is_read_where_the_folder_will_lie(tmp_path: Path) -> None:
    assert health.probes.free_bytes(tmp_path / "not" / "yet") > 0


def test_a_whole_installation_is_examined(
    database_url: str, redis_url: str, engine: Engine, tmp_path: Path
) -> None:
    with start_double(tmp_path / "accepted") as server:
        settings = Settings(
            database_url=database_url, redis_url=redis_url, smtp_url=server.url, home=tmp_path
        )
        checks = {check.key: check for check in doctoring.examine(settings)}
    assert grades(checks)["database"] is Grade.FINE
    assert grades(checks)["tick"] is Grade.FAULT
    assert all(check.remedy for check in checks.values() if check.grade is not Grade.FINE)
    assert all(check.message.endswith("。") for check in checks.values())


def test_the_command_tells_faults_by_its_exit_code() -> None:
    told = CliRunner().invoke(app, ["doctor", "--json"])
    assert told.exit_code == 1
    answer = json.loads(told.stdout)
    assert answer["ok"] is False
    assert answer["checks"][0]["key"] == "database"
    plain = CliRunner().invoke(app, ["doctor"])
    assert plain.exit_code == 1
    assert "✗ 数据库　故障" in plain.stdout
