"""What a reminder mail says: all that one person is to be told in one slot."""

from server.db.queries.claims import Claimed
from server.db.queries.letters import Line
from server.domain.milestones import Milestone
from server.domain.reminders import Role
from server.rendering.contexts import ReminderLine, ReminderMail
from server.rendering.phrases import shortened
from server.services.scenes import Scene

MISSING = {
    Milestone.DRAFT: ("年度报告初稿和统计表",),
    Milestone.REVIEW: ("对审核意见的逐条答复",),
    Milestone.RESUBMISSION: ("修改后的年度报告",),
    Milestone.SIGN_OFF: ("分管领导签发",),
    Milestone.PUBLICATION: ("年度报告的公布网址",),
}


def reminder(scene: Scene, message: Claimed) -> tuple[ReminderMail, frozenset[int]]:
    """Return the mail of a message's pending reminders, and which reminders those are."""
    lines = scene.facts.lines[message.id]
    context = ReminderMail(
        recipient_name=scene.person.name,
        unit_name=scene.person.unit_name,
        lines=tuple(_line(scene, line) for line in _newest_of_each_matter(lines)),
        today=scene.today,
        office=scene.sign,
        ledger_url=scene.url("/"),
        supervising=Role(scene.person.role).at_office,
        late=any(line.late for line in lines),
    )
    return context, frozenset(line.reminder_id for line in lines)


def _newest_of_each_matter(lines: list[Line]) -> list[Line]:
    """Return one line a matter: after an outage two stages of it may be pending at once."""
    in_order = sorted(lines, key=lambda line: line.scheduled_on)
    return list({line.matter_id: line for line in in_order}.values())


def _line(scene: Scene, line: Line) -> ReminderLine:
    return ReminderLine(
        unit_name=line.unit_name,
        title=line.title,
        what=duty(line),
        due_on=line.due_on,
        statutory=line.statutory,
        provisional=line.provisional and not line.statutory,
        reading=scene.outlook.reading(line.due_on),
        source=line.source,
        missing=_missing(scene, line),
        next_step=scene.outlook.next_step(line.policy, line.due_on, line.rung),
        why=scene.why(line),
        link=scene.matter_url(line.matter_id),
    )


def duty(line: Line) -> str:
    """Return what is to be done, in one sentence."""
    if line.commitment_id:
        return f"落实{line.commitment_year}年度报告提出的事项：{line.commitment_text}"
    if line.milestone == Milestone.PUBLICATION:
        year = line.obligation_year or ""
        return f"公布{year}年度政府信息公开工作年度报告，并反馈公布网址。"
    return f"完成{line.title}。"


def _missing(scene: Scene, line: Line) -> tuple[str, ...]:
    if line.return_reason:
        return (f"按退回意见修改：{line.return_reason}",)
    if line.milestone:
        return MISSING[Milestone(line.milestone)]
    items = scene.facts.open_items.get(line.commitment_id or 0)
    if items is None:
        return ()
    shown = tuple(shortened(what, 60) for what in items.shown)
    more = items.total - len(shown)
    return (*shown, f"另有 {more} 项") if more > 0 else shown
