"""Obligations, the office's own dates, and the dated matters that people answer."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    Boolean,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    UniqueConstraint,
    false,
    text,
)
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference
from server.db.tables.checks import one_of

OPEN_STATES = ("open", "acknowledged", "returned")
"""A matter in one of these states is reminded; answered ones wait for the office."""


class Obligation(SQLModel, table=True):
    """报送义务: a unit's duty to file the report of one year."""

    __table_args__ = (
        UniqueConstraint("unit_id", "report_year"),
        one_of("state", ("open", "filed", "confirmed")),
    )
    id: int = identity()
    unit_id: int = reference("unit.id", index=True)
    report_year: int
    regime: str
    state: str = "open"
    publication_url: str = ""
    filed_at: datetime | None = moment(nullable=True)
    confirmed_at: datetime | None = moment(nullable=True)
    row_version: int = Field(default=1)


class MilestoneDate(SQLModel, table=True):
    """The office's own date for one milestone of one year and unit kind, with its reason."""

    __tablename__ = "milestone_date"
    __table_args__ = (UniqueConstraint("office_id", "report_year", "kind", "milestone"),)
    id: int = identity()
    office_id: int = reference("unit.id")
    report_year: int
    kind: str
    milestone: str
    due_on: date
    reason: str
    set_by: int | None = reference("contact.id", nullable=True)
    set_at: datetime = moment()


class Matter(SQLModel, table=True):
    """督办事项: one dated thing that a unit answers for: a milestone or a commitment.

    Moving `due_on` raises `due_version`: reminders planned for the old date die with it.
    `next_stage_on` is the next day on which the policy has something to say; the sweep reads
    only matters whose day has come.
    """

    __table_args__ = (
        UniqueConstraint("obligation_id", "milestone"),
        UniqueConstraint("commitment_id"),
        one_of("kind", ("milestone", "commitment")),
        one_of("state", ("open", "acknowledged", "answered", "returned", "closed", "cancelled")),
        CheckConstraint(
            "(kind = 'milestone') = (obligation_id IS NOT NULL AND milestone IS NOT NULL)",
            name="milestone_has_obligation",
        ),
        CheckConstraint(
            "(kind = 'commitment') = (commitment_id IS NOT NULL)", name="commitment_has_row"
        ),
        Index(
            "ix_matter_next_stage",
            "next_stage_on",
            postgresql_where=text("state IN ('open', 'acknowledged', 'returned')"),
        ),
        Index("ix_matter_unit_due", "unit_id", "due_on"),
        # With when it was done, counting a year reads the index alone.
        Index(
            "ix_matter_year",
            "report_year",
            "kind",
            "milestone",
            "due_on",
            "state",
            "unit_id",
            postgresql_include=["answered_at", "closed_at"],
        ),
        Index(
            "ix_matter_open_due",
            "due_on",
            "unit_id",
            postgresql_where=text("state IN ('open', 'acknowledged', 'returned')"),
        ),
    )
    id: int = identity()
    unit_id: int = reference("unit.id")
    kind: str
    report_year: int = 0
    """The year of the report that is owed, or that makes the promise; kept here for counting."""
    obligation_id: int | None = reference("obligation.id", nullable=True, ondelete="CASCADE")
    milestone: str | None = None
    commitment_id: int | None = reference("commitment.id", nullable=True, ondelete="CASCADE")
    title: str
    due_on: date
    due_version: int = Field(default=1)
    due_moved_at: datetime = Field(
        sa_column=Column(DateTime(timezone=True), nullable=False, server_default=text("now()"))
    )
    """When the due version last rose."""
    target_on: date | None = None
    statutory: bool = False
    provisional: bool = False
    agreed_on: date | None = None
    """The date that the office granted this unit alone; a recomputed common date leaves it."""
    steps: list[dict[str, Any]] = document(list)
    source: str = ""
    policy: str = "milestone"
    state: str = "open"
    next_stage_on: date | None = None
    """Null when the policy has nothing more to say."""
    acknowledged_at: datetime | None = moment(nullable=True)
    answered_at: datetime | None = moment(nullable=True)
    closed_at: datetime | None = moment(nullable=True)
    return_reason: str = ""
    nothing_to_report: bool = Field(
        default=False, sa_column=Column(Boolean, nullable=False, server_default=false())
    )
    """零报告: the unit signed that there is nothing to report here."""
    row_version: int = Field(default=1)


class Reply(SQLModel, table=True):
    """What a person did on a matter, in order; never changed."""

    __table_args__ = (
        one_of("via", ("link", "session", "system", "api")),
        one_of(
            "act",
            (
                "acknowledge",
                "tick",
                "untick",
                "note",
                "file",
                "submit",
                "confirm",
                "return",
                "reopen",
                "withdraw",
                "nil",
                "ask_extension",
                "withdraw_extension",
                "grant_extension",
                "refuse_extension",
                "release_slip",
                "withhold_slip",
            ),
        ),
        Index(
            "uq_reply_signed",
            "matter_id",
            "due_version",
            "contact_id",
            unique=True,
            postgresql_where=text("act = 'acknowledge' AND slip_id IS NULL"),
        ),
        Index(
            "uq_reply_signed_slip",
            "slip_id",
            "contact_id",
            unique=True,
            postgresql_where=text("act = 'acknowledge' AND slip_id IS NOT NULL"),
        ),
    )
    id: int = identity()
    matter_id: int = reference("matter.id", index=True, ondelete="CASCADE")
    contact_id: int | None = reference("contact.id", nullable=True)
    token_id: int | None = reference("api_token.id", nullable=True)
    """The token of the system that did it, in place of a person."""
    via: str
    act: str
    note: str = ""
    evidence: str = ""
    item_id: int | None = reference("checklist_item.id", nullable=True)
    slip_id: int | None = reference("slip.id", nullable=True, ondelete="CASCADE")
    """The slip that was signed for; empty where it was the matter under its date."""
    due_version: int | None = None
    """Of the date that was signed for."""
    at: datetime = moment()


class ReplyLink(SQLModel, table=True):
    """A limited capability: its holder sees and answers one matter. Only the hash is kept."""

    __tablename__ = "reply_link"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        UniqueConstraint("matter_id", "contact_id"),
    )
    id: int = identity()
    matter_id: int = reference("matter.id", ondelete="CASCADE")
    contact_id: int = reference("contact.id", ondelete="CASCADE")
    token_hash: str
    created_at: datetime = moment()
    revoked_at: datetime | None = moment(nullable=True)
