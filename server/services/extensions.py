"""Later dates (延期): the unit asks in time, the office grants or refuses, the reason stays."""

from datetime import date, datetime

from sqlmodel import Session

from server.db.queries import extensions as queries
from server.db.queries.matters import locked
from server.db.tables import Extension, Matter
from server.domain.dates import chinese_date
from server.domain.extensions import asking_fault, date_fault
from server.errors import Conflict, InvalidInput
from server.services.replies import ANSWERABLE, Answer, say

LONGEST = 500


def ask(
    session: Session,
    matter: Matter,
    answer: Answer,
    reason: str,
    progress: str,
    wanted_on: date,
    *,
    today: date,
    now: datetime,
) -> Extension:
    """Ask for a later date. Until the office decides, the present one holds."""
    matter = _open(session, matter)
    if fault := asking_fault(matter.due_on, today, statutory=matter.statutory):
        raise Conflict(f"{fault}。")
    if queries.open_of(session, matter.id):
        raise Conflict("这件事已有一份延期申请在等待批复。如需修改，请先撤回。")
    _check_reason("reason", reason, "请写明需要延期的理由")
    _check_date(session, matter, "wanted_on", wanted_on, today)
    extension = Extension(
        matter_id=matter.id,
        asked_by=answer.actor.contact_id,
        asked_by_name=answer.actor.label,
        asked_at=now,
        reason=reason.strip(),
        progress=progress.strip()[:LONGEST],
        wanted_on=wanted_on,
        due_before=matter.due_on,
    )
    session.add(extension)
    told = f"申请延至{chinese_date(wanted_on)}：{extension.reason}"
    say(session, matter, answer, "ask_extension", note=told, now=now)
    return extension


def withdraw(session: Session, matter: Matter, answer: Answer, *, now: datetime) -> None:
    """Take a request back that nobody has decided."""
    extension = _asked(session, matter)
    extension.state, extension.decided_at = "withdrawn", now
    say(session, matter, answer, "withdraw_extension", now=now)


def grant(
    session: Session,
    matter: Matter,
    answer: Answer,
    granted_on: date,
    reason: str,
    *,
    today: date,
    now: datetime,
) -> str:
    """Grant a later date; returns what the unit is told.

    The matter's due version rises, so that reminders of the old date die and the new one is
    planned for from today.
    """
    matter = _open(session, matter)
    extension = _asked(session, matter)
    if matter.statutory:
        raise Conflict("这是法定时限，任何人不能改动。")
    _check_date(session, matter, "granted_on", granted_on, today)
    _decide(extension, answer, "granted", reason, now)
    extension.granted_on = granted_on
    former = matter.due_on
    told = f"同意由{chinese_date(former)}延至{chinese_date(granted_on)}"
    matter.due_on = matter.agreed_on = granted_on
    matter.target_on = None
    matter.due_version += 1
    matter.due_moved_at = now
    matter.next_stage_on = today
    matter.row_version += 1
    step = {
        "rule": "extension",
        "date": granted_on.isoformat(),
        "note": f"{told}。申请理由：{extension.reason}",
        "source": f"本办公室批复（{answer.actor.label}，{chinese_date(today)}）",
    }
    matter.steps = [*matter.steps, step]
    say(session, matter, answer, "grant_extension", note=_with(told, reason), now=now)
    return _with(told, reason)


def refuse(session: Session, matter: Matter, answer: Answer, reason: str, *, now: datetime) -> str:
    """Refuse a later date with a reason; returns what the unit is told."""
    extension = _asked(session, matter)
    _check_reason("reason", reason, "请写明不同意延期的理由")
    _decide(extension, answer, "refused", reason, now)
    say(session, matter, answer, "refuse_extension", note=reason, now=now)
    return f"不同意延期，仍须于{chinese_date(matter.due_on)}前办结。理由：{reason.strip()}"


def _with(told: str, reason: str) -> str:
    return f"{told}。{reason.strip()}" if reason.strip() else f"{told}。"


def _open(session: Session, matter: Matter) -> Matter:
    held = locked(session, matter.id)
    if held.state not in ANSWERABLE:
        raise Conflict("这件事已经反馈或办结，不涉及延期。")
    return held


def _asked(session: Session, matter: Matter) -> Extension:
    extension = queries.open_of(session, matter.id)
    if extension is None:
        raise Conflict("没有等待批复的延期申请，可能刚被撤回或批复，请刷新页面。")
    return extension


def _decide(extension: Extension, answer: Answer, state: str, reason: str, now: datetime) -> None:
    if len(reason) > LONGEST:
        raise InvalidInput(f"文字请控制在 {LONGEST} 字以内。", {"reason": "太长"})
    extension.state, extension.decision_reason = state, reason.strip()
    extension.decided_by_name, extension.decided_at = answer.actor.label, now


def _check_reason(name: str, reason: str, demand: str) -> None:
    if not reason.strip() or len(reason) > LONGEST:
        raise InvalidInput(f"{demand}，不超过 {LONGEST} 字。", {name: "请填写理由"})


def _check_date(session: Session, matter: Matter, name: str, wanted_on: date, today: date) -> None:
    limit = queries.statutory_limit(session, matter)
    if fault := date_fault(matter.due_on, wanted_on, today, limit):
        raise InvalidInput(f"{fault}。", {name: fault})
