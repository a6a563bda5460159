"""What backups need to know of the database, and the record that one was made."""

from datetime import datetime

from sqlmodel import Session

from server.db.queries import keeping as queries
from server.services import audit
from server.services.audit import SYSTEM

COUNTED = {"unit": "单位", "report": "年度报告", "matter": "事项", "message": "邮件"}


def server_major(session: Session) -> int:
    """Return the major version of the database server."""
    return queries.server_major(session)


def is_empty(session: Session) -> bool:
    """Return whether the database holds no table at all."""
    return queries.tables(session) == 0


def note_backup(session: Session, name: str, size: int, *, now: datetime) -> None:
    """Record that a backup was made."""
    audit.record(session, SYSTEM, "backup", "installation", None, now=now, file=name, bytes=size)


def counts(session: Session) -> str:
    """Return in Chinese how much of what the database holds."""
    found = queries.counts(session, tuple(COUNTED))
    return "、".join(f"{COUNTED[table]} {count}" for table, count in found.items())
