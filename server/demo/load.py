"""Reads the demonstration town: people, office dates and how far everybody has come.

All dates are offsets in working days from today: negative is past, 0 is today. On a day off the
next working day counts as today. The statutory date has no offset: nobody may move it, and an
office date that would fall after it belongs on the last working day before it.
"""

import tomllib
from dataclasses import dataclass, fields
from datetime import date
from typing import Any

from server.demo.template import HERE, fill, year_values

STATUTORY_MONTH_DAY = (1, 31)


@dataclass(frozen=True, slots=True)
class DemoContact:
    """A person; `substitute` tells officer B from officer A and is None for other roles."""

    name: str
    role: str
    post: str
    email: str
    phone: str
    substitute: bool | None = None


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit with its people; exactly one unit carries the office."""

    code: str
    name: str
    short_name: str
    kind: str
    contacts: tuple[DemoContact, ...]
    parent: str | None = None
    is_office: bool = False
    office_name: str | None = None


@dataclass(frozen=True, slots=True)
class DemoMilestone:
    """An office date of the current obligation."""

    code: str
    offset: int


@dataclass(frozen=True, slots=True)
class DemoEvidence:
    """A link (`value` is its address) or a document (`value` is its number)."""

    kind: str
    title: str
    value: str


@dataclass(frozen=True, slots=True)
class DemoProgress:
    """How far a matter has come; `state` is the matter's.

    `by` acknowledged or answered it on day `on` and wrote `note`; `office_by` of the office closed
    or returned it on day `office_on`. People are e-mail addresses, days are offsets.
    """

    state: str
    by: str | None = None
    on: int | None = None
    note: str = ""
    office_by: str | None = None
    office_on: int | None = None
    reason: str = ""
    evidence: tuple[DemoEvidence, ...] = ()


@dataclass(frozen=True, slots=True)
class DemoStanding:
    """What one unit has done for one milestone; `address` is where the report is published."""

    unit: str
    milestone: str
    progress: DemoProgress
    address: str = ""


@dataclass(frozen=True, slots=True)
class DemoReview:
    """Whether last year's report of a unit is confirmed (by whom, when) or waiting."""

    unit: str
    state: str
    by: str | None = None
    on: int | None = None


@dataclass(frozen=True, slots=True)
class DemoCommitment:
    """A ledger entry of a confirmed report: `entry` (measure or problem) number `ordinal`.

    `ticks` counts the items of its checklist, from the first, that are already ticked.
    """

    unit: str
    entry: str
    ordinal: int
    due: int
    progress: DemoProgress
    ticks: int = 0


@dataclass(frozen=True, slots=True)
class DemoNote:
    """A remark in a unit's file."""

    unit: str
    by: str
    on: int
    text: str


@dataclass(frozen=True, slots=True)
class DemoTown:
    """The whole town: `year` is last year's reports', `year` + 1 the one now being filed."""

    year: int
    city: str
    county: str
    name: str
    site: str
    units: tuple[DemoUnit, ...]
    milestones: tuple[DemoMilestone, ...]
    milestone_reason: str
    standings: tuple[DemoStanding, ...]
    reviews: tuple[DemoReview, ...]
    commitments: tuple[DemoCommitment, ...]
    notes: tuple[DemoNote, ...]


def demo_year(today: date) -> int:
    """The report year of last year's reports.

    The year now being filed is the one whose 31 January is next; last year's is one before.
    """
    filing = today.year - 1 if (today.month, today.day) <= STATUTORY_MONTH_DAY else today.year
    return filing - 1


def load_town(year: int) -> DemoTown:
    """The demonstration town with last year's reports being about `year`."""
    town = _read("town.toml", year)
    scenario = _read("scenario.toml", year)
    units = tuple(_unit(row) for row in town["unit"])
    address = {c.email.partition("@")[0]: c.email for unit in units for c in unit.contacts}
    return DemoTown(
        year=year,
        **town["place"],
        units=units,
        milestones=tuple(DemoMilestone(**row) for row in scenario["milestone"]),
        milestone_reason=scenario["obligation"]["reason"],
        standings=tuple(DemoStanding(**_progressed(row, address)) for row in scenario["standing"]),
        reviews=tuple(DemoReview(**_named(row, address)) for row in scenario["review"]),
        commitments=tuple(
            DemoCommitment(**_progressed(row, address)) for row in scenario["commitment"]
        ),
        notes=tuple(DemoNote(**_named(row, address)) for row in scenario["note"]),
    )


def _read(name: str, year: int) -> dict[str, Any]:
    text = (HERE / name).read_text(encoding="utf-8")
    return tomllib.loads(fill(text, year_values(year)))


def _unit(row: dict[str, Any]) -> DemoUnit:
    contacts = tuple(DemoContact(**contact) for contact in row.pop("contact"))
    return DemoUnit(contacts=contacts, **row)


def _named(row: dict[str, Any], address: dict[str, str]) -> dict[str, Any]:
    """`row` with each person's short name replaced by the e-mail address."""
    people = {"by", "office_by"}
    return {key: address[value] if key in people else value for key, value in row.items()}


def _progressed(row: dict[str, Any], address: dict[str, str]) -> dict[str, Any]:
    """`row` with everything that belongs to the progress gathered under `progress`."""
    inner = {field.name for field in fields(DemoProgress)}
    progress = {key: value for key, value in _named(row, address).items() if key in inner}
    evidence = tuple(DemoEvidence(**item) for item in progress.pop("evidence", ()))
    outer = {key: value for key, value in row.items() if key not in inner}
    return {**outer, "progress": DemoProgress(evidence=evidence, **progress)}
