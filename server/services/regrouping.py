"""Regrouping a report's entries: split one, merge two, say which problems a measure answers."""

from collections.abc import Iterable
from datetime import datetime

from sqlmodel import Session

from server.db.queries import reports as queries
from server.db.tables import Entry, EntryPair, Report
from server.errors import InvalidInput
from server.services.audit import Actor
from server.services.entries import BY_PERSON, renumber
from server.services.review import KINDS, ensure_fresh, ensure_open, record_act

EDGES = " 　\t\n；;，,、。"


def split(
    session: Session,
    report: Report,
    entry: Entry,
    at: int,
    *,
    version: int,
    actor: Actor,
    now: datetime,
) -> Entry:
    """Cut an entry in two at a place of the source text; return the second half."""
    ensure_open(report)
    ensure_fresh(entry, version)
    first, second = report.text[entry.start : at], report.text[at : entry.end]
    if not (first.strip(EDGES) and second.strip(EDGES)):
        raise InvalidInput(
            f"拆分位置应在这一条的原文之内（{entry.start + 1} 至 {entry.end - 1}），"
            "请在原文中把光标放在拆分处。",
            {"at": "拆分位置不在这一条之内"},
        )
    end = entry.end
    _take(report, entry, entry.start, at)
    half = Entry(
        report_id=report.id,
        kind=entry.kind,
        ordinal=0,
        start=at,
        end=end,
        text="",
        classes=list(entry.classes),
        heading=entry.heading,
        origin="person",
        state="accepted",
    )
    _take(report, half, at, end)
    session.add(half)
    _finish(session, report, entry, "split", actor, now)
    return half


def merge(
    session: Session, report: Report, entry: Entry, *, version: int, actor: Actor, now: datetime
) -> None:
    """Take the next entry of the same kind into this one; the other is dropped, not lost."""
    ensure_open(report)
    ensure_fresh(entry, version)
    other = _following(session, report, entry)
    joined = f"{entry.text.rstrip(EDGES)}；{other.text}"
    entry.classes = list(dict.fromkeys([*entry.classes, *other.classes]))
    apart = not other.end or report.text[entry.end : other.start].strip(EDGES)
    if apart:  # or added without a place in the text
        entry.text = joined
    else:
        _take(report, entry, entry.start, max(entry.end, other.end))
    for pair in queries.pairs(session, report.id):
        _hand_over(session, pair, entry, other)
    other.state = "dropped"
    other.row_version += 1
    _finish(session, report, entry, "merge", actor, now)


def set_answered(
    session: Session,
    report: Report,
    measure: Entry,
    problem_ids: Iterable[int],
    *,
    actor: Actor,
    now: datetime,
) -> None:
    """Say which problems of the report a measure answers; what was said before is replaced."""
    ensure_open(report)
    wanted = set(problem_ids)
    entries = {entry.id: entry for entry in queries.entries(session, report.id)}
    if any(number not in entries or entries[number].kind != "problem" for number in wanted):
        raise InvalidInput("对应的问题已不存在，请刷新页面后重选。", {"answers": "请重选"})
    before = {
        pair.problem_id: pair.reason
        for pair in queries.pairs(session, report.id)
        if pair.measure_id == measure.id
    }
    if wanted == before.keys():
        return
    queries.forget_pairs(session, measure_id=measure.id)
    for number in wanted:
        reason = before.get(number, BY_PERSON)
        session.add(EntryPair(problem_id=number, measure_id=measure.id, reason=reason))
    answers = sorted(wanted)
    record_act(session, report, measure, "pair", actor, now, answers=answers)


def _take(report: Report, entry: Entry, start: int, end: int) -> None:
    """Give an entry a stretch of the source, without the marks and blanks around it."""
    words = report.text[start:end]
    entry.start = start + len(words) - len(words.lstrip(EDGES))
    entry.end = start + len(words.rstrip(EDGES))
    entry.text = report.text[entry.start : entry.end]


def _following(session: Session, report: Report, entry: Entry) -> Entry:
    same = [
        each
        for each in queries.entries(session, report.id)
        if each.kind == entry.kind and each.state != "dropped"
    ]
    after = same[same.index(entry) + 1 :] if entry in same else []
    if not after:
        raise InvalidInput(f"后面没有可以合并的{KINDS[entry.kind]}。请在要合并的前一条上操作。")
    return after[0]


def _hand_over(session: Session, pair: EntryPair, entry: Entry, other: Entry) -> None:
    if other.id not in (pair.problem_id, pair.measure_id):
        return
    problem = entry.id if pair.problem_id == other.id else pair.problem_id
    measure = entry.id if pair.measure_id == other.id else pair.measure_id
    session.delete(pair)
    if session.get(EntryPair, (problem, measure)) is None:
        session.add(EntryPair(problem_id=problem, measure_id=measure, reason=pair.reason))


def _finish(
    session: Session, report: Report, entry: Entry, act: str, actor: Actor, now: datetime
) -> None:
    entry.state = "accepted"
    entry.row_version += 1
    session.flush()  # numbering reads the new places and states
    renumber(session, report)
    record_act(session, report, entry, act, actor, now)
