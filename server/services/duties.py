"""What is to be done on a matter and what of it is not there yet, in the words of all channels."""

from server.db.queries.letters import OpenItems, Owed
from server.domain.milestones import Milestone
from server.rendering.phrases import shortened

MISSING = {
    Milestone.DRAFT: ("年度报告初稿和统计表",),
    Milestone.REVIEW: ("对审核意见的逐条答复",),
    Milestone.RESUBMISSION: ("修改后的年度报告",),
    Milestone.SIGN_OFF: ("分管领导签发",),
    Milestone.PUBLICATION: ("年度报告的公布网址",),
}


def duty(owed: Owed) -> str:
    """Return what is to be done, in one sentence."""
    if owed.commitment_id:
        return f"落实{owed.commitment_year}年度报告提出的事项：{owed.commitment_text}"
    if owed.milestone == Milestone.PUBLICATION:
        year = owed.obligation_year or ""
        return f"公布{year}年度政府信息公开工作年度报告，并反馈公布网址。"
    return f"完成{owed.title}。"


def missing(owed: Owed, items: OpenItems | None) -> tuple[str, ...]:
    """Return what is not there yet; empty when the matter as a whole is."""
    if owed.return_reason:
        return (f"按退回意见修改：{owed.return_reason}",)
    if owed.milestone:
        return MISSING[Milestone(owed.milestone)]
    if items is None:
        return ()
    shown = tuple(shortened(what, 60) for what in items.shown)
    more = items.total - len(shown)
    return (*shown, f"另有 {more} 项") if more > 0 else shown
