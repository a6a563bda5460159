"""Reads calendar.toml: from when on a missing holiday notice is warned of."""

from datetime import date
from functools import cache

from server.adapters.rulebook import entry_of, shipped
from server.domain.calendar_watch import CalendarWatch

FILE = "calendar.toml"


@cache
def load_calendar_watch() -> CalendarWatch:
    """Return the setting that comes with the program.

    Raises: RulebookError naming the entry that is wrong.
    """
    return read_calendar_watch(shipped(FILE))


def read_calendar_watch(toml: str) -> CalendarWatch:
    """Return the setting written in `toml`.

    Raises: RulebookError naming the entry that is wrong.
    """
    whole = entry_of(FILE, toml)
    whole.only("valid_from", "source", "warning")
    whole.day("valid_from")
    entry = whole.table("warning")
    entry.only("month", "day")
    watch = CalendarWatch(entry.number("month"), entry.number("day"), whole.text("source"))
    try:
        date(2026, watch.month, watch.day)
    except ValueError as error:
        raise entry.fault(f"{watch.month}月{watch.day}日不存在") from error
    return watch
