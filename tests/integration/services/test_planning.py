"""Planning on a real database: each reminder intended once, the forecast is what happens."""

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import Engine, text
from sqlalchemy.exc import IntegrityError
from sqlmodel import Session, col, select

from server.db.base import metadata
from server.db.engine import transaction
from server.db.queries import forecast as forecast_queries
from server.db.queries.forecast import ForecastRow
from server.db.tables import Contact, Matter, Message, Reminder, Tick, Unit
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE
from server.domain.reminders import Role
from server.services import closings, forecast, obligations, reminders, replies, rulebook, units
from server.services.audit import SYSTEM
from server.services.forecast import Outlook
from server.services.replies import Answer
from tests import factories

RULES = rulebook.reminder_rules(trial=False)
MONDAY = date(2026, 11, 23)
WORKDAYS = rulebook.calendar().add_workdays
EVERYWHERE = Scope("/", subtree=True)


@dataclass(frozen=True, slots=True)
class Place:
    """A founded town whose finance bureau owes one publication."""

    engine: Engine
    town: factories.Town

    def matter(self) -> Matter:
        with transaction(self.engine) as session:
            return session.exec(select(Matter)).one()

    def reminders(self, outcome: str = "pending") -> list[tuple[str, str]]:
        """Return (recipient, stage) of every reminder with this outcome."""
        with transaction(self.engine) as session:
            rows = session.exec(
                select(Contact.name, Reminder.stage)
                .join(Contact, col(Contact.id) == col(Reminder.recipient_id))
                .where(Reminder.outcome == outcome)
                .order_by(col(Reminder.id))
            )
            return list(rows)


def found(engine: Engine, due_on: date) -> Place:
    """Found the town with one matter of the finance bureau."""
    with transaction(engine) as session:
        town = factories.town(session)
        owe(session, town.finance, due_on)
    return Place(engine, town)


def owe(session: Session, unit: Unit, due_on: date, *, since: date = MONDAY) -> None:
    """Let a unit owe one commitment-free matter, an obligation's publication."""
    connection = session.connection()
    year = due_on.year - 1
    duty = connection.execute(
        text(
            "INSERT INTO obligation (unit_id, report_year, regime, state, publication_url,"
            " row_version) VALUES (:unit, :year, '2019', 'open', '', 1)"
            " ON CONFLICT (unit_id, report_year) DO UPDATE SET regime = '2019' RETURNING id"
        ),
        {"unit": unit.id, "year": year},
    ).scalar_one()
    taken = connection.execute(
        text("SELECT count(*) FROM matter WHERE obligation_id = :duty"), {"duty": duty}
    ).scalar_one()
    names = ("publication", "sign_off", "review", "draft", "resubmission")
    session.add(
        Matter(
            unit_id=unit.id,
            kind="milestone",
            report_year=year,
            obligation_id=duty,
            milestone=names[taken],
            title=f"事项{taken}",
            due_on=due_on,
            next_stage_on=since,
        )
    )
    session.flush()  # the next one counts this one


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), OFFICE_ZONE)


def sweep(engine: Engine, day: date, hour: int = 9) -> reminders.Swept:
    with transaction(engine) as session:
        return reminders.sweep(
            session, RULES, now=at(day, hour), driver="test", mail_domain="office.example"
        )


def test_a_minute_is_swept_once_whoever_drives(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 7))
    with ThreadPoolExecutor(20) as drivers:
        swept = list(drivers.map(lambda _: sweep(engine, MONDAY), range(20)))
    assert [each.ran for each in swept].count(True) == 1
    assert place.reminders() == [("张敏", "before-7")]
    with transaction(engine) as session:
        assert len(session.exec(select(Tick)).all()) == 1


def test_sweeping_again_the_same_day_adds_nothing(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 7))
    first = sweep(engine, MONDAY)
    assert (first.planned, first.composed) == (3, 1)  # two of them superseded: thirty, fourteen
    for hour in (10, 11, 15):
        again = sweep(engine, MONDAY, hour)
        assert (again.planned, again.composed) == (0, 0)
    assert place.reminders() == [("张敏", "before-7")]


def test_a_reminder_cannot_be_written_twice(engine: Engine) -> None:
    found(engine, WORKDAYS(MONDAY, 7))
    sweep(engine, MONDAY)
    copy = text(
        "INSERT INTO reminder (matter_id, due_version, stage, rung, recipient_id, scheduled_on,"
        " outcome, planned_at, late) SELECT matter_id, due_version, stage, rung, recipient_id,"
        " scheduled_on, outcome, planned_at, late FROM reminder LIMIT 1"
    )
    with pytest.raises(IntegrityError), transaction(engine) as session:
        session.connection().execute(copy)


def test_after_an_outage_only_the_newest_stage_is_told_but_never_not_the_first_overdue(
    engine: Engine,
) -> None:
    due_on = WORKDAYS(MONDAY, 3)
    place = found(engine, due_on)
    sweep(engine, MONDAY)
    back = WORKDAYS(due_on, 4)
    sweep(engine, back)
    told = {stage for _, stage in place.reminders()}
    assert told == {"before-3", "after-1", "after-3"}
    assert {stage for _, stage in place.reminders("superseded")} >= {"before-1", "on"}


def test_what_is_planned_and_not_in_a_mail_gives_way_to_the_newer_stage(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 3))
    sweep(engine, MONDAY, hour=20)  # after the last slot: planned, not composed
    assert place.reminders() == [("张敏", "before-3")]
    sweep(engine, WORKDAYS(MONDAY, 2))
    assert place.reminders() == [("张敏", "before-1")]


@pytest.mark.parametrize("state", ["answered", "closed", "cancelled"])
def test_pending_reminders_of_a_matter_that_is_answered_or_closed_are_cancelled(
    engine: Engine, state: str
) -> None:
    place = found(engine, WORKDAYS(MONDAY, 7))
    sweep(engine, MONDAY, hour=20)
    with transaction(engine) as session:
        session.connection().execute(text("UPDATE matter SET state = :s"), {"s": state})
    assert sweep(engine, MONDAY, hour=21).cancelled == 1
    assert place.reminders() == []
    assert ("张敏", "before-7") in place.reminders("cancelled")


def test_reminders_of_a_moved_date_die_and_the_new_date_is_told(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 7))
    sweep(engine, MONDAY, hour=20)
    with transaction(engine) as session:
        session.connection().execute(
            text("UPDATE matter SET due_on = :on, due_version = 2, next_stage_on = :today"),
            {"on": WORKDAYS(MONDAY, 1), "today": MONDAY},
        )
    swept = sweep(engine, MONDAY, hour=21)
    assert swept.cancelled == 1
    assert place.reminders() == [("张敏", "before-1")]


def test_a_unit_without_officers_is_told_through_its_office(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 7))
    with transaction(engine) as session:
        session.connection().execute(
            text("UPDATE contact SET active = false WHERE id = :id"),
            {"id": place.town.people["finance"].id},
        )
    sweep(engine, MONDAY)
    assert place.reminders() == [("李文", "before-7")]


def test_what_a_person_who_left_was_still_to_be_told_goes_to_the_office(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 7))
    sweep(engine, MONDAY, hour=20)
    with transaction(engine) as session:
        person = session.get_one(Contact, place.town.people["finance"].id)
        units.retire_contact(session, person, SYSTEM, now=at(MONDAY, 20))
    sweep(engine, MONDAY, hour=21)
    assert place.reminders() == [("李文", "before-7")]
    assert ("张敏", "before-7") in place.reminders("cancelled")


def test_a_person_gets_one_message_a_slot_for_all_that_is_owed(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 7))
    with transaction(engine) as session:
        for days in (1, 3, 14):
            owe(session, place.town.finance, WORKDAYS(MONDAY, days))
    assert sweep(engine, MONDAY).composed == 1
    with transaction(engine) as session:
        message = session.exec(select(Message)).one()
        lines = session.exec(select(Reminder).where(Reminder.message_id == message.id)).all()
    assert {line.stage for line in lines} == {"before-7", "before-1", "before-3", "before-14"}


def test_what_comes_after_the_slots_mail_was_sent_waits_for_the_next_slot(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 7))
    sweep(engine, MONDAY, hour=9)
    with transaction(engine) as session:
        session.connection().execute(
            text("UPDATE message SET state = 'sent', sent_at = now(), body = ''")
        )
        session.connection().execute(text("UPDATE reminder SET outcome = 'mailed'"))
        owe(session, place.town.finance, WORKDAYS(MONDAY, 1))
    assert sweep(engine, MONDAY, hour=10).composed == 0
    with transaction(engine) as session:
        waiting = session.exec(select(Reminder).where(Reminder.outcome == "pending")).one()
        assert waiting.message_id is None
    assert sweep(engine, MONDAY, hour=15).composed == 1


def test_a_returned_matter_is_reminded_from_tomorrow_on(engine: Engine) -> None:
    place = found(engine, WORKDAYS(MONDAY, 1))
    officer = Answer(SYSTEM, "system")
    with transaction(engine) as session:
        matter = session.exec(select(Matter)).one()
        replies.file(session, matter, officer, "https://a.example/nb", now=at(MONDAY))
        closings.send_back(session, matter, officer, "缺统计表", now=at(MONDAY))
    assert sweep(engine, MONDAY, hour=15).planned == 0
    sweep(engine, WORKDAYS(MONDAY, 1))
    assert ("张敏", "on") in place.reminders()


def test_between_slots_and_at_night_nothing_is_composed(engine: Engine) -> None:
    found(engine, WORKDAYS(MONDAY, 7))
    assert [sweep(engine, MONDAY, hour).composed for hour in (7, 12, 13, 18, 23)] == [0] * 5


# -- what is forecast is what happens -----------------------------------------------------------

Told = set[tuple[date, int, str, str]]


@st.composite
def histories(draw: st.DrawFn) -> dict[str, object]:
    """A town of few units with and without people, dates near and far, days swept before."""
    return {
        "units": draw(
            st.lists(
                st.tuples(
                    st.sets(st.sampled_from([Role.INFORMATION_OFFICER, Role.UNIT_LEAD])),
                    st.lists(st.integers(-40, 45), min_size=1, max_size=4),
                ),
                min_size=1,
                max_size=4,
            )
        ),
        "swept": draw(st.sets(st.integers(-6, -1), max_size=3)),
        "night": draw(st.booleans()),
        "answered": draw(st.booleans()),
        "today": draw(st.dates(date(2026, 1, 5), date(2026, 12, 20))),
        "days": draw(st.integers(0, 12)),
    }


@settings(
    max_examples=15,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(history=histories())
def test_the_forecast_is_what_daily_planning_then_does(
    engine: Engine, history: dict[str, object]
) -> None:
    today: date = history["today"]  # type: ignore[assignment]  # drawn as such
    last = today + timedelta(days=history["days"])  # type: ignore[arg-type]  # drawn as such
    _found(engine, history)
    for offset in sorted(history["swept"]):  # type: ignore[call-overload]  # drawn as such
        sweep(engine, today + timedelta(days=offset), hour=20 if history["night"] else 9)
    _answer_one(engine, history, today)
    already = _in_messages(engine, today)
    with transaction(engine) as session:
        seen = forecast.outlook(session, RULES, EVERYWHERE, today, last, today=today)
        rows = forecast.rows(session, seen, 2000)
        assert _leafed(session, seen, today) == rows
        assert _counted(session, seen) == Counter((row.on, row.held) for row in rows)
    told = {(row.on, row.matter_id, row.stage, row.email) for row in rows if not row.held}
    happened: Told = set()
    day = today
    while day <= last:
        sweep(engine, day)
        happened |= _in_messages(engine, day) - {(day, *rest) for _, *rest in already | happened}
        day += timedelta(days=1)
    queued = {(today, *rest) for _, *rest in already}
    assert told - queued == happened - queued


def _leafed(session: Session, seen: Outlook, first: date) -> list[ForecastRow]:
    """Read the forecast page by page, three rows each."""
    found: list[ForecastRow] = []
    place = forecast_queries.Place(first)
    while rows := forecast.page(session, seen, place, 3):
        found += rows
        place = forecast.place_of(rows[-1])
    return found


def _counted(session: Session, seen: Outlook) -> Counter[tuple[date, bool]]:
    counts: Counter[tuple[date, bool]] = Counter()
    for each in forecast.counted(session, seen):
        counts[each.on, each.held] += each.lines
    return counts


def _found(engine: Engine, history: dict[str, object]) -> None:
    today: date = history["today"]  # type: ignore[assignment]  # drawn as such
    with transaction(engine) as session:
        tables = ", ".join(f'"{name}"' for name in metadata.tables)
        session.connection().execute(text(f"TRUNCATE {tables} RESTART IDENTITY CASCADE"))
        office = units.add_unit(session, units.NewUnit("T", "镇", "town", is_office=True))
        factories.person(session, office, Role.OFFICE_STAFF, "李文")
        factories.person(session, office, Role.GROUP_LEADER, "王镇长")
        for number, (roles, dues) in enumerate(history["units"]):  # type: ignore[call-overload]  # the same
            new = units.NewUnit(f"T{number}", f"局{number}", "bureau", "T", sort=number)
            unit = units.add_unit(session, new)
            for role in sorted(roles):
                factories.person(session, unit, role, role.value)
            for days in dues:
                owe(session, unit, today + timedelta(days=days), since=today - timedelta(days=6))


def _answer_one(engine: Engine, history: dict[str, object], today: date) -> None:
    """Let one unit answer and be sent back, so that its days are out of step with the others."""
    if not history["answered"]:
        return
    with transaction(engine) as session:
        matter = session.exec(select(Matter).order_by(col(Matter.id))).first()
        assert matter
        now = at(today, 7)
        url = "https://a.example/nb"
        replies.file(session, matter, Answer(SYSTEM, "system"), url, now=now)
        closings.send_back(session, matter, Answer(SYSTEM, "system"), "缺表", now=now)


def _in_messages(engine: Engine, day: date) -> Told:
    with transaction(engine) as session:
        rows = session.exec(
            select(Reminder.matter_id, Reminder.stage, Contact.email)
            .join(Contact, col(Contact.id) == col(Reminder.recipient_id))
            .where(Reminder.outcome == "pending", col(Reminder.message_id).is_not(None))
        )
        return {(day, *row) for row in rows}


# -- opening a year, the office's own dates ------------------------------------------------------


def test_a_matter_that_does_not_move_is_not_reminded_again(engine: Engine) -> None:
    with transaction(engine) as session:
        factories.town(session)
        obligations.open_year(session, rulebook.law(), 2026, today=MONDAY)
    sweep(engine, WORKDAYS(MONDAY, 20))
    with transaction(engine) as session:
        session.connection().execute(text("UPDATE matter SET provisional = NOT provisional"))
        before = session.connection().execute(text("SELECT count(*) FROM reminder")).scalar_one()
    with transaction(engine) as session:
        opened = obligations.open_year(session, rulebook.law(), 2026, today=WORKDAYS(MONDAY, 20))
    assert opened.matters > 0
    swept = sweep(engine, WORKDAYS(MONDAY, 20), hour=10)
    assert (swept.planned, swept.cancelled) == (0, 0)
    with transaction(engine) as session:
        after = session.connection().execute(text("SELECT count(*) FROM reminder")).scalar_one()
    assert before == after > 0
