"""The review page with a county's reports: milliseconds of the page and of each act, key presses.

python -m tests.bench.review [--json]. 120 reports of one year with all tables, read as they come;
the office opens one after the other, accepts each entry by key and confirms.
"""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import UTC, datetime
from statistics import median, quantiles
from time import perf_counter, process_time

from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from server.app import create_app
from server.db.tables import Contact, Unit
from server.services import accounts, reports
from server.services.audit import SYSTEM
from server.settings import Settings
from server.web.deps import SESSION_COOKIE
from tests.bench.table import Rows, figure, main
from tests.bench.town import add_county, database, transaction
from tests.unit.checks.written import text_of
from tests.unit.reports.reading import read

REPORTS = 120
OPENED = 30
YEAR = 2022
FAST = 200.0
"""Milliseconds of the server below which an act feels immediate."""


@dataclass
class Office:
    """The office's browser, and how long each kind of answer took."""

    client: TestClient
    csrf: str
    spent: dict[str, list[float]] = field(default_factory=dict)
    worked: dict[str, list[float]] = field(default_factory=dict)
    """Processor time of this process: what a machine with other work to do does not lengthen."""

    def get(self, path: str) -> Response:
        """Open a page."""
        return self._timed("page", lambda: self.client.get(path))

    def post(self, what: str, path: str, **data: str) -> Response:
        """Carry out an act as htmx does."""
        sent = {"csrf": self.csrf, **data}
        return self._timed(
            what, lambda: self.client.post(path, data=sent, headers={"HX-Request": "true"})
        )

    def _timed(self, what: str, ask: Callable[[], Response]) -> Response:
        began, worked = perf_counter(), process_time()
        answer = ask()
        self.spent.setdefault(what, []).append((perf_counter() - began) * 1000)
        self.worked.setdefault(what, []).append((process_time() - worked) * 1000)
        assert answer.status_code < 400, answer.text[:300]  # an error
        return answer


def measure() -> Rows:
    """Return the figures of pages, acts and key presses."""
    with database() as engine:
        _fill(engine)
        with transaction(engine) as session:
            office = _signed_in(engine, session)
        presses = [_reviewed(office) for _ in range(OPENED)]
    rows = []
    for what, spent in office.spent.items():
        rows.append(figure(f"{what}, p50", len(spent), median(spent), "ms", goal=f"< {FAST:g}"))
        rows.append(figure(f"{what}, processor p50", len(spent), median(office.worked[what]), "ms"))
        rows.append(figure(f"{what}, p95", len(spent), quantiles(spent, n=20)[-1], "ms"))
    rows.append(figure("keys: every entry looked at", OPENED, median(presses), "presses"))
    rows.append(figure("keys: confirmed as it stands", OPENED, 2, "presses"))
    server = sum(sum(spent) for spent in office.spent.values()) / OPENED / 1000
    rows.append(figure("server time a report", OPENED, server, "s"))
    return rows


def _fill(engine: Engine) -> None:
    now = datetime.now(UTC)  # noqa: TID251 - a bench lives by the real clock
    with transaction(engine) as session:
        add_county(session, REPORTS)
        units = session.exec(select(Unit).where(Unit.kind == "department")).all()
        for unit in units[:REPORTS]:
            text = text_of({"unit": f"澄和县{unit.name}", "year": YEAR})
            upload = reports.Upload(f"{unit.name}.txt", text.encode())
            taken = reports.import_report(session, unit, YEAR, upload, SYSTEM, now=now)
            reports.store_reading(session, taken, text, read(text), now=now)


def _signed_in(engine: Engine, session: Session) -> Office:
    now = datetime.now(UTC)  # noqa: TID251 - sessions live by the real clock
    contact = session.exec(
        select(Contact).where(Contact.role == "office_staff").order_by(col(Contact.id))
    ).first()
    assert contact
    token = accounts.printed_link(session, contact, now=now)
    session.flush()  # the link is used at once
    entered = accounts.sign_in_by_link(session, token, None, now=now)
    assert entered
    visit = accounts.visit(session, entered.token, now=now)
    assert visit
    url = engine.url.render_as_string(hide_password=False)
    client = TestClient(create_app(Settings(database_url=url)), follow_redirects=False)
    client.cookies.set(SESSION_COOKIE, entered.token)
    return Office(client, visit.csrf)


def _reviewed(office: Office) -> int:
    """Review the next report entry by entry; return the keys pressed: a for each, c, Enter."""
    listed = office.client.get("/reports?state=read").text
    found = re.search(r"/reports/(\d+)/review", listed)
    assert found
    path = f"/reports/{found[1]}"
    page = office.get(f"{path}/review?sort=unsure").text
    entries = re.findall(r'data-entry="(\d+)"', page)
    for entry in entries:
        version = re.search(rf'entries/{entry}".*?name="version" value="(\d+)"', page, re.DOTALL)
        assert version
        page = office.post(
            "accept", f"{path}/entries/{entry}", act="accept", version=version[1]
        ).text
    version = re.search(r'/confirm".*?name="version" value="(\d+)"', page, re.DOTALL)
    assert version
    office.post("confirm", f"{path}/confirm", version=version[1])
    return len(entries) + 2


if __name__ == "__main__":
    main(measure)
