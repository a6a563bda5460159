"""The figures of a monthly circular and the words drafted from them."""

from datetime import date

import pytest

from server.adapters.calendar_source import work_calendar
from server.domain.circulars import (
    Due,
    UnitFacts,
    drafted,
    facts_from,
    facts_json,
    facts_of,
    last_day,
    month_of,
)
from server.errors import InvalidInput

CALENDAR = work_calendar()
MONTH = date(2026, 11, 1)
DRAWN_ON = date(2026, 12, 1)


def due(number: int, **changes: object) -> Due:
    fields: dict[str, object] = {
        "id": number, "unit_id": 1, "unit": "财政局", "kind": "milestone",
        "due_on": date(2026, 11, 20), "done_on": None, "told": True, "signed": False,
    }  # fmt: skip
    return Due(**fields | changes)  # type: ignore[arg-type]  # fields by name


def facts(*matters: Due, slips: tuple[tuple[int, str, int], ...] = ()) -> list[UnitFacts]:
    return facts_of(matters, slips, CALENDAR, DRAWN_ON)


def test_each_figure_names_the_matters_it_counts() -> None:
    (found,) = facts(
        due(1, done_on=date(2026, 11, 20), signed=True),
        due(2, done_on=date(2026, 11, 24)),
        due(3),
        due(4, kind="commitment", done_on=date(2026, 11, 19)),
        due(5, kind="commitment", done_on=date(2026, 11, 23), told=False, signed=True),
        due(6, kind="commitment"),
        due(7, due_on=date(2026, 12, 1)),
        slips=((1, "财政局", 9),),
    )
    assert found.matters == {
        "in_time": [1], "late": [2], "overdue": [3], "kept": [4], "kept_late": [5],
        "broken": [6], "told": [1, 2, 3, 4, 6, 7], "signed": [1],
    }  # fmt: skip
    assert (found.owed, found.promised, found.longest, found.slips) == (3, 3, 7, [9])
    assert found.days["2"] == 2
    assert found.signed_share == "17%"


def test_a_unit_that_only_got_a_slip_is_listed() -> None:
    (found,) = facts(slips=((2, "教育局", 4),))
    assert (found.unit, found.owed, found.longest, found.signed_share) == ("教育局", 0, 0, "—")


def test_every_number_of_the_draft_is_a_figure() -> None:
    words = drafted(
        MONTH,
        "青石镇",
        facts(
            due(1, done_on=date(2026, 11, 20), unit_id=2, unit="教育局", signed=True),
            due(2),
            due(3, kind="commitment"),
            slips=((1, "财政局", 9),),
        ),
    )
    assert words.title == "关于2026年11月政府信息公开督办事项办理情况的通报"
    assert "共2项，按时报送1项，迟报0项，逾期未报1项" in words.findings
    assert "本月到期的整改事项共1项" in words.findings
    assert "财政局（2项，最长7个工作日）" in words.findings
    assert "全部按时报送的单位：教育局" in words.findings
    assert "签发督办单1张" in words.findings
    assert "签收率33%" in words.findings


def test_a_month_without_anything_says_so() -> None:
    assert drafted(MONTH, "青石镇", []).findings == "本月没有到期的督办事项。"
    (quiet,) = facts(due(1, due_on=DRAWN_ON, told=False))
    assert drafted(MONTH, "青石镇", [quiet]).findings == "本月没有到期的督办事项。"


def test_frozen_figures_are_read_back() -> None:
    found = facts(due(1), due(2, done_on=date(2026, 11, 24)))
    assert facts_from(facts_json(found)) == found


@pytest.mark.parametrize("typed", ["2026", "2026-13", "十一月", ""])
def test_what_is_no_month_is_refused(typed: str) -> None:
    with pytest.raises(InvalidInput, match="请写成 2026-11"):
        month_of(typed)


def test_a_month_ends_on_its_last_day() -> None:
    assert month_of("2026-11") == MONTH
    assert last_day(MONTH) == date(2026, 11, 30)
    assert last_day(date(2028, 2, 1)) == date(2028, 2, 29)
