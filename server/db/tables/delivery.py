"""What delivery remembers beside the messages: bad addresses, busy domains, the installation."""

from datetime import date, datetime

from sqlalchemy import BigInteger, CheckConstraint, Column, Date
from sqlmodel import Field, SQLModel

from server.db.base import moment, reference
from server.db.tables.checks import one_of


class Suppression(SQLModel, table=True):
    """停发地址: an address that refused mail; suspect once, suppressed from the second time on."""

    __table_args__ = (one_of("state", ("suspect", "suppressed")),)
    address: str = Field(primary_key=True)
    """In lower case."""
    state: str
    failures: int = 1
    reason: str
    """What the other side last said."""
    message_id: int | None = reference("message.id", nullable=True, ondelete="SET NULL")
    """The message that last failed."""
    first_at: datetime = moment()
    last_at: datetime = moment()


class MailDomain(SQLModel, table=True):
    """收件域名: how fast mail may go to one domain, and until when not at all."""

    __tablename__ = "mail_domain"
    domain: str = Field(primary_key=True)
    held_until: datetime | None = moment(nullable=True)
    strikes: int = 0
    """How often in a row the domain asked us to slow down."""
    reason: str = ""
    free_at: datetime | None = moment(nullable=True)
    """When the next mail may go to a domain with a pace; turns before are given away."""


class Installation(SQLModel, table=True):
    """本系统: which installation this database belongs to, and whether it may send."""

    __table_args__ = (CheckConstraint("one", name="one"),)
    one: bool = Field(default=True, primary_key=True)
    name: str
    epoch: int = Field(default=0, sa_column=Column(BigInteger, nullable=False))
    """Grows while the system runs; a file outside the database that is ahead of it means that
    the database is an older copy."""
    advanced_at: datetime | None = moment(nullable=True)
    held_since: datetime | None = moment(nullable=True)
    held_reason: str = ""


class Alarm(SQLModel, table=True):
    """告警: a fault that people are told about by a second path until it is over."""

    key: str = Field(primary_key=True)
    message: str
    raised_at: datetime = moment()
    cleared_at: datetime | None = moment(nullable=True)
    told_at: datetime | None = moment(nullable=True)
    """When the second path took the last change; empty while it has to be told."""


class BounceCount(SQLModel, table=True):
    """退信统计: how many returned mails were judged how on a day; junk leaves no other trace."""

    __tablename__ = "bounce_count"
    day: date = Field(sa_column=Column(Date, primary_key=True))
    verdict: str = Field(primary_key=True)
    count: int
