"""The weekly digest (周报): whose it is by default, and on which days of a week it may go out."""

from dataclasses import dataclass
from datetime import date, time, timedelta

from server.domain.calendars import WorkCalendar
from server.domain.hours import OfficeHours
from server.domain.reminders import Role

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
DAYS = range(7)
FARTHEST = 60
"""Days ahead beyond which a digest would be a calendar."""


@dataclass(frozen=True, slots=True)
class DigestRules:
    """The office's own setting of the digest."""

    roles: frozenset[Role]
    """Who gets it unless the person chose otherwise."""
    days_ahead: int
    say_nothing: bool
    """Whether a week without anything to tell is told, too."""
    source: str
    weekday: int = 1
    """Monday is 1; where the office is closed then, the next open day of that week."""
    hour: time = time.min
    """Not before this time; midnight means as soon as the office opens."""


def week_of(day: date) -> date:
    """Return the Monday of that day's week: the week's name."""
    return day - timedelta(days=day.weekday())


def sending_day(
    day: date, hours: OfficeHours, calendar: WorkCalendar, weekday: int = 1
) -> date | None:
    """Return the day of that day's week on which the digest goes out; None in a week off.

    The day that is set, or the next one of the week on which the office is open; where there is
    none left, its last open one.
    """
    monday = week_of(day)
    days = [monday + ahead * A_DAY for ahead in DAYS]
    opened = [each for each in days if hours.open_on(each, calendar)]
    after = (each for each in opened if each.isoweekday() >= weekday)
    return next(after, opened[-1] if opened else None)


def goes_out(day: date, hours: OfficeHours, calendar: WorkCalendar, weekday: int = 1) -> bool:
    """Return whether a digest may go out on that day.

    It does on the week's day for it, and on the next open one of the week for what an outage kept
    back; later it would tell of a week nearly over.
    """
    first = sending_day(day, hours, calendar, weekday)
    return first is not None and day in (first, hours.first_open_day(first + A_DAY, calendar))


def hour_has_come(clock: time, rules: DigestRules, hours: OfficeHours) -> bool:
    """Return whether it is late enough; an hour after the office's last slot began counts as that.

    Otherwise an office that shortens its hours later would silently get no digest any more.
    """
    return clock >= starting_hour(rules, hours)


def starting_hour(rules: DigestRules, hours: OfficeHours) -> time:
    """Return from when on the digest of a day leaves; midnight where mail may leave at any time."""
    if not hours.slots:
        return rules.hour
    return min(max(rules.hour, hours.slots[0].starts), hours.slots[-1].starts)


def next_sending_day(
    today: date, rules: DigestRules, hours: OfficeHours, calendar: WorkCalendar
) -> date | None:
    """Return the coming day, today included, on which the digest goes out; None if none is near."""
    weeks = (today + ahead * A_WEEK for ahead in range(5))
    days = (sending_day(week, hours, calendar, rules.weekday) for week in weeks)
    return next((day for day in days if day is not None and day >= today), None)


def faults(rules: DigestRules, hours: OfficeHours) -> dict[str, str]:
    """Return what is wrong with a setting, by the form's field."""
    found: dict[str, str] = {}
    if not rules.roles:
        found["roles"] = "至少选一种角色；不想收的人可以自己退订"
    if not 1 <= rules.days_ahead <= FARTHEST:
        found["days_ahead"] = f"请填写 1 到 {FARTHEST} 天"
    if rules.hour != time.min and not _in_a_slot(rules.hour, hours):
        found["hour"] = "不在发信时段内，请改时刻，或先调整发信时段"
    return found


def _in_a_slot(clock: time, hours: OfficeHours) -> bool:
    return any(slot.starts <= clock < slot.ends for slot in hours.slots)
