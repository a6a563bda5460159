"""The record of acts: sealed in order, and every kind of tampering is found."""

from concurrent.futures import ThreadPoolExecutor

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from server.db.engine import transaction
from server.db.tables import AuditEvent
from server.services import audit
from server.services.audit import SYSTEM
from tests.factories import NOW


def record(engine: Engine, count: int) -> None:
    for number in range(count):
        with transaction(engine) as session:
            audit.record(session, SYSTEM, "note", "matter", number, now=NOW, text=f"第{number}件")


def seal(engine: Engine) -> int:
    with transaction(engine) as session:
        return audit.seal(session)


def verify(engine: Engine) -> tuple[int, int | None]:
    with transaction(engine) as session:
        return audit.verify(session)


def run(engine: Engine, statement: str) -> None:
    with transaction(engine) as session:
        session.connection().execute(text(statement))


def test_an_empty_record_holds(engine: Engine) -> None:
    assert seal(engine) == 0
    assert verify(engine) == (0, None)


def test_acts_are_sealed_once_in_their_order(engine: Engine) -> None:
    record(engine, 5)
    assert [seal(engine), seal(engine)] == [5, 0]
    record(engine, 3)
    assert seal(engine) == 3
    assert verify(engine) == (8, None)
    with transaction(engine) as session:
        chain = {event.seq: event.id for event in session.exec(select(AuditEvent))}
    assert sorted(chain) == list(range(1, 9))
    assert [chain[seq] for seq in sorted(chain)] == sorted(chain.values())


def test_sealers_at_once_make_one_chain(engine: Engine) -> None:
    record(engine, 10)
    with ThreadPoolExecutor(6) as pool:
        sealed = list(pool.map(lambda _: seal(engine), range(6)))
    assert sum(sealed) == 10
    assert verify(engine) == (10, None)


def test_an_act_of_an_unfinished_transaction_waits_and_keeps_its_place(engine: Engine) -> None:
    with transaction(engine) as slow:
        audit.record(slow, SYSTEM, "slow", "matter", 1, now=NOW)
        slow.flush()
        record(engine, 2)  # later acts, finished earlier
        assert seal(engine) == 0
    assert seal(engine) == 3
    with transaction(engine) as session:
        first = session.exec(select(AuditEvent).where(AuditEvent.seq == 1)).one()
    assert first.action == "slow"


SWAP = """UPDATE audit_event SET seq = CASE seq WHEN 2 THEN -4 WHEN 4 THEN -2 END
WHERE seq IN (2, 4); UPDATE audit_event SET seq = -seq WHERE seq < 0"""


@pytest.mark.parametrize(
    ("tampering", "broken"),
    [
        ("UPDATE audit_event SET actor = '别人' WHERE seq = 3", 3),
        ("UPDATE audit_event SET detail = '{}' WHERE seq = 4", 4),
        ("UPDATE audit_event SET at = at + interval '1 second' WHERE seq = 2", 2),
        ("UPDATE audit_event SET subject_id = NULL WHERE seq = 5", 5),
        ("DELETE FROM audit_event WHERE seq = 1", 1),
        ("DELETE FROM audit_event WHERE seq = 3", 3),
        ("DELETE FROM audit_event WHERE seq = 6", 6),
        ("DELETE FROM audit_event WHERE seq > 2", 3),
        (SWAP, 2),
        ("UPDATE audit_event SET seq = NULL, hash = '' WHERE seq = 6", 6),
    ],
)
def test_tampering_is_found_at_its_place(engine: Engine, tampering: str, broken: int) -> None:
    record(engine, 6)
    seal(engine)
    for statement in tampering.split(";"):
        run(engine, statement)
    count, found = verify(engine)
    assert found == broken
    assert count <= 6
