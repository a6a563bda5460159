"""Versions of packages are compared by their numbers."""

import pytest

from server.domain.packages import older


@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("chinesecalendar 1.9.2", "chinesecalendar 1.11.0", True),
        ("chinesecalendar 1.11.0", "chinesecalendar 1.9.2", False),
        ("chinesecalendar 1.11.0", "chinesecalendar 1.11.0", False),
        ("chinesecalendar 1.11", "chinesecalendar 1.11.1", True),
    ],
)
def test_the_older_of_two_versions_is_told_by_its_numbers(
    one: str, other: str, expected: bool
) -> None:
    assert older(one, other) is expected
