"""Waivers: a person decides, with a reason, that a complaint about a report needs no correction."""

from datetime import datetime

from sqlmodel import Session

from server.db.queries import waivers as queries
from server.db.tables import Finding, Report, Waiver
from server.domain.waivers import complaint_key, words_at
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit
from server.services.audit import Actor

LONGEST = 500


def finding_of(session: Session, report: Report, finding_id: int) -> Finding:
    """Return a finding of this report."""
    finding = session.get(Finding, finding_id)
    if finding is None or finding.report_id != report.id:
        raise NotFound("这条校验问题已不存在，可能报告刚被重新读取。请刷新页面。")
    return finding


def key_of(report: Report, finding: Finding) -> str:
    """Return by what a complaint about this report is known again."""
    place = words_at(report.text, finding.start, finding.end)
    return complaint_key(finding.code, finding.message, finding.params, place)


def waive(
    session: Session, report: Report, finding: Finding, reason: str, actor: Actor, *, now: datetime
) -> None:
    """Decide that a complaint needs no correction; every later reading knows it."""
    said = reason.strip()
    if not said or len(said) > LONGEST:
        raise InvalidInput(f"请写明无须更正的理由，不超过 {LONGEST} 字。", {"reason": "请填写理由"})
    finding.key = finding.key or key_of(report, finding)
    if standing := queries.of_key(session, report.id, finding.key):
        raise Conflict(f"{standing.waived_by_name}已认定这一条无须更正：{standing.reason}")
    session.add(
        Waiver(
            report_id=report.id,
            key=finding.key,
            code=finding.code,
            reason=said,
            waived_by=actor.contact_id,
            waived_by_name=actor.label,
            waived_at=now,
        )
    )
    _record(session, "waive", report, finding, actor, now, reason=said)


def unwaive(
    session: Session, report: Report, finding: Finding, actor: Actor, *, now: datetime
) -> None:
    """Take a waiver back; the complaint is open again."""
    standing = queries.of_key(session, report.id, finding.key)
    if standing is None:
        raise Conflict("“无须更正”的认定已被撤销，请刷新页面。")
    _record(session, "unwaive", report, finding, actor, now, reason=standing.reason)
    session.delete(standing)


def _record(
    session: Session,
    action: str,
    report: Report,
    finding: Finding,
    actor: Actor,
    now: datetime,
    **detail: object,
) -> None:
    audit.record(
        session, actor, action, "finding", finding.id, now=now, unit_id=report.unit_id,
        report=report.id, code=finding.code, message=finding.message, key=finding.key, **detail,
    )  # fmt: skip
