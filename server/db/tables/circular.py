"""Monthly circulars of an office, version by version; an issued one keeps its figures."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference
from server.db.tables.checks import one_of


class Circular(SQLModel, table=True):
    """通报: one version of an office's circular of one month; nothing of it is sent by itself."""

    __table_args__ = (
        UniqueConstraint("office_id", "month", "version"),
        one_of("state", ("draft", "issued")),
        Index(
            "uq_circular_issued",
            "office_id",
            "month",
            unique=True,
            postgresql_where=text("state = 'issued'"),
        ),
    )
    id: int = identity()
    office_id: int = reference("unit.id")
    month: date
    """Its first day."""
    version: int
    state: str = "draft"
    number: str = ""
    title: str
    opening: str
    findings: str
    demands: str
    facts: list[dict[str, Any]] = document(list)
    """The units' figures as they stood when this version was saved, with the matters counted."""
    drawn_on: date
    saved_by: int | None = reference("contact.id", nullable=True)
    saved_by_name: str = Field(default="")
    saved_at: datetime = moment()
    issued_at: datetime | None = moment(nullable=True)
