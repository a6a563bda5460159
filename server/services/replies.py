"""Answering a matter, from a reminder's link or signed in."""

import re
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from server.db.queries import matters as queries
from server.db.tables import (
    ChecklistItem,
    Commitment,
    Matter,
    Obligation,
    Reply,
    Slip,
)
from server.domain.access import Scope
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit, sign_offs
from server.services.audit import Actor

ANSWERABLE = ("open", "acknowledged", "returned")
LONGEST_NOTE = 2000
_WEB_ADDRESS = re.compile(r"https?://[^\s<>\"']{3,1990}")


@dataclass(frozen=True, slots=True)
class Answer:
    """Who answers and by which way: `link`, `session` or `api`."""

    actor: Actor
    via: str


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
    """Sign, for oneself, for a matter and the slips issued on it (签收); twice changes nothing.

    The matter counts as acknowledged with the first signature of anybody.
    """
    matter = _answerable(session, matter)
    if answer.via != "link":  # the link itself was given to whom it reminds, stand-ins included
        sign_offs.refuse_strangers(session, matter, answer.actor.contact_id)
    if matter.state == "open":
        matter.state, matter.acknowledged_at = "acknowledged", now
        matter.row_version += 1
    for slip in sign_offs.unsigned(session, matter, answer.actor):
        note = sign_offs.slip_title(slip) if slip else ""
        say(session, matter, answer, "acknowledge", note=note, slip=slip, now=now)


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
    check_words(note=note, evidence=evidence)
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
    check_words(note=note, evidence=evidence)
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
    check_words(note=note)
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
    check_words(note=note, evidence=evidence)
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


def say(
    session: Session,
    matter: Matter,
    answer: Answer,
    act: str,
    *,
    note: str = "",
    evidence: str = "",
    item_id: int | None = None,
    slip: Slip | None = None,
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
            slip_id=slip.id if slip else None,
            due_version=matter.due_version if act == "acknowledge" else None,
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


def check_words(**fields: str) -> None:
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
