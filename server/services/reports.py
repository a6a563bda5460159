"""Reports: taken in as files, read by a worker, kept with every version."""

import hashlib
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from decimal import Decimal

from sqlmodel import Session

from server.db.queries import acts
from server.db.queries import reports as queries
from server.db.tables import Figure, Finding, Report, Unit
from server.domain.access import Scope
from server.domain.reports.parsed import ParsedReport
from server.domain.waivers import complaint_key, words_at
from server.errors import Conflict, InvalidInput, NotFound, Refused
from server.rendering.phrases import megabytes
from server.services import audit, entries
from server.services.audit import Actor

READ_LEASE = timedelta(minutes=3)
MOST_ATTEMPTS = 3
FIRST_YEAR = 2008
"""The Regulation came into force on 2008-05-01; 2008 is the first year reported on."""


@dataclass(frozen=True, slots=True)
class Upload:
    """A file as it arrived."""

    file_name: str
    content: bytes


def import_report(
    session: Session, unit: Unit, year: int, upload: Upload, actor: Actor, *, now: datetime
) -> Report:
    """Keep a file as the newest version of a unit's report; the same file twice is kept once."""
    _check_upload(upload, year, now)
    sha256 = hashlib.sha256(upload.content).hexdigest()
    if existing := queries.same_file(session, unit.id, year, sha256):
        return existing
    report = Report(
        unit_id=unit.id,
        report_year=year,
        version=queries.last_version(session, unit.id, year) + 1,
        file_name=shown_name(upload.file_name),
        sha256=sha256,
        size=len(upload.content),
        content=upload.content,
        uploaded_by=actor.contact_id,
        uploaded_at=now,
    )
    session.add(report)
    session.flush()  # the record names the report
    audit.record(
        session,
        actor,
        "import",
        "report",
        report.id,
        now=now,
        unit_id=unit.id,
        file=report.file_name,
        sha256=sha256,
    )
    return report


def _check_upload(upload: Upload, year: int, now: datetime) -> None:
    if not upload.content:
        raise InvalidInput(
            f"文件“{shown_name(upload.file_name)}”是空的，请重新选择文件。", {"file": "文件是空的"}
        )
    if not FIRST_YEAR <= year <= now.year:
        raise InvalidInput(
            f"报告年度“{year}”不在 {FIRST_YEAR} 至 {now.year} 之间，请核对。",
            {"year": f"请填写 {FIRST_YEAR} 至 {now.year} 之间的年份"},
        )


def check_size(name: str, size: int, largest: int) -> None:
    """Refuse a file that is too large, before it is read."""
    if size > largest:
        raise InvalidInput(
            f"文件“{shown_name(name)}”有 {megabytes(size)}，超过 {megabytes(largest)}，没有保存。"
            "请压缩图片，或删去与年度报告无关的附件后再上传。",
            {"file": f"不能超过 {megabytes(largest)}"},
        )


def shown_name(name: str) -> str:
    """Return a file name that is safe to show and to store: no path, no control characters."""
    last = name.replace("\\", "/").rsplit("/", 1)[-1]
    clean = "".join(ch for ch in last if ch.isprintable() and ch not in '<>:"|?*').strip(". ")
    return clean[:120] or "未命名文件"


def reread(session: Session, report: Report, actor: Actor, *, now: datetime) -> None:
    """Let the workers read a file again; what a person decided survives it."""
    if report.state not in ("read", "refused"):
        raise Conflict("这份报告已经确认入账，或正在读取，不能重新读取。")
    if not report.content:
        raise Conflict("这份文件带有密级标志，系统没有保存原件，不能重新读取。")
    report.state, report.error, report.read_attempts = "waiting", "", 0
    report.row_version += 1
    audit.record(session, actor, "reread", "report", report.id, now=now, unit_id=report.unit_id)


def claim_unread(session: Session, *, now: datetime) -> Report | None:
    """Take the next file to read; a file that killed its readers is refused, not tried for ever."""
    report = queries.claim_unread(session, now=now, lease=READ_LEASE)
    if report and report.read_attempts > MOST_ATTEMPTS:
        refuse(
            report, "这个文件多次读取失败，可能已损坏。请另存为 docx 或 txt 后重新导入。", now=now
        )
        return claim_unread(session, now=now)
    return report


def refuse(report: Report, reason: str, *, now: datetime) -> None:
    """Keep the refusal and its reason; what was read before, if anything, still stands."""
    if report.text:
        report.state, report.error = "read", f"重新读取没有成功，仍是上次读出的内容：{reason}"
    else:
        report.state, report.error, report.compare_due = "refused", reason, True
    report.lease_until, report.read_at = None, now
    report.row_version += 1


def refuse_file(session: Session, report: Report, refusal: Refused, *, now: datetime) -> None:
    """Keep and record a reader's refusal; of a file with a secrecy mark only its hash is kept.

    Source: 《中华人民共和国保守国家秘密法》: state secrets may not stay on an open system.
    """
    if refusal.code == "secret":
        report.content, report.text = b"", ""
        queries.forget_entries(session, report.id)
        queries.forget_reading(session, report.id)
    refuse(report, str(refusal), now=now)
    audit.record(
        session,
        audit.SYSTEM,
        "refuse",
        "report",
        report.id,
        now=now,
        unit_id=report.unit_id,
        file=report.file_name,
        sha256=report.sha256,
        uploaded_by=report.uploaded_by,
        code=refusal.code,
    )


def store_reading(
    session: Session, report: Report, text: str, parsed: ParsedReport, *, now: datetime
) -> None:
    """Write what the reader found. A report already confirmed by a person is left alone.

    Of an earlier reading only what a person decided stays.
    """
    if report.state == "confirmed":
        return
    queries.forget_reading(session, report.id)
    acts.forget(session, report.id)
    old_text = report.text
    report.text, report.title, report.format = text, parsed.title or "", parsed.format or ""
    report.declared_unit, report.declared_year = parsed.unit or "", parsed.report_year
    report.sections = [asdict(section) for section in parsed.sections]
    entries.keep_reading(session, report, parsed, old_text)
    session.add_all(_figures(report, parsed))
    session.add_all(_findings(report, parsed))
    report.state, report.error, report.compare_due = "read", "", True
    report.lease_until, report.read_at = None, now
    report.row_version += 1


def _figures(report: Report, parsed: ParsedReport) -> list[Figure]:
    return [
        Figure(
            report_id=report.id,
            key=figure.key,
            label=figure.label,
            value=None if figure.value is None else Decimal(str(figure.value)),
            state=figure.state,
            measured_in=figure.unit,
            start=figure.start,
            end=figure.end,
        )
        for figure in parsed.figures
    ]


def _findings(report: Report, parsed: ParsedReport) -> Iterator[Finding]:
    for finding in parsed.findings:
        place = words_at(report.text, finding.start, finding.end)
        yield Finding(
            report_id=report.id,
            code=finding.code,
            severity=finding.severity,
            message=finding.message,
            start=finding.start,
            end=finding.end,
            params=dict(finding.params),
            source=finding.source,
            key=complaint_key(finding.code, finding.message, finding.params, place),
        )


def visible(session: Session, scope: Scope, report_id: int) -> tuple[Report, Unit]:
    """Return a report and its unit within the scope, or say that it is not found."""
    found = queries.visible(session, scope, report_id)
    if found is None:
        raise NotFound("没有找到这份报告，或者它不在您的管理范围内。")
    return found
