"""Acts on entries, remembered so that the last one can be taken back."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from sqlmodel import Session

from server.db.queries import acts as act_queries
from server.db.queries import reports as queries
from server.db.tables import Entry, EntryAct, EntryPair, Report
from server.errors import Conflict
from server.services.audit import Actor
from server.services.entries import renumber
from server.services.review import ensure_open, record_act

KEPT = ("kind", "start", "end", "text", "classes", "heading", "confidence", "state", "origin")
Pairs = dict[tuple[int, int], str]


@contextmanager
def remembered(
    session: Session, report: Report, action: str, actor: Actor, entry_id: int, *, now: datetime
) -> Iterator[None]:
    """Keep what the acts inside change, as one step; every act of a person on entries goes here.

    `entry_id` 0 means the entry that the act adds. Whatever a person changed counts as touched.
    """
    before, pairs = _entries(session, report), _pairs(session, report)
    yield
    session.flush()  # what was changed is compared with what stands there now
    now_held = {entry.id: entry for entry in queries.entries(session, report.id)}
    created = [number for number in now_held if number not in before]
    changed = [number for number in before if _differs(before[number], now_held[number])]
    after = _pairs(session, report)
    if not (created or changed or pairs != after):
        return
    for number in created + changed:
        now_held[number].touched = True
    at = entry_id or created[0]
    session.add(
        EntryAct(
            report_id=report.id,
            entry_id=at,
            action=action,
            actor_id=actor.contact_id,
            actor=actor.label,
            at=now,
            before=[before[number] for number in changed],
            after={
                str(n): now_held[n].row_version for n in dict.fromkeys([at, *created, *changed])
            },
            created=created,
            pairs_before=_gone(pairs, after),
            pairs_after=_gone(after, pairs),
        )
    )


def act_of(session: Session, report: Report, act_id: int) -> EntryAct:
    """Return an act on this report's entries that can still be taken back."""
    act = session.get(EntryAct, act_id)
    if act is None or act.report_id != report.id:
        raise Conflict("这一步已经撤销，或报告已被重新读取，不能再撤销。请刷新页面。")
    return act


def undo(session: Session, report: Report, act: EntryAct, actor: Actor, *, now: datetime) -> Entry:
    """Take an act back as a whole; refused when anything it touched has changed since.

    What the act added by hand stays visible as dropped. Returns the entry of the act.
    """
    ensure_open(report)
    held = {entry.id: entry for entry in queries.entries(session, report.id)}
    _ensure_unchanged(session, report, act, held)
    entry = held[act.entry_id]
    replaced = [_snapshot(held[snapshot["id"]]) for snapshot in act.before]
    _take_back_pairs(session, act)
    for snapshot in act.before:
        _restore(session, act, held[snapshot["id"]], snapshot)
    for number in act.created:
        _uncreate(session, act, held[number])
    session.flush()  # numbering reads the old places and states
    renumber(session, report)
    undone = {"undone": act.action, "replaced": replaced}
    record_act(session, report, entry, "undo", actor, now, **undone)
    session.delete(act)
    return entry


def _ensure_unchanged(
    session: Session, report: Report, act: EntryAct, held: dict[int, Entry]
) -> None:
    for number, version in act.after.items():
        entry = held.get(int(number))
        if entry is None or entry.row_version != version:
            words = f"（现为：{entry.text[:40]}）" if entry else ""
            raise Conflict(f"这一步之后条目又有改动{words}，没有撤销。请先看过现在的内容。")
    pairs = _pairs(session, report)
    gone = [pair for pair in act.pairs_after if (pair[0], pair[1]) not in pairs]
    back = [pair for pair in act.pairs_before if (pair[0], pair[1]) in pairs]
    known = {(pair[0], pair[1]) for pair in act.pairs_after}
    leaning = [pair for pair in pairs if {*pair} & {*act.created} and pair not in known]
    if gone or back or leaning:
        raise Conflict("这一步之后问题与措施的对应又有改动，没有撤销。请先看过现在的内容。")


def _take_back_pairs(session: Session, act: EntryAct) -> None:
    for problem, measure, _ in act.pairs_after:
        session.delete(session.get_one(EntryPair, (problem, measure)))
    for problem, measure, reason in act.pairs_before:
        session.add(EntryPair(problem_id=problem, measure_id=measure, reason=reason))


def _restore(session: Session, act: EntryAct, entry: Entry, snapshot: dict[str, Any]) -> None:
    for name in (*KEPT, "touched"):
        setattr(entry, name, snapshot[name])
    entry.row_version += 1
    # The act before this one may be taken back next: it finds the entry as it left it.
    for earlier in act_queries.of_report(session, act.report_id):
        if earlier.id < act.id and earlier.after.get(str(entry.id)) == snapshot["row_version"]:
            earlier.after = earlier.after | {str(entry.id): entry.row_version}


def _uncreate(session: Session, act: EntryAct, entry: Entry) -> None:
    if act.action == "add":
        entry.state = "dropped"
        entry.row_version += 1
    else:
        session.delete(entry)


def _entries(session: Session, report: Report) -> dict[int, dict[str, Any]]:
    return {entry.id: _snapshot(entry) for entry in queries.entries(session, report.id)}


def _snapshot(entry: Entry) -> dict[str, Any]:
    kept = {name: getattr(entry, name) for name in (*KEPT, "touched", "row_version")}
    return {"id": entry.id, **kept, "classes": list(entry.classes)}


def _differs(before: dict[str, Any], entry: Entry) -> bool:
    return any(before[name] != getattr(entry, name) for name in KEPT)


def _pairs(session: Session, report: Report) -> Pairs:
    pairs = queries.pairs(session, report.id)
    return {(pair.problem_id, pair.measure_id): pair.reason for pair in pairs}


def _gone(first: Pairs, second: Pairs) -> list[list[Any]]:
    return [[*pair, reason] for pair, reason in first.items() if pair not in second]
