"""Archives of many reports as uploaded, with what became of each file."""

from datetime import datetime
from typing import Any

from sqlalchemy import Column, LargeBinary, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference
from server.db.tables.checks import one_of


class Batch(SQLModel, table=True):
    """One archive; seen by whoever sees the unit of its uploader."""

    id: int = identity()
    unit_id: int = reference("unit.id", index=True)
    file_name: str
    uploaded_by: int | None = reference("contact.id", nullable=True)
    uploaded_at: datetime = moment()


class BatchFile(SQLModel, table=True):
    """One file of an archive; its bytes are kept only while a person has to place it."""

    __tablename__ = "batch_file"
    __table_args__ = (
        UniqueConstraint("batch_id", "ordinal"),
        one_of("outcome", ("imported", "same", "unplaced", "refused", "discarded")),
    )
    id: int = identity()
    batch_id: int = reference("batch.id", ondelete="CASCADE")
    ordinal: int
    file_name: str
    outcome: str
    message: str
    unit_id: int | None = reference("unit.id", nullable=True)
    year: int | None = None
    likely: list[Any] = document(list)
    report_id: int | None = reference("report.id", nullable=True, ondelete="SET NULL")
    content: bytes | None = Field(default=None, sa_column=Column(LargeBinary, nullable=True))
