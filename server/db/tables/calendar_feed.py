"""A person's own calendar address."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.db.base import moment


class CalendarFeed(SQLModel, table=True):
    """日历订阅: a secret address at which a calendar reads a person's open deadlines.

    One a person; only the hash of its secret is kept. Renewing replaces it, revoking drops it.
    """

    __tablename__ = "calendar_feed"
    __table_args__ = (UniqueConstraint("token_hash"),)
    contact_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    )
    token_hash: str
    created_at: datetime = moment()
    last_read_at: datetime | None = moment(nullable=True)
    """When a calendar last read it, to the hour."""
