"""Offices' own policies: what they hold for, what is refused, how they are kept."""

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.rulebook_reminders import load_reminder_rules
from server.domain.milestones import Milestone, UnitKind
from server.domain.policies import (
    Reach,
    assignments,
    default_key,
    faults,
    in_order,
    policy_from,
    policy_json,
    reach_faults,
    reach_title,
)
from server.domain.reminders import Addressee, ReminderPolicy, Repeat, Rung, Stage, expanded_stages

GOOD = load_reminder_rules().policies["milestone"]
NAMES = {each.value: each.name for each in Milestone}
WHOLE = Reach("milestone")
TOWNS = Reach("milestone", UnitKind.TOWN)
DRAFTS = Reach("milestone", "", Milestone.DRAFT)
TOWN_DRAFTS = Reach("milestone", UnitKind.TOWN, Milestone.DRAFT)
COMMITMENTS = Reach("commitment")


def followed(reaches: list[Reach], kind: UnitKind, milestone: str) -> str:
    matter_kind = "milestone" if milestone else "commitment"
    return next(
        each.policy
        for each in assignments(7, reaches)
        if (each.matter_kind, each.unit_kind, each.milestone) == (matter_kind, kind, milestone)
    )


def test_without_own_policies_every_matter_follows_the_rulebook() -> None:
    given_out = list(assignments(7, []))
    assert {each.policy for each in given_out} == {"milestone", "commitment"}
    assert len(given_out) == len(UnitKind) * (len(Milestone) + 1)


@pytest.mark.parametrize(
    ("kind", "milestone", "reach"),
    [
        (UnitKind.TOWN, Milestone.DRAFT, TOWN_DRAFTS),
        (UnitKind.BUREAU, Milestone.DRAFT, DRAFTS),
        (UnitKind.TOWN, Milestone.REVIEW, TOWNS),
        (UnitKind.BUREAU, Milestone.REVIEW, WHOLE),
    ],
)
def test_the_closest_fit_is_in_force(kind: UnitKind, milestone: Milestone, reach: Reach) -> None:
    reaches = [WHOLE, TOWNS, DRAFTS, TOWN_DRAFTS]
    assert followed(reaches, kind, milestone) == reach.key(7)
    assert followed(reaches, kind, "") == "commitment"


def test_a_milestone_weighs_more_than_a_kind_of_unit() -> None:
    assert followed([TOWNS, DRAFTS], UnitKind.TOWN, Milestone.DRAFT) == DRAFTS.key(7)


def test_wider_reaches_come_closest_first() -> None:
    kind = TOWN_DRAFTS.matter_kind
    assert TOWN_DRAFTS.wider == (TOWN_DRAFTS, DRAFTS, TOWNS, Reach(kind))
    assert Reach(kind).wider == (Reach(kind),)


def test_a_key_leads_back_to_the_rulebooks_policy() -> None:
    assert TOWN_DRAFTS.key(7) == "7:milestone:town:draft"
    assert [default_key(key) for key in ("7:commitment:*:*", "7:milestone:*:*", "milestone")] == [
        "commitment",
        "milestone",
        "milestone",
    ]


@pytest.mark.parametrize(
    ("reach", "title"),
    [
        (WHOLE, "年度报告节点"),
        (COMMITMENTS, "整改事项"),
        (TOWNS, "年度报告节点（乡镇）"),
        (TOWN_DRAFTS, "年度报告节点（乡镇，DRAFT）"),
    ],
)
def test_what_a_policy_holds_for_is_said_in_chinese(reach: Reach, title: str) -> None:
    assert reach_title(reach, NAMES) == title


def test_commitments_have_no_milestones() -> None:
    assert [each.place for each in reach_faults(Reach("commitment", "", Milestone.DRAFT))] == [
        "reach"
    ]
    assert not list(reach_faults(TOWN_DRAFTS))


def test_the_shipped_policies_have_no_faults() -> None:
    assert not [fault for each in load_reminder_rules().policies.values() for fault in faults(each)]


def changed(**stage: object) -> ReminderPolicy:
    """Return the policy with one stage of its own."""
    return replace(GOOD, stages=(replace(Stage("after", 3, 1), **stage),))  # type: ignore[arg-type]  # names of fields


def with_rung(number: int, **values: object) -> ReminderPolicy:
    rungs = list(GOOD.rungs)
    rungs[number] = replace(rungs[number], **values)  # type: ignore[arg-type]  # names of fields
    return replace(GOOD, rungs=tuple(rungs))


OFFICERS = (Addressee.INFORMATION_OFFICER,)


@pytest.mark.parametrize(
    ("policy", "place", "complaint"),
    [
        (replace(GOOD, stages=()), "stages", "至少要有一个"),
        (changed(offset=0), "stage-0", "天数须在"),
        (changed(offset=367), "stage-0", "天数须在"),
        (changed(when="on", offset=3), "stage-0", "应为 0"),
        (changed(rung=5), "stage-0", "层级须在"),
        (changed(rung=-1), "stage-0", "层级须在"),
        (changed(when="before", repeat=Repeat(5, 2, 1)), "stage-0", "才|只有"),
        (changed(repeat=Repeat(0, 2, 1)), "stage-0", "间隔须为"),
        (changed(repeat=Repeat(5, 61, 1)), "stage-0", "间隔须为"),
        (changed(repeat=Repeat(5, 2, 9)), "stage-0", "最高层级"),
        (changed(rung=2, repeat=Repeat(5, 2, 1)), "stage-0", "最高层级"),
        (
            replace(GOOD, stages=(Stage("after", 3, 1), Stage("after", 3, 2))),
            "stage-1",
            "重复",
        ),
        (
            replace(
                GOOD,
                stages=tuple(
                    Stage("after", 1 + 70 * n, 1, repeat=Repeat(1, 60, 1)) for n in (0, 1)
                ),
            ),
            "stages",
            "最多",
        ),
        (with_rung(0, title=""), "rung-0", "层级名称"),
        (with_rung(0, title="长" * 31), "rung-0", "层级名称"),
        (with_rung(1, roles=()), "rung-1", "没有选择任何对象"),
        (with_rung(1, roles=OFFICERS), "rung-1", "已经选过"),
        (with_rung(3, slip=""), "rung-3", "颜色"),
        (replace(with_rung(0, slip="blue"), release_from=0), "release", "起始层级"),
        (replace(GOOD, release_from=5), "release", "起始层级"),
    ],
)
def test_what_is_wrong_is_named_with_its_place(
    policy: ReminderPolicy, place: str, complaint: str
) -> None:
    found = list(faults(policy))
    assert [fault.place for fault in found] == [place]
    assert any(word in found[0].complaint for word in complaint.split("|"))


def test_stages_are_read_from_long_before_to_ever_later() -> None:
    stages = (
        Stage("after", 3, 0),
        Stage("on", 0, 0),
        Stage("before", 3, 0),
        Stage("before", 30, 0, days="calendar"),
    )
    assert [stage.key for stage in in_order(stages)] == ["before-30d", "before-3", "on", "after-3"]


stages = st.builds(
    Stage,
    when=st.sampled_from(["before", "on", "after"]),
    offset=st.integers(0, 400),
    rung=st.integers(0, 4),
    catch_up=st.sampled_from(["newest", "always"]),
    repeat=st.none() | st.builds(Repeat, st.integers(1, 30), st.integers(1, 30), st.integers(0, 4)),
    days=st.sampled_from(["working", "calendar"]),
)
rungs = st.builds(
    Rung,
    title=st.text(min_size=1, max_size=10),
    roles=st.lists(st.sampled_from(Addressee), unique=True).map(tuple),
    slip=st.sampled_from(["", "blue", "yellow", "red"]),
)
policies = st.builds(
    ReminderPolicy,
    key=st.just("7:milestone:*:*"),
    title=st.just("年度报告节点"),
    rungs=st.lists(rungs, max_size=6).map(tuple),
    stages=st.lists(stages, max_size=12).map(tuple),
    source=st.just("本办公室自定"),
    release_from=st.none() | st.integers(0, 5),
)


@given(policies)
def test_what_is_kept_is_read_back_unchanged(policy: ReminderPolicy) -> None:
    kept = policy_json(policy)
    assert policy_from(policy.key, policy.title, policy.source, kept) == policy


@given(policies)
def test_a_policy_without_faults_names_every_stage_once_and_only_known_rungs(
    policy: ReminderPolicy,
) -> None:
    if any(faults(policy)):
        return
    whole = expanded_stages(policy)
    assert len({stage.key for stage in whole}) == len(whole)
    assert all(policy.audience(stage.rung) for stage in whole)
