"""Archives as uploaded: a verdict on every file, and placing by hand what was not placed."""

from collections.abc import Sequence
from datetime import datetime

from sqlmodel import Session

from server.db.queries import batches as queries
from server.db.tables import Batch, BatchFile, Report, Unit
from server.domain.access import Person, Scope
from server.errors import Conflict, NotFound
from server.services import audit, reports
from server.services.audit import Actor
from server.services.batch import Reading, Verdict
from server.services.reports import Upload


def keep(
    session: Session,
    person: Person,
    file_name: str,
    readings: Sequence[Reading],
    verdicts: Sequence[Verdict],
    *,
    now: datetime,
) -> Batch:
    """Keep the verdicts on an archive, in its order; bytes only of what a person may place."""
    batch = Batch(
        unit_id=person.unit_id,
        file_name=reports.shown_name(file_name),
        uploaded_by=person.contact_id,
        uploaded_at=now,
    )
    session.add(batch)
    session.flush()  # its files name it
    for ordinal, (one, verdict) in enumerate(zip(readings, verdicts, strict=True), 1):
        session.add(_file(batch, ordinal, one, verdict))
    return batch


def _file(batch: Batch, ordinal: int, one: Reading, verdict: Verdict) -> BatchFile:
    return BatchFile(
        batch_id=batch.id,
        ordinal=ordinal,
        file_name=verdict.file_name[-300:],
        outcome=verdict.outcome,
        message=verdict.message,
        unit_id=verdict.unit_id,
        year=verdict.year,
        likely=[list(each) for each in verdict.likely],
        report_id=verdict.report_id,
        content=one.upload.content if verdict.outcome == "unplaced" else None,
    )


def visible(session: Session, scope: Scope, batch_id: int) -> Batch:
    """Return an archive whose uploader's unit lies within the scope."""
    batch = queries.visible(session, scope, batch_id)
    if batch is None:
        raise NotFound("没有找到这次批量导入，或者它不在您的管理范围内。")
    return batch


def for_placing(session: Session, batch: Batch, file_id: int) -> BatchFile:
    """Return a file that waits to be placed, held for this transaction."""
    file = queries.locked(session, batch.id, file_id)
    if file is None:
        raise NotFound("压缩包里没有这个文件，请刷新页面。")
    if file.content is None:
        raise Conflict(f"“{file.file_name}”已经处理过了：{file.message}")
    return file


def place(
    session: Session, file: BatchFile, unit: Unit, year: int, actor: Actor, *, now: datetime
) -> Report:
    """Take a file in as this unit's report of this year; the workers read it."""
    upload = Upload(file.file_name, file.content or b"")
    report = reports.import_report(session, unit, year, upload, actor, now=now)
    fresh = report.uploaded_at == now
    file.outcome = "imported" if fresh else "same"
    file.message = (
        f"由{actor.label}归入“{unit.name}”{year}年度，等待读取。"
        if fresh
        else f"“{unit.name}”{year}年度的这份文件以前导入过。"
    )
    file.unit_id, file.year, file.report_id, file.content = unit.id, year, report.id, None
    return report


def discard(session: Session, file: BatchFile, actor: Actor, *, now: datetime) -> None:
    """Decide that a file is not taken in; its bytes are let go."""
    file.outcome, file.content = "discarded", None
    file.message = f"{actor.label}决定不导入。"
    audit.record(session, actor, "discard", "batch_file", file.id, now=now, file=file.file_name)
