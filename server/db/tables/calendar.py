"""State Council notices that an office entered, version by version, and the dates they moved."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Column, Index, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference
from server.db.tables.checks import one_of


class CalendarNotice(SQLModel, table=True):
    """放假通知: one version of what arranges a year's working days, for the whole installation.

    At most one version of a year is in force; a corrected notice takes its place and keeps it.
    """

    __tablename__ = "calendar_notice"
    __table_args__ = (
        UniqueConstraint("year", "version"),
        one_of("state", ("draft", "in_force", "past", "dropped")),
        Index(
            "uq_calendar_notice_in_force",
            "year",
            unique=True,
            postgresql_where=text("state = 'in_force'"),
        ),
    )
    id: int = identity()
    year: int
    version: int
    state: str = "draft"
    number: str
    """国办发明电〔2025〕7号."""
    source: str
    """As dates cite it: the title with the number."""
    body: str
    """The text as it was pasted or read from a file."""
    package: str = ""
    """Whose days these are, if not an office's: what came with the program, with its version."""
    file_name: str = ""
    days_off: dict[str, str] = document(dict)
    """ISO date -> holiday."""
    working_weekends: list[str] = Field(
        default_factory=list, sa_column=Column(JSONB, nullable=False)
    )
    doubts: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    """What the person who confirms should look at."""
    passed_over: list[str] = Field(default_factory=list, sa_column=Column(JSONB, nullable=False))
    """Sentences that arrange nothing."""
    office_id: int = reference("unit.id")
    """Whose people entered it; a draft is theirs alone, what is in force is everybody's."""
    entered_by: int | None = reference("contact.id", nullable=True)
    entered_by_name: str = ""
    entered_at: datetime = moment()
    confirmed_by_name: str = ""
    confirmed_at: datetime | None = moment(nullable=True)
    effect: dict[str, Any] = document(dict)
    """How many dates it moved, of how many units, and how many people were told."""


class CalendarMove(SQLModel, table=True):
    """改期: one open date that a notice moved; the mail that tells of it is written from this."""

    __tablename__ = "calendar_move"
    __table_args__ = (
        UniqueConstraint("notice_id", "matter_id"),
        Index("ix_calendar_move_matter", "matter_id", "due_version"),
    )
    id: int = identity()
    notice_id: int = reference("calendar_notice.id", ondelete="CASCADE")
    matter_id: int = reference("matter.id", ondelete="CASCADE")
    due_before: date
    due_after: date
    due_version: int
    """The matter's, after the move."""
