"""The ledger: commitments, checklists and their items."""

from datetime import date, datetime

from sqlalchemy import Column, UniqueConstraint
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlmodel import Field, SQLModel

from server.db.base import identity, moment, reference
from server.db.tables.checks import one_of


class Commitment(SQLModel, table=True):
    """整改事项: a ledger entry that someone must finish. Its dates and state are its matter's."""

    __table_args__ = (
        UniqueConstraint("entry_id"),
        UniqueConstraint("code"),
        one_of("kind", ("problem", "measure")),
        one_of("heading", ("channels", "content", "mechanisms")),
    )
    id: int = identity()
    code: str
    """年-单位-序号, for example `2025-QS01-03`."""
    unit_id: int = reference("unit.id", index=True)
    report_id: int = reference("report.id", index=True)
    entry_id: int = reference("entry.id")
    report_year: int
    """The year of the report that promises it; it is to be done in the year after."""
    kind: str
    text: str
    heading: str
    classes: list[str] = Field(sa_column=Column(ARRAY(TEXT), nullable=False))
    created_at: datetime = moment()
    row_version: int = Field(default=1)


class Checklist(SQLModel, table=True):
    """整改清单: a unit's follow-up list of one year, generated from the year before."""

    __table_args__ = (UniqueConstraint("unit_id", "year"),)
    id: int = identity()
    unit_id: int = reference("unit.id")
    year: int
    """The year in which the items are due; the problems come from the report of `year - 1`."""
    version: int = 1
    opened_on: date
    """When it was first generated: items keep the dates counted from that day."""
    generated_at: datetime = moment()
    mailed_version: int = 0
    """The version last put into mail; below `version` means the unit is still to be told."""


class ChecklistItem(SQLModel, table=True):
    """One concrete, checkable item; what people entered survives every regeneration."""

    __tablename__ = "checklist_item"
    __table_args__ = (UniqueConstraint("checklist_id", "item_key"),)
    id: int = identity()
    checklist_id: int = reference("checklist.id", ondelete="CASCADE")
    commitment_id: int = reference("commitment.id", index=True)
    item_key: str
    ordinal: int
    what: str
    proof: str
    by_when: date
    owner: str
    class_code: str = ""
    active: bool = True
    own: bool = False
    """Added by a person; generation neither changes nor removes it."""
    dated_by: str = ""
    """Who set its date; empty while it is the generated one."""
    ticked_at: datetime | None = moment(nullable=True)
    ticked_by: int | None = reference("contact.id", nullable=True)
    evidence: str = ""
    note: str = ""
    row_version: int = Field(default=1)
