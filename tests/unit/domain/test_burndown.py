"""What remained on each day, as planned and as it went."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from server.domain.burndown import Remaining, Steps, burn_down

DAY = date(2027, 1, 15)
LAST = date(2027, 1, 31)


def test_what_nobody_owes_has_no_burn_down() -> None:
    assert burn_down([], DAY) is None


def test_both_lines_fall_from_all_that_is_owed() -> None:
    early, late = date(2027, 1, 10), date(2027, 1, 12)
    burn = burn_down([Steps(early, late, 2), Steps(early, None, 1), Steps(LAST, None, 3)], DAY)
    assert burn is not None
    assert (burn.first, burn.last, burn.total) == (date(2027, 1, 9), LAST, 6)
    assert burn.planned == (Remaining(early, 3), Remaining(LAST, 0))
    assert burn.actual == (Remaining(late, 4), Remaining(DAY, 4))
    assert burn.behind == 1


def test_what_is_due_today_is_not_behind_yet() -> None:
    burn = burn_down([Steps(DAY, None, 4)], DAY)
    assert burn is not None
    assert burn.behind == 0


def test_what_is_done_before_its_day_is_ahead() -> None:
    burn = burn_down([Steps(LAST, DAY, 1), Steps(LAST, None, 1)], DAY)
    assert burn is not None
    assert burn.behind == -1


def test_after_the_last_date_the_picture_goes_on_to_today() -> None:
    burn = burn_down([Steps(LAST, None, 1)], LAST + timedelta(days=9))
    assert burn is not None
    assert burn.last == LAST + timedelta(days=9)
    assert burn.behind == 1


days = st.dates(date(2026, 11, 1), date(2027, 3, 1))
some = st.lists(
    st.builds(Steps, days, st.none() | days, st.integers(1, 50)), min_size=1, max_size=30
)


@given(some, days)
def test_lines_only_fall_and_the_plan_ends_with_nothing_left(
    steps: list[Steps], today: date
) -> None:
    burn = burn_down(steps, today)
    assert burn is not None
    assert burn.planned[-1].count == 0
    for line in (burn.planned, burn.actual):
        counts = [each.count for each in line]
        assert counts == sorted(counts, reverse=True)
        assert all(0 <= count <= burn.total for count in counts)
        assert all(burn.first <= each.day <= burn.last for each in line)
    open_steps = sum(s.count for s in steps if s.done_on is None or s.done_on > today)
    assert burn.actual[-1] == Remaining(today, open_steps)
