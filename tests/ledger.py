"""A town in the database for tests of delivery: units, officers, matters, reminders, messages."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session

from server.db.engine import make_engine, transaction
from server.db.queries.messages import Claimed
from server.db.queries.reminders import compose
from server.services.writing import Letter

MOMENT = datetime(2026, 11, 23, 1, 30, tzinfo=UTC)
DOMAIN = "office.example"


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine that closes its connections at the end."""
    engine = make_engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Town:
    """Short ways to look at and change the ledger of a test database."""

    engine: Engine

    def run(self, statement: str, **values: Any) -> None:
        """Execute one statement and commit."""
        with transaction(self.engine) as session:
            session.connection().execute(text(statement), values)

    def rows(self, statement: str, **values: Any) -> list[Any]:
        """Return the rows of one query."""
        with transaction(self.engine) as session:
            return list(session.connection().execute(text(statement), values))

    def value(self, statement: str, **values: Any) -> Any:
        """Return the one value of one query."""
        ((value,),) = self.rows(statement, **values)
        return value

    def states(self) -> dict[str, int]:
        """Return how many messages stand in each state."""
        return dict(self.rows("SELECT state, count(*) FROM message GROUP BY 1"))

    def outcomes(self) -> dict[str, int]:
        """Return how many reminders have each outcome."""
        return dict(self.rows("SELECT outcome, count(*) FROM reminder GROUP BY 1"))

    def events(self, message: int | None = None) -> list[str]:
        """Return the kinds of events, of one message or of all, in order."""
        return [
            kind
            for (kind,) in self.rows(
                "SELECT kind FROM message_event"
                " WHERE CAST(:m AS bigint) IS NULL OR message_id = :m ORDER BY id",
                m=message,
            )
        ]

    def owe(self, stage: str = "before-7", *, day: str = "2026-11-20") -> None:
        """Owe every officer one more reminder about the unit's matter."""
        self.run(
            "INSERT INTO reminder (matter_id, due_version, stage, rung, recipient_id,"
            " scheduled_on, outcome, planned_at, late)"
            " SELECT m.id, m.due_version, :stage, 0, c.id, CAST(:day AS date), 'pending', now(),"
            " false FROM matter m JOIN contact c ON c.unit_id = m.unit_id"
            " WHERE c.role = 'information_officer'",
            stage=stage,
            day=day,
        )

    def gather(self, slot: str = "2026-11-23:morning", *, at: datetime = MOMENT) -> int:
        """Compose one message per person from what is owed."""
        with transaction(self.engine) as session:
            late = at + timedelta(days=3650)
            return compose(session, slot=slot, domain=DOMAIN, now=at, not_after=late)


def found_town(engine: Engine, officers: int) -> Town:
    """Fill an empty database: an office with two staff, and units with one officer each."""
    town = Town(engine)
    town.run(
        "INSERT INTO unit (code, name, kind, path, is_office, sort, active, row_version)"
        " VALUES ('0', '张村镇', 'town', '/1/', true, 0, true, 1)"
    )
    town.run("UPDATE unit SET office_id = id, path = '/' || id || '/'")
    town.run(
        "INSERT INTO contact (unit_id, name, role, email, phone, is_substitute, active,"
        " created_at, row_version)"
        " SELECT id, '主任', 'office_head', 'head@office.example', '', false, true, now(), 1"
        " FROM unit"
        " UNION ALL SELECT id, '李文', 'office_staff', 'staff@office.example', '', false, true,"
        " now(), 1 FROM unit"
    )
    town.run(
        "INSERT INTO unit (code, name, kind, parent_id, office_id, path, is_office, sort, active,"
        " row_version)"
        " SELECT n::text, '第' || n || '单位', 'bureau', o.id, o.id, o.path || n || '/', false, n,"
        " true, 1 FROM generate_series(1, :n) n, unit o WHERE o.is_office",
        n=officers,
    )
    town.run(
        "INSERT INTO contact (unit_id, name, role, email, phone, is_substitute, active,"
        " created_at, row_version)"
        " SELECT id, '信息员' || code, 'information_officer', 'officer' || code || '@unit.example',"
        " '', false, true, now(), 1 FROM unit WHERE NOT is_office"
    )
    town.run(
        "INSERT INTO obligation (unit_id, report_year, regime, state, publication_url, row_version)"
        " SELECT id, 2026, '2019', 'open', '', 1 FROM unit WHERE NOT is_office"
    )
    town.run(
        "INSERT INTO matter (unit_id, kind, obligation_id, milestone, title, due_on, due_version,"
        " statutory, provisional, steps, source, policy, state, return_reason, row_version)"
        " SELECT o.unit_id, 'milestone', o.id, 'publication', '公布2026年度报告', '2027-01-31', 1,"
        " true, false, '[]', '《政府信息公开条例》第四十九条', 'milestone', 'open', '', 1"
        " FROM obligation o"
    )
    return town


def write_plainly(session: Session, message: Claimed) -> Letter:
    """Write a mail that names its lines, without templates."""
    lines = session.connection().execute(
        text("SELECT id FROM reminder WHERE message_id = :id AND outcome = 'pending'"),
        {"id": message.id},
    )
    named = frozenset(lines.scalars())
    words = "、".join(str(line) for line in sorted(named)) or str(message.payload)
    return Letter("督办提醒", f"事项：{words}\n", f"<p>事项：{words}</p>", "张三", named)
