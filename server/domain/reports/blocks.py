"""Clauses -> blocks: runs of prose and marked lists, each with what announced it."""

from bisect import bisect_right
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field

from server.domain.reports.clauses import Clause
from server.domain.reports.cues import Cue, answers_all, will
from server.domain.reports.polarity import polarity

_REPEATING = frozenset({"side", "first"})
_LONGEST_HEAD = 45


@dataclass(slots=True)
class Block:
    """A stretch of prose followed by a list (either may be empty) under one announced role."""

    role: Cue | None
    labelled: bool
    prose: list[Clause] = field(default_factory=list)
    items: list[list[Clause]] = field(default_factory=list)
    interleaved: bool = False
    fresh: bool = False


def blocks(clauses: Sequence[Clause], role: Cue | None) -> Iterator[Block]:
    """Yield the blocks of a problem part in order; every clause but labels is in one of them."""
    return _Reader(clauses, role).read()


class _Reader:
    """Walks the clauses once; lookahead is by index of the next mark of a family."""

    def __init__(self, clauses: Sequence[Clause], role: Cue | None) -> None:
        self.clauses = clauses
        self.role = role
        self.labelled = False
        self.fresh = True
        self.outer: set[str] = set()
        self.marks: dict[str, list[int]] = {}
        for index, clause in enumerate(clauses):
            if clause.mark:
                self.marks.setdefault(clause.mark.family, []).append(index)

    def read(self) -> Iterator[Block]:
        block, index = self._block(), 0
        while index < len(self.clauses):
            clause = self.clauses[index]
            if clause.label:
                yield block
                self._announce(clause)
                block, index = self._block(), index + 1
            elif clause.mark and self._opens_list(index):
                index = self._take_list(block, index)
                yield block
                block = self._block()
            else:
                block.prose.append(clause)
                index += 1
        yield block

    def _block(self) -> Block:
        fresh, self.fresh = self.fresh, False
        return Block(self.role, self.labelled, fresh=fresh)

    def _announce(self, clause: Clause) -> None:
        self.role = None if clause.label == "both" else clause.label
        self.labelled = self.role is not None
        self.fresh = True
        if clause.mark:
            self.outer.add(clause.mark.family)

    def _opens_list(self, index: int) -> bool:
        """A lone 最后 or 其次 in prose is no list; any other mark is."""
        clause = self.clauses[index]
        if clause.family == "first":
            following = self._next(index, "first")
            return (clause.mark is not None and clause.mark.ordinal == 1) and following is not None
        return True

    def _next(self, index: int, family: str) -> int | None:
        places = self.marks.get(family, [])
        place = bisect_right(places, index)
        return places[place] if place < len(places) else None

    def _take_list(self, block: Block, index: int) -> int:
        """Fill `block.items` with the list that opens at `index`; return where it ends."""
        first = self.clauses[index]
        family = first.family or ""
        self.outer.discard(family)
        block.items.append([first])
        ordinal = _number(first, 1)
        index += 1
        while index < len(self.clauses):
            clause = self.clauses[index]
            if clause.family == family or self._mixed(clause, family, ordinal):
                if _restarts(clause, ordinal) or clause.label:
                    break
                block.items.append([clause])
                ordinal = _number(clause, ordinal + 1)
            elif self._ends(block, index, family, ordinal):
                break
            else:
                block.items[-1].append(clause)
            index += 1
        return index

    def _mixed(self, clause: Clause, family: str, ordinal: int) -> bool:
        """Say whether a line goes on with the next number in another style (一是、 then （二）)."""
        mark = clause.mark
        if mark is None or not clause.opens or mark.ordinal != ordinal + 1 or clause.label:
            return False
        return (
            ordinal >= 1 and mark.family not in self.outer and self._no_first(mark.family, family)
        )

    def _no_first(self, other: str, family: str) -> bool:
        """A style that has a first number of its own is a list of its own."""
        firsts = (self.clauses[place].mark for place in self.marks.get(other, []))
        return other != family and not any(mark and mark.ordinal == 1 for mark in firsts)

    def _ends(self, block: Block, index: int, family: str, ordinal: int) -> bool:
        """Say whether the clause at `index`, not of the list's family, is past the list."""
        clause = self.clauses[index]
        going_on = self._goes_on(index, family, ordinal)
        if clause.family in self.outer or self._leads_on(block, index, going_on=going_on):
            return True
        if clause.label or clause.cue in {"measure", "problem", "past"}:
            return self._turns_away(block, clause, going_on=going_on)
        if not clause.mark and not going_on and will(clause.text) and _complaining(block):
            return not block.interleaved
        if clause.opens and not clause.mark and not going_on:
            return not _wants_body(block)
        return False

    def _leads_on(self, block: Block, index: int, *, going_on: bool) -> bool:
        """Say whether an unmarked lead-in (我局将：) opens a further list, not one in the item."""
        clause = self.clauses[index]
        if clause.mark or clause.stop != ":" or index + 1 == len(self.clauses):
            return False
        following, family = self.clauses[index + 1], block.items[0][0].family
        if following.label or following.mark is None:
            return False
        apart = not going_on and not block.interleaved and clause.label is not None
        return following.family == family or apart

    def _turns_away(self, block: Block, clause: Clause, *, going_on: bool) -> bool:
        if going_on:
            block.interleaved = True
            return False
        if clause.mark and not clause.label:
            return False
        return not block.interleaved or answers_all(clause.full)

    def _goes_on(self, index: int, family: str, ordinal: int) -> bool:
        """Say whether the list's next number comes after `index`."""
        following = self._next(index, family)
        if following is None:
            return False
        clause = self.clauses[following]
        if clause.mark is None or clause.mark.ordinal is None:
            return not self.clauses[index].opens and self.clauses[index].label is None
        if family in _REPEATING:
            return clause.mark.ordinal > 1
        return clause.mark.ordinal > ordinal and self._no_label_heading(index, following)

    def _no_label_heading(self, index: int, following: int) -> bool:
        """A next number that itself carries a label (二、改进措施) belongs to the level above."""
        return self.clauses[following].label is None or self.clauses[index].label is None


def _complaining(block: Block) -> bool:
    """Say whether the list is one of problems, by the sentence that opens it."""
    return polarity(block.items[0][0].text) == "problem"


def _number(clause: Clause, default: int) -> int:
    ordinal = clause.mark.ordinal if clause.mark else None
    return default if ordinal is None else ordinal


def _restarts(clause: Clause, last: int) -> bool:
    ordinal = clause.mark.ordinal if clause.mark else None
    if ordinal is None:
        return False
    if clause.family in _REPEATING:
        return ordinal == 1
    return ordinal <= last and (ordinal == 1 or clause.opens)


def _wants_body(block: Block) -> bool:
    """A title that stands alone on its line wants the paragraph after it."""
    item = block.items[-1]
    head = item[-1]
    short = len(head.text) <= _LONGEST_HEAD and (head.stop != "。" or "," not in head.text)
    if len(item) == 1 and head.closes and short:
        return True
    return len(block.items) > 1 and _has_body(block.items[-2]) and not _has_body(item)


def _has_body(item: Sequence[Clause]) -> bool:
    return any(clause.opens for clause in item[1:])
