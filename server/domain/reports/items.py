"""Blocks -> the problems and measures of a report, as drafts in text order."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from server.domain.reports.blocks import Block, blocks
from server.domain.reports.clauses import Clause, clauses
from server.domain.reports.cues import (
    Cue,
    after_but,
    has_begun,
    inner_turn,
    sets_out,
    turn_length,
)
from server.domain.reports.drafts import Draft
from server.domain.reports.leads import leads_to_measures, leads_to_problems, only_sums_up
from server.domain.reports.learned import UNLEARNED, Learned
from server.domain.reports.parsed import Role
from server.domain.reports.polarity import complains, plans, polarity
from server.domain.reports.prose import prose_items
from server.domain.reports.roles import weighed
from server.domain.reports.ruled import ruled_items

_ASPECT = re.compile(r"(?:在)?[^,。;]{2,18}(?:方面|上|环节|层面|领域|维度)(?:的?(?:问题|不足))?")
_SHORTEST_PROBLEM = 6
_ALL = re.compile("(?:对|对于)?(?:以上|上述|这些)(?:问题|不足|情况)")
_CLOSING = re.compile(
    "(?:通过|经过)(?:以上|上述|这些)|总之|综上|(?:以上|上述|这些)(?:措施|工作|任务|举措)"
    "|[^,。;]{2,8}将(?:以此|对照以上|按照以上|按照上述)"
)
"""How a sentence begins that closes a list of measures."""


@dataclass(frozen=True, slots=True)
class _Verdict:
    """The role of a list, how sure that is, and why."""

    role: Cue
    confidence: float
    reason: str


def read_part(
    text: str,
    start: int,
    end: int,
    role: Cue | None,
    report_year: int | None,
    roles: Learned = UNLEARNED,
) -> list[Draft]:
    """Return the items of one problem part of normalised text, in text order."""
    ruled = ruled_items(text, start, end)
    if ruled is None:
        return list(_drafts(text, clauses(text, start, end, report_year, roles), role))
    before = list(_drafts(text, clauses(text, start, ruled.start, report_year, roles), role))
    after = list(_drafts(text, clauses(text, ruled.end, end, report_year, roles), role))
    return [draft for draft in before if not draft.sums_up] + list(ruled.drafts) + after


def _drafts(text: str, found: Sequence[Clause], role: Cue | None) -> Iterator[Draft]:
    carried: Cue | None = None
    for block in blocks(found, role):
        start = block.role if block.labelled or block.fresh else (carried or block.role)
        prose, announced = prose_items(text, block.prose, start, labelled=block.labelled)
        if not block.items:
            carried = announced
            yield from prose
            continue
        if not block.labelled and (told := _told_in_one(block)):
            prose, carried = prose_items(text, [*block.prose, *told], start)
            yield from prose
            continue
        verdict = _list_role(block, _hint(block, announced))
        carried = verdict.role
        if verdict.role != "past":
            yield from _with_list(text, block, prose, verdict)


def _told_in_one(block: Block) -> list[Clause]:
    """Return the clauses of a lone marked paragraph that itself announces several problems."""
    first = block.items[0][0]
    lone = len(block.items) == 1 and not first.label and not first.told
    lists = lone and first.stop == ";" and leads_to_problems(first.text) and not plans(first.text)
    return [replace(first, mark=None), *block.items[0][1:]] if lists else []


def _with_list(text: str, block: Block, prose: list[Draft], verdict: _Verdict) -> Iterator[Draft]:
    """Yield the drafts of a block with a list: what the lead-in adds, then the items."""
    first = block.items[0][0].mark
    unnumbered = first is not None and first.ordinal == 2 and bool(prose)  # noqa: PLR2004  # the list starts at its second
    for place, draft in enumerate(prose):
        opening = unnumbered and place == len(prose) - 1 and draft.role == verdict.role
        alone = len(block.items) == 1 and not opening
        if opening or alone or (draft.role != verdict.role and not _repeated(draft, block)):
            yield draft
    for item in block.items:
        yield from _item(text, item, verdict)


def _repeated(draft: Draft, block: Block) -> bool:
    """A summing-up before the list is no item; nor is a sentence that the list takes up."""
    last = block.prose[-1]
    return draft.sums_up or (last.stop == ":" and draft.end == last.end)


def _hint(block: Block, announced: Cue | None) -> Cue | None:
    if not block.prose:
        return announced
    last = block.prose[-1]
    if last.cue in {"measure", "past"}:
        return last.cue
    if announced == "past":
        return None if last.stop == ":" else announced
    if leads_to_problems(last.text) and not plans(last.text):
        return "problem"
    if leads_to_measures(last.text) and polarity(last.text) == "measure":
        return "measure"
    return announced if plans(last.text) or not block.labelled else block.role


def _list_role(block: Block, hint: Cue | None) -> _Verdict:
    """Return the list's role: announced words held against its own verbs."""
    votes = [vote for item in block.items if (vote := _vote(item))]
    problems, measures = votes.count("problem"), votes.count("measure")
    if hint == "past":
        return _Verdict("past", 1.0, "")
    if hint in {"problem", "measure"}:
        against = measures if hint == "problem" else problems
        if against == len(block.items) and against > 1 and not block.labelled:
            return _Verdict(
                "measure" if hint == "problem" else "problem", 0.55, "内容与引语不一致，按内容判断"
            )
        return _Verdict(hint, 0.95 if not against else 0.8, "引语或小标题标明")
    if problems >= measures and problems:
        return _Verdict("problem", 0.85 if not measures else 0.65, "按句式判断为问题")
    return _Verdict("measure", 0.8 if measures else 0.5, "按句式判断为措施")


def _vote(item: Sequence[Clause]) -> str | None:
    first = item[0]
    if first.cue in {"problem", "measure"}:
        return first.cue
    verdict = weighed(polarity(first.text), first.lean)
    return verdict if verdict in {"problem", "measure"} else _body_vote(item)


def _body_vote(item: Sequence[Clause]) -> str | None:
    verdicts = (clause.cue or weighed(polarity(clause.text), clause.lean) for clause in item[1:])
    return next((verdict for verdict in verdicts if verdict in {"problem", "measure"}), None)


def _item(text: str, item: Sequence[Clause], verdict: _Verdict) -> Iterator[Draft]:
    """Yield one draft, or several where a label holds marked items or the item turns."""
    if item[0].cue == "past":
        return
    if _only_labels(item):
        yield from _drafts(text, item[1:], verdict.role)
        return
    body = item[1:] if len(item) > 1 and _is_aspect(item) else item
    part: list[Clause] = []
    answers = False
    current = _first_role(body[0], verdict)
    for clause in body:
        turned = _turned(clause, current, first=clause is body[0])
        if turned and turned != current:
            yield from _cut(part, current, verdict, item[0].start)
            part, current, answers = [], turned, turned == "measure"
        elif answers and clause.mark and part:
            yield from _cut(part, current, verdict, item[0].start)
            part = []
        if not clause.label:
            part.append(clause)
    yield from _cut(part, current, verdict, item[0].start)


def _is_aspect(item: Sequence[Clause]) -> bool:
    """Say whether an item opens with what it is about (公开内容方面。关于队伍 问题：), no more."""
    head = item[0]
    if complains(head.text):
        return False
    named = head.closes and len(item) > 1 and item[1].told and not head.told
    return named or bool(_ASPECT.fullmatch(head.text.rstrip("。")))


def _first_role(first: Clause, verdict: _Verdict) -> Role:
    """Return the role that an item begins with: its own label or turn, else the list's."""
    if first.told and first.cue in {"problem", "measure"}:
        return "problem" if first.cue == "problem" else "measure"
    if first.cue == "measure" and not complains(first.text):
        return "measure"
    return "measure" if verdict.role == "measure" else "problem"


def _turned(clause: Clause, current: Role, *, first: bool) -> Role | None:
    """Return the role that begins with this clause of an item, None where it goes on."""
    if clause.label in {"problem", "measure"}:
        return "problem" if clause.label == "problem" else "measure"
    if clause.told and clause.cue == "past" and current == "problem" and not first:
        return "measure"
    if first:
        return None
    if clause.cue in {"problem", "measure"}:
        return "problem" if clause.cue == "problem" else "measure"
    turns = plans(clause.text) or has_begun(clause.text) or sets_out(clause.text)
    return "measure" if current == "problem" and turns and not complains(clause.text) else None


def _only_labels(item: Sequence[Clause]) -> bool:
    head = item[0]
    titled = _is_aspect(item) or head.label is not None
    return titled and any(clause.mark and not clause.told for clause in item[1:])


def _cut(part: Sequence[Clause], role: Role, verdict: _Verdict, group: int) -> Iterator[Draft]:
    """Yield the draft of these clauses, cut once more where one sentence turns after a comma."""
    part = _without_closing(part)
    if not part:
        return
    start, end = part[0].start, part[-1].end
    if role == "problem":
        start += _praise_length(part[0].text)
    turn = _turn_inside(part) if role == "problem" else None
    if turn is None:
        yield Draft(role, start, end, verdict.confidence, verdict.reason, group=group)
        return
    clause, place = turn
    stop = clause.start + len(clause.text[:place].rstrip(",; —-"))
    yield Draft(role, start, stop, verdict.confidence, verdict.reason, group=group)
    after = clause.start + place + turn_length(clause.text[place:])
    yield Draft("measure", after, end, verdict.confidence, "同条转折后的承诺", group=group)


def _without_closing(part: Sequence[Clause]) -> Sequence[Clause]:
    """Return the clauses without a last one that looks back on all items (通过以上措施，…)."""
    while part and not part[-1].mark and _closes(part[-1].full):
        part = part[:-1]
    return part


def _closes(text: str) -> bool:
    return bool(_CLOSING.match(text)) or (bool(_ALL.match(text)) and only_sums_up(text))


def _praise_length(text: str) -> int:
    """Return how much of a problem's first sentence only praises what comes before 但."""
    but = after_but(text)
    return 0 if complains(text[:but]) else but


def _goes_before(text: str) -> bool:
    """Say whether what stands before a turn is a problem: the item is one unless it promises."""
    return complains(text) or (len(text) > _SHORTEST_PROBLEM and polarity(text) is None)


def _turn_inside(part: Sequence[Clause]) -> tuple[Clause, int] | None:
    for clause in part:
        place = inner_turn(clause.text)
        if place is not None and _goes_before(clause.text[:place]):
            return clause, place
    return None
