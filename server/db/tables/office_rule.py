"""What an office decided for itself: its rules, version by version, and what waits for it."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import CheckConstraint, Column, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference
from server.db.tables.checks import one_of

COLOURS = ("blue", "yellow", "red")


class OfficeRule(SQLModel, table=True):
    """办公室自定规则: one version of an office's own rule over the rulebook's default.

    `subject` is `milestone` or `commitment` (a reminder policy), `delivery` (hours, guard) or
    `checklist` (the templates of checklists), `digest` (the weekly one), `calendar` (from when on a
    missing holiday notice is warned of: the topmost office's).
    At most one version of a reach is in force; `body` is null where it returns to the default.
    """

    __tablename__ = "office_rule"
    __table_args__ = (
        UniqueConstraint("office_id", "subject", "unit_kind", "milestone", "version"),
        one_of(
            "subject",
            ("milestone", "commitment", "delivery", "checklist", "digest", "calendar"),
        ),
        one_of("state", ("draft", "in_force", "past", "dropped")),
        Index(
            "uq_office_rule_in_force",
            "office_id",
            "subject",
            "unit_kind",
            "milestone",
            unique=True,
            postgresql_where=text("state = 'in_force'"),
        ),
    )
    id: int = identity()
    office_id: int = reference("unit.id")
    subject: str
    unit_kind: str = ""
    """Empty for all kinds."""
    milestone: str = ""
    """Empty for all milestones, and for commitments."""
    version: int
    state: str = "draft"
    body: dict[str, Any] | None = Field(default=None, sa_column=Column(JSONB))
    reason: str
    drafted_by: int | None = reference("contact.id", nullable=True)
    drafted_by_name: str = ""
    drafted_at: datetime = moment()
    confirmed_by_name: str = ""
    confirmed_at: datetime | None = moment(nullable=True)
    expected: dict[str, Any] = document(dict)
    """What the preview promised when the rule was confirmed."""


class Absence(SQLModel, table=True):
    """外出期间: a contact is away, and who stands in (AB角) meanwhile."""

    __table_args__ = (
        CheckConstraint("first_on <= last_on", name="span"),
        CheckConstraint("substitute_id <> contact_id", name="another"),
        Index("ix_absence_contact", "contact_id", "last_on"),
        Index("ix_absence_substitute", "substitute_id"),
    )
    id: int = identity()
    contact_id: int = reference("contact.id", ondelete="CASCADE")
    substitute_id: int | None = reference("contact.id", nullable=True)
    """Null when nobody stands in: the office is told as well."""
    first_on: date
    last_on: date
    reason: str = ""
    set_by: int | None = reference("contact.id", nullable=True)
    set_at: datetime = moment()


class Slip(SQLModel, table=True):
    """督办单: an escalation that the machine prepared and a person releases, one per rung."""

    __table_args__ = (
        UniqueConstraint("matter_id", "due_version", "rung"),
        UniqueConstraint("office_id", "year", "number"),
        one_of("colour", COLOURS),
        one_of("state", ("prepared", "released", "withheld", "overtaken", "cancelled")),
        CheckConstraint("(state = 'released') = (number IS NOT NULL)", name="numbered"),
        Index("ix_slip_prepared", "office_id", postgresql_where=text("state = 'prepared'")),
    )
    id: int = identity()
    office_id: int = reference("unit.id")
    matter_id: int = reference("matter.id", ondelete="CASCADE")
    due_version: int
    stage: str
    rung: int
    colour: str
    state: str = "prepared"
    prepared_at: datetime = moment()
    year: int | None = None
    number: int | None = None
    """Counted within the office and year when released: 〔2027〕3号."""
    demand: str = ""
    """What the office demands of the unit; written by the machine, changed by the releaser."""
    answer_by: date | None = None
    decided_by: int | None = reference("contact.id", nullable=True)
    decided_by_name: str = ""
    decided_at: datetime | None = moment(nullable=True)
    decision_reason: str = ""


class Extension(SQLModel, table=True):
    """延期申请: a unit asks before the date for a later one; the office grants or refuses."""

    __table_args__ = (
        one_of("state", ("asked", "granted", "refused", "withdrawn")),
        Index(
            "uq_extension_asked", "matter_id", unique=True, postgresql_where=text("state = 'asked'")
        ),
        Index("ix_extension_matter", "matter_id"),
    )
    id: int = identity()
    matter_id: int = reference("matter.id", ondelete="CASCADE")
    state: str = "asked"
    asked_by: int | None = reference("contact.id", nullable=True)
    asked_by_name: str = ""
    asked_at: datetime = moment()
    reason: str
    progress: str = ""
    wanted_on: date
    due_before: date
    """The matter's date when the unit asked."""
    granted_on: date | None = None
    decided_by_name: str = ""
    decided_at: datetime | None = moment(nullable=True)
    decision_reason: str = ""


class Flood(SQLModel, table=True):
    """待放行: the mails of a first plan that are too many to send without a person's word."""

    __table_args__ = (
        one_of("state", ("waiting", "released", "dropped")),
        Index(
            "uq_flood_waiting", "office_id", unique=True, postgresql_where=text("state = 'waiting'")
        ),
    )
    id: int = identity()
    office_id: int = reference("unit.id")
    state: str = "waiting"
    people: int
    reminders: int
    most: int
    """The office's limit at that time."""
    held_at: datetime = moment()
    decided_by_name: str = ""
    decided_at: datetime | None = moment(nullable=True)
