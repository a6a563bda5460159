"""What the reader found, kept as entries; reading again leaves alone what a person decided."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from sqlmodel import Session

from server.db.queries import reports as queries
from server.db.tables import Entry, EntryPair, Report
from server.domain.reports.parsed import Item, ParsedReport

BY_PERSON = "人工对应"
"""The reason of a pair that a person made."""


@dataclass(frozen=True, slots=True)
class _Placed:
    """For each item that was read (kind, ordinal) the entry that stands for it."""

    entries: dict[tuple[str, int], Entry] = field(default_factory=dict)
    new: set[int] = field(default_factory=set)
    """Ids of entries that were not there before this reading."""


def keep_reading(session: Session, report: Report, parsed: ParsedReport, old_text: str) -> None:
    """Bring a report's entries up to a new reading of its file.

    Untouched proposals follow the reader; what a person accepted, changed, added or dropped stays
    as it is and stands for what the reader finds at the same place.
    """
    held = queries.entries(session, report.id)
    _mark_decided(session, report, held)
    if old_text != report.text:
        for entry in held:
            _move(entry, old_text, report.text)
    placed = _place(session, report, parsed, held)
    standing = {entry.id for entry in placed.entries.values()}
    for entry in held:
        if not entry.touched and entry.id not in standing:
            session.delete(entry)
    session.flush()  # pairs of deleted entries are gone, numbering reads the new places
    _pair(session, report, parsed, placed)
    if held:
        renumber(session, report)


def renumber(session: Session, report: Report) -> None:
    """Give problems and measures their ordinals in order of the text; dropped ones get none."""
    counted = {"problem": 0, "measure": 0}
    for entry in queries.entries(session, report.id):
        if entry.state == "dropped":
            entry.ordinal = 0
        else:
            counted[entry.kind] += 1
            entry.ordinal = counted[entry.kind]


def _mark_decided(session: Session, report: Report, held: Sequence[Entry]) -> None:
    """A problem that a person named as answered is decided on, though nothing in it changed."""
    by_person = {
        pair.problem_id for pair in queries.pairs(session, report.id) if pair.reason == BY_PERSON
    }
    for entry in held:
        proposal = entry.state == "proposed" and entry.origin == "reader"
        entry.touched = entry.touched or not proposal or entry.id in by_person


def _move(entry: Entry, old: str, new: str) -> None:
    """Find an entry's words again where the text itself was decoded anew; else it has no place."""
    if not entry.end:
        return
    words = old[entry.start : entry.end]
    places = [at for at in _places(words, new) if at >= 0]
    start = min(places, key=lambda at: abs(at - entry.start), default=-1)
    entry.start, entry.end = (start, start + len(words)) if start >= 0 else (0, 0)
    entry.row_version += 1


def _places(words: str, text: str) -> Iterator[int]:
    at = text.find(words)
    while at >= 0:
        yield at
        at = text.find(words, at + len(words))


def _place(
    session: Session, report: Report, parsed: ParsedReport, held: Sequence[Entry]
) -> _Placed:
    placed, free = _Placed(), [entry for entry in held if not entry.touched]
    decided = [entry for entry in held if entry.touched]
    for kind, item in _items(parsed):
        entry = _exact(kind, item, held) or _decided(kind, item, decided)
        entry = entry or next((each for each in free if _overlaps(kind, item, each)), None)
        if entry is None:
            entry = _new(report, kind, item)
            session.add(entry)
            session.flush()  # pairs need the entry's id
            placed.new.add(entry.id)
        elif not entry.touched:
            _follow(entry, item)
            entry.row_version += 1
            free = [each for each in free if each is not entry]
        placed.entries[kind, item.ordinal] = entry
    return placed


def _items(parsed: ParsedReport) -> Iterator[tuple[str, Item]]:
    yield from (("problem", item) for item in parsed.problems)
    yield from (("measure", item) for item in parsed.measures)


def _exact(kind: str, item: Item, held: Sequence[Entry]) -> Entry | None:
    """Return the entry at exactly this place; of another kind only if a person says so."""
    here = [each for each in held if (each.start, each.end) == (item.start, item.end)]
    same = [each for each in here if each.kind == kind]
    return next(iter(same + [each for each in here if each.touched]), None)


def _decided(kind: str, item: Item, decided: Sequence[Entry]) -> Entry | None:
    """Return the decided entry that stands for an item: most of its words are in such entries.

    A proposal that a person narrowed stands for the whole; one without a place goes by its words.
    """
    same = [each for each in decided if each.kind == kind]
    inside = [each for each in same if _shared(item, each) > 0]
    narrowed = any(
        each.origin == "reader" and item.start <= each.start and each.end <= item.end
        for each in inside
    )
    covered = sum(_shared(item, each) for each in inside) * 2 >= item.end - item.start
    if inside and (covered or narrowed):
        return max(inside, key=lambda each: (each.state != "dropped", _shared(item, each)))
    return next((each for each in same if not each.end and each.text == item.text), None)


def _overlaps(kind: str, item: Item, entry: Entry) -> bool:
    longest = max(item.end - item.start, entry.end - entry.start)
    return entry.kind == kind and _shared(item, entry) * 2 > longest


def _shared(item: Item, entry: Entry) -> int:
    return min(item.end, entry.end) - max(item.start, entry.start)


def _new(report: Report, kind: str, item: Item) -> Entry:
    entry = Entry(
        report_id=report.id, kind=kind, ordinal=0, start=0, end=0, text="", classes=[], heading=""
    )
    _follow(entry, item)
    return entry


def _follow(entry: Entry, item: Item) -> None:
    entry.ordinal, entry.start, entry.end, entry.text = (
        item.ordinal,
        item.start,
        item.end,
        item.text,
    )
    entry.classes, entry.heading = list(item.classes), item.heading or ""
    entry.confidence = item.confidence


def _pair(session: Session, report: Report, parsed: ParsedReport, placed: _Placed) -> None:
    """Say again what answers what; of a decided measure only for problems that are new."""
    entries, standing = placed.entries, queries.pairs(session, report.id)
    untouched = {entry.id for entry in entries.values() if not entry.touched}
    for pair in standing:
        if pair.measure_id in untouched:
            session.delete(pair)
    session.flush()  # the same pair may be said again
    known = {(p.problem_id, p.measure_id) for p in standing if p.measure_id not in untouched}
    for said in parsed.pairs:
        problem = entries["problem", said.problem]
        for ordinal in said.measures:
            measure = entries["measure", ordinal]
            if not _answers(problem, measure, placed) or (problem.id, measure.id) in known:
                continue
            known.add((problem.id, measure.id))
            reason = "；".join(said.reasons)
            session.add(EntryPair(problem_id=problem.id, measure_id=measure.id, reason=reason))


def _answers(problem: Entry, measure: Entry, placed: _Placed) -> bool:
    if (problem.kind, measure.kind) != ("problem", "measure"):
        return False  # a person gave one of them another kind
    return not measure.touched or problem.id in placed.new
