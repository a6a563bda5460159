"""The overview page with 10,000 units, through the whole web stack, for one client.

python -m tests.bench.overview [--json]
"""

import os
from datetime import date
from statistics import quantiles
from time import perf_counter

from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import select

from server.app import create_app
from server.clock import utc_now
from server.db.tables import Contact
from server.services import accounts, obligations, rulebook
from server.settings import Settings
from server.web.deps import SESSION_COOKIE
from tests.bench.table import Rows, main
from tests.bench.town import add_county, database, transaction

UNITS = int(os.environ.get("BENCH_UNITS", "10000"))
VISITS = 60
PAGES = {
    "overview": "/",
    "overview, late only": "/?late=true",
    "overview, by name": "/?q=第77",
    "units": "/units",
    "forecast": "/reminders",
    "sent mail": "/reminders/ledger",
}


def measure() -> Rows:
    """Return p50 and p95 of each page in milliseconds."""
    with database() as engine:
        token = _fill(engine)
        settings = Settings(
            database_url=engine.url.render_as_string(hide_password=False), trial=True
        )
        with TestClient(create_app(settings)) as client:
            client.cookies.set(SESSION_COOKIE, token)
            return [_page(client, name, url) for name, url in PAGES.items()]


def _fill(engine: Engine) -> str:
    with transaction(engine) as session:
        add_county(session, UNITS)
        obligations.open_year(session, rulebook.law(), 2026, today=date(2026, 11, 23))
    with transaction(engine) as session:
        head = session.exec(select(Contact).where(Contact.role == "office_head")).one()
        link = accounts.printed_link(session, head, now=utc_now())
    with transaction(engine) as session:
        signed_in = accounts.sign_in_by_link(session, link, None, now=utc_now())
    with engine.connect() as connection:  # as autovacuum leaves tables within a minute
        connection.execution_options(isolation_level="AUTOCOMMIT").exec_driver_sql("VACUUM ANALYZE")
    if signed_in is None:
        raise RuntimeError("the bench could not sign in")
    return signed_in.token


def _page(client: TestClient, name: str, url: str) -> dict[str, object]:
    times = []
    for _ in range(VISITS):
        began = perf_counter()
        answer = client.get(url)
        times.append((perf_counter() - began) * 1000)
        answer.raise_for_status()
    cuts = quantiles(times[5:], n=20)
    size = len(answer.content) // 1024
    return {
        "page": name,
        "units": UNITS,
        "kB": size,
        "p50 ms": round(cuts[9], 1),
        "p95 ms": round(cuts[18], 1),
    }


if __name__ == "__main__":
    main(measure)
