"""Planning obligations and reminders, against a bare INSERT … SELECT of the same rows.

python -m tests.bench.planning [--json]
"""

import os
from collections.abc import Callable
from datetime import UTC, date, datetime
from time import perf_counter

from sqlalchemy import Engine, text

from server.services import obligations, reminders, rulebook
from tests.bench.table import Rows, main
from tests.bench.town import add_county, database, transaction

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
YEAR = 2026
SIZES = tuple(int(size) for size in os.environ.get("BENCH_UNITS", "10000,100000").split(","))


def measure() -> Rows:
    """Return one row of figures for each number of units."""
    return [_of_size(size) for size in SIZES]


def _of_size(units: int) -> dict[str, object]:
    rules = rulebook.reminder_rules(trial=True)
    with database() as engine:
        with transaction(engine) as session:
            add_county(session, units)
        opened = _timed(
            engine, lambda s: obligations.open_year(s, rulebook.law(), YEAR, today=TODAY)
        )
        planned = _timed(engine, lambda s: reminders.plan(s, rules, today=TODAY, now=NOW))
        idle = _timed(engine, lambda s: reminders.plan(s, rules, today=TODAY, now=NOW))
        gathered = _timed(
            engine, lambda s: reminders.gather(s, rules, now=NOW, mail_domain="bench.example")
        )
        with transaction(engine) as session:
            rows = session.connection().execute(text("SELECT count(*) FROM reminder")).scalar_one()
        bare = _bare(engine)
    return {
        "units": units,
        "reminders": rows,
        "open year s": round(opened, 2),
        "plan s": round(planned, 2),
        "plan again s": round(idle, 4),
        "gather s": round(gathered, 2),
        "bare insert s": round(bare, 2),
        "plan / bare": round(planned / bare, 2),
    }


def _timed(engine: Engine, work: Callable[..., object]) -> float:
    began = perf_counter()
    with transaction(engine) as session:
        work(session)
    return perf_counter() - began


def _bare(engine: Engine) -> float:
    """Return how long the database alone takes to write the same rows into the same indexes."""
    with transaction(engine) as session:
        session.connection().execute(text("CREATE TABLE bare (LIKE reminder INCLUDING ALL)"))
    statement = text("INSERT INTO bare OVERRIDING SYSTEM VALUE SELECT * FROM reminder")
    return _timed(engine, lambda session: session.connection().execute(statement))


if __name__ == "__main__":
    main(measure)
