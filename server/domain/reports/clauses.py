"""The problem part of a report as clauses: sentences with mark, label, cue and where they begin."""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from server.domain.reports.cues import (
    Cue,
    announced_cue,
    colon_cue,
    heading_cue,
    label_cue,
    label_prefix,
    lead_cue,
    plain_label,
    speaks_of_last_year,
    turn_length,
    turns,
)
from server.domain.reports.enumerators import Mark
from server.domain.reports.leads import speaks_specifically
from server.domain.reports.learned import UNLEARNED, Learned
from server.domain.reports.lines import Piece, pieces
from server.domain.reports.roles import lean
from server.domain.reports.topics import is_title, topic_of

_SHORT_TITLE = 10
_SIBLING = 10
_LONGEST_TITLE = 24
_LONGEST_LEAD = 60
_ASPECT_LABEL = re.compile(r"[^,。;:\n]{2,16}(?:方面|层面|环节):\s*(?=\S)")
_ALSO = re.compile(r"(?:同时|此外|另外|再有|还有|与此同时)[,:]\s*")
_LOST = re.compile(
    "是(?:加|健|提|完|强|规|深|拓|优|落|建|开|丰|扩|抓|进一步|[^,。;]{1,12}(?:不|待|缺|欠))"
)
"""How an item begins whose 一 of 一是 was lost."""
_REGION: dict[str, Cue] = {
    "problem": "problem",
    "measure": "measure",
    "both": "both",
    "rectified": "past",
}


@dataclass(frozen=True, slots=True)
class Clause:
    """A sentence or semicolon clause.

    `label` is set when it is nothing but a label; `cue` when its opening words changed the role;
    `start` is after a label with colon or, in an unmarked clause, after a closed turn phrase;
    `told` says that a label with colon stood before it; `lean` is what the learned weights say.
    """

    start: int
    end: int
    mark: Mark | None
    opens: bool
    closes: bool
    stop: str
    text: str
    label: Cue | None = None
    cue: Cue | None = None
    full: str = ""
    told: bool = False
    lean: float = 0.0

    @property
    def family(self) -> str | None:
        """The family of its mark."""
        return self.mark.family if self.mark else None


def clauses(
    text: str, start: int, end: int, report_year: int | None, roles: Learned = UNLEARNED
) -> list[Clause]:
    """Return the clauses of text[start:end], each with the lean that `roles` gives it."""
    pieces_ = with_lost_numerals(text, start, end)
    clauses_ = [_clause(text, piece, report_year) for piece in pieces_]
    parted = [part for clause in clauses_ for part in _split_lead(clause, report_year)]
    found = _numbered_labels(list(_split_labels(parted)))
    following: list[Clause | None] = [*found[1:], None]
    headed = [_headed(clause, after) for clause, after in zip(found, following, strict=False)]
    return [replace(one, lean=lean(one.text, roles)) for one in _with_siblings(headed)]


def _split_labels(found: Sequence[Clause]) -> Iterator[Clause]:
    """Yield a marked label (（一）主要问题：…；…) apart from its text, where each role has but one.

    Several marked labels of one role are items, each with its own label.
    """
    often = Counter(clause.cue for clause in found if clause.told and clause.mark)
    for clause in found:
        if clause.told and clause.mark and often[clause.cue] == 1:
            yield replace(clause, end=clause.start, closes=False, stop=":", label=clause.cue)
            yield replace(clause, mark=None, opens=False, cue=None, told=False)
        else:
            yield clause


def _split_lead(clause: Clause, report_year: int | None) -> Iterator[Clause]:
    """Yield 「仍有不足：A；」 as lead and A: what stands beside B and C is no part of A alone."""
    colon = clause.text.find(":", 0, _LONGEST_LEAD)
    lead = clause.text[: max(colon, 0)]
    siblings = clause.stop == ";" and clause.mark is None and not clause.label
    if not lead or not siblings or speaks_specifically(lead) or clause.cue == "past":
        yield clause
        return
    place = clause.start + colon + 1
    if cue := clause.cue or lead_cue(lead, report_year):
        yield replace(
            clause, end=place - 1, closes=False, stop=":", text=lead, full=lead, label=cue
        )
    text = clause.text[colon + 1 :]
    yield replace(
        clause,
        start=place,
        opens=clause.opens and not cue,
        cue=None,
        told=False,
        text=text,
        full=text,
    )


def _numbered_labels(found: Sequence[Clause]) -> list[Clause]:
    """Make marks of the labels that open paragraphs where one comes again (问题一：… 问题二：…)."""
    often = Counter(clause.cue for clause in found if _opens_told(clause))
    if not any(times > 1 for times in often.values()):
        return list(found)
    return [
        replace(clause, mark=Mark("told", None, clause.start, clause.start))
        if _opens_told(clause)
        else clause
        for clause in found
    ]


def _opens_told(clause: Clause) -> bool:
    return clause.told and clause.opens and clause.mark is None


def _headed(clause: Clause, after: Clause | None) -> Clause:
    """Make a label of a marked title that only opens a list of another family (问题清单)."""
    opens_list = after is not None and after.opens and after.mark is not None
    if not opens_list or clause.label or clause.mark is None or not clause.closes:
        return clause
    other = after is not None and after.family != clause.family
    cue = (heading_cue(clause.text) or announced_cue(clause.text)) if other else None
    return replace(clause, label=cue) if cue else clause


def _with_siblings(found: Sequence[Clause]) -> Iterator[Clause]:
    """Make a label of the short title that follows a label in its numbering (二、提升路径)."""
    last: Clause | None = None
    for place, clause in enumerate(found):
        if last is not None and _follows(clause, last) and place + 1 < len(found):
            role: Cue = "measure" if last.label == "problem" else "problem"
            last = replace(clause, label=role)
            yield last
            continue
        if clause.label and clause.mark:
            last = clause
        yield clause


def _follows(clause: Clause, label: Clause) -> bool:
    mark, before = clause.mark, label.mark
    if mark is None or before is None or clause.label or clause.told or not clause.closes:
        return False
    short = len(clause.text) <= _SIBLING and "," not in clause.text
    after = mark.family == before.family and mark.ordinal == (before.ordinal or 0) + 1
    return after and short and clause.opens and label.label in {"problem", "past"}


def with_lost_numerals(text: str, start: int, end: int) -> Iterator[Piece]:
    """Give back the mark to 「是加强…」 where an upload lost the numeral of 二是."""
    every = pieces(text, start, end)
    lost_all = sum(piece.mark is None and bool(_LOST.match(text, piece.start)) for piece in every)
    listing, sides = lost_all > 1, False
    family = "side"
    for piece in every:
        sides = (sides and not piece.opens) or (
            piece.mark is not None and piece.mark.family in {"side", "first"}
        )
        family = piece.mark.family if piece.mark else family
        goes_on = not piece.opens or text[piece.start] == "是"
        listing = (
            lost_all > 1
            or (listing and goes_on)
            or (piece.mark is not None and piece.mark.family == "is")
        )
        lost = listing and piece.mark is None and text[piece.start] == "是"
        if (
            sides
            and piece.mark is None
            and not piece.opens
            and (found := _ALSO.match(text, piece.start, piece.end))
        ):
            mark = Mark(family, 8, piece.start, found.end())
            yield Piece(found.end(), piece.end, mark, piece.opens, piece.closes, piece.stop)
        elif lost:
            mark = Mark("is", None, piece.start, piece.start + 1)
            yield Piece(piece.start + 1, piece.end, mark, piece.opens, piece.closes, piece.stop)
        else:
            yield piece


def _clause(text: str, piece: Piece, report_year: int | None) -> Clause:
    aspect = _ASPECT_LABEL.match(text, piece.start, piece.end)
    if aspect and not label_prefix(piece.text(text)):
        piece = replace(piece, start=aspect.end())
    content = piece.text(text)
    label = _label(content, piece, report_year)
    if label:
        return _made(piece, piece.start, content, label=label)
    if speaks_of_last_year(content, report_year):
        return _made(piece, piece.start, content, cue="past")
    if _leads(piece) and (cue := lead_cue(content, report_year)):
        return _made(piece, piece.start, content, label=cue)
    if prefix := label_prefix(content):
        return _made(piece, piece.start + prefix[1], content, cue=prefix[0], told=True)
    if turns(content, report_year):
        skip = 0 if piece.mark else turn_length(content, report_year)
        return _made(piece, piece.start + min(skip, len(content) - 1), content, cue="measure")
    return _made(piece, piece.start, content)


def _leads(piece: Piece) -> bool:
    """Say whether a piece can only lead to what follows: it has no mark and ends in a colon."""
    return piece.mark is None and piece.stop == ":"


def _label(content: str, piece: Piece, report_year: int | None) -> Cue | None:
    """Return the label's role when the piece stands alone as one."""
    cut_by_mark = not piece.stop and not piece.closes
    if not (
        cut_by_mark or piece.stop == ":" or piece.closes or (piece.mark and piece.stop == "。")
    ):
        return None
    if cut_by_mark and turn_length(content + ",", report_year) > len(content):
        return "measure"
    bare = content.rstrip("。:! ").strip("【】[]《》“”")
    if cue := label_cue(bare):
        return cue
    if piece.stop == ":" and len(bare) <= _SHORT_TITLE and (cue := colon_cue(bare)):
        return cue
    if (piece.stop == ":" or (piece.closes and not piece.stop)) and (cue := plain_label(bare)):
        return cue
    topic = (
        topic_of(bare)
        if piece.mark and "," not in bare and len(bare) <= _LONGEST_TITLE and is_title(bare)
        else None
    )
    return _REGION[topic] if topic in {"both", "rectified"} else None


def _made(
    piece: Piece,
    start: int,
    content: str,
    *,
    label: Cue | None = None,
    cue: Cue | None = None,
    told: bool = False,
) -> Clause:
    return Clause(
        start=start,
        end=piece.end,
        mark=piece.mark,
        opens=piece.opens,
        closes=piece.closes,
        stop=piece.stop,
        text=content[start - piece.start :],
        label=label,
        cue=cue,
        full=content,
        told=told,
    )
