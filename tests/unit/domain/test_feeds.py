"""When the entries of a personal calendar ring, and how units are named in a line."""

from datetime import date

import pytest

from server.domain.feeds import MOST_BELLS, addressed_as, bells, named
from server.domain.reminders import Addressee
from server.services import rulebook

DUE = date(2026, 3, 31)  # a Tuesday
RULES = rulebook.reminder_rules(trial=False)


def rung(addressee: Addressee, policy: str = "milestone") -> list[tuple[str, str]]:
    found = bells(RULES.policy(policy), DUE, addressee, RULES.calendar)
    return [(bell.on.isoformat(), bell.title) for bell in found]


def test_an_entry_rings_with_the_last_reminders_before_its_date() -> None:
    assert rung(Addressee.INFORMATION_OFFICER) == [
        ("2026-03-20", "到期前7个工作日提醒"),
        ("2026-03-26", "到期前3个工作日提醒"),
        ("2026-03-30", "到期前1个工作日提醒"),
        ("2026-03-31", "到期提醒"),
    ]
    assert len(rung(Addressee.SUBSTITUTE)) == MOST_BELLS


def test_a_head_in_charge_hears_what_the_policy_tells_a_head() -> None:
    assert rung(Addressee.UNIT_LEAD) == [("2026-03-31", "到期提醒")]


def test_whom_the_policy_tells_nothing_before_the_date_hears_no_ring() -> None:
    assert rung(Addressee.GROUP_LEADER) == []
    assert rung(Addressee.UNIT_LEAD, "commitment") == []


@pytest.mark.parametrize(
    ("role", "is_substitute", "expected"),
    [
        ("information_officer", False, Addressee.INFORMATION_OFFICER),
        ("information_officer", True, Addressee.SUBSTITUTE),
        ("office_staff", True, Addressee.OFFICE_STAFF),
    ],
)
def test_substitutes_are_addressed_apart(
    role: str, is_substitute: bool, expected: Addressee
) -> None:
    assert addressed_as(role, is_substitute=is_substitute) is expected


def test_units_are_named_in_a_line_with_the_count_of_all() -> None:
    assert named(["财政局", "教育局"], 2) == "财政局、教育局"
    assert named(["财政局", "教育局"], 5) == "财政局、教育局等 5 个单位"
