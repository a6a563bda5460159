"""The append-only record of every act, chained by hashes once sealed."""

from datetime import datetime
from typing import Any

from sqlalchemy import Index, text
from sqlmodel import Field, SQLModel

from server.db.base import document, identity, moment, reference


class AuditEvent(SQLModel, table=True):
    """Who did what to which thing. `seq` and `hash` are set by the sealer, in order."""

    __tablename__ = "audit_event"
    __table_args__ = (
        Index("uq_audit_event_seq", "seq", unique=True),
        Index("ix_audit_event_unsealed", "id", postgresql_where=text("seq IS NULL")),
        Index("ix_audit_event_subject", "subject", "subject_id"),
    )
    id: int = identity()
    at: datetime = moment()
    actor_id: int | None = reference("contact.id", nullable=True)
    actor: str
    action: str
    subject: str
    subject_id: int | None = None
    unit_id: int | None = reference("unit.id", nullable=True)
    detail: dict[str, Any] = document(dict)
    seq: int | None = Field(default=None)
    hash: str = ""


class AppState(SQLModel, table=True):
    """Facts about this installation that outlive a restart."""

    __tablename__ = "app_state"
    key: str = Field(primary_key=True)
    value: dict[str, Any] = document(dict)
