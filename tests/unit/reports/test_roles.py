"""Learned weights decide a role where words do not, and overrule words only when very sure."""

import pytest

from server.adapters.rulebook_reading import taxonomy
from server.domain.reports.learned import UNLEARNED
from server.domain.reports.polarity import Polarity
from server.domain.reports.roles import lean, weighed


def test_weights_tell_a_complaint_from_a_promise_without_a_foreseen_word() -> None:
    assert lean("两个平台各建各的,群众要两处查", taxonomy().roles) > 0
    assert lean("在赶集日设点,把二维码印上环保袋", taxonomy().roles) < 0


def test_unlearned_weights_lean_to_neither_side() -> None:
    assert lean("公开不及时", UNLEARNED) == 0


@pytest.mark.parametrize(
    ("kind", "leaning", "expected"),
    [
        (None, 0.2, None),
        (None, 1.0, "problem"),
        (None, -1.0, "measure"),
        ("measure", 1.0, "measure"),
        ("measure", 4.0, "problem"),
        ("problem", -4.0, "measure"),
        ("praise", 4.0, "praise"),
    ],
)
def test_sure_weights_decide(
    kind: Polarity | None, leaning: float, expected: Polarity | None
) -> None:
    assert weighed(kind, leaning) == expected
