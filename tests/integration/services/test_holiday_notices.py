"""A holiday notice on a real database: previewed, confirmed, open dates follow, people are told."""

from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, time
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from server.db.engine import transaction
from server.db.tables import (
    AuditEvent,
    CalendarMove,
    CalendarNotice,
    Matter,
    Message,
    Reminder,
    Unit,
)
from server.domain.access import Scope
from server.domain.deadlines import Override
from server.domain.milestones import Milestone, UnitKind
from server.domain.notice_judging import FESTIVALS
from server.domain.notice_reading import read_notice
from server.domain.reminders import next_stage_on
from server.errors import Conflict, InvalidInput, NotFound
from server.services import (
    calendars,
    delivery,
    health,
    letters,
    obligations,
    office_settings,
    reminders,
    rulebook,
)
from server.services import holiday_notices as notices
from server.services.audit import SYSTEM
from server.services.holiday_notices import Effect, Preview
from server.services.scenes import Desk
from tests import factories
from tests.notice_texts import INVENTED_2027, PUBLISHED_2024

ZONE = ZoneInfo("Asia/Shanghai")
RULES = rulebook.reminder_rules(trial=False)
MONDAY = date(2026, 11, 23)
EVERYWHERE = Scope("/", subtree=True)
DAYS = ("1月1", "1月26", "4月4", "5月1", "5月28", "10月3", "10月1")
CORRECTED = INVENTED_2027.replace("1月16日（周六）、1月30日", "1月30日").replace(
    "1月30日（周六）上班", "1月30日（周六）、1月31日（周日）上班"
)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), ZONE)


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    """A town whose year 2026 is opened; everybody heard of what was due."""
    with transaction(engine) as session:
        founded = factories.town(session)
        obligations.open_year(session, rulebook.law(), 2026, today=MONDAY)
    sweep(engine, MONDAY, 7)
    return founded


def sweep(engine: Engine, day: date, hour: int = 9) -> reminders.Swept:
    with transaction(engine) as session:
        return reminders.sweep(
            session, RULES, now=at(day, hour), driver="test", mail_domain="office.example"
        )


def drafted(session: Session, town: factories.Town, words: str = INVENTED_2027) -> CalendarNotice:
    return notices.draft(
        session, read_notice(words), words, "", town.office.id, SYSTEM,
        today=MONDAY, now=at(MONDAY),
    )  # fmt: skip


def previewed(session: Session, kept: CalendarNotice, scope: Scope = EVERYWHERE) -> Preview:
    return notices.preview(
        session, rulebook.law(), RULES, kept, scope, today=MONDAY, now=at(MONDAY)
    )


def put_in_force(session: Session, kept: CalendarNotice, seen: int = 1000) -> Effect:
    return notices.confirm(
        session, rulebook.law(), RULES, kept, SYSTEM, seen=seen, today=MONDAY, now=at(MONDAY)
    )


def confirmed(engine: Engine, town: factories.Town, words: str = INVENTED_2027) -> Effect:
    with transaction(engine) as session:
        return put_in_force(session, drafted(session, town, words))


def dates(engine: Engine, unit: Unit) -> dict[str, date]:
    with transaction(engine) as session:
        mine = session.exec(select(Matter).where(Matter.unit_id == unit.id)).all()
        return {str(each.milestone): each.due_on for each in mine}


def test_a_draft_shows_its_difference_and_changes_nothing(
    engine: Engine, town: factories.Town
) -> None:
    before = dates(engine, town.finance)
    with transaction(engine) as session:
        shown = previewed(session, drafted(session, town))
        assert [str(each.on) for each in shown.days if each.becomes == "调休上班"] == [
            "2027-01-16", "2027-01-30", "2027-05-08", "2027-09-26", "2027-10-09",
        ]  # fmt: skip
        # three units, each with one milestone that is counted in working days
        assert (shown.effect.moved, shown.effect.units) == (3, 3)
        first, *_ = shown.moves
        assert (first.before, first.after) == (date(2027, 1, 18), date(2027, 1, 16))
        # two officers and the staff: the office hears of its units
        assert shown.effect.people == 3
        assert shown.elsewhere == 0
    assert dates(engine, town.finance) == before
    with transaction(engine) as session:
        assert session.exec(select(CalendarMove)).all() == []
        assert calendars.current(session) == rulebook.calendar()


def test_confirming_moves_what_was_shown_and_never_a_statutory_date(
    engine: Engine, town: factories.Town
) -> None:
    before = dates(engine, town.finance)
    confirmed(engine, town)
    after = dates(engine, town.finance)
    assert after["publication"] == before["publication"] == date(2027, 1, 31)
    assert after["draft"] == before["draft"]
    assert after["resubmission"] == date(2027, 1, 16)
    with transaction(engine) as session:
        mine = select(Matter).where(Matter.unit_id == town.finance.id)
        found = {each.milestone: each for each in session.exec(mine)}
        assert not any(each.provisional for each in found.values())
        assert found["publication"].target_on == date(2027, 1, 30)
        assert found["publication"].due_version == 1
        assert found["resubmission"].due_version == 2
        assert "国办发明电〔2026〕9号" in str(found["resubmission"].steps)


def test_what_was_answered_or_closed_keeps_its_date(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        session.connection().execute(
            text(
                "UPDATE matter SET state = CASE unit_id WHEN :finance THEN 'answered'"
                " ELSE 'closed' END WHERE milestone = 'resubmission' AND unit_id <> :office"
            ),
            {"finance": town.finance.id, "office": town.office.id},
        )
    confirmed(engine, town)
    assert dates(engine, town.finance)["resubmission"] == date(2027, 1, 18)
    assert dates(engine, town.schools)["resubmission"] == date(2027, 1, 18)


def test_a_date_granted_to_one_unit_stays_unless_the_common_one_is_later(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        session.connection().execute(
            text(
                "UPDATE matter SET due_on = '2027-01-20', agreed_on = '2027-01-20'"
                " WHERE milestone = 'resubmission' AND unit_id = :unit"
            ),
            {"unit": town.finance.id},
        )
    confirmed(engine, town)
    assert dates(engine, town.finance)["resubmission"] == date(2027, 1, 20)


def test_reminders_follow_the_new_working_days(engine: Engine, town: factories.Town) -> None:
    def next_stages() -> dict[str, date | None]:
        with transaction(engine) as session:
            mine = select(Matter).where(Matter.unit_id == town.finance.id)
            return {str(each.milestone): each.next_stage_on for each in session.exec(mine)}

    before = next_stages()
    confirmed(engine, town)
    after = next_stages()
    calendar = calendars.confirmed_by(rulebook.calendar(), read_notice(INVENTED_2027).notice)
    policy, due_on = RULES.policies["milestone"], date(2027, 1, 31)
    assert after["publication"] == next_stage_on(policy, due_on, MONDAY, calendar)
    assert before["publication"] == next_stage_on(policy, due_on, MONDAY, rulebook.calendar())
    assert after != before


def test_everybody_whose_date_moved_gets_one_mail_with_old_new_and_reason(
    engine: Engine, town: factories.Town
) -> None:
    effect = confirmed(engine, town)
    swept = sweep(engine, MONDAY, 10)
    assert (effect.people, swept.composed) == (3, 3)
    mails = written(engine, MONDAY)
    officer = mails[town.people["finance"].id]
    assert "1项时限随放假安排调整" in officer.subject
    assert (
        "原定2027年1月18日（周一），依《国务院办公厅关于2027年部分节假日安排的通知" in officer.text
    )
    assert "改为2027年1月16日（周六）" in officer.html
    staff = mails[town.people["staff"].id]
    assert "财政局" in staff.text
    assert "教育局" in staff.text
    assert sweep(engine, MONDAY, 11).composed == 0


def written(engine: Engine, day: date) -> dict[int, letters.Letter]:
    """Return what each queued reminder mail says, by recipient."""
    desk = Desk("https://duban.example", "a secret of thirty-two characters", True, RULES,
                rulebook.lights())  # fmt: skip
    with transaction(engine) as session:
        batch = delivery.claim(session, owner="test", limit=50, at=at(day, 10))
        compose = letters.writer(desk, now=at(day, 10))(session, batch.messages)
        found = {each.recipient_id: compose(each) for each in batch.messages}
        delivery.release(session, batch.messages)
        return found


def test_a_matter_answered_meanwhile_is_left_out_of_the_mail(
    engine: Engine, town: factories.Town
) -> None:
    confirmed(engine, town)
    with transaction(engine) as session:
        session.connection().execute(
            text("UPDATE matter SET state = 'answered' WHERE unit_id = :unit"),
            {"unit": town.finance.id},
        )
    sweep(engine, MONDAY, 10)
    with transaction(engine) as session:
        told = session.exec(select(Message.recipient_id)).all()
        assert town.people["finance"].id not in told
        assert town.people["schools"].id in told


def test_confirming_twice_at_once_tells_nobody_twice(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        number = drafted(session, town).id

    def confirm_once(_: int) -> bool:
        try:
            with transaction(engine) as session:
                put_in_force(session, notices.notice_of(session, number, town.office.id))
        except Conflict:
            return False
        return True

    with ThreadPoolExecutor(4) as people:
        assert sorted(people.map(confirm_once, range(4))) == [False, False, False, True]
    with transaction(engine) as session:
        told = session.exec(select(Reminder).where(Reminder.stage == "moved")).all()
        # each bureau's to its officer, all of them to the staff
        assert len(told) == 1 + 1 + 3


def test_the_next_opening_of_the_year_finds_everything_as_it_should_be(
    engine: Engine, town: factories.Town
) -> None:
    confirmed(engine, town)
    with transaction(engine) as session:
        opened = obligations.open_year(session, rulebook.law(), 2026, today=MONDAY)
    assert (opened.obligations, opened.matters) == (0, 0)


def test_a_corrected_notice_takes_the_place_of_the_first_and_both_are_kept(
    engine: Engine, town: factories.Town
) -> None:
    confirmed(engine, town)
    effect = confirmed(engine, town, CORRECTED)
    assert dates(engine, town.finance)["resubmission"] == date(2027, 1, 18)
    assert effect.moved == 3
    with transaction(engine) as session:
        kept = session.exec(select(CalendarNotice).order_by(col(CalendarNotice.id))).all()
        assert [(each.version, each.state) for each in kept] == [(1, "past"), (2, "in_force")]
        acts = session.exec(
            select(AuditEvent.action).where(AuditEvent.subject == "calendar_notice")
        ).all()
        assert acts == ["draft_notice", "confirm_notice", "draft_notice", "confirm_notice"]
    swept = sweep(engine, MONDAY, 10)
    assert swept.composed == 3  # what the first had to say is no longer true and is not said


def test_nobody_becomes_late_by_a_notice(engine: Engine, town: factories.Town) -> None:
    late = date(2027, 1, 18)  # its day; the notice would have it two days ago
    with transaction(engine) as session:
        kept = drafted(session, town)
        notices.confirm(
            session, rulebook.law(), RULES, kept, SYSTEM, seen=1000, today=late, now=at(late)
        )
    assert dates(engine, town.finance)["resubmission"] == late
    with transaction(engine) as session:
        obligations.open_year(session, rulebook.law(), 2026, today=late)
    assert dates(engine, town.finance)["resubmission"] == late


def test_a_promise_due_on_what_is_now_a_holiday_is_due_on_the_working_day_before(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        factories.confirmed_report(session, town.schools)
        session.connection().execute(
            text("UPDATE matter SET due_on = '2027-05-04' WHERE kind = 'commitment'")
        )
        session.connection().execute(text("UPDATE checklist_item SET by_when = '2027-05-04'"))
    confirmed(engine, town)
    with transaction(engine) as session:
        promised = session.exec(select(Matter).where(Matter.kind == "commitment")).all()
        assert {each.due_on for each in promised} == {date(2027, 4, 30)}
        items = session.connection().execute(text("SELECT DISTINCT by_when FROM checklist_item"))
        assert items.scalars().all() == [date(2027, 4, 30)]


def test_an_own_date_that_the_notice_puts_out_of_order_is_named_and_left_alone(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        own = {Milestone.SIGN_OFF: Override(date(2027, 1, 18), "会议提前")}
        office = session.get_one(Unit, town.office.id)
        obligations.set_own_dates(
            session, rulebook.law(), office, UnitKind.BUREAU, 2026, own, SYSTEM,
            today=MONDAY, now=at(MONDAY),
        )  # fmt: skip
    longer = "一、元旦：1月1日（周五）至14日（周四）放假，共14天"
    later = INVENTED_2027.replace("1月16日（周六）、", "").replace(
        "一、元旦：1月1日（周五）至3日（周日）放假，共3天", longer
    )
    with transaction(engine) as session:
        shown = previewed(session, drafted(session, town, later))
        assert [each for each in shown.effect.undated if "青石镇所辖局办的2026年度节点" in each]


def test_more_than_was_shown_is_not_put_into_force(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session, pytest.raises(Conflict, match="改期的事项比看到的多"):
        put_in_force(session, drafted(session, town), seen=2)


def test_a_year_that_is_over_or_whose_turn_has_not_come_is_refused(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session, pytest.raises(InvalidInput, match="已经过去"):
        drafted(session, town, PUBLISHED_2024)
    plain = "\n".join(f"{name}：{day}日放假。" for name, day in zip(FESTIVALS, DAYS, strict=True))
    skipped = f"国务院办公厅关于2028年部分节假日安排的通知 国办发明电〔2027〕9号\n{plain}"
    with transaction(engine) as session, pytest.raises(InvalidInput, match="请先录入2027年"):
        drafted(session, town, skipped)


def test_a_draft_that_was_given_up_is_not_found(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        kept = drafted(session, town)
        notices.drop(session, kept, SYSTEM, now=at(MONDAY))
    with transaction(engine) as session, pytest.raises(NotFound):
        notices.notice_of(session, kept.id, town.office.id)


def test_health_warns_until_the_notice_is_in_force(engine: Engine, town: factories.Town) -> None:
    def told() -> str:
        with transaction(engine) as session:
            found = office_settings.shortage(session, MONDAY)
            return found.message if found else ""

    assert "15 件未办事项的日期或天数因此暂定" in told()
    confirmed(engine, town)
    assert told() == ""
    with transaction(engine) as session:
        calendar = calendars.current(session)
    assert health.check_calendar(calendar, MONDAY).message == "放假安排已确认到2027年。"
