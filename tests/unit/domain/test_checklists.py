"""From what a report states and promises to items that a second person can check."""

from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_checklists import load_checklist_rules
from server.domain.calendars import WorkCalendar
from server.domain.checklist_rules import is_counted
from server.domain.checklist_terms import Due, Term, done_by, month_end, quarterly
from server.domain.checklists import ChecklistEntry, ChecklistItem, build_checklist
from server.domain.reminders import Role

CALENDAR: WorkCalendar = work_calendar()
RULES = load_checklist_rules()
TERM = Term(2026, opened_on=date(2026, 2, 24), not_after=date(2027, 1, 8))


def measure(text: str, *classes: str, key: str = "2025-QS01-01") -> ChecklistEntry:
    return ChecklistEntry(key, "measure", text, classes)


def problem(text: str, *classes: str, answered: bool = False) -> ChecklistEntry:
    return ChecklistEntry("2025-QS01-09", "problem", text, classes, answered)


def build(*entries: ChecklistEntry, term: Term = TERM) -> tuple[ChecklistItem, ...]:
    return build_checklist(entries, RULES, term, CALENDAR)


def test_every_rule_of_a_measure_is_an_item_with_its_own_document() -> None:
    first, second = build(measure("建立信息筛选机制；健全保密审核制度。", "M1"))
    assert first.what == "建立信息筛选机制：形成正式文件并印发执行"
    assert first.proof == "文号、印发日期、全文链接"
    assert first.owner is Role.UNIT_LEAD
    assert first.key != second.key
    assert (first.ordinal, second.ordinal) == (1, 2)


def test_actions_that_one_target_covers_are_one_item() -> None:
    (item,) = build(measure("探索公开新途径，开展多种形式的公开，畅通公开渠道", "P2"))
    assert item.what.startswith("探索公开新途径；开展多种形式的公开；畅通公开渠道：新启用")
    assert item.key == "2025-QS01-01:channel"
    assert item.class_code == "P2"


def test_an_action_said_twice_is_asked_for_once() -> None:
    (item,) = build(measure("畅通公开渠道；畅通公开渠道", "P2"))
    assert item.what.count("畅通公开渠道") == 1


def test_a_title_that_its_body_details_gives_no_item_of_its_own() -> None:
    items = build(measure("完善管理机制。建立信息筛选机制。更新公开目录。", "M1"))
    assert [item.what.split("：")[0] for item in items] == ["建立信息筛选机制", "更新公开目录"]


def test_a_title_with_a_matter_of_its_own_is_kept() -> None:
    items = build(measure("加强业务培训。建立信息筛选机制。", "M1"))
    assert [item.key.split(":")[1] for item in items] == ["training", "rule"]


def test_a_measure_with_a_number_of_its_own_is_held_to_that_number() -> None:
    (item,) = build(measure("加强学习；全年举办培训班3次", "M3"))
    assert item.what == "全年举办培训班3次：按所承诺的数量如期完成"


def test_a_confirmed_class_decides_where_words_do_not() -> None:
    text = "严格落实上级部署的事项"
    assert build(measure(text, "M4"))[0].class_code == "M4"
    assert build(measure(text, "N4"))[0].class_code == "N4"


def test_what_fits_no_class_still_asks_for_a_checkable_standard() -> None:
    (item,) = build(measure("严格落实上级部署的事项"))
    assert item.what.endswith("写明可核验的完成标准，并按标准完成")


def test_an_empty_promise_must_first_be_made_concrete() -> None:
    (item,) = build(measure("进一步做好政府信息公开工作。", "M1"))
    assert item.key.endswith(":plan")
    assert item.what.startswith("把“进一步做好政府信息公开工作”细化为具体做法")


def test_a_problem_without_a_measure_asks_for_a_plan_and_for_its_classs_remedy() -> None:
    plan, remedy = build(problem("（三）公开意识有待进一步加强。认识不够到位。", "M3"))
    assert plan.what.startswith("就“公开意识有待进一步加强”提出书面改进措施")
    assert plan.by_when == date(2026, 3, 31)
    assert remedy.what.startswith("针对“公开意识有待进一步加强”：组织《条例》")
    assert remedy.by_when == date(2026, 6, 30)


def test_an_answered_problem_asks_for_its_result() -> None:
    (item,) = build(problem("内容不够全面。", "N1", answered=True))
    assert item.key.endswith(":result")
    assert item.what == "自查“内容不够全面”这一问题是否已经解决，写出整改前后对照"
    assert (item.class_code, item.by_when) == ("N1", date(2026, 12, 31))


def test_a_problem_without_a_class_is_not_dropped() -> None:
    plan, remedy = build(problem("其他。"))
    assert (plan.class_code, remedy.class_code) == ("", "")


def test_braces_in_a_report_stay_text() -> None:
    assert "{0} {{7*7}}" in build(problem("{0} {{7*7}}", "N1"))[0].what


def test_an_item_keeps_its_key_when_its_wording_is_touched_up() -> None:
    before = build(measure("建立信息筛选机制。探索公开新途径", "M1"))
    after = build(measure("我局将切实建立信息筛选机制；探索公开的新途径", "M1"))
    assert [item.key for item in before] == [item.key for item in after]


@pytest.mark.parametrize(
    ("text", "counted"),
    [
        ("举办培训3次", True),
        ("抽查不少于20条", True),
        ("召开两次会议", True),
        ("按时率达到95%", True),
        ("高效办成一件事", False),
        ("第二次修订", False),
        ("20个工作日内公开", False),
    ],
)
def test_a_number_of_its_own_is_recognised(text: str, counted: bool) -> None:
    assert is_counted(text) is counted


@pytest.mark.parametrize(
    ("quarter", "day"),
    [
        (1, date(2026, 3, 31)),
        (2, date(2026, 6, 30)),
        (3, date(2026, 9, 30)),
        (4, date(2026, 12, 31)),
    ],
)
def test_dates_are_the_last_working_days_of_quarters(quarter: int, day: date) -> None:
    assert quarterly(quarter, TERM, CALENDAR) == day


@pytest.mark.parametrize(
    ("opened_on", "not_after", "day"),
    [
        (date(2026, 3, 20), date(2027, 1, 8), date(2026, 6, 30)),  # too near the quarter's end
        (date(2026, 2, 24), date(2026, 3, 15), date(2026, 3, 13)),  # the draft comes first
        (date(2026, 12, 22), date(2027, 1, 9), date(2027, 1, 8)),  # only the draft is left
        (date(2027, 1, 11), date(2027, 1, 8), date(2027, 1, 25)),  # opened too late: ten days
    ],
)
def test_a_late_start_moves_a_date_but_leaves_ten_working_days(
    opened_on: date, not_after: date, day: date
) -> None:
    assert quarterly(1, Term(2026, opened_on, not_after), CALENDAR) == day


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("6月底前开设专栏", date(2026, 6, 30)),
        ("5月前更新目录", date(2026, 5, 29)),
        ("12月底之前印发", date(2026, 12, 31)),
        ("第三季度开展检查", date(2026, 9, 30)),
        ("上半年举办培训", date(2026, 6, 30)),
        ("年底前完成", date(2026, 12, 31)),
        ("1月底前完成", date(2026, 6, 30)),  # before the opening: the quarter's end stands
        ("开设专栏", date(2026, 6, 30)),
    ],
)
def test_a_date_that_the_measure_promises_is_taken_over(text: str, day: date) -> None:
    assert done_by(text, Due(2), TERM, CALENDAR) == day


def test_a_promise_beyond_the_next_draft_falls_back_to_the_quarter() -> None:
    early = replace(TERM, not_after=date(2026, 10, 30))
    assert done_by("年底前完成", Due(2), early, CALENDAR) == date(2026, 6, 30)


def test_a_month_ends_on_its_last_working_day() -> None:
    assert month_end(2026, 1, CALENDAR) == date(2026, 1, 30)


CLASSES = st.lists(st.sampled_from(["P1", "N2", "M1", "M5", "未分类"]), max_size=3)
TEXTS = st.text(alphabet="建立加强培训更新目录制度我局将，。；、一二是3次", max_size=60)
ENTRIES = st.lists(
    st.builds(
        lambda kind, text, classes, answered: ChecklistEntry(
            "", kind, text, tuple(classes), answered and kind == "problem"
        ),
        st.sampled_from(["problem", "measure"]),
        TEXTS,
        CLASSES,
        st.booleans(),
    ),
    max_size=6,
).map(lambda found: [replace(entry, key=f"c{n}") for n, entry in enumerate(found)])


@given(ENTRIES, st.dates(date(2026, 1, 1), date(2026, 12, 1)))
def test_every_entry_gives_items_with_unique_keys_and_dates_in_time(
    entries: list[ChecklistEntry], opened_on: date
) -> None:
    term = replace(TERM, opened_on=opened_on)
    items = build(*entries, term=term)
    assert items == build(*entries, term=term)
    assert {item.commitment_key for item in items} == {entry.key for entry in entries}
    assert len({item.key for item in items}) == len(items)
    assert [item.ordinal for item in items] == list(range(1, len(items) + 1))
    for item in items:
        assert CALENDAR.is_workday(item.by_when)
        assert opened_on <= item.by_when <= term.not_after
        assert item.what
        assert item.proof


@pytest.mark.parametrize("days", [3, 10, 20, 900])
def test_days_count_from_the_opening_and_end_with_the_year(days: int) -> None:
    latest = CALENDAR.last_workday_on_or_before(TERM.not_after)
    wanted = CALENDAR.add_workdays(TERM.opened_on, max(days, 10))
    assert Due(1, days).on(TERM, CALENDAR) == min(wanted, latest)
