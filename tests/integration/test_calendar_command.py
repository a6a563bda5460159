"""Entering a notice on the command line, and counting by what was entered."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import select
from typer.testing import CliRunner, Result

from server.cli import app
from server.db.engine import transaction
from server.db.tables import AuditEvent, CalendarNotice, Matter, Reminder
from server.errors import InvalidInput
from server.services import obligations, rulebook
from server.settings import get_settings
from tests import factories
from tests.notice_texts import INVENTED_2027

Run = Callable[..., Result]
COUNT = ("workdays", "between", "2027-02-04", "2027-02-15", "--json")


@pytest.fixture
def duban(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The command line of an installation with this test's database, in November 2026."""
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)
    monkeypatch.setattr("server.commands.notice_entry.today", factories.NOW.date)
    get_settings.cache_clear()
    yield lambda *words, **more: CliRunner().invoke(app, list(words), **more)
    get_settings.cache_clear()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with factories.opened(database_url) as opened:
        yield opened


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    with transaction(engine) as session:
        founded = factories.town(session)
        day = factories.NOW.date()
        obligations.open_year(session, rulebook.law(), 2026, today=day)
    return founded


@pytest.fixture
def notice(tmp_path: Path) -> str:
    file = tmp_path / "通知.txt"
    file.write_text(INVENTED_2027, encoding="utf-8")
    return str(file)


def states(engine: Engine) -> list[str]:
    with transaction(engine) as session:
        return list(session.exec(select(CalendarNotice.state).order_by("id")))


def test_a_rehearsal_shows_the_difference_and_keeps_nothing(
    duban: Run, engine: Engine, town: factories.Town, notice: str
) -> None:
    told = duban("calendar", "add", notice, "--dry-run")
    assert told.exit_code == 0, told.output
    assert "国办发明电〔2026〕9号" in told.stdout
    assert "2027年1月16日（周六）  周末  → 调休上班" in " ".join(told.stdout.split("\n")).replace(
        "   ", "  "
    )
    assert "改期的事项：3 件，3 个单位，3 人将收到邮件" in told.stdout
    assert "什么也没有改变" in told.stdout
    assert states(engine) == []


def test_it_holds_once_a_person_says_so_and_people_are_owed_word_of_it(
    duban: Run, engine: Engine, town: factories.Town, notice: str
) -> None:
    told = duban("calendar", "add", notice, input="y\n")
    assert told.exit_code == 0, told.output
    assert "已生效：改期 3 件，涉及 3 个单位，告知 3 人。" in told.stdout
    assert states(engine) == ["in_force"]
    with transaction(engine) as session:
        assert len(session.exec(select(Reminder).where(Reminder.stage == "moved")).all()) > 2
        acts = session.exec(select(AuditEvent).where(AuditEvent.subject == "calendar_notice")).all()
        assert [(each.action, each.actor) for each in acts] == [
            ("draft_notice", "命令行"),
            ("confirm_notice", "命令行"),
        ]


def test_a_person_who_declines_leaves_all_as_it_was(
    duban: Run, engine: Engine, town: factories.Town, notice: str
) -> None:
    told = duban("calendar", "add", notice, input="n\n")
    assert "已放弃，什么也没有改变。" in told.stdout
    assert states(engine) == ["dropped"]
    with transaction(engine) as session:
        assert {str(each) for each in session.exec(select(Matter.due_version))} == {"1"}


def test_scripts_get_facts_and_are_asked_nothing(
    duban: Run, town: factories.Town, notice: str
) -> None:
    assert isinstance(duban("calendar", "add", notice, "--json").exception, InvalidInput)
    facts = json.loads(duban("calendar", "add", notice, "--yes", "--json").stdout)
    assert (facts["year"], facts["state"], facts["effect"]["moved"]) == (2027, "in_force", 3)
    assert facts["days"][0] == {"on": "2027-01-16", "was": "周末", "becomes": "调休上班"}


def test_counting_and_dating_go_by_the_entered_notice_and_name_it(
    duban: Run, town: factories.Town, notice: str
) -> None:
    before = json.loads(duban(*COUNT).stdout)
    assert before["notices"] == []
    duban("calendar", "add", notice, "--yes")
    after = json.loads(duban(*COUNT).stdout)
    assert after["workdays"] != before["workdays"] or not after["provisional"]
    assert (after["provisional"], before["provisional"]) == (False, True)
    assert [each["number"] for each in after["notices"]] == ["国办发明电〔2026〕9号"]
    due = duban("due", "--year", "2026", "--kind", "town").stdout
    assert "录入的通知：2027年  国办发明电〔2026〕9号  第1版" in due
    assert "2027年1月16日" in due


def test_a_database_that_does_not_answer_is_told_and_the_programs_data_count(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_URL", "postgresql://nobody@127.0.0.1:9/none")
    get_settings.cache_clear()
    told = CliRunner().invoke(app, list(COUNT))
    get_settings.cache_clear()
    assert "notices" not in json.loads(told.stdout)
    assert "数据库没有应答" in told.stderr


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("二、春节：2月5日（周一）至12日放假。", "没有"),
        ("", "是空的"),
        (None, "请核对路径"),
    ],
)
def test_a_notice_with_faults_is_refused_with_each_of_them(
    duban: Run, engine: Engine, town: factories.Town, tmp_path: Path, words: str | None, said: str
) -> None:
    file = tmp_path / "坏.txt"
    if words is not None:
        file.write_text(words, encoding="utf-8")
    told = duban("calendar", "add", str(file), "--yes")
    assert isinstance(told.exception, InvalidInput)
    assert said in str(told.exception)
    assert states(engine) == []


def test_a_year_that_is_no_year_is_named(duban: Run, notice: str) -> None:
    told = duban("calendar", "add", notice, "--year", "27")
    assert "年份“27”不对" in str(told.exception)


def test_without_an_office_nobody_can_enter_a_notice(duban: Run, notice: str) -> None:
    assert "duban import units" in str(duban("calendar", "add", notice, "--yes").exception)
