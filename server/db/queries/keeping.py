"""Facts about the database itself."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import text
from sqlmodel import Session


def server_major(session: Session) -> int:
    """Return the major version of the server."""
    shown = session.connection().execute(text("SHOW server_version_num")).scalar_one()
    return int(shown) // 10000


def tables(session: Session) -> int:
    """Return how many tables the database has."""
    found = text("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'")
    return int(session.connection().execute(found).scalar_one())


def counts(session: Session, names: Sequence[str]) -> dict[str, int]:
    """Return the number of rows of each table; the names are the program's own."""
    connection = session.connection()
    return {
        name: int(connection.execute(text(f'SELECT count(*) FROM "{name}"')).scalar_one())
        for name in names
    }


def last_backup(session: Session) -> datetime | None:
    """Return when the last backup was made that this system knows of."""
    found = text("SELECT max(at) FROM audit_event WHERE action = 'backup'")
    at: datetime | None = session.connection().execute(found).scalar_one()
    return at


def unsafe_settings(session: Session) -> list[str]:
    """Return the server's settings by which a crash could lose what was committed."""
    rows = session.connection().execute(
        text(
            "SELECT name FROM pg_settings WHERE name IN ('fsync', 'full_page_writes')"
            " AND setting = 'off' OR name = 'synchronous_commit' AND setting = 'off' ORDER BY name"
        )
    )
    return list(rows.scalars())


def clock(session: Session) -> datetime:
    """Return the database's clock."""
    now: datetime = session.connection().execute(text("SELECT clock_timestamp()")).scalar_one()
    return now
