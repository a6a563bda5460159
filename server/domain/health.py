"""What the health of an installation is told in: one check a part, graded, with its remedy."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class Grade(StrEnum):
    """How a part stands."""

    FINE = "fine"
    WARNING = "warning"
    """Works now; somebody should look at it."""
    FAULT = "fault"
    """Something that is promised does not happen."""


GRADE_WORDS = {Grade.FINE: "正常", Grade.WARNING: "请注意", Grade.FAULT: "故障"}


@dataclass(frozen=True, slots=True)
class Check:
    """One part: what was found, in a Chinese sentence, and what to do about it."""

    key: str
    title: str
    grade: Grade
    message: str
    remedy: str = ""


def has_fault(checks: Iterable[Check]) -> bool:
    """Return whether any part is at fault; a warning is none."""
    return any(check.grade is Grade.FAULT for check in checks)


def fine(key: str, title: str, message: str) -> Check:
    """Return the check of a part that works."""
    return Check(key, title, Grade.FINE, message)


def warning(key: str, title: str, message: str, remedy: str) -> Check:
    """Return the check of a part that somebody should look at."""
    return Check(key, title, Grade.WARNING, message, remedy)


def fault(key: str, title: str, message: str, remedy: str) -> Check:
    """Return the check of a part that does not do what is promised."""
    return Check(key, title, Grade.FAULT, message, remedy)
