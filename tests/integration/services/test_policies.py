"""An office's own rules on a real database: previewed, confirmed, followed, and taken back."""

from dataclasses import replace
from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine, text
from sqlmodel import Session, col, select

from server.db.engine import transaction
from server.db.queries.office_rules import Place
from server.db.tables import (
    AuditEvent,
    Contact,
    Flood,
    Matter,
    Message,
    OfficeRule,
    Reminder,
    Slip,
    Unit,
)
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE
from server.domain.policies import policy_json
from server.domain.reminders import ReminderPolicy, Stage
from server.errors import Conflict, InvalidInput, NotFound
from server.services import floods, forecast, policies, reminders, rulebook
from server.services.audit import SYSTEM
from server.services.rules import delivery_json
from tests import factories
from tests.integration.services.test_planning import owe, sweep

RULES = rulebook.reminder_rules(trial=False)
SHIPPED = RULES.policies["milestone"]
WORKDAYS = rulebook.calendar().add_workdays
MONDAY = date(2026, 11, 23)
EVERYWHERE = Scope("/", subtree=True)
SOON = Stage("before", 3, 0)


def at(day: date, hour: int = 9) -> datetime:
    return datetime.combine(day, time(hour), OFFICE_ZONE)


def own(*stages: Stage, release_from: int | None = 2) -> ReminderPolicy:
    return replace(SHIPPED, stages=stages, release_from=release_from)


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    """A town whose finance bureau owes a publication in ten working days, swept this morning."""
    with transaction(engine) as session:
        founded = factories.town(session)
        owe(session, founded.finance, WORKDAYS(MONDAY, 10))
    sweep(engine, MONDAY, hour=7)
    return founded


def place(town: factories.Town, **words: str) -> Place:
    return Place(town.office.id, "milestone", **words)


def drafted(session: Session, where: Place, policy: ReminderPolicy) -> OfficeRule:
    return policies.draft(session, where, policy_json(policy), "试一试", SYSTEM, now=at(MONDAY))


def confirmed(
    engine: Engine, town: factories.Town, policy: ReminderPolicy, where: Place | None = None
) -> None:
    with transaction(engine) as session:
        rule = drafted(session, where or place(town), policy)
        put_in_force(session, rule, seen=1000, released=True)


def put_in_force(session: Session, rule: OfficeRule, *, seen: int, released: bool) -> None:
    office = session.get_one(Unit, rule.office_id)
    policies.confirm(
        session, RULES, rule, office, SYSTEM,
        seen=seen, released=released, today=MONDAY, now=at(MONDAY),
    )  # fmt: skip


def days_forecast(engine: Engine) -> dict[str, date]:
    with transaction(engine) as session:
        rows = forecast.forecast(
            session, RULES, EVERYWHERE, MONDAY, MONDAY + timedelta(days=60), today=MONDAY
        )
    return {row.stage: row.on for row in rows}


def told(engine: Engine) -> list[tuple[str, str]]:
    with transaction(engine) as session:
        rows = session.exec(
            select(Contact.name, Reminder.stage)
            .join(Contact, col(Contact.id) == col(Reminder.recipient_id))
            .where(Reminder.outcome == "pending", col(Reminder.message_id).is_not(None))
            .order_by(col(Reminder.id))
        )
        return list(rows)


def test_a_preview_tells_what_will_happen_and_leaves_everything_as_it_was(
    engine: Engine, town: factories.Town
) -> None:
    before = days_forecast(engine)
    with transaction(engine) as session:
        rule = drafted(session, place(town), own(Stage("before", 9, 0), SOON))
        seen = policies.preview(session, RULES, rule, town.office, today=MONDAY, now=at(MONDAY, 7))
        tomorrow = WORKDAYS(MONDAY, 1)
        assert (seen.days[tomorrow].people, seen.days[tomorrow].lines) == (1, 1)
        assert tomorrow not in seen.before
        assert seen.extra == 1
        assert rule.state == "draft"
    assert days_forecast(engine) == before
    with transaction(engine) as session:
        assert session.exec(select(Matter)).one().policy == "milestone"


def test_a_confirmed_policy_is_forecast_planned_and_recorded(
    engine: Engine, town: factories.Town
) -> None:
    confirmed(engine, town, own(Stage("before", 9, 0), Stage("before", 4, 0, days="calendar")))
    due_on = WORKDAYS(MONDAY, 10)
    coming = days_forecast(engine)
    calendar_day = due_on - timedelta(days=4)
    open_day = RULES.delivery.hours.first_open_day(calendar_day, RULES.calendar)
    assert coming["before-9"] == WORKDAYS(MONDAY, 1)
    assert coming["before-4d"] == open_day
    sweep(engine, WORKDAYS(MONDAY, 1))
    assert ("张敏", "before-9") in told(engine)
    with transaction(engine) as session:
        acts = session.exec(select(AuditEvent.action)).all()
    assert {"draft_rule", "confirm_rule"} <= set(acts)


def test_what_the_former_policy_told_is_not_told_again(
    engine: Engine, town: factories.Town
) -> None:
    sweep(engine, MONDAY, hour=9)
    already = told(engine)
    assert already == [("张敏", "before-14")]
    confirmed(engine, town, own(Stage("before", 12, 0), SOON))
    sweep(engine, MONDAY, hour=10)
    assert told(engine) == already
    assert set(days_forecast(engine)) - {"before-14"} == {"before-3"}


def test_what_is_planned_and_in_no_mail_is_dropped_with_its_stage(
    engine: Engine, town: factories.Town
) -> None:
    confirmed(engine, town, own(SOON))
    sweep(engine, MONDAY, hour=9)
    assert told(engine) == []


def test_only_the_units_and_milestones_named_follow_an_own_policy(
    engine: Engine, town: factories.Town
) -> None:
    confirmed(engine, town, own(SOON), place(town, unit_kind="town"))
    with transaction(engine) as session:
        assert session.exec(select(Matter)).one().policy == "milestone"
    confirmed(engine, town, own(SOON), place(town, unit_kind="bureau", milestone="publication"))
    with transaction(engine) as session:
        matter = session.exec(select(Matter)).one()
        assert matter.policy == f"{town.office.id}:milestone:bureau:publication"


def test_a_new_matter_follows_its_offices_policy_from_its_first_plan_on(
    engine: Engine, town: factories.Town
) -> None:
    confirmed(engine, town, own(Stage("before", 9, 0)))
    with transaction(engine) as session:
        owe(session, town.schools, WORKDAYS(MONDAY, 9))
    sweep(engine, MONDAY, hour=10)
    assert [stage for _, stage in told(engine)] == ["before-9"]


def test_resetting_returns_to_the_rulebook_and_keeps_the_history(
    engine: Engine, town: factories.Town
) -> None:
    shipped = days_forecast(engine)
    confirmed(engine, town, own(Stage("before", 9, 0)))
    with transaction(engine) as session:
        rule = policies.reset(session, place(town), "恢复", SYSTEM, now=at(MONDAY))
        put_in_force(session, rule, seen=1000, released=True)
    now = days_forecast(engine)
    assert {stage: now[stage] for stage in now if stage != "before-14"} == {
        stage: shipped[stage] for stage in shipped if stage != "before-14"
    }
    with transaction(engine) as session:
        states = [rule.state for rule in session.exec(select(OfficeRule).order_by(OfficeRule.id))]  # type: ignore[arg-type]  # a column
        assert states == ["past", "in_force"]
        with pytest.raises(Conflict, match="系统默认"):
            policies.reset(session, place(town), "恢复", SYSTEM, now=at(MONDAY))


def test_a_change_that_sends_more_than_was_shown_is_refused(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        rule = drafted(session, place(town), own(Stage("before", 9, 0)))
        with pytest.raises(Conflict, match="预览之后"):
            put_in_force(session, rule, seen=0, released=False)


def test_a_change_that_floods_needs_a_persons_release(engine: Engine, town: factories.Town) -> None:
    tight = replace(RULES.delivery, most_new=0)
    with transaction(engine) as session:
        rule = policies.draft(
            session, Place(town.office.id, "delivery"), delivery_json(tight), "从严", SYSTEM,
            now=at(MONDAY),
        )  # fmt: skip
        put_in_force(session, rule, seen=1000, released=True)
        rule = drafted(session, place(town), own(Stage("before", 9, 0)))
        with pytest.raises(InvalidInput, match="超过 0 封"):
            put_in_force(session, rule, seen=1, released=False)
        put_in_force(session, rule, seen=1, released=True)
        assert rule.expected == {"extra": 1, "released": True}


def test_a_draft_needs_a_reason_gives_way_to_the_next_and_is_its_offices_own(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        with pytest.raises(InvalidInput, match="理由"):
            policies.draft(session, place(town), None, " ", SYSTEM, now=at(MONDAY))
        first = drafted(session, place(town), own(SOON))
        second = drafted(session, place(town), own(SOON))
        assert (first.state, second.state) == ("dropped", "draft")
        with pytest.raises(NotFound):
            policies.rule_of(session, town.finance.id, second.id)
        policies.drop(session, second, SYSTEM, now=at(MONDAY))
        with pytest.raises(Conflict):
            policies.drop(session, second, SYSTEM, now=at(MONDAY))


# -- hours ----------------------------------------------------------------------------------------


def test_what_falls_on_a_day_off_goes_out_when_the_office_opens(
    engine: Engine, town: factories.Town
) -> None:
    saturday = date(2026, 11, 28)
    confirmed(
        engine,
        town,
        own(Stage("before", (WORKDAYS(MONDAY, 10) - saturday).days, 0, days="calendar")),
    )
    key = f"before-{(WORKDAYS(MONDAY, 10) - saturday).days}d"
    assert days_forecast(engine)[key] == date(2026, 11, 30)
    assert sweep(engine, saturday).composed == 0
    assert sweep(engine, date(2026, 11, 30)).composed == 1
    assert told(engine) == [("张敏", key)]


def test_an_office_keeps_its_own_hours(engine: Engine, town: factories.Town) -> None:
    body = delivery_json(RULES.delivery) | {"slots": [["morning", "上午", "10:00:00", "11:00:00"]]}
    with transaction(engine) as session:
        where = Place(town.office.id, "delivery")
        rule = policies.draft(session, where, body, "错峰", SYSTEM, now=at(MONDAY))
        put_in_force(session, rule, seen=0, released=False)
    assert [sweep(engine, MONDAY, hour).composed for hour in (9, 12, 15)] == [0, 0, 0]
    assert sweep(engine, WORKDAYS(MONDAY, 1), hour=10).composed == 1


def test_a_mail_not_yet_sent_rests_through_the_night(engine: Engine, town: factories.Town) -> None:
    sweep(engine, MONDAY, hour=9)
    sweep(engine, MONDAY, hour=20)
    with transaction(engine) as session:
        message = session.exec(select(Message)).one()
    opens = at(WORKDAYS(MONDAY, 1), 8) + timedelta(minutes=30)
    assert message.next_attempt_at == opens
    assert message.not_after is not None
    assert message.not_after >= opens + timedelta(days=1)


# -- a first plan's flood -------------------------------------------------------------------------


@pytest.mark.parametrize("release", [True, False])
def test_a_first_plan_that_floods_waits_for_a_person(
    engine: Engine, town: factories.Town, *, release: bool
) -> None:
    few = replace(RULES, delivery=replace(RULES.delivery, most_new=0))
    with transaction(engine) as session:
        owe(session, town.schools, WORKDAYS(MONDAY, 12))
    with transaction(engine) as session:
        reminders.sweep(session, few, now=at(MONDAY, 10), driver="t", mail_domain="office.example")
    assert [name for name, _ in told(engine)] == ["张敏"]  # planned before the flood
    with transaction(engine) as session:
        waiting = session.exec(select(Flood)).one()
        assert (waiting.people, waiting.reminders, waiting.state) == (1, 1, "waiting")
        floods.decide(session, EVERYWHERE, waiting.id, SYSTEM, release=release, now=at(MONDAY, 11))
        with pytest.raises(Conflict):
            floods.decide(session, EVERYWHERE, waiting.id, SYSTEM, release=True, now=at(MONDAY))
    sweep(engine, MONDAY, hour=15)
    assert len(told(engine)) == (2 if release else 1)


def test_what_an_outage_left_behind_is_no_flood(engine: Engine, town: factories.Town) -> None:
    few = replace(RULES, delivery=replace(RULES.delivery, most_new=0))
    back = WORKDAYS(MONDAY, 8)
    with transaction(engine) as session:
        reminders.sweep(session, few, now=at(back), driver="t", mail_domain="office.example")
        assert session.exec(select(Flood)).all() == []


# -- escalation -----------------------------------------------------------------------------------


def test_an_escalation_is_prepared_and_the_leader_hears_after_a_persons_release(
    engine: Engine, town: factories.Town
) -> None:
    late = WORKDAYS(MONDAY, 23)  # thirteen working days after the date: the group leader's rung
    sweep(engine, late)
    assert {name for name, _ in told(engine)} == {"张敏", "李文"}
    with transaction(engine) as session:
        slip = session.exec(select(Slip)).one()
        assert (slip.stage, slip.rung, slip.colour, slip.state) == (
            "after-13",
            4,
            "red",
            "prepared",
        )
        held = session.exec(select(Reminder).where(Reminder.outcome == "held")).all()
        assert [each.held_for for each in held] == ["slip"]


def test_a_higher_rung_overtakes_a_slip_that_nobody_released(
    engine: Engine, town: factories.Town
) -> None:
    for working_days in (13, 18, 23):
        sweep(engine, WORKDAYS(MONDAY, working_days))
    with transaction(engine) as session:
        slips = session.exec(select(Slip).order_by(col(Slip.rung))).all()
    assert [(slip.colour, slip.state) for slip in slips] == [
        ("yellow", "overtaken"),
        ("red", "overtaken"),
        ("red", "prepared"),
    ]


def test_a_slip_dies_with_its_matter(engine: Engine, town: factories.Town) -> None:
    sweep(engine, WORKDAYS(MONDAY, 13))
    with transaction(engine) as session:
        session.connection().execute(text("UPDATE matter SET state = 'answered'"))
    sweep(engine, WORKDAYS(MONDAY, 13), hour=10)
    with transaction(engine) as session:
        assert session.exec(select(Slip)).one().state == "cancelled"
