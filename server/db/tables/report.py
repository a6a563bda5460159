"""Reports, what was read from them, and what a person made of it."""

from datetime import datetime
from decimal import Decimal
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, LargeBinary, UniqueConstraint, text
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference
from server.db.tables.checks import one_of

HELD_AGAINST = ("itself", "last_year", "peers", "units", "filed")
"""What a finding compares: the report in itself, last year's, other units' of the year, a
government's with its units', a later version with the confirmed one."""


class Report(SQLModel, table=True):
    """年度报告: one unit's report of one year as uploaded; the newest version counts."""

    __table_args__ = (
        UniqueConstraint("unit_id", "report_year", "version"),
        one_of("state", ("waiting", "reading", "read", "refused", "confirmed")),
        Index("ix_report_unread", "id", postgresql_where=text("state IN ('waiting', 'reading')")),
        Index("ix_report_compare_due", "id", postgresql_where=text("compare_due")),
    )
    id: int = identity()
    unit_id: int = reference("unit.id")
    report_year: int
    version: int = 1
    file_name: str
    sha256: str
    size: int
    content: bytes = Field(sa_column=Column(LargeBinary, nullable=False))
    state: str = "waiting"
    error: str = ""
    """Why the file was refused: one Chinese sentence with the remedy."""
    text: str = ""
    title: str = ""
    format: str = ""
    declared_unit: str = ""
    declared_year: int | None = None
    sections: list[dict[str, Any]] = document(list)
    uploaded_by: int | None = reference("contact.id", nullable=True)
    uploaded_at: datetime = moment()
    read_attempts: int = 0
    lease_until: datetime | None = moment(nullable=True)
    read_at: datetime | None = moment(nullable=True)
    confirmed_at: datetime | None = moment(nullable=True)
    confirmed_by: int | None = reference("contact.id", nullable=True)
    compare_due: bool = True
    """Whether it is still to be held against last year's report and those of other units."""
    row_version: int = Field(default=1)


class Entry(SQLModel, table=True):
    """A problem or a measure with its place in the source text, as read or as corrected."""

    __table_args__ = (
        one_of("kind", ("problem", "measure")),
        one_of("state", ("proposed", "accepted", "dropped")),
        one_of("origin", ("reader", "person")),
    )
    id: int = identity()
    report_id: int = reference("report.id", index=True, ondelete="CASCADE")
    kind: str
    ordinal: int
    start: int
    end: int
    text: str
    classes: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    heading: str
    confidence: float = 1.0
    state: str = "proposed"
    origin: str = "reader"
    touched: bool = False
    """Whether a person decided on it; reading again leaves it alone then."""
    row_version: int = Field(default=1)


class EntryPair(SQLModel, table=True):
    """A measure that answers a problem, with the reason why they belong together."""

    __tablename__ = "entry_pair"
    problem_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    )
    measure_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("entry.id", ondelete="CASCADE"), primary_key=True)
    )
    reason: str = ""


class Figure(SQLModel, table=True):
    """统计指标值: one cell of a report's tables."""

    __table_args__ = (
        UniqueConstraint("report_id", "key"),
        one_of("state", ("value", "zero", "blank", "slash", "untouched")),
    )
    id: int = identity()
    report_id: int = reference("report.id", ondelete="CASCADE")
    key: str
    label: str
    value: Decimal | None = None
    state: str
    measured_in: str = ""
    start: int | None = None
    end: int | None = None


class Finding(SQLModel, table=True):
    """校验问题: one complaint of a check about a report."""

    __table_args__ = (
        one_of("severity", ("error", "question", "information")),
        one_of("held_against", HELD_AGAINST),
    )
    id: int = identity()
    report_id: int = reference("report.id", index=True, ondelete="CASCADE")
    code: str
    severity: str
    message: str
    start: int | None = None
    end: int | None = None
    params: dict[str, Any] = document(dict)
    source: str = ""
    held_against: str = "itself"
    other_report_id: int | None = reference("report.id", nullable=True, ondelete="CASCADE")
    """The report that it was held against, where that is one."""
    key: str = ""
    """What it complains of, the same in every reading of the file; waivers hold to it."""
