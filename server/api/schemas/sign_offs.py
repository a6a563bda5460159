"""Signatures (签收): who signed for a matter or a slip, and who was told and did not."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from server.api.schemas.common import PageQuery, Resource, UnitRef
from server.db.queries.sign_offs import Signature, SignRow
from server.domain.reminders import stage_title
from server.services.sign_offs import Paper, slip_title

Via = Literal["session", "link", "api", "system"]
VIA = "session 登录办理，link 邮件链接，api 其他系统，system 系统"


class SignOffQuery(PageQuery):
    """Which signatures."""

    kind: Literal["reminder", "slip"] = Field("reminder", description="提醒，或督办单")
    state: Literal["signed", "unsigned"] | None = Field(
        None, description="unsigned 只含尚未办结的事项"
    )
    words: str = Field("", max_length=60, description="单位或联系人的名称含有")


class SignOff(Resource):
    """签收: one person who was told of a matter or sent a slip, and whether they signed."""

    unit: UnitRef
    contact_id: int
    contact: str
    matter_id: int
    matter: str
    due_on: date
    told_of: str = Field(description="哪一次提醒，或督办单的字号")
    told_at: datetime | None = Field(description="邮件送出的时间")
    signed_at: datetime | None = Field(description="本人签收的时间；未签收为 null")
    via: Via | None = Field(description=VIA)
    colleague: str | None = Field(description="本人未签收而同单位已有人签收的，是谁")

    @classmethod
    def of(cls, row: SignRow) -> "SignOff":
        """Show one line."""
        return cls(
            unit=UnitRef.of(row.unit),
            contact_id=row.contact.id,
            contact=row.contact.name,
            matter_id=row.matter.id,
            matter=row.matter.title,
            due_on=row.matter.due_on,
            told_of=slip_title(row.slip) if row.slip else stage_title(row.stage),
            told_at=row.told_at,
            signed_at=row.signed_at,
            via=row.via,
            colleague=row.colleague if row.signed_at is None else None,
        )


class SignatureShown(Resource):
    """One signature."""

    who: str = Field(description="签收人；其他系统签收的为空")
    at: datetime
    via: Via = Field(description=VIA)

    @classmethod
    def of(cls, signature: Signature) -> "SignatureShown":
        """Show a signature."""
        via: Via = signature.via  # type: ignore[assignment]  # the table holds it to these words
        return cls(who=signature.name or "", at=signature.at, via=via)


class PaperShown(Resource):
    """What is signed for: the matter under its present date, or a slip issued on it."""

    slip: str | None = Field(description="督办单的字号；null 表示事项本身（现在的时限）")
    signed: list[SignatureShown]
    waiting: list[str] = Field(description="尚未签收的联系人")

    @classmethod
    def of(cls, paper: Paper) -> "PaperShown":
        """Show a paper."""
        return cls(
            slip=slip_title(paper.slip) if paper.slip else None,
            signed=[SignatureShown.of(each) for each in paper.signed],
            waiting=[each.name for each in paper.waiting],
        )
