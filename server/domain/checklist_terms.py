"""By when a checklist item is to be done: as promised, or spread over the quarters of the year."""

import re
from dataclasses import dataclass
from datetime import date

from server.domain.calendars import WorkCalendar

SHORTEST_TERM = 10
"""Working days that anybody gets at least, however late the checklist is opened."""

_MONTH = re.compile(r"(?<!\d)(1[0-2]|[1-9])月(?:底|末|份)?(?:之|以)?前")
_QUARTER = re.compile(r"第?([一二三四])季度")
_WHOLE = {"上半年": 6, "年底前": 12, "年内": 12}


@dataclass(frozen=True, slots=True)
class Term:
    """The time for the work: opened on a day, done before the next report's draft is written."""

    year: int
    opened_on: date
    not_after: date


@dataclass(frozen=True, slots=True)
class Due:
    """When an item without a promised date is due: by a quarter's end, or after working days."""

    quarter: int
    days: int | None = None

    def on(self, term: Term, calendar: WorkCalendar) -> date:
        """Return the date within the term."""
        if self.days is None:
            return quarterly(self.quarter, term, calendar)
        latest = calendar.last_workday_on_or_before(term.not_after)
        earliest = calendar.add_workdays(term.opened_on, SHORTEST_TERM)
        wanted = calendar.add_workdays(term.opened_on, max(self.days, SHORTEST_TERM))
        return max(min(wanted, latest), earliest)


def done_by(text: str, due: Due, term: Term, calendar: WorkCalendar) -> date:
    """Return the date that the text itself promises, otherwise the given one."""
    return _promised_on(text, term, calendar) or due.on(term, calendar)


def quarterly(quarter: int, term: Term, calendar: WorkCalendar) -> date:
    """Return the quarter's last working day, or a later quarter's when that is too soon."""
    latest = calendar.last_workday_on_or_before(term.not_after)
    earliest = calendar.add_workdays(term.opened_on, SHORTEST_TERM)
    ends = [min(month_end(term.year, 3 * each, calendar), latest) for each in range(quarter, 5)]
    return next((end for end in [*ends, latest] if end >= earliest), earliest)


def month_end(year: int, month: int, calendar: WorkCalendar) -> date:
    """Return the last working day of a month."""
    following = date(year + month // 12, month % 12 + 1, 1)
    return calendar.add_workdays(following, -1)


def _promised_on(text: str, term: Term, calendar: WorkCalendar) -> date | None:
    month = _promised_month(text)
    if month is None:
        return None
    end = month_end(term.year, month, calendar)
    return end if term.opened_on <= end <= term.not_after else None


def _promised_month(text: str) -> int | None:
    if found := _MONTH.search(text):
        return int(found[1])
    if found := _QUARTER.search(text):
        return 3 * ("一二三四".index(found[1]) + 1)
    return next((month for word, month in _WHOLE.items() if word in text), None)
