"""What each document and workbook says, as values."""

from dataclasses import dataclass
from datetime import date

from server.rendering.contexts import ChecklistLine, OfficeSign


@dataclass(frozen=True, slots=True)
class ChecklistRow:
    """One row of a printed checklist: the item, what it follows from, and how it stands."""

    commitment: str
    """The problem or promise as the report words it; equal neighbours share one cell."""
    item: ChecklistLine
    done_on: date | None = None
    evidence: str = ""


@dataclass(frozen=True, slots=True)
class ChecklistDocument:
    """A unit's checklist as a document or a workbook."""

    unit_name: str
    year: int
    rows: tuple[ChecklistRow, ...]
    office: OfficeSign
    issued_on: date

    @property
    def title(self) -> str:
        """Return the title without its unit: 2026年度政府信息公开整改清单."""
        return f"{self.year}年度政府信息公开整改清单"


@dataclass(frozen=True, slots=True)
class LedgerRow:
    """One commitment of the ledger (整改台账), words as shown on the page."""

    code: str
    unit_name: str
    report_year: int
    kind: str
    text: str
    heading: str
    classes: str
    items_done: int
    items_total: int
    due_on: date
    provisional: bool
    light: str
    state: str
    evidence: str
    closed_on: date | None


@dataclass(frozen=True, slots=True)
class Ledger:
    """The ledger of one office, as filtered on the page."""

    title: str
    rows: tuple[LedgerRow, ...]
    drawn_on: date
    filters: str = ""
    """In words, printed under the title; empty when nothing was filtered."""


@dataclass(frozen=True, slots=True)
class SlipDocument:
    """A supervision slip (督办单): one matter of one unit, as issued or as proposed."""

    colour: str
    """blue, yellow or red."""
    title: str
    """红色督办单."""
    number: str
    unit_name: str
    leads: str
    officers: str
    matter: str
    source: str
    due_on: date
    provisional: bool
    demand: str
    answer_by: date | None
    issued_on: date
    issued_by: str
    signed: str
    """Who signed for it and when; empty while nobody has."""
    office: OfficeSign
