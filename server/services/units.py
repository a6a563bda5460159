"""Units, their place in the tree and the people who answer for them."""

from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from server.db.queries import units as queries
from server.db.tables import Contact, Unit
from server.domain.access import Person, Scope
from server.domain.addresses import address_fault
from server.domain.reminders import Role
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit
from server.services.audit import Actor

KINDS = {
    "bureau": "局办",
    "department": "部门",
    "town": "乡镇",
    "subdistrict": "街道",
    "county": "县级政府",
}


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


def add_unit(session: Session, new: NewUnit) -> Unit:
    """Add a unit under its parent and under the nearest supervising office above it."""
    if new.kind not in KINDS:
        kinds = "、".join(KINDS)
        raise InvalidInput(f"单位“{new.name}”的类型“{new.kind}”无法识别，请填写其中之一：{kinds}。")
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


def _office_above(unit: Unit, parent: Unit | None) -> int | None:
    if parent is None:
        return unit.id
    return parent.id if parent.is_office else parent.office_id


def add_contact(session: Session, unit: Unit, new: NewContact, *, now: datetime) -> Contact:
    """Add a person to a unit. An address belongs to one person only: it is how one signs in."""
    if fault := address_fault(new.email):
        raise InvalidInput(f"{unit.name}“{new.name}”的邮箱“{new.email}”不能用：{fault}。")
    if queries.contact_by_email(session, new.email):
        raise Conflict(f"邮箱“{new.email}”已属于另一位联系人，请核对。")
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
    return contact


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
    """Stop telling and admitting a person who left; the record keeps the name."""
    contact.active = False
    contact.row_version += 1
    audit.record(session, actor, "retire", "contact", contact.id, now=now, unit_id=contact.unit_id)
