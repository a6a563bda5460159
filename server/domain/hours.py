"""When an office lets its reminders go out: quiet hours delay delivery, never evaluation."""

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta

from server.domain.calendars import WorkCalendar


@dataclass(frozen=True, slots=True)
class Slot:
    """A part of the day in which mails may go out, from `starts` up to but not at `ends`."""

    name: str
    title: str
    starts: time
    ends: time


@dataclass(frozen=True, slots=True)
class OfficeHours:
    """The slots of a day, in order, and whether days off are quiet as a whole."""

    slots: tuple[Slot, ...]
    workdays_only: bool = True

    def open_on(self, day: date, calendar: WorkCalendar) -> bool:
        """Return whether reminders may go out on that day; a make-up weekend is a working day."""
        return bool(self.slots) and (not self.workdays_only or calendar.is_workday(day))

    def slot_at(self, local_now: datetime, calendar: WorkCalendar) -> str | None:
        """Return the name of the slot that is open at this local time, or None when it is quiet."""
        if not self.open_on(local_now.date(), calendar):
            return None
        clock = local_now.time()
        return next((slot.name for slot in self.slots if slot.starts <= clock < slot.ends), None)

    def first_open_day(self, day: date, calendar: WorkCalendar) -> date:
        """Return that day, or the next one on which reminders may go out."""
        if self.open_on(day, calendar) or not self.slots:
            return day
        return calendar.next_workday(day)

    def opens_at(self, local_now: datetime, calendar: WorkCalendar) -> datetime:
        """Return the next moment, not before now, at which reminders may go out."""
        day = local_now.date()
        if self.open_on(day, calendar):
            clock = local_now.time()
            ahead = next((slot.starts for slot in self.slots if clock < slot.ends), None)
            if ahead is not None:
                return max(local_now, datetime.combine(day, ahead, local_now.tzinfo))
        following = self.first_open_day(day + timedelta(days=1), calendar)
        starts = self.slots[0].starts if self.slots else time.min
        return datetime.combine(following, starts, local_now.tzinfo)
