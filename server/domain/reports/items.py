"""Blocks -> the problems and measures of a report, as drafts in text order."""

import re
from collections.abc import Iterator, Sequence

from server.domain.reports.blocks import Block, blocks
from server.domain.reports.clauses import Clause, clauses
from server.domain.reports.cues import (
    Cue,
    inner_turn,
    leads_to_measures,
    leads_to_problems,
    turn_length,
)
from server.domain.reports.parsed import Role
from server.domain.reports.polarity import complains, plans, polarity
from server.domain.reports.prose import Draft, prose_items

_ASPECT = re.compile(r"(?:在)?[^,。;]{2,16}方面(?:的?问题)?")
_ANSWERED = re.compile(
    r"针对([^,。;]{4,60}?)(?:等)?(?:的)?(?:问题|现象|情况|现状|不足|短板|困难)[,:]\s*"
)


def read_part(
    text: str, start: int, end: int, role: Cue | None, report_year: int | None
) -> list[Draft]:
    """Return the items of one problem part of normalised text, in text order."""
    return list(_drafts(text, clauses(text, start, end, report_year), role))


def _drafts(text: str, found: Sequence[Clause], role: Cue | None) -> Iterator[Draft]:
    carried: Cue | None = None
    for block in blocks(found, role):
        start = block.role if block.labelled else (carried or block.role)
        prose, announced = prose_items(text, block.prose, start)
        if not block.items:
            carried = announced
            yield from prose
            continue
        carried = yield from _with_list(text, block, prose, announced)


def _with_list(
    text: str, block: Block, prose: list[Draft], announced: Cue | None
) -> Iterator[Draft]:
    """Yield the drafts of a block with a list; return the role that goes on after it."""
    hint = _hint(block, announced)
    role, confidence, reason = _list_role(block, hint)
    if role == "past":
        return "past"
    yield from (draft for draft in prose if draft.role != role and not _repeated(draft, block))
    for item in block.items:
        yield from _item(text, item, role, confidence, reason)
    return role


def _repeated(draft: Draft, block: Block) -> bool:
    """A summing-up before the list is no item; nor is a sentence that the list takes up."""
    return draft.sums_up or bool(
        block.prose and block.prose[-1].stop == ":" and draft.end == block.prose[-1].end
    )


def _hint(block: Block, announced: Cue | None) -> Cue | None:
    if not block.prose:
        return announced
    last = block.prose[-1]
    if last.cue in {"measure", "past"} or announced == "past":
        return last.cue or announced
    if leads_to_problems(last.text) and not plans(last.text):
        return "problem"
    if leads_to_measures(last.text) and polarity(last.text) == "measure":
        return "measure"
    return announced


def _list_role(block: Block, hint: Cue | None) -> tuple[Cue, float, str]:
    """Return the list's role with confidence and reason: announced words against its own verbs."""
    votes = [vote for item in block.items if (vote := _vote(item))]
    problems, measures = votes.count("problem"), votes.count("measure")
    if hint == "past":
        return "past", 1.0, ""
    if hint in {"problem", "measure"}:
        against = measures if hint == "problem" else problems
        if (
            against == len(block.items)
            and against > 1
            and not (block.labelled and hint == "measure")
        ):
            return (
                ("measure" if hint == "problem" else "problem"),
                0.55,
                "内容与引语不一致，按内容判断",
            )
        return hint, 0.95 if not against else 0.8, "引语或小标题标明"
    if problems >= measures and problems:
        return "problem", 0.85 if not measures else 0.65, "按句式判断为问题"
    return "measure", 0.8 if measures else 0.5, "按句式判断为措施"


def _vote(item: Sequence[Clause]) -> str | None:
    first = item[0]
    if first.cue in {"problem", "measure"}:
        return first.cue
    verdict = polarity(first.text)
    return verdict if verdict in {"problem", "measure"} else _body_vote(item)


def _body_vote(item: Sequence[Clause]) -> str | None:
    verdicts = (polarity(clause.text) for clause in item[1:])
    return next((verdict for verdict in verdicts if verdict in {"problem", "measure"}), None)


def _item(
    text: str, item: Sequence[Clause], role: Cue, confidence: float, reason: str
) -> Iterator[Draft]:
    """Yield one draft, or several where a label holds marked items or the item turns."""
    if _only_labels(item):
        yield from _drafts(text, item[1:], role)
        return
    part: list[Clause] = []
    current: Role = "measure" if role == "measure" else "problem"
    if item[0].cue in {"problem", "measure"}:
        current = item[0].cue  # type: ignore[assignment]  # narrowed by the test above
    for clause in item:
        turned = _turned(clause, current, first=clause is item[0])
        if turned and turned != current:
            yield from _cut(part, current, confidence, reason, item[0].start)
            part, current = [], turned
        if not clause.label:
            part.append(clause)
    yield from _cut(part, current, confidence, reason, item[0].start)


def _turned(clause: Clause, current: Role, *, first: bool) -> Role | None:
    if clause.label in {"problem", "measure"}:
        return clause.label  # type: ignore[return-value]  # narrowed by the test above
    if first:
        return None
    if clause.cue in {"problem", "measure"}:
        return clause.cue  # type: ignore[return-value]  # narrowed by the test above
    if current == "problem" and plans(clause.text) and not complains(clause.text):
        return "measure"
    return None


def _only_labels(item: Sequence[Clause]) -> bool:
    head = item[0]
    titled = bool(_ASPECT.fullmatch(head.text)) or head.label is not None
    return titled and any(clause.mark for clause in item[1:])


def _cut(
    part: Sequence[Clause], role: Role, confidence: float, reason: str, group: int
) -> Iterator[Draft]:
    """Yield the draft of these clauses, cut once more where one sentence turns after a comma."""
    if not part:
        return
    start, end = part[0].start, part[-1].end
    turn = _turn_inside(part) if role == "problem" else None
    if turn is None:
        yield Draft(role, start, end, confidence, reason, group=group)
        return
    clause, place = turn
    stop = clause.start + len(clause.text[:place].rstrip(",; "))
    yield Draft(role, start, stop, confidence, reason, group=group)
    after = clause.start + place + turn_length(clause.text[place:])
    yield Draft("measure", after, end, confidence, "同条转折后的承诺", group=group)


def _turn_inside(part: Sequence[Clause]) -> tuple[Clause, int] | None:
    for clause in part:
        place = inner_turn(clause.text)
        if place is not None and complains(clause.text[:place]):
            return clause, place
    return None


def answered_problems(text: str, measures: Sequence[Draft]) -> Iterator[Draft]:
    """Yield the problems that are named only in 「针对…的问题，」 of a measure, and the rest of it.

    For reports that state no problem elsewhere; a measure without that opening is yielded as is.
    """
    for draft in measures:
        found = _ANSWERED.match(text, draft.start, draft.end)
        if found is None or not complains(found[1]):
            yield draft
            continue
        yield Draft("problem", *found.span(1), draft.confidence, "仅在措施中提到的问题")
        yield Draft("measure", found.end(), draft.end, draft.confidence, draft.reason)
