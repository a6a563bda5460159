"""A calendar file (RFC 5545): deadlines as all-day entries that ring with the reminders."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from icalendar import Alarm, Calendar, Event

from server.domain.feeds import Bell

PRODUCT = "-//Duban//Deadlines//ZH"
RINGS_AT = time(9)
"""Offices are at their desks then; the law names no hour."""
READ_AGAIN = timedelta(hours=6)
_DAY = timedelta(days=1)


@dataclass(frozen=True, slots=True)
class CalendarEntry:
    """One deadline; `uid` never changes, `sequence` and `modified_at` rise when the date moves."""

    uid: str
    on: date
    title: str
    said: tuple[str, ...]
    """What the entry says, line by line."""
    link: str
    """A page behind the sign-in: whoever reads a calendar over a shoulder can answer nothing."""
    sequence: int
    modified_at: datetime
    bells: tuple[Bell, ...]


@dataclass(frozen=True, slots=True)
class Reader:
    """Whose calendar it is, and where the whole list stands."""

    title: str
    home: str


def calendar_file(reader: Reader, entries: Iterable[CalendarEntry]) -> bytes:
    """Return the file: UTF-8, CRLF, lines folded at 75 octets; equal entries give equal bytes."""
    calendar = Calendar()
    calendar.add("prodid", PRODUCT)
    calendar.add("version", "2.0")
    calendar.add("calscale", "GREGORIAN")
    calendar.add("method", "PUBLISH")
    # Clients know one or the other: RFC 7986 and what came before it.
    calendar.add("name", reader.title)
    calendar.add("x-wr-calname", reader.title)
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("url", reader.home)
    calendar.add("refresh-interval", READ_AGAIN, parameters={"value": "DURATION"})
    calendar.add("x-published-ttl", "PT6H")
    for entry in entries:
        calendar.add_component(_event(entry))
    content: bytes = calendar.to_ical()
    return content


def _event(entry: CalendarEntry) -> Event:
    event = Event()
    at = entry.modified_at.astimezone(UTC)
    event.add("uid", entry.uid)
    # Of a file with METHOD the stamp is the writing's; ours stays equal until something changes.
    event.add("dtstamp", at)
    event.add("last-modified", at)
    event.add("sequence", entry.sequence)
    event.add("dtstart", entry.on)
    event.add("dtend", entry.on + _DAY)
    event.add("summary", entry.title)
    event.add("description", "\n".join([*entry.said, f"办理页面：{entry.link}"]))
    event.add("url", entry.link)
    event.add("categories", ["督办"])
    event.add("status", "CONFIRMED")
    event.add("transp", "TRANSPARENT")
    for bell in entry.bells:
        event.add_component(_alarm(entry, bell))
    return event


def _alarm(entry: CalendarEntry, bell: Bell) -> Alarm:
    alarm = Alarm()
    alarm.add("action", "DISPLAY")
    hours = timedelta(hours=RINGS_AT.hour, minutes=RINGS_AT.minute)
    alarm.add("trigger", (bell.on - entry.on) + hours)
    alarm.add("description", f"{bell.title}：{entry.title}")
    return alarm
