"""How many steps of a year remained on each day, as planned and as it went, to the last date."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import accumulate


@dataclass(frozen=True, slots=True)
class Steps:
    """So many milestones that were due on one day and done on one day (None: not yet)."""

    due_on: date
    done_on: date | None
    count: int


@dataclass(frozen=True, slots=True)
class Remaining:
    """What remained at the end of a day."""

    day: date
    count: int


@dataclass(frozen=True, slots=True)
class BurnDown:
    """Two falling lines from `first`, where all `total` steps remain.

    `planned` ends at the last due date with nothing left, `actual` on the day it is seen.
    """

    first: date
    last: date
    total: int
    planned: tuple[Remaining, ...]
    actual: tuple[Remaining, ...]

    @property
    def behind(self) -> int:
        """How many steps more remain than planned by the day it is seen; negative when ahead."""
        seen = self.actual[-1]
        due = [each for each in self.planned if each.day < seen.day]
        return seen.count - (due[-1].count if due else self.total)


def burn_down(steps: Iterable[Steps], today: date) -> BurnDown | None:
    """Return the burn-down as seen today; None where nothing is owed.

    A step counts as planned until the end of its due date: what is due today is not behind.
    """
    known = list(steps)
    total = sum(each.count for each in known)
    if not total:
        return None
    done = [(each.done_on, each.count) for each in known if each.done_on and each.done_on <= today]
    due = [(each.due_on, each.count) for each in known]
    first = min(day for day, _ in [*done, *due, (today, 0)]) - timedelta(days=1)
    return BurnDown(
        first=first,
        last=max(today, *(day for day, _ in due)),
        total=total,
        planned=_falling(total, due),
        actual=_falling(total, [*done, (today, 0)]),
    )


def _falling(total: int, done: list[tuple[date, int]]) -> tuple[Remaining, ...]:
    days = sorted({day for day, _ in done})
    counts = [sum(count for on, count in done if on == day) for day in days]
    return tuple(
        Remaining(day, total - gone) for day, gone in zip(days, accumulate(counts), strict=True)
    )
