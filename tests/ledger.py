"""A town in the database for tests of delivery: units, officers, matters, reminders, messages."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session, select

from server.db.engine import make_engine, transaction
from server.db.queries import claims
from server.db.queries.claims import Claimed
from server.db.queries.gathering import compose
from server.db.tables import Contact, Matter, Obligation, Unit
from server.services.writing import Compose, Letter

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

    def add_matter(self, milestone: str) -> None:
        """Give every unit one more matter of its obligation."""
        with transaction(self.engine) as session:
            for duty in session.exec(select(Obligation)):
                matter = _publication(duty)
                matter.milestone, matter.title, matter.statutory = milestone, "初稿", False
                session.add(matter)

    def gather(self, slot: str = "2026-11-23:morning", *, at: datetime = MOMENT) -> int:
        """Compose one message per person from what is owed."""
        with transaction(self.engine) as session:
            late = at + timedelta(days=3650)
            return compose(session, slot=slot, domain=DOMAIN, now=at, not_after=late)


def found_town(engine: Engine, officers: int) -> Town:
    """Fill an empty database: an office with two staff, and units with one officer each."""
    with transaction(engine) as session:
        root = Unit(code="0", name="张村镇", kind="town", is_office=True)
        session.add(root)
        session.flush()
        root.office_id, root.path = root.id, f"/{root.id}/"
        session.add(_person(root, "主任", "office_head", "head@office.example"))
        session.add(_person(root, "李文", "office_staff", "staff@office.example"))
        units = [
            Unit(
                code=str(n),
                name=f"第{n}单位",
                kind="bureau",
                parent_id=root.id,
                office_id=root.id,
                sort=n,
            )
            for n in range(1, officers + 1)
        ]
        session.add_all(units)
        session.flush()
        for unit in units:
            unit.path = f"{root.path}{unit.id}/"
        session.add_all(
            _person(
                unit, f"信息员{unit.code}", "information_officer", f"officer{unit.code}@unit.cn"
            )
            for unit in units
        )
        duties = [Obligation(unit_id=unit.id, report_year=2026, regime="2019") for unit in units]
        session.add_all(duties)
        session.flush()
        session.add_all(_publication(duty) for duty in duties)
    return Town(engine)


def _person(unit: Unit, name: str, role: str, email: str) -> Contact:
    return Contact(unit_id=unit.id, name=name, role=role, email=email, created_at=MOMENT)


def _publication(duty: Obligation) -> Matter:
    return Matter(
        unit_id=duty.unit_id,
        kind="milestone",
        obligation_id=duty.id,
        milestone="publication",
        title="公布2026年度报告",
        due_on=date(2027, 1, 31),
        statutory=True,
        source="《政府信息公开条例》第四十九条",
    )


def write_plainly(session: Session, messages: Sequence[Claimed]) -> Compose:
    """Write mails that name their lines, without templates."""
    lines = claims.pending_lines(session, [message.id for message in messages])

    def compose(message: Claimed) -> Letter:
        named = frozenset(lines[message.id])
        words = "、".join(str(line) for line in sorted(named)) or str(message.payload)
        return Letter("督办提醒", f"事项：{words}\n", f"<p>事项：{words}</p>", "张三", named)

    return compose
