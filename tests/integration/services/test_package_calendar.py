"""A newer package of working days: nothing moves unseen, and people are told as by a notice."""

from dataclasses import replace
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from server.db.engine import transaction
from server.db.queries import calendars as queries
from server.db.tables import AuditEvent, CalendarMove, CalendarNotice, Matter, Message, Reminder
from server.domain.calendars import CalendarYear, WorkCalendar
from server.domain.notice_reading import read_notice
from server.domain.notices import confirmed_by
from server.services import calendars, letters, obligations, package_calendar, reminders, rulebook
from server.services import delivery as delivering
from server.services import holiday_notices as notices
from server.services.audit import SYSTEM
from server.services.holiday_notices import Effect
from server.services.scenes import Desk
from tests import factories
from tests.notice_texts import INVENTED_2027

MONDAY = date(2026, 11, 23)
NOW = datetime.combine(MONDAY, time(9), ZoneInfo("Asia/Shanghai"))
RULES = rulebook.reminder_rules(trial=False)
OLD, NEW = "chinesecalendar 1.11.0", "chinesecalendar 1.12.0"
SOURCE = f"国务院办公厅关于2027年部分节假日安排的通知（据 {NEW}）"
BEFORE, AFTER = date(2027, 1, 18), date(2027, 1, 16)


def newer() -> WorkCalendar:
    """Return the calendar of a package that knows 2027."""
    known = confirmed_by(rulebook.calendar(), read_notice(INVENTED_2027).notice)
    year = known.year(2027)
    years = dict(known.years) | {
        2027: CalendarYear(True, SOURCE, year.days_off, year.working_weekends)
    }
    return replace(known, version=NEW, years=years)


def adopt(
    engine: Engine, calendar: WorkCalendar | None = None, package: str = OLD
) -> Effect | None:
    law = replace(rulebook.law(), calendar=calendar or rulebook.calendar())
    with transaction(engine) as session:
        return package_calendar.adopt(session, law, RULES, package, today=MONDAY, now=NOW)


def open_year(engine: Engine, calendar: WorkCalendar) -> int:
    law = replace(rulebook.law(), calendar=calendar)
    with transaction(engine) as session:
        return obligations.open_year(session, law, 2026, today=MONDAY).matters


def resubmissions(session: Session) -> set[date]:
    found = session.exec(select(Matter.due_on).where(Matter.milestone == "resubmission"))
    return set(found)


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    """A town whose dates rest on the older package, which is noted."""
    with transaction(engine) as session:
        founded = factories.town(session)
        obligations.open_year(session, rulebook.law(), 2026, today=MONDAY)
    effect = adopt(engine)
    assert effect is not None
    assert effect.moved == 0
    return founded


def test_what_the_package_says_is_noted_once_and_changes_nothing(
    engine: Engine, town: factories.Town
) -> None:
    assert adopt(engine) is None
    with transaction(engine) as session:
        kept = queries.in_force(session)
        assert [(each.year, each.package) for each in kept] == [(2025, OLD), (2026, OLD)]
        assert calendars.current(session) == rulebook.calendar()
        assert calendars.current(session).version == rulebook.calendar().version
        assert queries.history(session, town.office.id) == []
        assert session.exec(select(CalendarMove)).all() == []


def test_a_newer_package_moves_nothing_before_people_are_told(
    engine: Engine, town: factories.Town
) -> None:
    assert open_year(engine, newer()) == 0
    with transaction(engine) as session:
        assert resubmissions(session) == {BEFORE}
        waiting = calendars.with_notices(session, newer())
        assert not waiting.year(2027).confirmed
        assert "2027年待启用" in waiting.version


def test_adopting_it_moves_open_dates_and_tells_old_new_and_why(
    engine: Engine, town: factories.Town
) -> None:
    effect = adopt(engine, newer(), NEW)
    assert effect is not None
    assert (effect.moved, effect.units, effect.people) == (3, 3, 3)
    with transaction(engine) as session:
        assert resubmissions(session) == {AFTER}
        told = session.exec(select(Reminder).where(Reminder.stage == "moved")).all()
        assert len({each.recipient_id for each in told}) == 3
        (event,) = session.exec(
            select(AuditEvent).where(AuditEvent.action == "adopt_calendar", AuditEvent.id > 1)
        ).all()[-1:]
        assert (event.detail["years"], event.detail["moved"]) == ([2027], 3)
        (shown,) = queries.history(session, town.office.id)
        assert (shown.year, shown.package, shown.state) == (2027, NEW, "in_force")
    assert adopt(engine, newer(), NEW) is None
    assert open_year(engine, newer()) == 0


def test_the_mail_tells_the_old_date_the_new_one_and_the_package(
    engine: Engine, town: factories.Town
) -> None:
    adopt(engine, newer(), NEW)
    with transaction(engine) as session:
        reminders.sweep(session, RULES, now=NOW, driver="test", mail_domain="office.example")
    with transaction(engine) as session:
        batch = delivering.claim(session, owner="test", limit=50, at=NOW)
        desk = Desk("https://duban.example", "s" * 32, False, RULES, rulebook.lights())
        compose = letters.writer(desk, now=NOW)(session, batch.messages)
        texts = {each.recipient_id: compose(each).text for each in batch.messages}
    told = texts[town.people["finance"].id]
    assert f"原定2027年1月18日（周一），依《{SOURCE}》" in told
    assert "2027年1月16日（周六）" in told


def test_an_older_package_still_at_work_takes_nothing_back(
    engine: Engine, town: factories.Town
) -> None:
    adopt(engine, newer(), NEW)
    assert adopt(engine, rulebook.calendar(), OLD) is None
    assert open_year(engine, rulebook.calendar()) == 0
    with transaction(engine) as session:
        assert resubmissions(session) == {AFTER}
        assert calendars.current(session).year(2027).confirmed


def test_a_package_that_corrects_a_year_is_adopted_as_well(
    engine: Engine, town: factories.Town
) -> None:
    adopt(engine, newer(), NEW)
    corrected = newer()
    year = corrected.year(2027)
    days = frozenset(day for day in year.working_weekends if day != AFTER)
    years = dict(corrected.years) | {2027: replace(year, working_weekends=days)}
    later = replace(corrected, version="1.12.1", years=years)
    assert open_year(engine, later) == 0
    effect = adopt(engine, later, "chinesecalendar 1.12.1")
    assert effect is not None
    assert effect.moved == 3
    with transaction(engine) as session:
        rows = session.exec(select(CalendarNotice).where(CalendarNotice.year == 2027)).all()
        assert sorted((each.version, each.state) for each in rows) == [
            (1, "past"),
            (2, "in_force"),
        ]


def test_an_entered_notice_goes_before_any_package(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        read = read_notice(INVENTED_2027)
        kept = notices.draft(
            session, read, INVENTED_2027, "", town.office.id, SYSTEM, today=MONDAY, now=NOW
        )
        notices.confirm(session, rulebook.law(), RULES, kept, SYSTEM, seen=9, today=MONDAY, now=NOW)
    different = newer()
    years = dict(different.years) | {
        2027: replace(different.year(2027), working_weekends=frozenset())
    }
    assert adopt(engine, replace(different, years=years), NEW) is None
    with transaction(engine) as session:
        assert resubmissions(session) == {AFTER}
        assert session.exec(select(Message)).all() == []


def test_without_units_there_is_nothing_to_note(engine: Engine) -> None:
    assert adopt(engine) is None
