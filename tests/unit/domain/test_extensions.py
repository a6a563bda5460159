"""A later date can be asked for in time, never past the law, never for the law itself."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from server.domain.extensions import asking_fault, date_fault

DUE, LIMIT = date(2027, 1, 8), date(2027, 1, 31)
TODAY = date(2027, 1, 4)


@pytest.mark.parametrize(
    ("today", "statutory", "complaint"),
    [
        (TODAY, True, "法定时限"),
        (DUE + timedelta(days=1), False, "已过"),
        (DUE, False, None),
        (TODAY, False, None),
    ],
)
def test_an_extension_is_asked_for_before_the_date_and_never_of_the_law(
    today: date, complaint: str | None, *, statutory: bool
) -> None:
    fault = asking_fault(DUE, today, statutory=statutory)
    assert (fault is None) if complaint is None else complaint in (fault or "")


@pytest.mark.parametrize(
    ("wanted_on", "today", "limit", "complaint"),
    [
        (DUE, TODAY, LIMIT, "须晚于"),
        (date(2027, 1, 12), date(2027, 1, 13), LIMIT, "已经过去"),
        (date(2027, 2, 1), TODAY, LIMIT, "法定时限"),
        (date(2028, 1, 10), TODAY, None, "一年"),
        (LIMIT, TODAY, LIMIT, None),
        (date(2027, 6, 1), TODAY, None, None),
    ],
)
def test_a_new_date_lies_after_the_old_one_and_not_past_the_law(
    wanted_on: date, today: date, limit: date | None, complaint: str | None
) -> None:
    fault = date_fault(DUE, wanted_on, today, limit)
    assert (fault is None) if complaint is None else complaint in (fault or "")


@given(st.dates(date(2020, 1, 1), date(2035, 1, 1)), st.integers(-500, 500), st.integers(0, 400))
def test_no_date_past_the_law_is_ever_granted(due_on: date, later: int, room: int) -> None:
    wanted_on, limit = due_on + timedelta(days=later), due_on + timedelta(days=room)
    if date_fault(due_on, wanted_on, due_on, limit) is None:
        assert due_on < wanted_on <= limit
