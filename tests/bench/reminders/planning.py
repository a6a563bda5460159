"""Planning obligations and reminders, against a bare INSERT … SELECT of the same rows."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from datetime import UTC, date, datetime, timedelta
from math import log
from time import perf_counter
from typing import Any

from sqlalchemy import Engine, text
from sqlmodel import Session

from server.services import obligations, reminders, rulebook
from tests.bench.table import Rows, figure
from tests.bench.town import add_county, database, transaction

TODAY = date(2026, 12, 1)
NOW = datetime(2026, 12, 1, 1, 0, tzinfo=UTC)
YEAR = 2026
STEPS = ("open year", "plan")
BARE = {
    "obligation": ("obligation",),
    "open year": ("obligation", "matter"),
    "plan": ("reminder",),
}
LIMIT = 2.5


def measure(sizes: Sequence[int]) -> Rows:
    """Return the figures of each size, and how the planning of reminders grows between them."""
    rows: list[dict[str, Any]] = []
    seconds: list[dict[str, float]] = []
    for size in sizes:
        seconds.append(_of_size(size))
        rows += _shown(size, seconds[-1])
    for (small, fewer), (large, more) in zip(
        zip(sizes, seconds, strict=True), list(zip(sizes, seconds, strict=True))[1:], strict=False
    ):
        for step in STEPS:
            exponent = log(more[step] / fewer[step]) / log(large / small)
            what = f"growth exponent of {step}, {small} to {large}"
            rows.append(figure(what, large, exponent, "", goal="<= 1.05"))
    return rows


def _of_size(units: int) -> dict[str, float]:
    """Return the seconds of each step for a county of so many units."""
    rules = rulebook.reminder_rules(trial=True)

    def sweep(at: datetime) -> Callable[[Session], object]:
        return lambda session: reminders.sweep(
            session, rules, now=at, driver="bench", mail_domain="bench.example"
        )

    with database() as engine:
        with transaction(engine) as session:
            add_county(session, units)
        seconds = {
            "open year": _timed(
                engine, lambda s: obligations.open_year(s, rulebook.law(), YEAR, today=TODAY)
            ),
            "open year again": _timed(
                engine, lambda s: obligations.open_year(s, rulebook.law(), YEAR, today=TODAY)
            ),
            "plan": _timed(engine, lambda s: reminders.plan(s, rules, today=TODAY, now=NOW)),
            "plan again": _timed(engine, lambda s: reminders.plan(s, rules, today=TODAY, now=NOW)),
            "gather": _timed(
                engine, lambda s: reminders.gather(s, rules, now=NOW, mail_domain="bench.example")
            ),
            "sweep, nothing to do, all waiting": _timed(engine, sweep(NOW)),
        }
        _deliver_all(engine)
        later = NOW + timedelta(minutes=1)
        seconds["sweep, nothing to do, all sent"] = _timed(engine, sweep(later))
        return seconds | {
            f"{step}, bare{kind}": sum(_bare(engine, table, kind) for table in tables)
            for step, tables in BARE.items()
            for kind in KINDS
        }


def _shown(units: int, seconds: dict[str, float]) -> Iterator[dict[str, Any]]:
    for step in ("open year again", "plan again", "gather"):
        yield figure(step, units, seconds[step], "s")
    for what in ("sweep, nothing to do, all waiting", "sweep, nothing to do, all sent"):
        yield figure(what, units, seconds[what], "s", goal="about 1 s a million")
    for step in STEPS:
        yield figure(step, units, seconds[step], "s")
        for kind in KINDS:
            bare = seconds[f"{step}, bare{kind}"]
            goal = f"<= {LIMIT}" if kind else ""
            yield figure(
                f"{step} / bare{kind}", units, bare, "s", ratio=seconds[step] / bare, goal=goal
            )


def _timed(engine: Engine, work: Callable[[Session], object]) -> float:
    began = perf_counter()
    with transaction(engine) as session:
        work(session)
    return perf_counter() - began


def _deliver_all(engine: Engine) -> None:
    with transaction(engine) as session:
        run = session.connection().execute
        run(text("UPDATE message SET state = 'sent', sent_at = now()"))
        run(text("UPDATE reminder SET outcome = 'mailed' WHERE outcome = 'pending'"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.exec_driver_sql("VACUUM ANALYZE message, reminder, matter")


KINDS = ("", ", same keys", ", same keys and references")


def _bare(engine: Engine, table: str, kind: str) -> float:
    """Return how long the database alone takes to write the same rows into an empty table."""
    with _twin(engine, table, kind) as twin:
        statement = text(f"INSERT INTO {twin} SELECT * FROM {table}")
        return _timed(engine, lambda session: session.connection().execute(statement))


@contextmanager
def _twin(engine: Engine, table: str, kind: str) -> Iterator[str]:
    """Yield an empty table of the same columns: naked, with the keys, or with all constraints."""
    keys = "INCLUDING INDEXES INCLUDING CONSTRAINTS INCLUDING STORAGE" if kind else ""
    with transaction(engine) as session:
        run = session.connection().execute
        run(text(f"CREATE TABLE bare (LIKE {table} {keys})"))
        if "references" in kind:
            found = run(
                text(
                    "SELECT pg_get_constraintdef(oid) FROM pg_constraint"
                    " WHERE contype = 'f' AND conrelid = CAST(:t AS regclass)"
                ),
                {"t": table},
            )
            for (definition,) in list(found):
                run(text(f"ALTER TABLE bare ADD {definition}"))
    try:
        yield "bare"
    finally:
        with transaction(engine) as session:
            session.connection().execute(text("DROP TABLE bare"))
