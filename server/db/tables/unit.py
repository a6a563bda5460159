"""Units and the people who answer for them."""

from datetime import datetime

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from server.db.base import identity, moment, reference
from server.db.tables.checks import one_of


class Unit(SQLModel, table=True):
    """单位: an organ that owes a report. `path` holds the ids from the root down: `/1/4/`."""

    __table_args__ = (
        UniqueConstraint("code"),
        one_of("kind", ("bureau", "department", "town", "subdistrict", "county")),
        Index("ix_unit_path", "path", postgresql_ops={"path": "text_pattern_ops"}),
    )
    id: int = identity()
    code: str
    name: str
    kind: str
    parent_id: int | None = reference("unit.id", nullable=True, index=True)
    office_id: int | None = reference("unit.id", nullable=True, index=True)
    """The unit whose office supervises this one; the root's office is its own."""
    path: str = ""
    is_office: bool = False
    office_name: str = ""
    """What the office signs with: 青石镇政府信息公开领导小组办公室; empty where there is none."""
    sort: int = 0
    active: bool = True
    row_version: int = Field(default=1)


class Contact(SQLModel, table=True):
    """联系人: a person of a unit with one role. The role decides what the person may do."""

    __table_args__ = (
        one_of(
            "role",
            (
                "information_officer",
                "unit_lead",
                "office_staff",
                "office_head",
                "deputy_leader",
                "group_leader",
            ),
        ),
        Index("uq_contact_email", text("lower(email)"), unique=True),
    )
    id: int = identity()
    unit_id: int = reference("unit.id", index=True)
    name: str
    role: str
    email: str
    phone: str = ""
    is_substitute: bool = False
    active: bool = True
    created_at: datetime = moment()
    row_version: int = Field(default=1)
