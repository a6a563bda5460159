"""Reminders: what will be sent, and what was sent with the mail server's answer."""

from datetime import date, datetime
from typing import Literal

from pydantic import Field

from server.api.schemas.common import Asked, Day, PageQuery, Resource, UnitRef
from server.db.queries.mail_ledger import LineRow, MailRow
from server.db.tables import MessageEvent

MessageState = Literal["queued", "leased", "sent", "uncertain", "dead", "cancelled"]


class ForecastQuery(Asked):
    """Which days."""

    first: Day | None = Field(None, alias="from", description="起始日期，默认今天")
    last: Day | None = Field(None, alias="to", description="截止日期，默认起始日期后 30 天")


class Forecast(Resource):
    """One reminder that somebody will get: the JSON of `duban forecast`."""

    on: date
    recipient: str
    email: str
    role: str
    unit_id: int
    unit: str
    matter_id: int
    matter: str
    due_on: date
    policy: str
    stage: str
    rung: int
    on_behalf_of: str = Field(description="外出的人：收件人代其接收；没有则为空")
    held: bool = Field(description="true 表示待人放行或签发之后才发")
    why: str


class ForecastList(Resource):
    """All reminders of the days asked for."""

    first: date
    last: date
    items: list[Forecast]
    complete: bool = Field(description="false 表示条数过多已截断，请缩短日期范围")


class MessageQuery(PageQuery):
    """Which mails."""

    state: MessageState | None = None
    kind: str = Field("", max_length=20, description="邮件类别")


class Message(Resource):
    """邮件: one mail to one person, and what became of it."""

    id: int
    kind: str
    recipient: str
    address: str
    unit: UnitRef
    subject: str
    state: MessageState
    lines: int = Field(description="其中的提醒条数")
    created_at: datetime
    sent_at: datetime | None
    uncertain_count: int
    reply: str = Field(description="邮件服务器的最后答复")

    @classmethod
    def of(cls, row: MailRow) -> "Message":
        """Show a mail."""
        held = row.message.model_dump(include=set(cls.model_fields))
        return cls(**held, recipient=row.contact.name, unit=UnitRef.of(row.unit), lines=row.lines)


class MessageLine(Resource):
    """提醒: one line of a mail."""

    matter_id: int
    matter: str
    stage: str
    scheduled_on: date
    due_on: date
    outcome: str

    @classmethod
    def of(cls, row: LineRow) -> "MessageLine":
        """Show a line."""
        return cls(
            matter_id=row.matter.id,
            matter=row.matter.title,
            stage=row.reminder.stage,
            scheduled_on=row.reminder.scheduled_on,
            due_on=row.matter.due_on,
            outcome=row.reminder.outcome,
        )


class Event(Resource):
    """What happened to a mail."""

    at: datetime
    kind: str
    stage: str
    code: int | None
    detail: str

    @classmethod
    def of(cls, event: MessageEvent) -> "Event":
        """Show an event."""
        return cls(**event.model_dump(include=set(cls.model_fields)))


class MessagePage(Resource):
    """邮件 with its lines and events; its text stays with the recipient."""

    message: Message
    lines: list[MessageLine]
    events: list[Event]
