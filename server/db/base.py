"""What every table shares: constraint names, column kinds."""

from collections.abc import Callable
from typing import Any

from sqlalchemy import BigInteger, Column, DateTime, ForeignKey, Identity
from sqlalchemy.dialects.postgresql import JSONB
from sqlmodel import Field, SQLModel

SQLModel.metadata.naming_convention = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}
metadata = SQLModel.metadata


def identity() -> Any:
    """A primary key that the database counts."""
    return Field(default=None, sa_column=Column(BigInteger, Identity(), primary_key=True))


def reference(
    target: str, *, nullable: bool = False, index: bool = False, ondelete: str | None = None
) -> Any:
    """A reference to another row; `target` is `table.column`."""
    key = ForeignKey(target, ondelete=ondelete)
    column = Column(BigInteger, key, nullable=nullable, index=index)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def moment(*, nullable: bool = False) -> Any:
    """An instant, stored with its zone; never naive."""
    column = Column(DateTime(timezone=True), nullable=nullable)
    return Field(default=None, sa_column=column) if nullable else Field(sa_column=column)


def document(default_factory: Callable[[], Any]) -> Any:
    """A JSON value."""
    return Field(default_factory=default_factory, sa_column=Column(JSONB, nullable=False))
