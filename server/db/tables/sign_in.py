"""How a person proves who they are: password, mailed link, session."""

from datetime import datetime

from sqlalchemy import BigInteger, Column, ForeignKey, Index, UniqueConstraint
from sqlmodel import Field, SQLModel

from server.db.base import identity, moment, reference


class Credential(SQLModel, table=True):
    """A contact's password, hashed by argon2id."""

    contact_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("contact.id", ondelete="CASCADE"), primary_key=True)
    )
    password_hash: str
    updated_at: datetime = moment()


class SignInLink(SQLModel, table=True):
    """A mailed one-time link with its code; only hashes are kept.

    `browser_hash` binds the button to the browser that asked; null for a link printed by the
    operator, which any browser may use.
    """

    __tablename__ = "sign_in_link"
    __table_args__ = (UniqueConstraint("token_hash"),)
    id: int = identity()
    contact_id: int = reference("contact.id", index=True, ondelete="CASCADE")
    token_hash: str
    code_hash: str
    browser_hash: str | None = None
    created_at: datetime = moment()
    expires_at: datetime = moment()
    used_at: datetime | None = moment(nullable=True)
    attempts: int = 0


class WebSession(SQLModel, table=True):
    """A signed-in browser; only the hash of its cookie is kept."""

    __tablename__ = "web_session"
    __table_args__ = (UniqueConstraint("token_hash"),)
    id: int = identity()
    contact_id: int = reference("contact.id", index=True, ondelete="CASCADE")
    token_hash: str
    csrf: str
    created_at: datetime = moment()
    last_seen_at: datetime = moment()
    expires_at: datetime = moment()


class SignInAttempt(SQLModel, table=True):
    """One failed or counted attempt, for the limits; kept here so that they outlive Redis."""

    __tablename__ = "sign_in_attempt"
    __table_args__ = (Index("ix_sign_in_attempt_key_at", "key", "at"),)
    id: int = identity()
    key: str
    at: datetime = moment()
