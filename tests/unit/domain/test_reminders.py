"""When a reminder is owed, to whom, and what happens to the stages that were missed."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_reminders import load_reminder_rules
from server.domain.calendars import WorkCalendar
from server.domain.reminders import (
    MOVED,
    Addressee,
    PlannedStage,
    ReminderPolicy,
    Role,
    Rung,
    Stage,
    expanded_stages,
    next_attempt_at,
    next_stage,
    next_stage_on,
    stage_title,
    stages_between,
    stages_due,
)

CALENDAR: WorkCalendar = work_calendar()
MILESTONE = load_reminder_rules().policies["milestone"]
COMMITMENT = load_reminder_rules().policies["commitment"]
FRIDAY_DUE = date(2026, 1, 30)
SATURDAY_DUE = date(2026, 1, 31)
UNIT = (Addressee.INFORMATION_OFFICER, Addressee.SUBSTITUTE, Addressee.UNIT_LEAD)
OFFICE = (Addressee.OFFICE_STAFF, Addressee.OFFICE_HEAD)
NOON = datetime(2026, 1, 30, 4, 0, tzinfo=UTC)

due_dates = st.dates(date(2012, 1, 1), date(2030, 12, 31))
policies = st.sampled_from([MILESTONE, COMMITMENT])


def schedule(due_on: date) -> dict[str, date]:
    plan = stages_between(MILESTONE, due_on, date(2025, 1, 1), date(2026, 12, 31), CALENDAR)
    return {stage.key: stage.scheduled_on for stage in plan}


@pytest.mark.parametrize(
    ("key", "day"),
    [
        ("before-30", date(2025, 12, 18)),
        ("before-14", date(2026, 1, 12)),
        ("before-7", date(2026, 1, 21)),
        ("before-3", date(2026, 1, 27)),
        ("before-1", date(2026, 1, 29)),
        ("on", date(2026, 1, 30)),
        ("after-1", date(2026, 2, 2)),
        ("after-3", date(2026, 2, 4)),
        ("after-8", date(2026, 2, 11)),
        ("after-13", date(2026, 2, 25)),
    ],
)
def test_each_stage_of_a_date_on_a_friday_has_its_working_day(key: str, day: date) -> None:
    assert schedule(FRIDAY_DUE)[key] == day


def test_a_date_on_a_saturday_reminds_on_the_same_days_as_the_friday_before_it() -> None:
    assert schedule(SATURDAY_DUE) == schedule(FRIDAY_DUE)


def test_the_first_working_day_after_a_saturday_is_one_day_late() -> None:
    assert schedule(SATURDAY_DUE)["after-1"] == date(2026, 2, 2)


def test_the_weekly_repetition_goes_on_for_half_a_year() -> None:
    weekly = [stage for stage in expanded_stages(MILESTONE) if stage.offset >= 8]
    after = [stage.offset for stage in weekly if stage.when == "after"]
    assert after == list(range(8, 8 + 26 * 5, 5))


def test_the_audience_grows_with_every_rung_and_loses_nobody() -> None:
    audiences = {stage.key: stage.rung for stage in expanded_stages(MILESTONE)}
    assert MILESTONE.audience(audiences["before-1"]) == UNIT[:2]
    assert MILESTONE.audience(audiences["after-1"]) == UNIT
    assert MILESTONE.audience(audiences["after-3"])[3:] == OFFICE
    assert MILESTONE.audience(audiences["after-8"])[-1] is Addressee.DEPUTY_LEADER
    assert MILESTONE.audience(audiences["after-13"]) == tuple(Addressee)


def test_only_the_office_and_its_leaders_sit_at_the_office() -> None:
    assert [role for role in Role if not role.at_office] == [
        Role.INFORMATION_OFFICER,
        Role.UNIT_LEAD,
    ]
    assert tuple(each for each in Addressee if not each.at_office) == UNIT


def test_before_the_first_stage_nothing_is_due() -> None:
    assert stages_due(MILESTONE, FRIDAY_DUE, date(2025, 12, 17), CALENDAR) == ()


def test_after_an_outage_the_newest_stage_is_pending_and_the_missed_ones_are_superseded() -> None:
    due = stages_due(MILESTONE, FRIDAY_DUE, date(2026, 1, 27), CALENDAR)
    assert [(stage.key, stage.state) for stage in due] == [
        ("before-30", "superseded"),
        ("before-14", "superseded"),
        ("before-7", "superseded"),
        ("before-3", "pending"),
    ]


def test_the_first_notice_of_lateness_is_owed_even_when_its_day_was_missed() -> None:
    due = stages_due(MILESTONE, FRIDAY_DUE, date(2026, 2, 12), CALENDAR)
    assert [stage.key for stage in due if stage.state == "pending"] == ["after-1", "after-8"]


def test_the_forecast_shows_the_stages_of_a_span_with_both_its_ends() -> None:
    plan = stages_between(MILESTONE, FRIDAY_DUE, date(2026, 1, 27), date(2026, 1, 30), CALENDAR)
    assert [stage.key for stage in plan] == ["before-3", "before-1", "on"]
    assert {stage.state for stage in plan} == {"pending"}


def test_what_happens_next_names_the_stage_its_day_and_its_audience() -> None:
    following = next_stage(MILESTONE, FRIDAY_DUE, date(2026, 1, 30), CALENDAR)
    assert following is not None
    assert (following.key, following.scheduled_on) == ("after-1", date(2026, 2, 2))
    assert next_stage_on(MILESTONE, FRIDAY_DUE, date(2026, 1, 30), CALENDAR) == date(2026, 2, 2)


def test_an_exhausted_policy_has_no_next_day() -> None:
    assert next_stage_on(MILESTONE, FRIDAY_DUE, date(2026, 12, 31), CALENDAR) is None


def test_a_date_that_a_notice_moved_says_so() -> None:
    assert stage_title(MOVED) == "时限随放假安排调整"


@pytest.mark.parametrize(
    ("stage", "title"),
    [
        (Stage("before", 7, 0), "到期前7个工作日提醒"),
        (Stage("on", 0, 0), "到期提醒"),
        (Stage("after", 3, 2), "逾期3个工作日催办"),
        (Stage("before", 7, 0, days="calendar"), "到期前7天提醒"),
        (Stage("on", 0, 0, days="calendar"), "到期提醒"),
        (Stage("after", 3, 2, days="calendar"), "逾期3天催办"),
    ],
)
def test_every_stage_says_why_it_reminds(stage: Stage, title: str) -> None:
    assert stage.title == stage_title(stage.key) == title


@pytest.mark.parametrize(
    ("failures", "minutes"),
    [(1, 2), (2, 5), (3, 15), (4, 30), (5, 60), (6, 120), (7, 120), (40, 120)],
)
def test_waits_between_attempts_grow_to_two_hours(failures: int, minutes: int) -> None:
    at = next_attempt_at(failures, NOON, 1.0, not_after=NOON + timedelta(days=3))
    assert at == NOON + timedelta(minutes=minutes)


def test_jitter_stretches_the_wait() -> None:
    at = next_attempt_at(4, NOON, 1.2, not_after=NOON + timedelta(days=3))
    assert at == NOON + timedelta(minutes=36)


def test_no_attempt_is_made_after_the_mail_has_lost_its_use() -> None:
    assert next_attempt_at(6, NOON, 1.0, not_after=NOON + timedelta(minutes=119)) is None


def test_from_the_rung_of_release_on_whom_it_adds_waits_but_never_the_office_itself() -> None:
    assert MILESTONE.held(1) == ()
    assert MILESTONE.held(2) == ()  # it adds only the office, which releases
    assert MILESTONE.held(3) == (Addressee.DEPUTY_LEADER,)
    assert MILESTONE.held(4) == (Addressee.DEPUTY_LEADER, Addressee.GROUP_LEADER)
    slips = {stage.key: stage.slip for stage in _whole(MILESTONE)}
    assert [slips[key] for key in ("after-1", "after-3", "after-8")] == ["", "yellow", "red"]


def test_a_policy_without_release_holds_nobody_and_prepares_no_slip() -> None:
    free = replace(MILESTONE, release_from=None)
    assert free.held(4) == ()
    assert not any(stage.needs_release for stage in _whole(free))


RUNGS = (Rung("甲", (Addressee.INFORMATION_OFFICER,)), Rung("乙", (Addressee.UNIT_LEAD,)))
MIXED = ReminderPolicy(
    "mixed",
    "混合",
    RUNGS,
    (
        Stage("before", 7, 0, days="calendar"),
        Stage("before", 5, 1),
        Stage("on", 0, 1, days="calendar"),
        Stage("after", 10, 1, days="calendar", catch_up="always"),
        Stage("after", 7, 1),
    ),
    "test",
)


def test_calendar_days_are_counted_plainly_and_mixed_stages_come_in_the_order_of_time() -> None:
    days = {stage.key: stage.scheduled_on for stage in _whole(MIXED, SATURDAY_DUE)}
    assert list(days.items()) == [
        ("before-5", date(2026, 1, 23)),
        ("before-7d", date(2026, 1, 24)),
        ("ond", SATURDAY_DUE),
        ("after-10d", date(2026, 2, 10)),
        ("after-7", date(2026, 2, 10)),
    ]


def test_of_two_stages_on_one_day_the_forecast_shows_the_higher_and_what_is_always_owed() -> None:
    low, high = Stage("before", 1, 0, days="calendar"), Stage("before", 1, 1)
    for catch_up, keys in (("newest", ["before-1"]), ("always", ["before-1d", "before-1"])):
        policy = ReminderPolicy(
            "twice", "两次", RUNGS, (replace(low, catch_up=catch_up), high), "test"
        )
        assert [stage.key for stage in _whole(policy, FRIDAY_DUE)] == keys
        due = stages_due(policy, FRIDAY_DUE, FRIDAY_DUE, CALENDAR)
        assert [stage.key for stage in due if stage.state == "pending"] == keys


def _whole(policy: ReminderPolicy, due_on: date = FRIDAY_DUE) -> tuple[PlannedStage, ...]:
    return stages_between(policy, due_on, date(2025, 1, 1), date(2026, 12, 31), CALENDAR)


@given(policies, due_dates)
def test_stages_follow_one_another_on_distinct_working_days(
    policy: ReminderPolicy, due_on: date
) -> None:
    plan = stages_between(policy, due_on, date.min, date(2040, 1, 1), CALENDAR)
    days = [stage.scheduled_on for stage in plan]
    assert days == sorted(set(days))
    assert all(CALENDAR.is_workday(day) for day in days)
    assert len({stage.key for stage in plan}) == len(plan)


@given(policies, due_dates)
def test_the_rung_never_falls(policy: ReminderPolicy, due_on: date) -> None:
    plan = stages_between(policy, due_on, date.min, date(2040, 1, 1), CALENDAR)
    rungs = [stage.rung for stage in plan]
    assert rungs == sorted(rungs)


@given(policies, due_dates)
def test_reminders_stay_on_their_side_of_the_due_date(policy: ReminderPolicy, due_on: date) -> None:
    for stage in stages_between(policy, due_on, date.min, date(2040, 1, 1), CALENDAR):
        assert (stage.scheduled_on > due_on) == stage.key.startswith("after")


@given(policies, due_dates, st.integers(-60, 300))
def test_planning_twice_is_planning_once(policy: ReminderPolicy, due_on: date, ahead: int) -> None:
    today = due_on + timedelta(days=ahead)
    once = stages_due(policy, due_on, today, CALENDAR)
    assert once == stages_due(policy, due_on, today, CALENDAR)
    pending = [stage for stage in once if stage.state == "pending"]
    assert [stage for stage in pending if stage.catch_up == "newest"] == pending[-1:] or (
        pending[-1].catch_up == "always"
    )
    assert not once or once[-1].state == "pending"


@given(policies, due_dates, st.integers(-60, 300))
def test_every_stage_is_either_due_or_still_to_come(
    policy: ReminderPolicy, due_on: date, ahead: int
) -> None:
    today = due_on + timedelta(days=ahead)
    due = [stage.key for stage in stages_due(policy, due_on, today, CALENDAR)]
    tomorrow = today + timedelta(days=1)
    coming = stages_between(policy, due_on, tomorrow, date(2040, 1, 1), CALENDAR)
    assert [*due, *(stage.key for stage in coming)] == [
        stage.key for stage in expanded_stages(policy)
    ]
    assert next_stage(policy, due_on, today, CALENDAR) == next(iter(coming), None)
