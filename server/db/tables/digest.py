"""Who chose to get the weekly digest, or not to."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey
from sqlmodel import Field, SQLModel

from server.db.base import moment


class DigestChoice(SQLModel, table=True):
    """周报订阅: a person's own choice; without one the rulebook decides by role."""

    __tablename__ = "digest_choice"
    contact_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    )
    wanted: bool
    chosen_at: datetime = moment()
