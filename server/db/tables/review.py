"""What people do around the review of a report: waivers, undoable acts, who is looking."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference


class Waiver(SQLModel, table=True):
    """A person's decision that a complaint about a report needs no correction.

    It holds to what the complaint says (`key`), never to a row, so that reading again keeps it.
    """

    __table_args__ = (UniqueConstraint("report_id", "key"),)
    id: int = identity()
    report_id: int = reference("report.id", ondelete="CASCADE")
    key: str
    code: str
    reason: str
    waived_by: int | None = reference("contact.id", nullable=True)
    waived_by_name: str
    waived_at: datetime = moment()


class EntryAct(SQLModel, table=True):
    """One act on a report's entries with all that is needed to take it back."""

    __tablename__ = "entry_act"
    id: int = identity()
    report_id: int = reference("report.id", index=True, ondelete="CASCADE")
    entry_id: int = Field(sa_column=Column(BigInteger, nullable=False))
    """The entry that the act was made on; it may be gone."""
    action: str
    actor_id: int | None = reference("contact.id", nullable=True)
    actor: str
    at: datetime = moment()
    before: list[dict[str, Any]] = document(list)
    """The changed entries as they were."""
    after: dict[str, int] = document(dict)
    """The version of every changed or new entry right after the act, by its id."""
    created: list[int] = document(list)
    pairs_before: list[list[Any]] = document(list)
    """Pairs that the act took away: problem, measure, reason."""
    pairs_after: list[list[Any]] = document(list)
    """Pairs that the act added."""


class Look(SQLModel, table=True):
    """When a person last had a report in front of them for review."""

    report_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("report.id", ondelete="CASCADE"), primary_key=True)
    )
    contact_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("contact.id"), primary_key=True)
    )
    seen_at: datetime = moment()
