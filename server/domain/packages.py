"""Which of two versions of a package is the older one."""

import re


def older(one: str, other: str) -> bool:
    """Return whether `one`, as `chinesecalendar 1.9.2`, is an earlier version than `other`."""
    return _numbers(one) < _numbers(other)


def _numbers(version: str) -> list[int]:
    return [int(each) for each in re.findall(r"\d+", version)]
