"""What other systems need: their tokens, and the answers kept for requests sent twice."""

from datetime import datetime
from typing import Any

from sqlalchemy import BigInteger, Column, ForeignKey, Index, UniqueConstraint, text
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference
from server.db.tables.checks import one_of


class ApiToken(SQLModel, table=True):
    """令牌: lets one other system in on behalf of one unit; only its hash is kept."""

    __tablename__ = "api_token"
    __table_args__ = (
        UniqueConstraint("token_hash"),
        one_of("scope", ("read", "answer", "office")),
        Index(
            "uq_api_token_live_name",
            "unit_id",
            "name",
            unique=True,
            postgresql_where=text("revoked_at IS NULL"),
        ),
    )
    id: int = identity()
    unit_id: int = reference("unit.id")
    name: str
    scope: str
    token_hash: str
    ending: str
    """Its last characters, by which a person knows it again."""
    created_by: int | None = reference("contact.id", nullable=True)
    """Null for one made on the command line."""
    created_at: datetime = moment()
    expires_at: datetime = moment()
    last_used_at: datetime | None = moment(nullable=True)
    revoked_at: datetime | None = moment(nullable=True)


class ApiAnswer(SQLModel, table=True):
    """The answer to a request that carried a key: the same request gets it again."""

    __tablename__ = "api_answer"
    __table_args__ = (Index("ix_api_answer_at", "at"),)
    token_id: int = Field(
        sa_column=Column(BigInteger, ForeignKey("api_token.id"), primary_key=True)
    )
    key: str = Field(primary_key=True)
    request: str
    """A mark of what was asked; another mark under the same key is a mistake."""
    status: int
    body: dict[str, Any] = document(dict)
    at: datetime = moment()
