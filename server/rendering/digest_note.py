"""The weekly digest as a group reads it: the same facts as the mail, a line each."""

from collections.abc import Iterator

from server.domain.dates import chinese_date
from server.rendering.contexts import DigestLine, DigestList, DigestMail
from server.rendering.pages import word
from server.rendering.phrases import shortened

NAMED = 3
"""Matters named of each list; the rest are counted. WeCom takes 4,096 octets in all."""


def digest_title(mail: DigestMail) -> str:
    """Return the headline of a group's digest."""
    return f"【督办周报】{mail.unit_name}（{chinese_date(mail.today)}）"


def digest_text(mail: DigestMail) -> str:
    """Return the digest in lines of text, short enough for every platform."""
    return "\n".join(_lines(mail))


def _lines(mail: DigestMail) -> Iterator[str]:
    lights = "　".join(f"{band.symbol} {band.word} {count}" for band, count in mail.lights)
    yield f"未办事项：{lights}"
    if mail.empty:
        yield "本周没有需要报告的事项。"
    if mail.late.total:
        yield f"上周新增逾期 {mail.late.total} 件：{_named(mail.late)}"
    if mail.answered.total:
        yield f"上周反馈和办结 {mail.answered.total} 件：{_named(mail.answered, state=True)}"
    if mail.coming:
        shown = "；".join(_milestone(line) for line in mail.coming[:NAMED])
        yield f"到{chinese_date(mail.until)}为止的节点：{shown}{_more(len(mail.coming) - NAMED)}"
    if mail.promised.total:
        yield f"同期到期的整改事项 {mail.promised.total} 件：{_named(mail.promised)}"
    if mail.alone:
        names = shortened("、".join(mail.alone), 60)
        yield f"没有联系人的单位 {len(mail.alone)} 个：{names}"


def _named(told: DigestList, *, state: bool = False) -> str:
    shown = "；".join(_matter(line, state=state) for line in told.lines[:NAMED])
    return shown + _more(told.total - min(len(told.lines), NAMED))


def _matter(line: DigestLine, *, state: bool) -> str:
    said = word(line.state, "matter") if state else chinese_date(line.due_on)
    return f"{shortened(line.unit, 20)}“{shortened(line.title, 30)}”（{said}）"


def _milestone(line: DigestLine) -> str:
    return f"{chinese_date(line.due_on)} {shortened(line.title, 30)}：{shortened(line.unit, 40)}"


def _more(number: int) -> str:
    return f"；另有 {number} 件" if number > 0 else ""
