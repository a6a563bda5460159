"""The ledger (整改台账) and the checklists (整改清单)."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from server.api.schemas.common import (
    LightShown,
    Number,
    PageQuery,
    Resource,
    UnitRef,
    Year,
)
from server.api.schemas.matters import ChecklistItem, CommitmentRef, State
from server.db.queries.commitments import ChecklistRow
from server.db.queries.ledger import LedgerRow
from server.db.tables.obligation import OPEN_STATES
from server.services.checklist_view import ChecklistView
from server.services.overview import Sight

Heading = Literal["channels", "content", "mechanisms"]


class CommitmentQuery(PageQuery):
    """Which commitments."""

    year: Year | None = Field(None, description="写出它的报告的年度")
    unit_id: Number | None = None
    heading: Heading | None = Field(None, description="归口")
    state: Literal[State, "late"] | None = Field(None, description="late 为已逾期")
    q: str = Field("", max_length=60, description="内容中的文字")


class Commitment(Resource):
    """整改事项 with its matter's date and state, and how far its items have come."""

    commitment: CommitmentRef
    unit: UnitRef
    matter_id: int
    state: State
    due_on: date
    light: LightShown | None
    items: int
    ticked: int
    evidence: str

    @classmethod
    def of(cls, row: LedgerRow, sight: Sight) -> "Commitment":
        """Show a line of the ledger as seen today."""
        matter = row.matter
        is_open = matter.state in OPEN_STATES
        return cls(
            commitment=CommitmentRef.of(row.commitment),
            unit=UnitRef.of(row.unit),
            matter_id=matter.id,
            state=matter.state,
            due_on=matter.due_on,
            light=LightShown.of(sight.light(matter.due_on)) if is_open else None,
            items=row.items,
            ticked=row.ticked,
            evidence=row.evidence,
        )


class ChecklistQuery(PageQuery):
    """Which checklists."""

    year: Year | None = Field(None, description="清单年度；不写则为最近一年")
    unit_id: Number | None = None


class Checklist(Resource):
    """整改清单: a unit's follow-up list of one year."""

    id: int
    unit: UnitRef
    year: int
    version: int
    generated_at: datetime
    items: int
    ticked: int
    next_due: date | None = Field(description="最早一项未完成的时限")

    @classmethod
    def of(cls, row: ChecklistRow) -> "Checklist":
        """Show a line of the checklists' list."""
        held = row.checklist
        return cls(
            id=held.id,
            unit=UnitRef.of(row.unit),
            year=held.year,
            version=held.version,
            generated_at=held.generated_at,
            items=row.items,
            ticked=row.ticked,
            next_due=row.next_due,
        )


class ChecklistGroup(Resource):
    """The items that follow from one commitment."""

    commitment: CommitmentRef
    matter_id: int
    state: State
    items: list[ChecklistItem]


class ChecklistPage(Resource):
    """整改清单 with its items, commitment by commitment."""

    id: int
    unit: UnitRef
    year: int
    version: int
    generated_at: datetime
    groups: list[ChecklistGroup]

    @classmethod
    def of(cls, view: ChecklistView) -> "ChecklistPage":
        """Show a checklist."""
        held = view.checklist
        return cls(
            id=held.id,
            unit=UnitRef.of(view.unit),
            year=held.year,
            version=held.version,
            generated_at=held.generated_at,
            groups=[
                ChecklistGroup(
                    commitment=CommitmentRef.of(group.commitment),
                    matter_id=group.matter.id,
                    state=group.matter.state,
                    items=[ChecklistItem.of(item) for item, _ in group.items],
                )
                for group in view.groups
            ],
        )
