"""Units and their people."""

from pydantic import Field

from server.api.schemas.common import Number, PageQuery, Resource
from server.db import tables
from server.domain.milestones import UnitKind
from server.domain.reminders import Role


class UnitQuery(PageQuery):
    """Which units."""

    q: str = Field("", max_length=60, description="名称或代码中的文字")
    kind: UnitKind | None = Field(None, description="单位类型")
    active: bool = Field(True, description="false 列出已停用的单位")


class Unit(Resource):
    """单位: an organ that owes a report."""

    id: int
    code: str
    name: str
    kind: UnitKind
    parent_id: int | None
    office_id: int | None = Field(description="负责督办它的办公室所在单位")
    is_office: bool
    active: bool
    version: int

    @classmethod
    def of(cls, unit: tables.Unit) -> "Unit":
        """Show a unit."""
        return cls(
            id=unit.id,
            code=unit.code,
            name=unit.name,
            kind=UnitKind(unit.kind),
            parent_id=unit.parent_id,
            office_id=unit.office_id,
            is_office=unit.is_office,
            active=unit.active,
            version=unit.row_version,
        )


class ContactQuery(PageQuery):
    """Which people."""

    unit_id: Number | None = Field(None, description="只列这个单位的联系人")


class Contact(Resource):
    """联系人: a person of a unit with one role."""

    id: int
    unit_id: int
    name: str
    role: Role
    email: str
    phone: str
    is_substitute: bool = Field(description="AB角中的替补")
    active: bool
    version: int

    @classmethod
    def of(cls, contact: tables.Contact) -> "Contact":
        """Show a person."""
        return cls(
            id=contact.id,
            unit_id=contact.unit_id,
            name=contact.name,
            role=Role(contact.role),
            email=contact.email,
            phone=contact.phone,
            is_substitute=contact.is_substitute,
            active=contact.active,
            version=contact.row_version,
        )
