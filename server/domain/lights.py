"""Lights (灯色): how near a date is, by working days left, readable without seeing colours."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from server.domain.calendars import WorkCalendar


class Light(StrEnum):
    """The five lights, from ease to lateness."""

    GREEN = "green"
    BLUE = "blue"
    YELLOW = "yellow"
    ORANGE = "orange"
    RED = "red"


@dataclass(frozen=True, slots=True)
class LightBand:
    """One light with its threshold, and the word and shape that stand beside the colour."""

    light: Light
    at_least: int | None
    """Working days left from which the light shows; None for the last band, overdue."""
    word: str
    shape: str
    """The shape's name, a suffix for styles: circle, diamond, triangle, square or cross."""
    symbol: str
    """The shape as one character, for plain text."""


@dataclass(frozen=True, slots=True)
class LightScale:
    """The bands from the most days left to the fewest: the office's own setting."""

    bands: tuple[LightBand, ...]
    valid_from: date
    source: str


@dataclass(frozen=True, slots=True)
class LightReading:
    """What a page or a mail shows about one date on one day."""

    band: LightBand
    workdays_left: int
    """After today through the date; negative or 0 once it has passed."""
    phrase: str
    provisional: bool

    @property
    def light(self) -> Light:
        """The light's colour."""
        return self.band.light


def light_on(due_on: date, today: date, calendar: WorkCalendar, scale: LightScale) -> LightReading:
    """Return the light of a date as seen today.

    On a day off before the due date, or on its last working day, nothing is left: orange. A date
    that has passed is red even before a whole working day has gone by.
    """
    left = calendar.workdays_between(today, due_on)
    overdue = today > due_on
    return LightReading(
        band=_band(left, overdue, scale),
        workdays_left=left,
        phrase=_phrase(due_on, today, left, calendar),
        provisional=calendar.is_provisional(today, due_on),
    )


def dates_of(
    light: Light, today: date, calendar: WorkCalendar, scale: LightScale
) -> tuple[date | None, date | None]:
    """Return the first and the last due date that show this light today; None is no bound."""
    thresholds = {band.light: band.at_least for band in scale.bands}
    threshold = thresholds[light]
    if threshold is None:
        return None, today - timedelta(days=1)
    easier = [other for other in thresholds.values() if other is not None and other > threshold]
    first = _first_date(threshold, today, calendar)
    last = _first_date(min(easier), today, calendar) - timedelta(days=1) if easier else None
    return first, last


def _first_date(left: int, today: date, calendar: WorkCalendar) -> date:
    return calendar.add_workdays(today, left) if left > 0 else today


def _band(left: int, overdue: bool, scale: LightScale) -> LightBand:
    if overdue:
        return scale.bands[-1]
    reached = (band for band in scale.bands if band.at_least is not None and left >= band.at_least)
    return next(reached)


def _phrase(due_on: date, today: date, left: int, calendar: WorkCalendar) -> str:
    if today > due_on:
        return f"逾期 {-left} 个工作日" if left else "已逾期，不足 1 个工作日"
    if today == due_on:
        return "今天到期"
    if left:
        return f"还有 {left} 个工作日"
    return "今天是最后一个工作日" if calendar.is_workday(today) else "到期前已无工作日"
