"""A small town for tests of pages and use cases: units, people, reports, signed-in browsers."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from itertools import count

from fastapi import FastAPI
from fastapi.testclient import TestClient
from sqlalchemy import Engine
from sqlmodel import Session

from server.app import create_app
from server.db.engine import make_engine, transaction
from server.db.tables import Contact, Report, Unit
from server.domain.access import Scope
from server.domain.reminders import Role
from server.domain.reports.parsed import Figure, Finding, Item, Pair, ParsedReport, Section
from server.services import accounts, checklists, reports, review, rulebook, units
from server.services.audit import SYSTEM
from server.settings import Settings
from server.web.deps import SESSION_COOKIE

NOW = datetime(2026, 3, 2, 1, 30, tzinfo=UTC)
TODAY = date(2026, 3, 2)
YEAR = 2025
TEXT = """青石镇财政局2025年政府信息公开工作年度报告
一、总体情况
2025年主动公开政府信息12条。
二、存在的主要问题及改进情况
存在的问题：一是公开内容不够丰富。二是公开渠道单一。三是工作机制不健全。
改进措施：一是充实民生信息内容。二是开通微信公众号，拓宽渠道。
"""
FIVE = (
    "一是部分栏目更新不够及时，群众反映看到的信息偏旧；二是政策解读形式单一，看不懂的情况仍然存在。"
    "下一步建立信息更新提醒制度，每月检查一次，并丰富政策解读形式，多用图解和短视频。"
)
OTHER = (
    "信息员流动频繁，业务交接不顺畅，个别股室报送材料要素不全，答复文书说理不充分。"
    "将实行双岗制，新任信息员先培训后上岗，制定答复文书模板并由司法所会审后送达。"
)
_numbers = count(1)


@cache
def _engine(url: str) -> Engine:
    """One engine for each address: what it compiled for one test serves the next."""
    return make_engine(url)


@cache
def _app(url: str, max_upload_bytes: int) -> FastAPI:
    """One application for each address; it remembers nothing but its settings."""
    return create_app(Settings(database_url=url, max_upload_bytes=max_upload_bytes))


@contextmanager
def opened(url: str) -> Iterator[Engine]:
    """An engine that closes its connections at the end."""
    engine = _engine(url)
    try:
        yield engine
    finally:
        engine.dispose()


@dataclass(frozen=True, slots=True)
class Town:
    """A town with an office and two bureaus; people by role."""

    office: Unit
    finance: Unit
    schools: Unit
    people: dict[str, Contact] = field(default_factory=dict)


def town(session: Session) -> Town:
    """Found the town: office staff, a leader, and one officer in each bureau."""
    office = units.add_unit(session, units.NewUnit("QS", "青石镇", "town", is_office=True))
    finance = units.add_unit(session, units.NewUnit("QS01", "财政局", "bureau", "QS", sort=1))
    schools = units.add_unit(session, units.NewUnit("QS02", "教育局", "bureau", "QS", sort=2))
    people = {
        "staff": person(session, office, Role.OFFICE_STAFF, "李文"),
        "leader": person(session, office, Role.GROUP_LEADER, "王镇长"),
        "finance": person(session, finance, Role.INFORMATION_OFFICER, "张敏"),
        "schools": person(session, schools, Role.INFORMATION_OFFICER, "陈静"),
    }
    session.flush()  # what follows refers to people by id
    return Town(office, finance, schools, people)


def everything(town: Town) -> Scope:
    """Return what the office sees."""
    return Scope(town.office.path, subtree=True)


def person(session: Session, unit: Unit, role: Role, name: str) -> Contact:
    """Add one person with an address of their own."""
    new = units.NewContact(name, role, f"p{next(_numbers)}@office.example")
    return units.add_contact(session, unit, new, now=NOW)


def span(words: str, text: str = TEXT) -> tuple[int, int]:
    """Return where words stand in the text; they must stand there."""
    start = text.index(words)
    return start, start + len(words)


def parsed() -> ParsedReport:
    """Return a reading of TEXT: three problems, two measures, one problem without a measure."""
    problems = ("公开内容不够丰富", "公开渠道单一", "工作机制不健全")
    measures = ("充实民生信息内容", "开通微信公众号，拓宽渠道")
    headings = ("content", "channels", "mechanisms")
    return ParsedReport(
        title="青石镇财政局2025年政府信息公开工作年度报告",
        unit="青石镇财政局",
        report_year=YEAR,
        format="2021",
        sections=tuple(
            Section(number, title, *span(title))
            for number, title in ((1, "一、总体情况"), (2, "二、存在的主要问题及改进情况"))
        ),
        figures=(
            Figure("1", "主动公开信息数", 12, "value", "条"),
            Figure("2", "收到申请数", None, "blank", "件"),
            Figure("3", "不予公开数", None, "slash", "件"),
        ),
        problems=tuple(
            Item("problem", number, *span(words), words, ("N1",), heading, confidence=0.9)
            for number, (words, heading) in enumerate(zip(problems, headings, strict=True), 1)
        ),
        measures=tuple(
            Item("measure", number, *span(words), words, ("P1",), heading, confidence=0.5)
            for number, (words, heading) in enumerate(zip(measures, headings, strict=False), 1)
        ),
        pairs=(Pair(1, (1,), ("同属丰富内容",)), Pair(2, (2,), ("同属拓宽渠道",))),
        findings=(
            Finding("STR-02", "error", "第三个问题没有对应的改进措施。", *span(problems[2])),
            Finding("T1-01", "information", "收到申请数为空白。"),
        ),
    )


def report(
    session: Session, unit: Unit, *, year: int = YEAR, content: bytes = TEXT.encode()
) -> Report:
    """Take in a report that waits to be read."""
    upload = reports.Upload(f"{unit.name}{year}年报.txt", content)
    return reports.import_report(session, unit, year, upload, SYSTEM, now=NOW)


def read_report(session: Session, unit: Unit, *, year: int = YEAR) -> Report:
    """Take in a report and keep a reading of it, ready for review."""
    taken = report(session, unit, year=year)
    reports.store_reading(session, taken, TEXT, parsed(), now=NOW)
    session.flush()  # what follows reads the entries
    return taken


def report_saying(
    session: Session,
    unit: Unit,
    five: str,
    *,
    year: int = YEAR,
    figures: dict[str, float] | None = None,
    problems: tuple[str, ...] = (),
) -> Report:
    """Take in and read a report whose problem part says this."""
    text = f"{unit.name}{year}年政府信息公开工作年度报告\n五、存在的主要问题及改进情况\n{five}\n"
    body = text.index(five)
    taken = report(session, unit, year=year, content=text.encode())
    read = ParsedReport(
        "年度报告", unit.name, year, "2021",
        sections=(Section(5, "存在的主要问题及改进情况", body - 15, len(text), "both", body),),
        figures=tuple(
            Figure(key, key, value, "value", start=0, end=2)
            for key, value in (figures or {}).items()
        ),
        problems=tuple(
            Item("problem", number, text.index(words), text.index(words) + len(words), words)
            for number, words in enumerate(problems, 1)
        ),
    )  # fmt: skip
    reports.store_reading(session, taken, text, read, now=NOW)
    session.flush()  # what follows reads it
    return taken


def confirmed_report(session: Session, unit: Unit) -> Report:
    """Take a report all the way to commitments and a checklist."""
    taken = read_report(session, unit)
    review.confirm(session, taken, unit, date(2026, 12, 18), SYSTEM, now=NOW)
    session.flush()  # the checklist is built from the commitments
    basis = rulebook.checklist_basis()
    checklists.generate(session, unit, YEAR + 1, basis, today=TODAY, now=NOW)
    return taken


@dataclass(frozen=True, slots=True)
class Desk:
    """The pages of one installation, and browsers signed in as its people."""

    engine: Engine
    town: Town
    app: FastAPI

    def browser(self, who: str = "staff") -> "Browser":
        """Return a browser signed in as this person of the town."""
        now = datetime.now(UTC)  # noqa: TID251 - the pages' sessions live by the real clock
        with transaction(self.engine) as session:
            contact = self.town.people[who]
            token = accounts.printed_link(session, contact, now=now)
            session.flush()  # the link is used at once
            entered = accounts.sign_in_by_link(session, token, None, now=now)
            assert entered
            visit = accounts.visit(session, entered.token, now=now)
            assert visit
        client = TestClient(self.app, follow_redirects=False)
        client.cookies.set(SESSION_COOKIE, entered.token)
        return Browser(client, visit.csrf)


@dataclass(frozen=True, slots=True)
class Browser:
    """A signed-in browser that sends each form's token."""

    client: TestClient
    csrf: str


@contextmanager
def desk(url: str, *, max_upload_bytes: int = 64 * 1024) -> Iterator[Desk]:
    """Found a town in an empty database and open its pages."""
    with opened(url) as engine, transaction(engine) as session:
        founded = town(session)
    with entered(url, founded, max_upload_bytes=max_upload_bytes) as pages:
        yield pages


@contextmanager
def entered(url: str, founded: Town, *, max_upload_bytes: int = 64 * 1024) -> Iterator[Desk]:
    """Open the pages of a town that there is."""
    with opened(url) as engine:
        app = _app(url, max_upload_bytes)
        yield Desk(engine, founded, app)
        app.state.engine.dispose()


def town_with_ledger(url: str) -> Town:
    """Found a town in an empty database, both bureaus of which have a confirmed report."""
    with opened(url) as engine, transaction(engine) as session:
        founded = town(session)
        confirmed_report(session, founded.finance)
        confirmed_report(session, founded.schools)
        return founded
