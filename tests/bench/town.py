"""A county of any size, written set-based, and a real PostgreSQL to hold it."""

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from sqlalchemy import Engine, text
from sqlmodel import Session

from server.adapters.embedded import start_postgres
from server.db.engine import make_engine, transaction
from server.db.migrate import migrate


@contextmanager
def database() -> Iterator[Engine]:
    """Yield an engine on a migrated, empty database of a server of our own."""
    with tempfile.TemporaryDirectory(prefix="duban-bench-") as folder:
        home = Path(folder)
        home.chmod(0o711)
        with start_postgres(home) as postgres:
            migrate(postgres.url)
            engine = make_engine(postgres.url)
            yield engine
            engine.dispose()


def add_county(session: Session, units: int, *, officers: int = 2) -> None:
    """Write an office and so many departments under it, each with its officers and a lead."""
    run = session.connection().execute
    run(
        text(
            "INSERT INTO unit (code, name, kind, path, is_office, office_name, sort, active,"
            " row_version) VALUES ('C0', '澄和县', 'county', '/1/', true, '', 0, true, 1)"
        )
    )
    run(text("UPDATE unit SET office_id = id, path = '/' || id || '/'"))
    run(
        text(
            "INSERT INTO unit (code, name, kind, parent_id, office_id, path, is_office,"
            " office_name, sort, active, row_version)"
            " SELECT 'D' || n, '第' || n || '局', 'department', 1, 1, '', false, '', n, true, 1"
            " FROM generate_series(1, :units) n"
        ),
        {"units": units},
    )
    run(text("UPDATE unit SET path = '/1/' || id || '/' WHERE parent_id = 1"))
    _add_people(session, officers)
    run(text("ANALYZE"))


def _add_people(session: Session, officers: int) -> None:
    people = text(
        "INSERT INTO contact (unit_id, name, role, email, phone, is_substitute, active,"
        " created_at, row_version) SELECT u.id, :role || k, :role,"
        " :role || k || '.' || u.id || '@bench.example', '', k > 1, true, now(), 1"
        " FROM unit u, generate_series(1, :count) k WHERE u.is_office = :office"
    )
    for role, count, office in (
        ("information_officer", officers, False),
        ("unit_lead", 1, False),
        ("office_staff", 2, True),
        ("office_head", 1, True),
        ("deputy_leader", 1, True),
        ("group_leader", 1, True),
    ):
        values = {"role": role, "count": count, "office": office}
        session.connection().execute(people, values)


__all__ = ["add_county", "database", "transaction"]
