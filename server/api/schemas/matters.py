"""Matters (督办事项) and the obligations (报送义务) that milestones belong to."""

from collections.abc import Iterable
from datetime import date, datetime
from typing import Literal

from pydantic import Field

from server.api.schemas.common import (
    Day,
    LightShown,
    Number,
    PageQuery,
    Resource,
    Step,
    UnitRef,
    Year,
)
from server.api.schemas.sign_offs import PaperShown
from server.db import tables
from server.db.tables.obligation import OPEN_STATES
from server.domain.lights import Light
from server.domain.milestones import Milestone
from server.services.matters import Dossier
from server.services.overview import Sight

Kind = Literal["milestone", "commitment"]
State = Literal["open", "acknowledged", "answered", "returned", "closed", "cancelled"]
ObligationState = Literal["open", "filed", "confirmed"]


class MatterQuery(PageQuery):
    """Which matters."""

    state: Literal[State, "todo", "late"] | None = Field(
        None, description="todo 为未办（待办、已签收、已退回），late 为已逾期"
    )
    kind: Kind | None = Field(None, description="年报节点或整改事项")
    light: Light | None = Field(None, description="灯色；只有未办的事项有灯色")
    unit_id: Number | None = None
    year: Year | None = Field(None, description="报告年度")
    due_from: Day | None = Field(None, description="时限不早于")
    due_to: Day | None = Field(None, description="时限不晚于")


class Matter(Resource):
    """督办事项: one dated thing that a unit answers for."""

    id: int
    unit: UnitRef
    kind: Kind
    title: str
    report_year: int
    milestone: Milestone | None
    obligation_id: int | None
    commitment_id: int | None
    state: State
    due_on: date = Field(description="时限")
    target_on: date | None = Field(description="时限当天或此前最后一个工作日")
    statutory: bool = Field(description="法定时限，任何人不得改动")
    provisional: bool = Field(description="放假安排尚未公布，日期为暂定")
    light: LightShown | None = Field(description="未办结时的灯色")
    steps: list[Step] = Field(description="时限的推算步骤")
    source: str = Field(description="依据")
    return_reason: str
    acknowledged_at: datetime | None
    answered_at: datetime | None
    closed_at: datetime | None
    version: int = Field(description="办理时原样带回，以免覆盖别人的修改")

    @classmethod
    def of(cls, matter: tables.Matter, unit: tables.Unit, sight: Sight) -> "Matter":
        """Show a matter as seen today."""
        held = matter.model_dump(include=set(cls.model_fields) - {"steps"})
        is_open = matter.state in OPEN_STATES
        return cls(
            **held,
            unit=UnitRef.of(unit),
            light=LightShown.of(sight.light(matter.due_on)) if is_open else None,
            steps=[Step(**step) for step in matter.steps],
            version=matter.row_version,
        )


class ObligationRef(Resource):
    """报送义务: a unit's duty to file the report of one year."""

    id: int
    report_year: int
    regime: str = Field(description="适用的条例版本")
    state: ObligationState
    publication_url: str
    filed_at: datetime | None
    confirmed_at: datetime | None
    version: int

    @classmethod
    def of(cls, obligation: tables.Obligation) -> "ObligationRef":
        """Show an obligation."""
        held = obligation.model_dump(include=set(cls.model_fields))
        return cls(**held, version=obligation.row_version)


class ObligationQuery(PageQuery):
    """Which obligations."""

    year: Year | None = Field(None, description="报告年度")
    unit_id: Number | None = None
    state: ObligationState | None = None


class Obligation(Resource):
    """报送义务 with its milestones, their dates, steps and sources."""

    obligation: ObligationRef
    unit: UnitRef
    milestones: list[Matter]

    @classmethod
    def of(
        cls,
        obligation: tables.Obligation,
        unit: tables.Unit,
        matters: Iterable[tables.Matter],
        sight: Sight,
    ) -> "Obligation":
        """Show an obligation as seen today."""
        return cls(
            obligation=ObligationRef.of(obligation),
            unit=UnitRef.of(unit),
            milestones=[Matter.of(matter, unit, sight) for matter in matters],
        )


class CommitmentRef(Resource):
    """整改事项: a ledger entry that someone must finish."""

    id: int
    code: str
    report_year: int
    report_id: int
    kind: Literal["problem", "measure"]
    text: str
    heading: str = Field(description="channels 拓宽渠道，content 丰富内容，mechanisms 完善机制")
    classes: list[str]

    @classmethod
    def of(cls, commitment: tables.Commitment) -> "CommitmentRef":
        """Show a commitment."""
        return cls(**commitment.model_dump(include=set(cls.model_fields)))


class ChecklistItem(Resource):
    """One item of a checklist."""

    id: int
    checklist_id: int
    commitment_id: int
    ordinal: int
    what: str = Field(description="做什么")
    proof: str = Field(description="怎样证明")
    by_when: date
    owner: str
    ticked_at: datetime | None
    evidence: str
    note: str
    version: int = Field(description="勾选时原样带回")

    @classmethod
    def of(cls, item: tables.ChecklistItem) -> "ChecklistItem":
        """Show an item."""
        return cls(**item.model_dump(include=set(cls.model_fields)), version=item.row_version)


class Reply(Resource):
    """What was done on a matter."""

    at: datetime
    act: str
    via: str = Field(description="session 网页，link 邮件链接，api 接口，system 系统")
    who: str = Field(description="经办人；接口办理的为空")
    token_id: int | None = Field(description="经接口办理时的令牌编号")
    item_id: int | None
    note: str
    evidence: str

    @classmethod
    def of(cls, reply: tables.Reply, who: tables.Contact | None) -> "Reply":
        """Show what was done."""
        return cls(**reply.model_dump(include=set(cls.model_fields)), who=who.name if who else "")


class MatterPage(Resource):
    """督办事项 with everything one needs to answer it."""

    matter: Matter
    obligation: ObligationRef | None
    commitment: CommitmentRef | None
    items: list[ChecklistItem]
    sign_offs: list[PaperShown] = Field(description="签收：事项本身在前，其后是各张督办单")
    history: list[Reply]

    @classmethod
    def of(cls, dossier: Dossier, sight: Sight) -> "MatterPage":
        """Show a matter's dossier."""
        obligation, commitment = dossier.obligation, dossier.commitment
        return cls(
            matter=Matter.of(dossier.matter, dossier.unit, sight),
            obligation=ObligationRef.of(obligation) if obligation else None,
            commitment=CommitmentRef.of(commitment) if commitment else None,
            items=[ChecklistItem.of(item) for item in dossier.items],
            sign_offs=[PaperShown.of(paper) for paper in dossier.sign_offs.papers],
            history=[Reply.of(reply, who) for reply, who in dossier.replies],
        )
