"""The office's word on an answer: closed (销号), returned, or opened again; the unit is told."""

from datetime import datetime, timedelta

from sqlmodel import Session

from server.db.queries import matters as queries
from server.db.tables import ApiToken, Matter, Message, Obligation, Reply
from server.domain.dates import OFFICE_ZONE
from server.errors import Conflict, InvalidInput, NotAllowed
from server.services.audit import Actor
from server.services.replies import ANSWERABLE, Answer, check_words, say


def confirm(
    session: Session, matter: Matter, answer: Answer, note: str = "", *, now: datetime
) -> None:
    """Close an answered matter (销号). Only a second person may: the office, not who answered."""
    matter = queries.locked(session, matter.id)
    if matter.state != "answered":
        raise Conflict("这件事还没有反馈，或者刚被别人处理过，请刷新页面。")
    if _is_own(session, queries.last_answer(session, matter.id), answer.actor):
        raise NotAllowed("这件事是您自己反馈的，须由办公室另一位同志确认。")
    matter.state, matter.closed_at, matter.next_stage_on = "closed", now, None
    matter.row_version += 1
    _confirm_obligation(session, matter, now)
    say(session, matter, answer, "confirm", note=note, now=now)


def _is_own(session: Session, said: Reply | None, actor: Actor) -> bool:
    """Return whether the actor gave this answer: oneself, one's token, or who made the token."""
    if said is None:
        return False
    token = session.get(ApiToken, actor.token_id) if actor.token_id else None
    if token:
        by_maker = said.contact_id is not None and said.contact_id == token.created_by
        return said.token_id == token.id or by_maker
    return said.contact_id is not None and said.contact_id == actor.contact_id


def send_back(
    session: Session, matter: Matter, answer: Answer, reason: str, *, now: datetime
) -> None:
    """Return an answered matter with a reason; its reminders go on from tomorrow."""
    matter = queries.locked(session, matter.id)
    if matter.state != "answered":
        raise Conflict("这件事还没有反馈，或者刚被别人处理过，请刷新页面。")
    if not reason.strip():
        raise InvalidInput("请写明退回的理由，单位要据此修改。", {"reason": "不能为空"})
    check_words(reason=reason)
    matter.state, matter.return_reason, matter.answered_at = "returned", reason.strip(), None
    matter.nothing_to_report = False
    if matter.next_stage_on:
        tomorrow = now.astimezone(OFFICE_ZONE).date() + timedelta(days=1)
        matter.next_stage_on = max(matter.next_stage_on, tomorrow)
    matter.row_version += 1
    _reopen_obligation(session, matter)
    say(session, matter, answer, "return", note=reason, now=now)


def reopen(session: Session, matter: Matter, answer: Answer, reason: str, *, now: datetime) -> None:
    """Take a closing back: the matter is open again and is reminded again."""
    matter = queries.locked(session, matter.id)
    if matter.state != "closed":
        raise Conflict("这件事没有办结，不需要重新打开。")
    if not reason.strip():
        raise InvalidInput("请写明重新打开的理由。", {"reason": "不能为空"})
    matter.state, matter.closed_at = "returned", None
    matter.return_reason, matter.next_stage_on = reason.strip(), now.date()
    matter.nothing_to_report = False
    matter.row_version += 1
    _reopen_obligation(session, matter)
    say(session, matter, answer, "reopen", note=reason, now=now)


def tell_unit(
    session: Session,
    matter: Matter,
    kind: str,
    *,
    mail_domain: str,
    remark: str = "",
    now: datetime,
) -> int:
    """Queue the mail that tells the unit's officers of a return or a confirmation; return how many.

    `kind` is `returned` or `confirmed`.
    """
    told = queries.officers_of(session, matter.unit_id)
    for contact in told:
        key = f"{kind}:{matter.id}:v{matter.row_version}:{contact.id}"
        session.add(
            Message(
                slot_key=key,
                kind=kind,
                recipient_id=contact.id,
                address=contact.email,
                payload={"matter_id": matter.id, "remark": remark},
                message_id=f"<{key.replace(':', '.')}@{mail_domain}>",
                created_at=now,
                next_attempt_at=now,
            )
        )
    return len(told)


def _confirm_obligation(session: Session, matter: Matter, now: datetime) -> None:
    """Publication confirmed: the duty is done, and what was to lead there needs no more chasing."""
    if matter.milestone != "publication" or matter.obligation_id is None:
        return
    obligation = session.get(Obligation, matter.obligation_id)
    if obligation:
        obligation.state, obligation.confirmed_at = "confirmed", now
        obligation.row_version += 1
    for other in queries.milestones_of(session, matter.obligation_id):
        if other.state in ANSWERABLE:
            other.state, other.closed_at, other.next_stage_on = "closed", now, None
            other.row_version += 1


def _reopen_obligation(session: Session, matter: Matter) -> None:
    if matter.milestone == "publication":
        obligation = session.get(Obligation, matter.obligation_id)
        if obligation:
            obligation.state, obligation.filed_at, obligation.confirmed_at = "open", None, None
            obligation.row_version += 1
