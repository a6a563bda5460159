"""Units, their place in the tree and the people who answer for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from server.db.queries import units as queries
from server.db.queries.reminders import hand_over
from server.db.queries.sign_in import end_sessions
from server.db.tables import Contact, Unit
from server.domain.access import Person, Scope
from server.domain.addresses import address_fault
from server.domain.dates import OFFICE_ZONE
from server.domain.milestones import KIND_NAMES
from server.domain.reminders import Role
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit
from server.services.audit import Actor

KINDS = {kind.value: name for kind, name in KIND_NAMES.items()}


@dataclass(frozen=True, slots=True)
class NewUnit:
    """A unit to be added below `parent_code`; empty for the top of a tree."""

    code: str
    name: str
    kind: str
    parent_code: str = ""
    is_office: bool = False
    office_name: str = ""
    sort: int = 0


@dataclass(frozen=True, slots=True)
class NewContact:
    """A person to be added to a unit."""

    name: str
    role: Role
    email: str
    phone: str = ""
    is_substitute: bool = False


@dataclass(frozen=True, slots=True)
class UnitChange:
    """What the office may change of a unit; the code stays, for commitments are numbered by it."""

    name: str
    kind: str
    sort: int
    office_name: str = ""


@dataclass(frozen=True, slots=True)
class ContactChange:
    """What the office may change of a person."""

    name: str
    role: Role
    email: str
    phone: str
    is_substitute: bool


def add_unit(session: Session, new: NewUnit) -> Unit:
    """Add a unit under its parent and under the nearest supervising office above it."""
    _check_kind(new.name, new.kind)
    if queries.by_code(session, new.code):
        raise Conflict(f"单位代码“{new.code}”已经存在，请换一个代码。")
    parent = queries.by_code(session, new.parent_code) if new.parent_code else None
    if new.parent_code and not parent:
        raise InvalidInput(f"上级单位代码“{new.parent_code}”不存在，请先录入上级单位。")
    unit = Unit(
        code=new.code,
        name=new.name,
        kind=new.kind,
        parent_id=parent.id if parent else None,
        is_office=new.is_office,
        office_name=new.office_name,
        sort=new.sort,
    )
    session.add(unit)
    session.flush()  # the path needs the id
    unit.path = f"{parent.path if parent else '/'}{unit.id}/"
    unit.office_id = _office_above(unit, parent)
    return unit


def _check_kind(name: str, kind: str) -> None:
    if kind not in KINDS:
        kinds = "、".join(KINDS)
        raise InvalidInput(f"单位“{name}”的类型“{kind}”无法识别，请填写其中之一：{kinds}。")


def change_unit(
    session: Session, unit: Unit, change: UnitChange, *, version: int, actor: Actor, now: datetime
) -> None:
    """Rename a unit, or change its kind or its place in lists; Conflict when seen too long ago."""
    _check_kind(change.name, change.kind)
    if not change.name.strip():
        raise InvalidInput("请填写单位名称。", {"name": "不能为空"})
    if unit.row_version != version:
        raise Conflict(f"“{unit.name}”刚被别人改过，您的修改没有保存。请看过现在的内容后重新填写。")
    before = {"name": unit.name, "kind": unit.kind}
    unit.name, unit.kind, unit.sort = change.name.strip(), change.kind, change.sort
    unit.office_name = change.office_name.strip()
    unit.row_version += 1
    _record(session, actor, "change", unit, now, before=before, name=unit.name, kind=unit.kind)


def deactivate_unit(session: Session, unit: Unit, actor: Actor, *, now: datetime) -> int:
    """Stop supervising a unit that was merged or dissolved: it owes, hears and enters no more.

    What it still owed is cancelled, and comes back when the unit does; returns how many matters.
    """
    if unit.office_id == unit.id or unit.is_office:
        raise Conflict(f"“{unit.name}”是领导小组办公室所在单位，不能停用。")
    below = queries.active_below(session, unit)
    if below:
        raise Conflict(f"“{unit.name}”下面还有 {below} 个单位，请先停用或移走它们。")
    unit.active = False
    unit.row_version += 1
    cancelled = queries.cancel_matters(session, unit.id)
    _record(session, actor, "deactivate", unit, now, cancelled=cancelled)
    return cancelled


def reactivate_unit(session: Session, unit: Unit, actor: Actor, *, now: datetime) -> int:
    """Supervise a unit again; what was cancelled with it is owed again; returns how many."""
    parent = session.get(Unit, unit.parent_id) if unit.parent_id else None
    if parent and not parent.active:
        raise Conflict(f"上级单位“{parent.name}”已停用，请先恢复上级单位。")
    unit.active = True
    unit.row_version += 1
    owed = queries.restore_matters(session, unit.id, today=now.astimezone(OFFICE_ZONE).date())
    _record(session, actor, "reactivate", unit, now, restored=owed)
    return owed


def _record(
    session: Session, actor: Actor, act: str, unit: Unit, now: datetime, **detail: object
) -> None:
    audit.record(session, actor, act, "unit", unit.id, now=now, unit_id=unit.id, **detail)


def _office_above(unit: Unit, parent: Unit | None) -> int | None:
    if parent is None:
        return unit.id
    return parent.id if parent.is_office else parent.office_id


def add_contact(session: Session, unit: Unit, new: NewContact, *, now: datetime) -> Contact:
    """Add a person to a unit, who will hear what is already owed.

    An address belongs to one person only: it is how one signs in.
    """
    _check_address(session, unit, new.name, new.email)
    contact = Contact(
        unit_id=unit.id,
        name=new.name,
        role=new.role.value,
        email=new.email,
        phone=new.phone,
        is_substitute=new.is_substitute,
        created_at=now,
    )
    session.add(contact)
    _let_hear(session, unit.id, now)
    return contact


def _let_hear(session: Session, unit_id: int, now: datetime) -> None:
    """Have the newest reminders planned once more: whoever had them does not get them again."""
    queries.wake_matters(session, unit_id, today=now.astimezone(OFFICE_ZONE).date())


def _check_address(
    session: Session, unit: Unit, name: str, email: str, own: int | None = None
) -> None:
    if fault := address_fault(email):
        raise InvalidInput(f"{unit.name}“{name}”的邮箱“{email}”不能用：{fault}。")
    holder = queries.contact_by_email(session, email)
    if holder and holder.id != own:
        raise Conflict(f"邮箱“{email}”已属于另一位联系人，请核对。")


def change_contact(
    session: Session,
    unit: Unit,
    contact: Contact,
    change: ContactChange,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> None:
    """Correct a person's name, role, address or telephone; mails not yet sent go to the new one."""
    if contact.row_version != version:
        raise Conflict(f"“{contact.name}”的资料刚被别人改过，您的修改没有保存，请看过后重新填写。")
    _check_address(session, unit, change.name, change.email, own=contact.id)
    before = contact.email
    contact.name, contact.role, contact.email = change.name, change.role.value, change.email
    contact.phone, contact.is_substitute = change.phone, change.is_substitute
    contact.row_version += 1
    _let_hear(session, unit.id, now)
    audit.record(
        session,
        actor,
        "change",
        "contact",
        contact.id,
        now=now,
        unit_id=unit.id,
        before=before,
        email=contact.email,
    )


def visible(session: Session, scope: Scope, unit_id: int) -> Unit:
    """Return a unit within the scope; a unit outside is not found, as if it did not exist."""
    unit = session.get(Unit, unit_id)
    if unit is None or not scope.covers(unit.path):
        raise NotFound("没有找到这个单位，或者它不在您的管理范围内。")
    return unit


def person(session: Session, contact_id: int) -> Person | None:
    """Return an active contact as a person, or None."""
    row = queries.contact_with_unit(session, contact_id)
    if row is None:
        return None
    contact, unit = row
    return Person(contact.id, contact.name, Role(contact.role), unit.id, unit.name, unit.path)


def retire_contact(session: Session, contact: Contact, actor: Actor, *, now: datetime) -> None:
    """Stop telling and admitting a person who left; the record keeps the name.

    What the person was still to be told goes to those who stay, or to the office.
    """
    contact.active = False
    contact.row_version += 1
    session.flush()  # planning reads who is left
    end_sessions(session, contact.id)
    hand_over(session, contact.id, today=now.astimezone(OFFICE_ZONE).date())
    audit.record(session, actor, "retire", "contact", contact.id, now=now, unit_id=contact.unit_id)


def reinstate_contact(session: Session, contact: Contact, actor: Actor, *, now: datetime) -> None:
    """Tell and admit a person again who had been retired."""
    contact.active = True
    contact.row_version += 1
    _let_hear(session, contact.unit_id, now)
    audit.record(
        session, actor, "reinstate", "contact", contact.id, now=now, unit_id=contact.unit_id
    )
