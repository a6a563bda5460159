"""How long a claim takes when the ledger holds years of sent mails, against an empty ledger."""

from statistics import median, quantiles
from time import perf_counter

from sqlalchemy import Engine, text

from server.db.engine import transaction
from server.services import delivery
from tests.bench.table import Rows, figure
from tests.bench.town import database
from tests.ledger import Town, found_town
from workers.courier import BATCH

WAITING = 1920
"""Mails that are claimed, in batches as a worker's."""

_HISTORY = text("""
WITH sent AS (
    INSERT INTO message (slot_key, kind, recipient_id, address, message_id, subject, body,
        payload, state, on_uncertain, created_at, next_attempt_at, sent_at, failures,
        uncertain_count, claims, reply)
    SELECT 'past:' || n, 'reminder', c.id, c.email, '<past.' || n || '@office.example>', '提醒',
        convert_to(repeat('x', 400), 'UTF8'), '{"lines": []}', 'sent', 'resend',
        now() - n * interval '1 minute', now() - n * interval '1 minute',
        now() - n * interval '1 minute', 0, 0, 0, '250 ok'
    FROM generate_series(1, :mails) n
    JOIN (SELECT id, email, row_number() OVER () - 1 AS at, count(*) OVER () AS people
          FROM contact) c ON c.at = n % c.people
    RETURNING id
)
INSERT INTO message_event (message_id, kind, stage, code, detail)
SELECT id, 'sent', 'dot', 250, 'ok' FROM sent
""")


def measure(history: int) -> Rows:
    """Return the milliseconds of a claim with nothing behind it and with so many sent mails."""
    with database() as engine:
        town = found_town(engine, WAITING)
        empty = _claims(town)
        _remember(engine, history)
        full = _claims(town)
    rows = [figure(f"claim of {BATCH}, p50, no history", 0, median(empty), "ms")]
    for name, of in (("p50", median), ("p99", _p99)):
        ratio = of(full) / of(empty)
        rows.append(figure(f"claim of {BATCH}, {name}", history, of(full), "ms", ratio=ratio))
    return rows


def _claims(town: Town) -> list[float]:
    """Return the milliseconds of each claim until nothing is ready, then empty the outbox."""
    town.owe()
    town.gather()
    with town.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE message, reminder")
    took: list[float] = []
    while True:
        began = perf_counter()
        with transaction(town.engine) as session:
            batch = delivery.claim(session, owner="bench", limit=BATCH)
        if not batch.taken:
            break
        took.append((perf_counter() - began) * 1000)
    town.run("DELETE FROM reminder")
    town.run("DELETE FROM message WHERE state = 'leased'")
    return took


def _remember(engine: Engine, mails: int) -> None:
    with transaction(engine) as session:
        session.connection().execute(_HISTORY, {"mails": mails})


def _p99(values: list[float]) -> float:
    return quantiles(values, n=100)[98]
