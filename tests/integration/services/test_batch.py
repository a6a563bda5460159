"""An archive of reports: what is sure is placed, the rest is named with its reason."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select
from typer.testing import CliRunner

from server.cli import app
from server.db.engine import transaction
from server.db.tables import AuditEvent, Entry, Report
from server.domain.access import Scope
from server.errors import Refused
from server.services import batch, reports
from server.services.audit import SYSTEM
from server.settings import get_settings
from tests import factories
from tests.factories import NOW, Town
from tests.packing import REPORT, docx, packed, paragraph


def report(unit: str, year: int = 2025) -> bytes:
    title = f"{unit}{year}年政府信息公开工作年度报告"
    return docx("".join(map(paragraph, (title, *REPORT[1:]))))


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    with factories.opened(database_url) as opened:
        yield opened


@pytest.fixture
def town(engine: Engine) -> Town:
    with transaction(engine) as session:
        return factories.town(session)


def imported(
    session: Session, town: Town, files: dict[str, bytes], *, own: bool = False
) -> list[batch.Verdict]:
    """Import an archive as the office, or as the finance bureau for its own reports alone."""
    upload = reports.Upload("各单位报告.zip", packed(files))
    whole = Scope(town.office.path, subtree=True)
    scope = Scope(town.finance.path, subtree=False) if own else whole
    return batch.import_archive(session, scope, upload, SYSTEM, now=NOW)


def outcomes(verdicts: list[batch.Verdict]) -> dict[str, str]:
    return {verdict.file_name: verdict.outcome for verdict in verdicts}


def test_each_report_goes_to_the_unit_and_year_that_it_states(engine: Engine, town: Town) -> None:
    files = {"一/a.docx": report("青石镇财政局"), "b.docx": report("青石镇教育局", 2024)}
    with transaction(engine) as session:
        verdicts = imported(session, town, files)
    assert outcomes(verdicts) == {"一/a.docx": "imported", "b.docx": "imported"}
    assert [(one.unit_id, one.year) for one in verdicts] == [
        (town.finance.id, 2025),
        (town.schools.id, 2024),
    ]
    with transaction(engine) as session:
        stored = session.exec(select(Report).order_by(col(Report.id))).all()
        assert [(one.state, one.file_name) for one in stored] == [
            ("read", "a.docx"),
            ("read", "b.docx"),
        ]
        assert len(session.exec(select(Entry)).all()) == 8


def test_what_cannot_be_placed_is_named_with_reason_and_nothing_of_it_is_kept(
    engine: Engine, town: Town
) -> None:
    files = {
        "水利局.docx": report("青石镇水利局"),
        "2024年财政局.docx": report("青石镇财政局"),
        "通知.txt": "关于召开会议的通知\n请各单位参加。".encode(),
        "扫描.pdf": b"%PDF-1.7\n",
    }
    with transaction(engine) as session:
        verdicts = imported(session, town, files)
    assert outcomes(verdicts) == {
        "水利局.docx": "unplaced", "2024年财政局.docx": "unplaced",
        "通知.txt": "refused", "扫描.pdf": "refused",
    }  # fmt: skip
    assert "没有名称相符的单位" in verdicts[0].message
    assert "文中年度 2025 与文件名里的 2024 不一致" in verdicts[1].message
    with transaction(engine) as session:
        assert session.exec(select(Report)).all() == []


def test_two_files_for_one_unit_and_year_leave_the_second_to_a_person(
    engine: Engine, town: Town
) -> None:
    first, second = report("青石镇财政局"), report("财政局")
    with transaction(engine) as session:
        verdicts = imported(session, town, {"a.docx": first, "b.docx": second, "c.docx": first})
    assert outcomes(verdicts) == {"a.docx": "imported", "b.docx": "unplaced", "c.docx": "same"}


def test_an_archive_imported_twice_changes_nothing(engine: Engine, town: Town) -> None:
    files = {"a.docx": report("青石镇财政局")}
    for expected in ("imported", "same"):
        with transaction(engine) as session:
            assert outcomes(imported(session, town, files)) == {"a.docx": expected}
    with transaction(engine) as session:
        assert len(session.exec(select(Report)).all()) == 1


def test_a_unit_places_nobody_elses_report(engine: Engine, town: Town) -> None:
    with transaction(engine) as session:
        verdicts = imported(session, town, {"a.docx": report("青石镇教育局")}, own=True)
    assert outcomes(verdicts) == {"a.docx": "unplaced"}


def test_a_secret_file_is_refused_and_only_its_hash_recorded(engine: Engine, town: Town) -> None:
    secret = docx("".join(map(paragraph, ("机密★5年", *REPORT))))
    with transaction(engine) as session:
        verdicts = imported(session, town, {"a.docx": secret})
    assert outcomes(verdicts) == {"a.docx": "refused"}
    with transaction(engine) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "refuse")).one()
        assert event.detail["code"] == "secret"
        assert len(event.detail["sha256"]) == 64
        assert session.exec(select(Report)).all() == []


def test_a_secret_upload_keeps_no_content_once_it_is_refused(engine: Engine, town: Town) -> None:
    with transaction(engine) as session:
        stored = factories.report(session, town.finance, content=b"x")
        refusal = Refused("文件带有“机密★”标志。")
        refusal.code = "secret"
        reports.refuse_file(session, stored, refusal, now=NOW)
    with transaction(engine) as session:
        kept = session.exec(select(Report)).one()
        assert (kept.state, kept.content, kept.error) == ("refused", b"", str(refusal))
        assert session.exec(select(AuditEvent).where(AuditEvent.action == "refuse")).one()


def test_an_archive_and_a_document_are_told_apart() -> None:
    assert batch.is_archive(packed({"a.docx": docx()}))
    assert not batch.is_archive(docx())
    assert not batch.is_archive(b"text")


def test_the_command_line_prints_a_verdict_for_each_file(
    engine: Engine, town: Town, database_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("DUBAN_DATABASE_URL", database_url)
    get_settings.cache_clear()
    archive = tmp_path / "报告.zip"
    archive.write_bytes(packed({"a.docx": report(town.finance.name), "b.docx": report("水利局")}))
    done = CliRunner().invoke(app, ["import", "reports", str(archive)])
    get_settings.cache_clear()
    assert done.exit_code == 1
    assert "✓ a.docx  已导入“财政局”2025年度报告" in done.output
    assert "✗ b.docx" in done.output
    assert "共 2 个文件：1 个已导入，1 个没有导入" in done.output
