"""Robots of groups and webhooks, and what each was told."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, text
from sqlmodel import Field, SQLModel

from server.db.base import identity, moment, reference
from server.db.tables.checks import one_of


class Channel(SQLModel, table=True):
    """群机器人: a group or a system that hears beside mail; never in the place of mail."""

    __table_args__ = (
        one_of("kind", ("dingtalk", "wecom", "feishu", "webhook")),
        one_of("state", ("active", "paused", "removed")),
        Index(
            "uq_channel_live_name",
            "unit_id",
            "name",
            unique=True,
            postgresql_where=text("state <> 'removed'"),
        ),
    )
    id: int = identity()
    unit_id: int = reference("unit.id", index=True)
    """About whom it hears: this unit; where it is an office, everybody below as well."""
    name: str
    kind: str
    host: str = ""
    """Where the address leads, for people to see."""
    sealed_url: str = ""
    """A secret like the next one, sealed by the installation's key (`adapters/sealing.py`):
    neither is shown or logged. Both are emptied on removal."""
    sealed_secret: str = ""
    state: str = "active"
    digest: bool = False
    """Whether it gets the office's weekly digest, too; an office's robots only."""
    created_by: int | None = reference("contact.id", nullable=True)
    created_at: datetime = moment()


class ChannelLine(SQLModel, table=True):
    """The intent to tell one robot of one mailed reminder; intended once, for ever."""

    __tablename__ = "channel_line"
    __table_args__ = (
        Index("ix_channel_line_message", "message_id"),
        Index("ix_channel_line_waiting", "channel_id", postgresql_where=text("message_id IS NULL")),
    )
    channel_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("channel.id", ondelete="CASCADE"), primary_key=True)
    )
    reminder_id: int = Field(
        sa_column=Column(
            BigInteger, ForeignKey("reminder.id", ondelete="CASCADE"), primary_key=True
        )
    )
    message_id: int | None = reference("message.id", nullable=True, ondelete="CASCADE")
