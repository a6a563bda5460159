"""The command line on a real database: what it prints, what it writes, how it ends."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from openpyxl import Workbook
from sqlalchemy import Engine, text
from sqlmodel import select
from typer.testing import CliRunner, Result

from server.cli import app
from server.db.engine import transaction
from server.db.tables import Contact, Reminder, SignInLink, Unit
from server.errors import InvalidInput, NotFound
from server.services.unit_import import COLUMNS
from server.settings import get_settings
from tests import factories

Run = Callable[..., Result]


@pytest.fixture
def duban(database_url: str, monkeypatch: pytest.MonkeyPatch) -> Iterator[Run]:
    """The command line of an installation with this test's database."""
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)
    get_settings.cache_clear()
    yield lambda *words, **more: CliRunner().invoke(app, list(words), **more)
    get_settings.cache_clear()


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with factories.opened(database_url) as opened:
        yield opened


def table(folder: Path, *rows: list[str]) -> str:
    book = Workbook()
    assert book.active
    for row in (list(COLUMNS), *rows):
        book.active.append(row)
    file = folder / "单位.xlsx"
    book.save(file)
    return str(file)


OFFICE = ["QS", "青石镇", "乡镇", "", "是", "公开办", "李文", "主任", "li@qs.example", ""]
BUREAU = ["QS01", "财政局", "局办", "QS", "", "", "张敏", "信息员", "zhang@qs.example", ""]


def test_units_are_imported_with_a_verdict_on_every_row(
    duban: Run, engine: Engine, tmp_path: Path
) -> None:
    told = duban("import", "units", table(tmp_path, OFFICE, BUREAU))
    assert told.exit_code == 0
    assert "✓ 第 3 行  新增单位“财政局”，新增联系人“张敏”" in told.stdout
    assert "已导入 2 行" in told.stdout
    with transaction(engine) as session:
        assert len(session.exec(select(Unit)).all()) == 2


def test_one_bad_row_leaves_nothing_written(duban: Run, engine: Engine, tmp_path: Path) -> None:
    bad = [*BUREAU[:8], "zhang@qs,example", ""]
    told = duban("import", "units", table(tmp_path, OFFICE, bad))
    assert isinstance(told.exception, InvalidInput)
    assert "✓ 第 2 行" in told.stdout
    assert "✗ 第 3 行" in told.stdout
    with transaction(engine) as session:
        assert session.exec(select(Unit)).all() == []


@pytest.mark.parametrize("name", ["missing.xlsx", "text.xlsx"])
def test_a_file_that_is_no_table_is_told(duban: Run, tmp_path: Path, name: str) -> None:
    (tmp_path / "text.xlsx").write_text("这不是表格", encoding="utf-8")
    told = duban("import", "units", str(tmp_path / name))
    assert told.exit_code != 0
    assert str(told.exception)


def test_the_record_is_verified_and_tampering_ends_with_one(duban: Run, engine: Engine) -> None:
    with transaction(engine) as session:
        factories.confirmed_report(session, factories.town(session).finance)
    held = duban("audit", "verify")
    assert held.exit_code == 0
    assert "哈希链无断点" in held.stdout
    with transaction(engine) as session:
        session.connection().execute(text("UPDATE audit_event SET actor = '别人' WHERE seq = 1"))
    broken = duban("audit", "verify")
    assert broken.exit_code == 1
    assert "第 1 条" in broken.stdout


def test_a_forecast_says_to_whom_and_why_and_writes_nothing(duban: Run, engine: Engine) -> None:
    with transaction(engine) as session:
        factories.confirmed_report(session, factories.town(session).finance)
        session.flush()  # the statement below must see the matters
        soon = "UPDATE matter SET due_on = CURRENT_DATE + 9, next_stage_on = CURRENT_DATE"
        session.connection().execute(text(soon))
    told = duban("forecast", "--json")
    rows = json.loads(told.stdout)
    assert rows
    assert {"on", "recipient", "email", "unit", "matter", "why"} <= set(rows[0])
    plain = duban("forecast")
    assert f"共 {len(rows)} 条提醒" in plain.stdout
    with transaction(engine) as session:
        assert session.exec(select(Reminder)).all() == []
    backwards = duban("forecast", "--from", "2026-12-31", "--to", "2026-12-01")
    assert isinstance(backwards.exception, InvalidInput)


def test_a_printed_link_belongs_to_the_named_person_or_the_office(
    duban: Run, engine: Engine
) -> None:
    assert isinstance(duban("sign-in-link").exception, NotFound)
    with transaction(engine) as session:
        people = factories.town(session).people
    for words, who in (([], "staff"), ([people["finance"].email], "finance")):
        told = duban("sign-in-link", *words)
        assert "/sign-in/link/" in told.stdout
        with transaction(engine) as session:
            links = session.exec(select(SignInLink)).all()
        assert links[-1].contact_id == people[who].id
    unknown = duban("sign-in-link", "nobody@qs.example").exception
    assert isinstance(unknown, NotFound)
    assert "nobody@qs.example" in str(unknown)


def test_a_password_is_set_from_the_command_line(duban: Run, engine: Engine) -> None:
    with transaction(engine) as session:
        email = factories.town(session).people["staff"].email
    typed = "石头三斤半，豆腐二两八\n"
    told = duban("password", email, input=typed * 2)
    assert told.exit_code == 0
    assert "已为 李文 设置密码" in told.stdout
    weak = duban("password", email, input="short\nshort\n")
    assert isinstance(weak.exception, InvalidInput)
    assert isinstance(duban("password", "x@y.example", input=typed * 2).exception, NotFound)


def test_the_demonstration_does_not_touch_what_is_there(duban: Run, engine: Engine) -> None:
    with transaction(engine) as session:
        factories.town(session)
    assert "没有改动" in duban("demo").stdout
    reset = duban("demo", "--reset")
    assert "正式数据" in str(reset.exception)
    with transaction(engine) as session:
        assert len(session.exec(select(Contact)).all()) == 4


def test_a_token_is_made_listed_and_revoked(duban: Run, engine: Engine) -> None:
    with transaction(engine) as session:
        factories.town(session)
    made = duban("token", "create", "--name", "OA", "--unit", "QS", "--scope", "read", "--json")
    assert made.exit_code == 0
    facts = json.loads(made.stdout)
    assert facts["token"].startswith("duban_")
    assert facts["scope"] == "read"
    listed = json.loads(duban("token", "list", "--json").stdout)
    assert [each["name"] for each in listed] == ["OA"]
    assert "token" not in listed[0]
    assert "OA" in duban("token", "list").stdout
    assert "已撤销，立即失效" in duban("token", "revoke", str(facts["id"])).stdout
    assert json.loads(duban("token", "list", "--json").stdout)[0]["revoked_at"]


def test_a_token_alone_is_printed_for_scripts(duban: Run, engine: Engine) -> None:
    with transaction(engine) as session:
        factories.town(session)
    made = duban("token", "create", "--name", "OA", "--unit", "QS01", "--scope", "answer")
    assert made.stdout.strip().startswith("duban_")
    assert len(made.stdout.split()) == 1


@pytest.mark.parametrize(
    ("words", "family"),
    [
        (["create", "--name", "OA", "--unit", "XX"], InvalidInput),
        (["create", "--name", "OA", "--unit", "QS01", "--scope", "office"], InvalidInput),
        (["revoke", "99"], NotFound),
    ],
)
def test_a_token_that_cannot_be_is_refused(
    duban: Run, engine: Engine, words: list[str], family: type[Exception]
) -> None:
    with transaction(engine) as session:
        factories.town(session)
    assert isinstance(duban("token", *words).exception, family)
