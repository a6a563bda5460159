"""Two towns in one database, one bureau of the first owning one of everything that pages show."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, date, datetime
from functools import cache
from pathlib import Path

from fastapi import FastAPI
from fastapi.testclient import TestClient
from httpx2 import Response
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select
from starlette.routing import BaseRoute, Mount

from server.api.app import PREFIX
from server.app import create_app
from server.db.base import metadata
from server.db.engine import transaction
from server.db.queries.office_rules import Place
from server.db.tables import (
    Batch,
    BatchFile,
    CalendarNotice,
    Channel,
    Checklist,
    ChecklistItem,
    Contact,
    Entry,
    Finding,
    Flood,
    Matter,
    Message,
    OfficeRule,
    Slip,
    Unit,
)
from server.domain.access import TokenScope
from server.domain.checklist_templates import rules_json
from server.domain.milestones import Milestone
from server.domain.notice_reading import read_notice
from server.domain.policies import policy_json
from server.domain.reminders import Role
from server.edge import way_in
from server.services import (
    channel_addresses,
    checklist_templates,
    holiday_notices,
    obligations,
    office_settings,
    policies,
    replies,
    reply_links,
    reports,
    rulebook,
    tokens,
    units,
)
from server.services.audit import SYSTEM, Actor
from server.services.channel_addresses import Address
from server.services.replies import Answer
from server.settings import Settings
from tests import factories
from tests.factories import Desk, Town
from tests.notice_texts import INVENTED_2027

PEOPLE = {
    "finance": (Role.INFORMATION_OFFICER, True),
    "lead": (Role.UNIT_LEAD, True),
    "staff": (Role.OFFICE_STAFF, True),
    "leader": (Role.GROUP_LEADER, True),
    "deputy": (Role.DEPUTY_LEADER, True),
    "schools": (Role.INFORMATION_OFFICER, False),
    "other": (Role.INFORMATION_OFFICER, False),
    "other_staff": (Role.OFFICE_STAFF, False),
    "other_leader": (Role.GROUP_LEADER, False),
}
"""Each person's role, and whether the finance bureau lies within sight."""
CALLERS = {
    "finance": (TokenScope.ANSWER, True),
    "finance_reader": (TokenScope.READ, True),
    "office": (TokenScope.OFFICE, True),
    "office_reader": (TokenScope.READ, True),
    "office_answerer": (TokenScope.ANSWER, True),
    "schools": (TokenScope.ANSWER, False),
    "other": (TokenScope.ANSWER, False),
    "other_office": (TokenScope.OFFICE, False),
}
"""What each system's token grants, and whether the finance bureau lies within sight."""
SECRET = "a secret of at least thirty-two characters"
MAIL = "20261123T013000Z-0000000001.eml"


@dataclass(frozen=True, slots=True)
class Owned:
    """The ids of what one bureau owns, and the token of its officer's reply link."""

    unit: int
    contact: int
    commitment: int
    """The matter of a commitment that has items."""
    milestone: int
    item: int
    report: int
    """Read, not confirmed."""
    entry: int
    finding: int
    batch: int
    file: int
    """Of the batch, to be placed."""
    checklist: int
    message: int
    obligation: int
    promise: int
    """The row of the commitment."""
    api_token: int
    token: str
    rule: int
    """A draft of its office's own rule."""
    setting: int
    """A draft of its office's own digest."""
    template: int
    """A draft of its office's own checklist templates."""
    slip: int
    flood: int
    notice: int
    """A draft of a holiday notice, its office's own."""
    channel: int
    sending: int
    """What its robot could not be told."""

    def path(self, template: str) -> str:
        """Return a route's address with this bureau's ids in it."""
        return template.format(
            unit_id=self.unit,
            contact_id=self.contact,
            matter_id=self.commitment,
            report_id=self.report,
            other_id=self.report,
            entry_id=self.entry,
            finding_id=self.finding,
            batch_id=self.batch,
            file_id=self.file,
            checklist_id=self.checklist,
            message_id=self.message,
            rule_id=self.rule,
            setting_id=self.setting,
            template_id=self.template,
            slip_id=self.slip,
            flood_id=self.flood,
            notice_id=self.notice,
            channel_id=self.channel,
            sending_id=self.sending,
            month="2026-03",
            obligation_id=self.obligation,
            commitment_id=self.promise,
            item_id=self.item,
            token_id=self.api_token,
            token=self.token,
            name=MAIL,
        )


@dataclass(frozen=True, slots=True)
class TwoTowns:
    """Both towns with their pages; `desk.browser(who)` signs in anybody of either."""

    desk: Desk
    finance: Owned
    schools: Owned
    engine: Engine
    secrets: dict[str, str] = field(default_factory=dict)
    """The tokens of other systems."""

    @property
    def api(self) -> FastAPI:
        """The interface as an application of its own."""
        return interface(self.desk.app)

    def system(self, who: str) -> TestClient:
        """Return another system that shows its token."""
        client = TestClient(self.desk.app, follow_redirects=False)
        client.headers["Authorization"] = f"Bearer {self.secrets[who]}"
        return client


def interface(app: FastAPI) -> FastAPI:
    """Return the interface mounted in an application."""
    (found,) = [each.app for each in app.routes if isinstance(each, Mount) and each.name == "api"]
    assert isinstance(found, FastAPI)
    return found


@dataclass(frozen=True, slots=True)
class Founded:
    """What a database of both towns holds."""

    town: Town
    finance: Owned
    schools: Owned
    secrets: dict[str, str]


def found(url: str) -> Founded:
    """Found both towns in an empty database."""
    with factories.opened(url) as engine, transaction(engine) as session:
        town = factories.town(session)
        _more_people(session, town)
        finance, schools = _own(session, town.finance), _own(session, town.schools)
        return Founded(town, finance, schools, _systems(session, town))


@contextmanager
def entered(url: str, home: Path, founded: Founded) -> Iterator[TwoTowns]:
    """Open the pages of both towns; `home` is emptied for them."""
    shutil.rmtree(home, ignore_errors=True)
    (home / "mailbox").mkdir(parents=True)
    mail = b"From: a@b.cn\r\nTo: c@d.cn\r\nSubject: hello\r\n\r\nplain\r\n"
    (home / "mailbox" / MAIL).write_bytes(mail)
    with factories.opened(url) as engine:
        app = _app(url, home)
        desk = Desk(engine, founded.town, app)
        yield TwoTowns(desk, founded.finance, founded.schools, engine, founded.secrets)
        for each in (app, interface(app)):
            each.dependency_overrides.clear()
        app.state.engine.dispose()


@cache
def _app(url: str, home: Path) -> FastAPI:
    """One application for each address; it remembers nothing but its settings."""
    return create_app(
        Settings(
            database_url=url,
            secret_key=SECRET,
            mailbox=True,
            home=home,  # type: ignore[arg-type]  # pydantic wraps the secret
        )
    )


def _more_people(session: Session, town: Town) -> None:
    """Add the heads of both bureaus, and a whole other town."""
    town.people["lead"] = factories.person(session, town.finance, Role.UNIT_LEAD, "周局")
    town.people["deputy"] = factories.person(session, town.office, Role.DEPUTY_LEADER, "吴副镇长")
    other = units.add_unit(session, units.NewUnit("WL", "梧林镇", "town", is_office=True))
    bureau = units.add_unit(session, units.NewUnit("WL01", "梧林财政局", "bureau", "WL"))
    town.people["other_staff"] = factories.person(session, other, Role.OFFICE_STAFF, "何平")
    town.people["other_leader"] = factories.person(session, other, Role.GROUP_LEADER, "孙镇长")
    town.people["other"] = factories.person(session, bureau, Role.INFORMATION_OFFICER, "罗静")
    session.flush()  # what follows refers to people by id


def _systems(session: Session, town: Town) -> dict[str, str]:
    """Give every calling system its token; they live by the real clock."""
    now = datetime.now(UTC)  # noqa: TID251 - the same
    other = session.get_one(Unit, town.people["other"].unit_id)
    other_office = session.get_one(Unit, town.people["other_staff"].unit_id)
    owners = {
        "finance": town.finance,
        "schools": town.schools,
        "office": town.office,
        "other": other,
        "other_office": other_office,
    }
    found = {}
    for who, (scope, _) in CALLERS.items():
        owner = owners.get(who) or owners[who.partition("_")[0]]
        made = tokens.make(session, owner, tokens.NewToken(who, scope), SYSTEM, now=now)
        found[who] = made.secret
    return found


def _own(session: Session, unit: Unit) -> Owned:
    """Give a bureau one of everything; its draft is due soon, whenever the tests run."""
    obligations.open_year(session, rulebook.law(), 2026, today=date(2026, 11, 23))
    session.connection().execute(
        text(
            "UPDATE matter SET due_on = CURRENT_DATE + 9, next_stage_on = CURRENT_DATE"
            " WHERE unit_id = :unit AND milestone = 'draft'"
        ),
        {"unit": unit.id},
    )
    factories.confirmed_report(session, unit)
    waiting = factories.report(session, unit, year=2024)
    reports.store_reading(session, waiting, factories.TEXT, factories.parsed(), now=factories.NOW)
    session.flush()  # ids are read below
    item = session.exec(
        select(ChecklistItem)
        .join(Checklist, col(Checklist.id) == col(ChecklistItem.checklist_id))
        .where(Checklist.unit_id == unit.id)
        .order_by(col(ChecklistItem.id))
    ).first()
    assert item
    mine = select(Matter).where(Matter.unit_id == unit.id)
    commitment = session.exec(mine.where(Matter.commitment_id == item.commitment_id)).one()
    milestone = session.exec(mine.where(Matter.milestone == "publication")).one()
    officer = session.exec(select(Contact).where(Contact.unit_id == unit.id)).first()
    assert officer
    said = Answer(Actor(officer.id, officer.name), "session")
    replies.add_note(session, commitment, said, "已着手", "https://a.example", now=factories.NOW)
    entry = session.exec(select(Entry).where(Entry.report_id == waiting.id)).first()
    finding = session.exec(select(Finding).where(Finding.report_id == waiting.id)).first()
    assert entry
    assert finding
    return Owned(
        unit.id,
        officer.id,
        commitment.id,
        milestone.id,
        item.id,
        waiting.id,
        entry.id,
        finding.id,
        *_batch(session, unit, officer),
        item.checklist_id,
        _message(session, officer),
        milestone.obligation_id or 0,
        item.commitment_id,
        tokens.make(
            session, unit, tokens.NewToken("门户", "read"), SYSTEM, now=factories.NOW
        ).token.id,
        reply_links.ensure_link(session, SECRET, commitment.id, officer.id, now=factories.NOW),
        *_held(session, unit, commitment),
        *_robot(session, unit),
    )


def _held(session: Session, unit: Unit, matter: Matter) -> tuple[int, int, int, int, int, int]:
    """Give a bureau's office drafts of its rules, a slip about the bureau, a flood that waits."""
    office = unit.office_id or unit.id
    milestone = list(Milestone)[unit.id % len(Milestone)]
    place = Place(office, "milestone", unit_kind=unit.kind, milestone=milestone)
    shipped = policy_json(rulebook.reminder_rules(trial=False).policies["milestone"])
    rule = policies.draft(session, place, shipped, "试", SYSTEM, now=factories.NOW)
    templates = session.exec(
        select(OfficeRule).where(
            OfficeRule.office_id == office, OfficeRule.subject == "checklist"
        )
    ).first() or checklist_templates.draft(
        session, office, rules_json(rulebook.checklist_basis().rules), "试", SYSTEM,
        now=factories.NOW,
    )  # fmt: skip
    slip = Slip(
        office_id=office, matter_id=matter.id, due_version=1, stage="after-3", rung=2,
        colour="yellow", prepared_at=factories.NOW, state="released", year=2026, number=unit.id,
        demand="请办结",
    )  # fmt: skip
    session.add(slip)
    flood = session.exec(select(Flood).where(Flood.office_id == office)).first() or Flood(
        office_id=office, people=2, reminders=3, most=1, held_at=factories.NOW
    )
    session.add(flood)
    session.flush()  # ids are read at once
    setting = _setting(session, office)
    return rule.id, setting.id, templates.id, slip.id, flood.id, _notice(session, office)


def _setting(session: Session, office: int) -> OfficeRule:
    """Draft an office's own digest once; a further draft would take its place."""
    kept = select(OfficeRule).where(OfficeRule.office_id == office, OfficeRule.subject == "digest")
    body = office_settings.digest_json(office_settings.digest_of(session, office))
    return session.exec(kept).first() or policies.draft(
        session, Place(office, "digest"), body, "试", SYSTEM, now=factories.NOW
    )


def _notice(session: Session, office: int) -> int:
    """Enter the next holiday notice once; a further draft of its year would take its place."""
    known = session.exec(select(CalendarNotice.id).where(CalendarNotice.office_id == office))
    return next(iter(known), 0) or holiday_notices.draft(
        session, read_notice(INVENTED_2027), INVENTED_2027, "", office, SYSTEM,
        today=date(2026, 11, 23), now=factories.NOW,
    ).id  # fmt: skip


def _robot(session: Session, unit: Unit) -> tuple[int, int]:
    """Give a bureau a robot of its group, and a message that did not reach it."""
    channel = Channel(
        unit_id=unit.id, name="工作群", kind="wecom", created_at=factories.NOW,
    )  # fmt: skip
    url = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=very-secret"
    channel_addresses.put(channel, Address(url, ""), SECRET)
    session.add(channel)
    session.flush()  # its message names it
    message = Message(
        slot_key=f"robot:{channel.id}:test:1", kind="robot", channel_id=channel.id,
        address=channel.name, message_id=f"<robot.{channel.id}@office.example>", state="dead",
        payload={"what": "test"}, created_at=factories.NOW, next_attempt_at=factories.NOW,
    )  # fmt: skip
    session.add(message)
    session.flush()  # ids are read at once
    return channel.id, message.id


def _batch(session: Session, unit: Unit, officer: Contact) -> tuple[int, int]:
    batch = Batch(
        unit_id=unit.id, file_name="年报.zip", uploaded_by=officer.id, uploaded_at=factories.NOW
    )
    session.add(batch)
    session.flush()  # its file names it
    file = BatchFile(
        batch_id=batch.id, ordinal=1, file_name="甲.txt", outcome="unplaced", message="请指定。",
        content=factories.TEXT.encode(),
    )  # fmt: skip
    session.add(file)
    session.flush()  # the id is read at once
    return batch.id, file.id


def _message(session: Session, officer: Contact) -> int:
    now = datetime(2026, 11, 23, 1, tzinfo=UTC)
    message = Message(
        slot_key=f"checklist:{officer.id}",
        kind="checklist",
        recipient_id=officer.id,
        address=officer.email,
        message_id=f"<{officer.id}@office.example>",
        subject="整改清单",
        body=b"Subject: x\r\n\r\nplain\r\n",
        created_at=now,
        next_attempt_at=now,
    )
    session.add(message)
    session.flush()  # the id is read at once
    return message.id


@dataclass(frozen=True, slots=True)
class Way:
    """One method of one route, and the ways in that it declares."""

    method: str
    template: str
    admitted: frozenset[str]

    def __str__(self) -> str:
        return f"{self.method} {self.template}"


def ways() -> list[Way]:
    """Return every way through the application's router, as it really is."""
    url = "postgresql://nobody@127.0.0.1:1/none"
    app = create_app(Settings(database_url=url))
    found = []
    for listed in app.routes:
        if isinstance(listed, Mount):
            continue  # files that everybody may have, and the interface
        found += _ways_of(listed, "")
    return found


def api_ways() -> list[Way]:
    """Return every way through the interface's router."""
    app = create_app(Settings(database_url="postgresql://nobody@127.0.0.1:1/none"))
    return [way for listed in interface(app).routes for way in _ways_of(listed, PREFIX)]


def _ways_of(listed: BaseRoute, prefix: str) -> list[Way]:
    found = []
    for route in listed.effective_route_contexts():  # type: ignore[attr-defined]  # FastAPI's
        admitted = frozenset(way_in(route))
        found += [Way(method, prefix + route.path, admitted) for method in sorted(route.methods)]
    return found


WAYS = ways()
API_WAYS = api_ways()
GUARDED = [way for way in WAYS if not way.admitted & {"public", "capability"}]


def snapshot(
    engine: Engine, *, without: frozenset[str] = frozenset({"web_session"})
) -> dict[str, str]:
    """Return a mark of every table's content; equal marks mean that nothing has changed."""
    with engine.connect() as connection:
        return {
            name: connection.execute(
                text(f"SELECT md5(string_agg(t::text, '|' ORDER BY t::text)) FROM \"{name}\" t")
            ).scalar_one()
            for name in metadata.tables
            if name != "web_session"
        }


def ask(client: TestClient, way: Way, path: str, csrf: str = "") -> Response:
    data = {"csrf": csrf} if way.method == "POST" else None
    return client.request(way.method, path, data=data)
