"""Loading the demonstration town through the same use cases that people go through."""

from collections.abc import Callable
from datetime import date, datetime, time, timedelta

from sqlalchemy import text
from sqlmodel import Session, select

from server.db.base import metadata
from server.db.queries import commitments as commitment_queries
from server.db.queries import matters as matter_queries
from server.db.queries import reports as report_queries
from server.db.queries import units as unit_queries
from server.db.tables import AppState, ChecklistItem, Contact, Entry, Matter, Report, Unit
from server.demo.build import DemoReport, demo_reports
from server.demo.load import DemoCommitment, DemoProgress, DemoTown, DemoUnit, demo_year, load_town
from server.domain.dates import OFFICE_ZONE
from server.domain.deadlines import Override
from server.domain.milestones import Milestone, UnitKind
from server.domain.reminders import Role
from server.domain.reports.parsed import ParsedReport
from server.errors import Conflict
from server.services import (
    checklists,
    closings,
    comparison,
    obligations,
    replies,
    reports,
    review,
    units,
)
from server.services.audit import SYSTEM, Actor
from server.services.obligations import Law
from server.services.renewals import Basis
from server.services.replies import Answer

FLAG = "demo"
Reader = Callable[[bytes, str, int], tuple[str, ParsedReport]]


def is_empty(session: Session) -> bool:
    """Return whether nobody works with this database yet."""
    return session.exec(select(Unit.id).limit(1)).first() is None


def clear(session: Session) -> None:
    """Empty a database that holds nothing but the demonstration; refuse any other."""
    if not is_empty(session) and session.get(AppState, FLAG) is None:
        raise Conflict("这个数据库里是正式数据，不能用演示数据覆盖。请换一个空的数据库。")
    tables = ", ".join(f'"{name}"' for name in metadata.tables)
    session.connection().execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))


def load(
    session: Session, law: Law, basis: Basis, reader: Reader, *, today: date, now: datetime
) -> DemoTown:
    """Load the town, dated relative to today. InvalidInput or Conflict undo everything."""
    town = load_town(demo_year(today))
    stage = _Stage(session, law, basis, reader, today, now)
    stage.add_people(town)
    stage.open_year(town)
    for report in demo_reports(town.year):
        stage.take_report(town, report)
    stage.follow_up(town)
    while comparison.compare_next(session):
        pass
    session.add(AppState(key=FLAG, value={"year": town.year, "loaded_on": today.isoformat()}))
    return town


class _Stage:
    """The loading of one town: what every step needs, and whom the scenario's names mean."""

    def __init__(
        self,
        session: Session,
        law: Law,
        basis: Basis,
        reader: Reader,
        today: date,
        now: datetime,
    ) -> None:
        self.session, self.law, self.basis, self.reader = session, law, basis, reader
        self.now, self.loaded_on = now, today
        # Offsets count from a working day; reminders start on the day itself, even a Sunday.
        self.today = today if law.calendar.is_workday(today) else law.calendar.next_workday(today)
        self.units: dict[str, Unit] = {}
        self.people: dict[str, Contact] = {}

    def day(self, offset: int) -> date:
        """Return the day so many working days from today."""
        return self.law.calendar.add_workdays(self.today, offset)

    def moment(self, offset: int | None) -> datetime:
        """Return an instant of that day that has already passed."""
        at = datetime.combine(self.day(offset or 0), time(9, 30), OFFICE_ZONE)
        return min(at, self.now - timedelta(minutes=1))

    def add_people(self, town: DemoTown) -> None:
        """Add the units and everybody in them."""
        for sort, demo in enumerate(town.units):
            unit = units.add_unit(self.session, _new_unit(demo, sort))
            self.units[demo.code] = unit
            for contact in demo.contacts:
                new = units.NewContact(
                    contact.name,
                    Role(contact.role),
                    contact.email,
                    contact.phone,
                    is_substitute=bool(contact.substitute),
                )
                added = units.add_contact(self.session, unit, new, now=self.moment(-60))
                self.people[contact.email] = added
        self.session.flush()  # everything below refers to people and units by id

    def open_year(self, town: DemoTown) -> None:
        """Open the year now being filed, with the office's own dates around today."""
        year = town.year + 1
        obligations.open_year(self.session, self.law, year, today=self.loaded_on)
        dates = {
            Milestone(each.code): Override(self.day(each.offset), town.milestone_reason)
            for each in town.milestones
        }
        for office, kind in unit_queries.kinds_by_office(self.session):
            self._own_dates(office, UnitKind(kind), year, dates)

    def _own_dates(
        self, office: int, kind: UnitKind, year: int, dates: dict[Milestone, Override]
    ) -> None:
        last = next(
            each.target_on
            for each in obligations.deadlines_of(self.session, self.law, office, kind, year)
            if each.statutory
        )
        held = {name: Override(min(own.on, last), own.reason) for name, own in dates.items()}
        unit = self.session.get_one(Unit, office)
        actor, now = self.actor_of(unit), self.moment(-20)
        obligations.set_own_dates(
            self.session, self.law, unit, kind, year, held, actor, today=self.loaded_on, now=now
        )

    def actor_of(self, unit: Unit) -> Actor:
        """Return the head of a unit's office as actor."""
        head = next(
            each
            for each in self.people.values()
            if each.unit_id == unit.id and each.role == Role.OFFICE_HEAD
        )
        return Actor(head.id, f"{unit.name} {head.name}")

    def actor(self, email: str | None) -> Actor:
        """Return a person of the town as actor."""
        if email is None:
            return SYSTEM
        contact = self.people[email]
        unit = next(each for each in self.units.values() if each.id == contact.unit_id)
        return Actor(contact.id, f"{unit.name} {contact.name}")

    def take_report(self, town: DemoTown, demo: DemoReport) -> None:
        """Import, read and, where the scenario says so, confirm one report."""
        unit = self.units[demo.unit_code]
        standing = next(each for each in town.reviews if each.unit == demo.unit_code)
        upload = reports.Upload(demo.file_name, demo.content)
        report = reports.import_report(
            self.session, unit, town.year, upload, self.actor(standing.by), now=self.moment(-16)
        )
        content, parsed = self.reader(demo.content, demo.file_name, town.year)
        reports.store_reading(self.session, report, content, parsed, now=self.moment(-16))
        self.session.flush()  # review reads the entries back
        if standing.state == "confirmed":
            self._confirm(report, unit, self.actor(standing.by), self.moment(standing.on))

    def _confirm(self, report: Report, unit: Unit, actor: Actor, at: datetime) -> None:
        due_on = review.commitments_due_on(report.report_year, self.today, self.law.calendar)
        for entry in report_queries.entries(self.session, report.id):
            if entry.heading not in review.HEADINGS:
                entry.heading = "mechanisms"
        review.confirm(self.session, report, unit, due_on, actor, now=at)
        self.session.flush()  # the checklist is built from the commitments
        checklists.generate(
            self.session, unit, report.report_year + 1, self.basis, today=at.date(), now=at
        )

    def follow_up(self, town: DemoTown) -> None:
        """Bring every matter to where the scenario says it stands."""
        for standing in town.standings:
            unit = self.units[standing.unit]
            obligation = matter_queries.obligation_of(self.session, unit.id, town.year + 1)
            if obligation is None:
                continue
            matters = matter_queries.milestones_of(self.session, obligation.id)
            matter = next(each for each in matters if each.milestone == standing.milestone)
            self._progress(matter, standing.progress, standing.address)
        for commitment in town.commitments:
            self._commitment(commitment, town.year)
        self.session.flush()  # the statement below must see every matter
        self.session.connection().execute(
            text("UPDATE matter SET next_stage_on = :today WHERE next_stage_on IS NOT NULL"),
            {"today": self.loaded_on},
        )
        self.session.expire_all()
        for note in town.notes:
            self._note(note.unit, note.by, note.on, note.text, town.year + 1)

    def _commitment(self, demo: DemoCommitment, year: int) -> None:
        found = self._matter_of(demo, year)
        if found is None:
            return
        matter, items = found
        matter.due_on, matter.next_stage_on = self.day(demo.due), self.loaded_on
        matter.due_version += 1
        self.session.flush()  # answering reads the matter back under lock
        by = Answer(self.actor(demo.progress.by), "session")
        if matter.state in replies.ANSWERABLE and demo.progress.by:
            for item in items[: demo.ticks]:
                replies.tick(
                    self.session, matter, item.id, by, done=True, now=self.moment(demo.progress.on)
                )
        self._progress(matter, demo.progress, "")

    def _matter_of(
        self, demo: DemoCommitment, year: int
    ) -> tuple[Matter, list[ChecklistItem]] | None:
        for commitment in commitment_queries.of_unit(self.session, self.units[demo.unit].id, year):
            entry = self.session.get(Entry, commitment.entry_id)
            if entry and (entry.kind, entry.ordinal) == (demo.entry, demo.ordinal):
                matter = self.session.exec(
                    select(Matter).where(Matter.commitment_id == commitment.id)
                ).one()
                items = commitment_queries.items_of_commitment(self.session, commitment.id)
                return matter, items
        return None

    def _progress(self, matter: Matter, progress: DemoProgress, address: str) -> None:
        by = Answer(self.actor(progress.by), "session")
        at, later = self.moment(progress.on), self.moment(progress.office_on)
        evidence = "；".join(f"{each.title} {each.value}" for each in progress.evidence)
        if progress.state == "acknowledged":
            replies.acknowledge(self.session, matter, by, now=at)
            if progress.note:
                replies.add_note(self.session, matter, by, progress.note, evidence, now=at)
        if progress.state in ("answered", "returned", "closed"):
            self._answer(matter, by, progress.note, evidence, address, at)
        office = Answer(self.actor(progress.office_by), "session")
        if progress.state == "closed":
            closings.confirm(self.session, matter, office, now=later)
        if progress.state == "returned":
            closings.send_back(self.session, matter, office, progress.reason, now=later)
        self.session.flush()  # the next step reads the matter back under lock

    def _answer(
        self, matter: Matter, by: Answer, note: str, evidence: str, address: str, at: datetime
    ) -> None:
        if matter.kind == "milestone":
            replies.file(self.session, matter, by, address, note, now=at)
        else:
            replies.submit(self.session, matter, by, note, evidence, now=at)
        self.session.flush()  # the office's step reads the matter back under lock

    def _note(self, code: str, by: str, on: int, note: str, year: int) -> None:
        obligation = matter_queries.obligation_of(self.session, self.units[code].id, year)
        if obligation is None:
            return
        for matter in matter_queries.milestones_of(self.session, obligation.id):
            if matter.state in replies.ANSWERABLE:
                answer = Answer(self.actor(by), "session")
                replies.add_note(self.session, matter, answer, note, now=self.moment(on))
                return


def _new_unit(demo: DemoUnit, sort: int) -> units.NewUnit:
    return units.NewUnit(
        demo.code,
        demo.name,
        demo.kind,
        demo.parent or "",
        is_office=demo.is_office,
        office_name=demo.office_name or "",
        sort=sort,
    )
