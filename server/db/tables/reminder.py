"""Planning and delivery ledgers: reminders, messages, what happened to each."""

from datetime import date, datetime
from typing import Any

from sqlalchemy import (
    BigInteger,
    CheckConstraint,
    Column,
    DateTime,
    Index,
    LargeBinary,
    String,
    UniqueConstraint,
    text,
)
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference
from server.db.tables.checks import one_of


class Reminder(SQLModel, table=True):
    """提醒: the intent to tell one person one thing; intended once, for ever."""

    __table_args__ = (
        UniqueConstraint("matter_id", "due_version", "stage", "recipient_id"),
        one_of(
            "outcome",
            ("pending", "held", "mailed", "superseded", "cancelled", "undelivered"),
        ),
        one_of("held_for", ("", "slip", "flood")),
        Index("ix_reminder_pending", "recipient_id", postgresql_where=text("outcome = 'pending'")),
        Index("ix_reminder_held", "matter_id", postgresql_where=text("outcome = 'held'")),
        Index("ix_reminder_message", "message_id", "outcome"),
    )
    id: int = identity()
    matter_id: int = reference("matter.id", ondelete="CASCADE")
    due_version: int
    stage: str
    rung: int = 0
    recipient_id: int = reference("contact.id")
    scheduled_on: date
    outcome: str = "pending"
    message_id: int | None = reference("message.id", nullable=True)
    planned_at: datetime = moment()
    late: bool = False
    on_behalf_of: int | None = Field(default=None, sa_column=Column(BigInteger))
    """The contact who is away, when the recipient stands in (AB角). No foreign key: a check of
    every row would slow planning, and contacts are never deleted."""
    held_for: str = Field(default="", sa_column=Column(String, nullable=False, server_default=""))
    """What a person has yet to release, or released: a supervision slip, a first plan's flood."""


class Message(SQLModel, table=True):
    """邮件: one e-mail to one person, or what one robot of a group is told.

    The bytes of a mail and every Message-ID never change once rendered; a robot's are written
    anew until they may have arrived.
    """

    __table_args__ = (
        UniqueConstraint("slot_key"),
        UniqueConstraint("message_id"),
        one_of(
            "kind",
            (
                "reminder",
                "checklist",
                "sign_in",
                "returned",
                "confirmed",
                "extension",
                "slip",
                "robot",
                "digest",
            ),
        ),
        CheckConstraint(
            "(kind = 'robot') = (channel_id IS NOT NULL)"
            " AND (recipient_id IS NULL) = (channel_id IS NOT NULL)",
            name="addressee",
        ),
        one_of("on_uncertain", ("resend", "hold")),
        one_of("state", ("queued", "leased", "sent", "uncertain", "dead", "cancelled")),
        one_of("delivery", ("unknown", "delayed", "bounced")),
        CheckConstraint("(state = 'leased') = (lease_token IS NOT NULL)", name="lease"),
        CheckConstraint("(state = 'sent') = (sent_at IS NOT NULL)", name="sent"),
        Index(
            "ix_message_ready",
            "next_attempt_at",
            "id",
            postgresql_where=text("state = 'queued' AND channel_id IS NULL"),
        ),
        Index(
            "ix_message_ready_robot",
            "next_attempt_at",
            "id",
            postgresql_where=text("state = 'queued' AND channel_id IS NOT NULL"),
        ),
        Index(
            "ix_message_channel",
            "channel_id",
            "id",
            postgresql_where=text("channel_id IS NOT NULL"),
        ),
        Index("ix_message_lease", "id", postgresql_where=text("state = 'leased'")),
        Index("ix_message_uncertain", "id", postgresql_where=text("state = 'uncertain'")),
        Index("ix_message_recipient", "recipient_id", "id"),
        Index(
            "ix_message_undelivered",
            "id",
            postgresql_where=text("state = 'dead' OR delivery = 'bounced'"),
        ),
    )
    id: int = identity()
    slot_key: str
    """`{kind}:{recipient}:{date}:{slot}`; one message per person and slot."""
    kind: str
    recipient_id: int = reference("contact.id", nullable=True)
    """Empty only where `channel_id` names a robot; no code of mails ever reads such a message."""
    channel_id: int | None = reference("channel.id", nullable=True)
    address: str
    payload: dict[str, Any] = document(dict)
    """What the template needs beyond the reminders (sign-in, checklist); never secrets at rest
    longer than the message lives: cleared when the message is sent."""
    on_uncertain: str = "resend"
    state: str = "queued"
    phase: str | None = None
    """While leased: `claimed` (surely not sent) or `committing` (the dot may have gone out)."""
    message_id: str
    subject: str = ""
    body: bytes | None = Field(default=None, sa_column=Column(LargeBinary))
    created_at: datetime = moment()
    next_attempt_at: datetime = moment()
    not_after: datetime | None = moment(nullable=True)
    claims: int = 0
    failures: int = 0
    uncertain_count: int = 0
    lease_token: int | None = Field(default=None, sa_column=Column(BigInteger))
    lease_owner: str | None = None
    lease_expires_at: datetime | None = Field(
        default=None, sa_column=Column(DateTime(timezone=True))
    )
    sent_at: datetime | None = moment(nullable=True)
    reply: str = ""
    """The mail server's last answer."""
    delivery: str = Field(default="unknown", sa_column_kwargs={"server_default": "unknown"})
    """What became of it beyond our mail server, as far as returned mail tells."""
    turn_at: datetime | None = moment(nullable=True)
    """The turn it was given at a domain that takes only so many mails a minute."""
    redrive_of: int | None = reference("message.id", nullable=True)
    """The undelivered message that a person had sent once more as this one."""


class MessageEvent(SQLModel, table=True):
    """What happened to a message, in order; never changed."""

    __tablename__ = "message_event"
    __table_args__ = (
        Index("ix_message_event_message", "message_id", "id"),
        Index(
            "uq_message_event_sent",
            "message_id",
            unique=True,
            postgresql_where=text("kind = 'sent'"),
        ),
    )
    id: int = identity()
    message_id: int = reference("message.id", ondelete="CASCADE")
    at: datetime = Field(
        sa_column=Column(
            DateTime(timezone=True), nullable=False, server_default=text("clock_timestamp()")
        )
    )
    kind: str
    token: int | None = Field(default=None, sa_column=Column(BigInteger))
    stage: str = ""
    code: int | None = None
    detail: str = ""


class Tick(SQLModel, table=True):
    """One effective sweep; the minute is its key, so that any number of drivers make one."""

    minute: datetime = Field(sa_column=Column(DateTime(timezone=True), primary_key=True))
    driver: str
    planned: int = 0
    superseded: int = 0
    cancelled: int = 0
    composed: int = 0
    took_ms: int = 0
