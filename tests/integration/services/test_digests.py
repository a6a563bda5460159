"""The weekly digest on a real database: to whom, when, once, and what it says."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text
from sqlmodel import select

from server.adapters.rulebook_digest import read_digest_rules
from server.db.engine import transaction
from server.db.queries.office_rules import Place
from server.db.tables import Message
from server.domain.access import Person, Scope
from server.domain.digests import goes_out, week_of
from server.domain.reminders import Role
from server.errors import RulebookError
from server.rendering.contexts import DigestMail, OfficeSign
from server.rendering.mail import render_mail
from server.services import digests, office_settings, policies, rulebook
from server.services.audit import SYSTEM
from tests import factories
from tests.integration.services.test_planning import owe

ZONE = ZoneInfo("Asia/Shanghai")
RULES = rulebook.reminder_rules(trial=False)
CALENDAR = rulebook.calendar()
MONDAY = date(2026, 11, 23)
DAY = timedelta(days=1)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


def queue(engine: Engine, day: date, hour: int = 9) -> int:
    with transaction(engine) as session:
        return digests.queue(session, RULES, now=at(day, hour), mail_domain="office.example")


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    """A town whose finance bureau is three days late and whose schools owe something next week."""
    with transaction(engine) as session:
        founded = factories.town(session)
        owe(session, founded.finance, MONDAY - 3 * DAY)
        owe(session, founded.schools, MONDAY + 7 * DAY)
    return founded


def recipients(engine: Engine) -> set[int]:
    with transaction(engine) as session:
        return set(session.exec(select(Message.recipient_id).where(Message.kind == "digest")))


def mail(engine: Engine, town: factories.Town, today: date = MONDAY) -> DigestMail:
    with transaction(engine) as session:
        return digests.digest_mail(
            session, Scope(town.office.path, subtree=True), CALENDAR, rulebook.lights(),
            office_settings.digest_of(session, town.office.id),
            recipient_name="王镇长", unit_name="青石镇", office=OfficeSign("青石镇办公室"),
            home="https://duban.example/", today=today,
        )  # fmt: skip


def test_it_goes_to_leaders_and_office_on_the_first_open_hour_of_the_week(
    engine: Engine, town: factories.Town
) -> None:
    assert queue(engine, MONDAY, 7) == 0
    assert queue(engine, MONDAY, 9) == 2
    assert recipients(engine) == {town.people["staff"].id, town.people["leader"].id}


def set_own(engine: Engine, town: factories.Town, **changes: object) -> None:
    """Put an office's own setting of its digest into force."""
    with transaction(engine) as session:
        shipped = office_settings.digest_json(office_settings.digest_of(session, town.office.id))
        place = Place(town.office.id, "digest")
        rule = policies.draft(session, place, shipped | changes, "试行", SYSTEM, now=at(MONDAY))
        office_settings.confirm(session, rule, SYSTEM, expected={}, now=at(MONDAY))


def test_an_offices_own_day_hour_and_roles_hold_for_it_alone(
    engine: Engine, town: factories.Town
) -> None:
    set_own(engine, town, weekday=3, hour="10:00", roles=["group_leader"])
    wednesday = MONDAY + 2 * DAY
    assert [queue(engine, MONDAY), queue(engine, wednesday, 9)] == [0, 0]
    assert queue(engine, wednesday, 10) == 1
    assert recipients(engine) == {town.people["leader"].id}
    assert queue(engine, wednesday + DAY, 10) == 0


def test_an_hour_after_the_last_slot_loses_no_digest(engine: Engine, town: factories.Town) -> None:
    set_own(engine, town, hour="23:00")
    assert queue(engine, MONDAY, 9) == 0
    assert queue(engine, MONDAY, 15) == 2


def test_it_is_queued_once_a_week_and_person_however_many_ask(
    engine: Engine, town: factories.Town
) -> None:
    with ThreadPoolExecutor(8) as drivers:
        assert sum(drivers.map(lambda _: queue(engine, MONDAY), range(8))) == 2
    assert queue(engine, MONDAY, 15) == 0
    assert queue(engine, MONDAY + DAY) == 0
    assert queue(engine, MONDAY + 7 * DAY) == 2


def test_a_monday_off_makes_way_for_the_first_working_day() -> None:
    hours = RULES.delivery.hours
    off = date(2026, 2, 16)  # within the Spring Festival: the week opens on Tuesday the 24th
    assert not any(goes_out(off + ahead * DAY, hours, CALENDAR) for ahead in range(7))
    assert goes_out(date(2026, 2, 24), hours, CALENDAR)
    assert goes_out(date(2026, 2, 25), hours, CALENDAR)
    assert not goes_out(date(2026, 2, 26), hours, CALENDAR)
    assert week_of(date(2026, 2, 24)) == date(2026, 2, 23)


def test_whoever_declines_gets_none_and_the_choice_is_on_record(
    engine: Engine, town: factories.Town
) -> None:
    leader = town.people["leader"]
    person = Person(leader.id, leader.name, Role.GROUP_LEADER, town.office.id, "青石镇", "/1/")
    with transaction(engine) as session:
        assert digests.wanted(session, person)
        digests.choose(session, person, SYSTEM, want=False, now=at(MONDAY - DAY))
    queue(engine, MONDAY)
    assert recipients(engine) == {town.people["staff"].id}
    with transaction(engine) as session:
        assert digests.wanted(session, person) is False
        digests.choose(session, person, SYSTEM, want=True, now=at(MONDAY, 10))
    assert queue(engine, MONDAY, 11) == 0  # from the next week on
    assert queue(engine, MONDAY + 7 * DAY) == 2


def test_a_unit_gets_no_digest(engine: Engine, town: factories.Town) -> None:
    officer = town.people["finance"]
    person = Person(
        officer.id, officer.name, Role.INFORMATION_OFFICER, town.finance.id, "财政局", "/1/2/"
    )
    with transaction(engine) as session:
        assert digests.wanted(session, person) is None


def test_a_week_without_anything_to_tell_sends_nothing(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        session.connection().execute(text("DELETE FROM matter"))
    assert queue(engine, MONDAY) == 0
    assert mail(engine, town).empty
    assert "本周没有需要报告的事项" in render_mail(mail(engine, town)).text


def test_it_says_what_became_late_what_was_answered_and_what_comes(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        alone = factories.units.add_unit(
            session, factories.units.NewUnit("QS03", "卫生院", "bureau", "QS")
        )
        owe(session, alone, MONDAY + 9 * DAY)
        owe(session, alone, MONDAY - 40 * DAY)
        session.connection().execute(
            text("UPDATE matter SET state = 'answered', answered_at = :at WHERE due_on = :due"),
            {"at": at(MONDAY - DAY), "due": MONDAY - 40 * DAY},
        )
    told = mail(engine, town)
    assert [line.unit for line in told.late.lines] == ["财政局"]
    assert [line.unit for line in told.answered.lines] == ["卫生院"]
    assert [line.unit for line in told.coming] == ["教育局", "卫生院"]
    assert told.alone == ("卫生院",)
    assert (told.overdue, told.soon, told.empty) == (1, 2, False)
    written = render_mail(told)
    for words in (
        "上周新增逾期，尚未反馈（1件）",
        "没有联系人的单位（1个）",
        "2026年11月30日（周一）",
    ):
        assert words in written.text
        assert words in written.html
    assert "逾期1件" in written.subject


def test_promises_that_come_due_are_listed(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        factories.confirmed_report(session, town.schools)
        session.connection().execute(
            text("UPDATE matter SET due_on = :due WHERE kind = 'commitment'"),
            {"due": MONDAY + 4 * DAY},
        )
    told = mail(engine, town)
    assert told.promised.total == 5
    assert "同期到期的整改事项（5件）" in render_mail(told).text


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        (('roles = ["office_staff"]', 'roles = ["unit_lead"]'), "只能是办公室和领导的角色"),
        (("days_ahead = 14", "days_ahead = 0"), "days_ahead 至少为 1"),
        (("weekday = 1", "weekday = 8"), "weekday 应是 1（周一）到 7（周日）"),
        (('when_empty = "say"', 'when_empty = "no"'), "when_empty 应是 silent 或 say"),
    ],
)
def test_a_damaged_setting_is_named(change: tuple[str, str], complaint: str) -> None:
    good = (
        'valid_from = 2026-01-01\nsource = "x"\nroles = ["office_staff"]\n'
        'weekday = 1\ndays_ahead = 14\nwhen_empty = "say"\n'
    )
    assert read_digest_rules(good).say_nothing
    with pytest.raises(RulebookError, match=r"digest\.toml") as caught:
        read_digest_rules(good.replace(*change))
    assert complaint in str(caught.value)
