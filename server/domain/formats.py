"""A report format as a value: its parts, its tables and their identities, the years it is for."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal

from server.domain.reports.parsed import Severity

TableKind = Literal["list", "matrix", "line"]


@dataclass(frozen=True, slots=True)
class Row:
    """A table row: key, printed label without mark, unit; `aliases` are misprints met.

    A `group` row only holds other rows together and has no figure of its own.
    """

    key: str
    label: str
    unit: str = ""
    aliases: tuple[str, ...] = ()
    group: bool = False
    columns: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class FormatTable:
    """One table of a format: `list` has one figure per row, `matrix` one per row and column,
    `line` one row whose columns are all the figures. `shown_by` are words that identify it.
    """

    key: str
    kind: TableKind
    rows: tuple[Row, ...]
    columns: tuple[str, ...] = ()
    column_labels: tuple[str, ...] = ()
    shown_by: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Identity:
    """A relation between figures: Σ left `relation` Σ right, for each of `each` put for {c}."""

    code: str
    severity: Severity
    left: tuple[str, ...]
    right: tuple[str, ...]
    relation: Literal["=", ">=", "<="]
    each: tuple[str, ...]
    says: str
    source: str


@dataclass(frozen=True, slots=True)
class ReportFormat:
    """A format with the report years it is meant for (`last_year` None: still in force)."""

    key: str
    name: str
    first_year: int
    last_year: int | None
    source: str
    parts: tuple[str, ...]
    tables: tuple[FormatTable, ...]
    identities: tuple[Identity, ...]
    facts: Mapping[str, str] = field(default_factory=dict)
    """What prose states (requests, fees, …) -> the key, or keys joined by +, that must agree."""

    def fits(self, year: int) -> bool:
        """Say whether the format is the one in force for reports on `year`."""
        return self.first_year <= year <= (self.last_year or year)

    @property
    def uniform(self) -> bool:
        """Say whether the six parts are fixed nationally (from report year 2019 on)."""
        return bool(self.parts)


def format_of_year(formats: Iterable[ReportFormat], year: int) -> ReportFormat:
    """Return the format in force for reports on `year`; years before 2008 count as 2008."""
    return next(form for form in formats if form.fits(max(year, 2008)))


def format_named(formats: Iterable[ReportFormat], key: str | None) -> ReportFormat | None:
    """Return the format with this key."""
    return next((form for form in formats if form.key == key), None)
