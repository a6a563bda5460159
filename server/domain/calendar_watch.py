"""How long the confirmed working days still last, and when people are to be warned."""

from dataclasses import dataclass
from datetime import date

from server.domain.calendars import WorkCalendar


@dataclass(frozen=True, slots=True)
class CalendarWatch:
    """From which day of a year on the next year's notice is missed: the office's own setting."""

    month: int
    day: int
    source: str


@dataclass(frozen=True, slots=True)
class Shortage:
    """A year without notice that dates already rest on, or that begins soon."""

    year: int
    last_confirmed: int
    open_dates: int
    """Open matters due where the notice may still move them."""
    begun: bool
    """The year has begun and there is still no notice: counts of today may be wrong."""

    @property
    def message(self) -> str:
        """Return what is the matter, in one Chinese sentence."""
        told = f"{self.year}年的放假安排尚未录入（已确认到{self.last_confirmed}年）"
        if self.begun:
            return f"{told}，而{self.year}年已经开始，工作日按法定节日推算，可能不准。"
        if self.open_dates:
            return f"{told}，{self.open_dates} 件未办事项的日期或天数因此暂定。"
        return f"{told}，涉及{self.year}年的日期是推算的。"


def shortage(
    calendar: WorkCalendar, today: date, watch: CalendarWatch, *, open_dates: int
) -> Shortage | None:
    """Return what is to be warned of today; None while the confirmed years suffice.

    Warned is from the watch's day of the last confirmed year on, and as soon as an open date lies
    beyond it.
    """
    last = calendar.last_confirmed
    if today < date(last, watch.month, watch.day) and not open_dates:
        return None
    return Shortage(last + 1, last, open_dates, begun=today.year > last)
