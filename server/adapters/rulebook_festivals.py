"""Reads festivals.toml: what estimates years to come and mends the calendar package."""

from dataclasses import dataclass
from datetime import date

from server.adapters.rulebook import Entry, entry_of, shipped
from server.domain.festivals import Festivals

FILE = "festivals.toml"
DAYS_OF_A_YEAR = 4


@dataclass(frozen=True, slots=True)
class FestivalTable:
    """The lunar and solar days of each year, and the working weekends that a package lacks."""

    festivals: dict[int, Festivals]
    working_weekends: frozenset[date]


def load_festivals() -> FestivalTable:
    """Return the table that comes with the program."""
    return read_festivals(shipped(FILE))


def read_festivals(toml: str) -> FestivalTable:
    """Return the table written in `toml`.

    Raises: RulebookError naming the year or the entry that is wrong.
    """
    whole = entry_of(FILE, toml)
    whole.only("valid_from", "source", "working_weekend", "festivals")
    years = whole.table("festivals")
    return FestivalTable(
        festivals={_number(year, years): _festivals(year, years) for year in years.values},
        working_weekends=frozenset(map(_weekend, whole.entries("working_weekend"))),
    )


def _number(year: str, table: Entry) -> int:
    if not year.isdecimal():
        raise table.fault(f"{year} 不是年份")
    return int(year)


def _festivals(year: str, table: Entry) -> Festivals:
    days = table.items(year, date)
    if len(days) != DAYS_OF_A_YEAR or {day.year for day in days} != {int(year)}:
        raise table.fault(f"{year} 须依次写明当年的春节、清明、端午、中秋四个日期")
    return Festivals(*days)


def _weekend(entry: Entry) -> date:
    entry.only("on", "source")
    entry.text("source")
    return entry.day("on")
