"""What the office itself writes on a checklist: items of its own, and other dates."""

from dataclasses import dataclass
from datetime import date, datetime
from uuid import uuid4

from sqlmodel import Session

from server.db.queries import commitments as queries
from server.db.tables import Checklist, ChecklistItem, Commitment, Matter
from server.domain.checklist_templates import LONGEST, OWNERS
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit, calendars
from server.services.audit import Actor
from server.services.renewals import LAST_DAY

LONGEST_REASON = 200
OPEN = ("open", "acknowledged", "returned")


@dataclass(frozen=True, slots=True)
class OwnItem:
    """An item as the office typed it."""

    commitment_id: int
    what: str
    proof: str
    owner: str
    by_when: date


def add(
    session: Session,
    checklist: Checklist,
    typed: OwnItem,
    actor: Actor,
    *,
    today: date,
    now: datetime,
) -> ChecklistItem:
    """Add an item to one of the list's commitments; generating again will keep it.

    Raises: InvalidInput, when something is missing; Conflict, when the matter is no longer open.
    """
    commitment, _ = _open_matter(session, checklist, typed.commitment_id)
    by_when = _judged_date(checklist, typed.by_when, today)
    what, proof = _judged(typed)
    item = ChecklistItem(
        checklist_id=checklist.id,
        commitment_id=commitment.id,
        item_key=f"own:{uuid4().hex}",
        ordinal=len(queries.items(session, checklist.id)) + 1,
        what=what,
        proof=proof,
        by_when=by_when,
        owner=typed.owner,
        own=True,
        dated_by=actor.label,
    )
    session.add(item)
    session.flush()  # the record names it
    _align(session, checklist.id, today)
    _record(session, actor, "add_item", checklist, item, now)
    return item


def set_date(
    session: Session,
    checklist: Checklist,
    item: ChecklistItem,
    by_when: date,
    reason: str,
    actor: Actor,
    *,
    today: date,
    now: datetime,
) -> None:
    """Give an item another date, with the reason; generating again will keep it."""
    _open_matter(session, checklist, item.commitment_id)
    said = reason.strip()
    if not said or len(said) > LONGEST_REASON:
        raise InvalidInput(f"请写明改时限的理由，不超过 {LONGEST_REASON} 字。")
    if item.ticked_at is not None:
        raise Conflict("这一项已经勾选完成，不能再改时限。")
    former = item.by_when
    item.by_when, item.dated_by = _judged_date(checklist, by_when, today), actor.label
    item.row_version += 1
    session.flush()  # the matter's date follows its items
    _align(session, checklist.id, today)
    _record(
        session, actor, "date_item", checklist, item, now,
        former=former.isoformat(), by_when=item.by_when.isoformat(), reason=said,
    )  # fmt: skip


def remove(
    session: Session, checklist: Checklist, item: ChecklistItem, actor: Actor, *, now: datetime
) -> None:
    """Set aside an item that a person added and nobody has answered."""
    if not item.own:
        raise Conflict("这一项由台账生成，不能删去；重新生成清单时会按台账更新。")
    if item.ticked_at or item.note or item.evidence:
        raise Conflict("这一项已经填写，不能删去。")
    item.active = False
    item.row_version += 1
    _record(session, actor, "remove_item", checklist, item, now)


def item_of(
    session: Session, checklist: Checklist, item_id: int, version: int | None
) -> ChecklistItem:
    """Return an item of this list as the person saw it.

    Raises: NotFound; Conflict, when somebody changed it since.
    """
    item = session.get(ChecklistItem, item_id, with_for_update=True, populate_existing=True)
    if item is None or item.checklist_id != checklist.id or not item.active:
        raise NotFound("没有找到这一项，清单可能刚重新生成。请刷新页面。")
    if version != item.row_version:
        raise Conflict("这一项刚被别人改过，您的修改没有保存。请刷新页面后再办理。")
    return item


def _open_matter(
    session: Session, checklist: Checklist, commitment_id: int
) -> tuple[Commitment, Matter]:
    found = {
        commitment.id: (commitment, matter)
        for commitment, matter in queries.matters_of_items(session, checklist.id)
    }.get(commitment_id)
    if found is None:
        raise NotFound("没有找到这个整改事项，请刷新页面。")
    if found[1].state not in OPEN:
        raise Conflict("这个整改事项已提交复核或已办结，不能再改清单。")
    return found


def _judged(typed: OwnItem) -> tuple[str, str]:
    what, proof = typed.what.strip(), typed.proof.strip()
    if not what or not proof or max(len(what), len(proof)) > LONGEST:
        raise InvalidInput(f"请写明做什么、做到什么程度和怎样证明，各不超过 {LONGEST} 字。")
    if typed.owner not in {owner.value for owner in OWNERS}:
        raise InvalidInput("责任人只能是信息员或分管领导。")
    return what, proof


def _judged_date(checklist: Checklist, by_when: date, today: date) -> date:
    last = date(checklist.year, *LAST_DAY)
    if not today <= by_when <= last:
        raise InvalidInput(
            f"时限应在今天至 {last.year}年{last.month}月{last.day}日之间"
            "（年底前完成，下一年度报告才写得进去）。"
        )
    return by_when


def _record(
    session: Session,
    actor: Actor,
    act: str,
    checklist: Checklist,
    item: ChecklistItem,
    now: datetime,
    **detail: object,
) -> None:
    audit.record(
        session, actor, act, "checklist", checklist.id, now=now, unit_id=checklist.unit_id,
        item=item.id, what=item.what, **detail,
    )  # fmt: skip


def _align(session: Session, checklist_id: int, today: date) -> None:
    provisional_from = calendars.current(session).provisional_from
    queries.align_due_dates(session, checklist_id, today=today, provisional_from=provisional_from)
