"""Answering a matter, from a reminder's link or signed in; the office confirms or returns."""

import hashlib
import hmac
import re
from base64 import urlsafe_b64encode
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from server.db.queries import matters as queries
from server.db.tables import (
    ApiToken,
    ChecklistItem,
    Commitment,
    Contact,
    Matter,
    Message,
    Obligation,
    Reply,
)
from server.domain.access import Scope
from server.errors import Conflict, InvalidInput, NotAllowed, NotFound
from server.services import audit
from server.services.audit import Actor
from server.services.reminders import ZONE

ANSWERABLE = ("open", "acknowledged", "returned")
LONGEST_NOTE = 2000
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']{3,1990}")


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers and by which way: `link`, `session` or `api`."""

    actor: Actor
    via: str


def reply_token(secret: str, matter_id: int, contact_id: int) -> str:
    """Return the token of a person's link for a matter.

    It is derived, not drawn, so that a mail rendered again carries the same bytes.
    """
    content = f"reply:{matter_id}:{contact_id}".encode()
    mac = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def ensure_link(
    session: Session, secret: str, matter_id: int, contact_id: int, *, now: datetime
) -> str:
    """Return the token of the person's link for this matter, keeping its hash."""
    return ensure_links(session, secret, {(matter_id, contact_id)}, now=now)[matter_id, contact_id]


def ensure_links(
    session: Session, secret: str, held: Collection[tuple[int, int]], *, now: datetime
) -> dict[tuple[int, int], str]:
    """Return the tokens of links by (matter, contact), keeping their hashes in one statement."""
    tokens = {pair: reply_token(secret, *pair) for pair in sorted(held)}
    hashed = [(*pair, _hash(token)) for pair, token in tokens.items()]
    if hashed:
        queries.keep_links(session, hashed, now=now)
    return tokens


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def by_link(session: Session, token: str) -> tuple[Matter, Contact]:
    """Return the one matter that a link shows, and its holder; a dead link says why."""
    link = queries.link_by_token(session, _hash(token))
    if link is None or link.revoked_at:
        raise NotFound("这个链接无效或已被撤销。请登录系统办理，或联系领导小组办公室。")
    contact, matter = session.get(Contact, link.contact_id), session.get(Matter, link.matter_id)
    if contact is None or matter is None or not contact.active:
        raise NotFound("这个链接的联系人已停用。请登录系统办理，或联系领导小组办公室。")
    if matter.state in ("closed", "cancelled"):
        raise NotFound("这件事已经办结，链接随之失效。如需查看，请登录系统。")
    return matter, contact


def visible(session: Session, scope: Scope, matter_id: int) -> Matter:
    """Return a matter within the scope, or say that it is not found."""
    found = queries.visible(session, scope, matter_id)
    if found is None:
        raise NotFound("没有找到这件事，或者它不在您的管理范围内。")
    return found[0]


def unchanged(session: Session, matter: Matter, version: int) -> Matter:
    """Hold a matter for an act of one who saw this version of it; Conflict when it moved on."""
    held = queries.locked(session, matter.id)
    if held.row_version != version:
        raise Conflict("这件事刚被别人改过，请求没有办理。请看过现在的内容，再带上现在的版本办理。")
    return held


def acknowledge(session: Session, matter: Matter, answer: Answer, *, now: datetime) -> None:
    """Sign for a matter (签收). Signing twice changes nothing."""
    matter = _answerable(session, matter)
    if matter.state == "open":
        matter.state, matter.acknowledged_at = "acknowledged", now
        matter.row_version += 1
        say(session, matter, answer, "acknowledge", now=now)


def tick(
    session: Session,
    matter: Matter,
    item_id: int,
    answer: Answer,
    *,
    done: bool,
    evidence: str = "",
    note: str = "",
    version: int | None = None,
    now: datetime,
) -> ChecklistItem:
    """Tick or untick one item of this matter's commitment, with evidence and note.

    `version` is the item's as the person saw it; what another entered meanwhile stays.
    """
    matter = _answerable(session, matter)
    item = session.get(ChecklistItem, item_id)
    if item is None or matter.commitment_id is None or item.commitment_id != matter.commitment_id:
        raise NotFound("没有找到这一项，请刷新页面。")
    if version is not None and item.row_version != version:
        raise Conflict("这一项刚被别人改过，您的修改没有保存。请刷新页面后再办理。")
    _check_words(note=note, evidence=evidence)
    item.ticked_at = now if done else None
    item.ticked_by = answer.actor.contact_id if done else None
    item.evidence, item.note = evidence.strip(), note.strip()
    item.row_version += 1
    act = "tick" if done else "untick"
    say(session, matter, answer, act, note=note, evidence=evidence, item_id=item_id, now=now)
    return item


def add_note(
    session: Session,
    matter: Matter,
    answer: Answer,
    note: str,
    evidence: str = "",
    *,
    now: datetime,
) -> None:
    """Add a remark or an evidence link to a matter."""
    if not note.strip() and not evidence.strip():
        raise InvalidInput("请填写说明或佐证链接。", {"note": "说明和佐证至少填一项"})
    _check_words(note=note, evidence=evidence)
    say(
        session, _answerable(session, matter), answer, "note", note=note, evidence=evidence, now=now
    )


def file(
    session: Session, matter: Matter, answer: Answer, url: str, note: str = "", *, now: datetime
) -> None:
    """Report a milestone as done; publication needs the address where the report stands."""
    matter = _answerable(session, matter)
    if matter.kind != "milestone":
        raise Conflict("这是整改事项，请在完成各项后提交复核。")
    if matter.milestone == "publication" and not url.strip():
        raise InvalidInput("请填写年度报告的公布网址。", {"url": "以 http:// 或 https:// 开头"})
    if url.strip():
        _check_address("url", url)
    _check_words(note=note)
    if matter.milestone == "publication":
        _file_obligation(session, matter, url.strip(), now)
    _answered(matter, now)
    say(session, matter, answer, "file", note=note, evidence=url, now=now)


def submit(
    session: Session,
    matter: Matter,
    answer: Answer,
    note: str = "",
    evidence: str = "",
    *,
    now: datetime,
) -> None:
    """Report a commitment as done, for the office to check (申请销号)."""
    matter = _answerable(session, matter)
    if matter.kind != "commitment":
        raise Conflict("这是报送节点，请点“已报送”。")
    _check_words(note=note, evidence=evidence)
    _answered(matter, now)
    say(session, matter, answer, "submit", note=note, evidence=evidence, now=now)


def declare_nil(
    session: Session, matter: Matter, answer: Answer, signature: str, name: str, *, now: datetime
) -> None:
    """Sign that there is nothing to report (零报告); the office confirms or returns it.

    `signature` is the signer's own `name`, typed. The report that the law demands is owed even
    where nothing happened in the year.
    """
    matter = _answerable(session, matter)
    if matter.statutory or matter.milestone == "publication":
        raise Conflict("年度报告依法须公布，全年没有发生也要如实填“0”并公布，不能以零报告代替。")
    if "".join(signature.split()) != "".join(name.split()):
        raise InvalidInput(
            f"零报告须由本人签名：请填写您的姓名“{name}”。", {"signature": "须与您的姓名一致"}
        )
    matter.nothing_to_report = True
    _answered(matter, now)
    say(session, matter, answer, "nil", note=f"本单位此项无情况可报。签名：{name}", now=now)


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
    _check_words(reason=reason)
    matter.state, matter.return_reason, matter.answered_at = "returned", reason.strip(), None
    matter.nothing_to_report = False
    if matter.next_stage_on:
        tomorrow = now.astimezone(ZONE).date() + timedelta(days=1)
        matter.next_stage_on = max(matter.next_stage_on, tomorrow)
    matter.row_version += 1
    _reopen_obligation(session, matter)
    say(session, matter, answer, "return", note=reason, now=now)


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


def _answerable(session: Session, matter: Matter) -> Matter:
    held = queries.locked(session, matter.id)
    if held.state not in ANSWERABLE:
        raise Conflict("这件事已经反馈或办结，不能再改。如有更正，请联系领导小组办公室退回。")
    return held


def _answered(matter: Matter, now: datetime) -> None:
    matter.state, matter.answered_at, matter.return_reason = "answered", now, ""
    matter.row_version += 1


def _file_obligation(session: Session, matter: Matter, url: str, now: datetime) -> None:
    obligation = session.get(Obligation, matter.obligation_id)
    if obligation:
        obligation.state, obligation.publication_url, obligation.filed_at = "filed", url, now
        obligation.row_version += 1


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


def say(
    session: Session,
    matter: Matter,
    answer: Answer,
    act: str,
    *,
    note: str = "",
    evidence: str = "",
    item_id: int | None = None,
    now: datetime,
) -> None:
    """Write into a matter's history, and into the record of acts, what somebody did on it."""
    session.add(
        Reply(
            matter_id=matter.id,
            contact_id=answer.actor.contact_id,
            token_id=answer.actor.token_id,
            via=answer.via,
            act=act,
            note=note.strip(),
            evidence=evidence.strip(),
            item_id=item_id,
            at=now,
        )
    )
    audit.record(
        session,
        answer.actor,
        act,
        "matter",
        matter.id,
        now=now,
        unit_id=matter.unit_id,
        via=answer.via,
        note=note,
        evidence=evidence,
        item=item_id,
    )


def _check_words(**fields: str) -> None:
    for name, value in fields.items():
        if len(value) > LONGEST_NOTE:
            raise InvalidInput(
                f"文字太长（{len(value)} 字），请控制在 {LONGEST_NOTE} 字以内。",
                {name: f"最多 {LONGEST_NOTE} 字"},
            )


def _check_address(name: str, url: str) -> None:
    if not _WEB_ADDRESS.fullmatch(url.strip()):
        raise InvalidInput(
            f"网址“{url.strip()[:60]}”不完整，请从浏览器地址栏整行复制"
            "，以 http:// 或 https:// 开头。",
            {name: "网址不完整"},
        )


def commitment_of(session: Session, matter: Matter) -> Commitment | None:
    """Return the ledger entry behind a matter, if it has one."""
    return session.get(Commitment, matter.commitment_id) if matter.commitment_id else None
