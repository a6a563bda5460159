"""Copied text: the problem part held against last year's and against another unit's."""

from collections.abc import Iterator
from dataclasses import dataclass

from server.domain.reports.parsed import Finding, ParsedReport
from server.domain.similarity import (
    Passage,
    copied_share,
    likeness,
    shared_passages,
)

_REGION = frozenset({"both", "problem", "measure"})
LAST_YEAR_ALIKE = 0.6
PEERS_ALIKE = 0.5
"""Shares of common runs of letters (Jaccard): half is far more than the form's phrases give."""
_SOURCE = "报告格式第五部分；报告应逐年写明新情况"
_SOURCE_OF_PEERS = "报告格式第五部分；各单位应写明自身实际，雷同的退回重写"


@dataclass(frozen=True, slots=True)
class ProblemPart:
    """What a report says of its problems and their improvement, and where that begins in it."""

    text: str
    start: int = 0


def problem_part(report: ParsedReport, text: str) -> ProblemPart:
    """Return the problem parts from the first to the last; without any, from item to item."""
    parts = [section for section in report.sections if section.topic in _REGION]
    if parts:
        return ProblemPart(text[parts[0].body : parts[-1].end].rstrip(), parts[0].body)
    items = [item for item in (*report.problems, *report.measures) if item.end]
    if not items:
        return ProblemPart("")
    start = min(item.start for item in items)
    return ProblemPart(text[start : max(item.end for item in items)], start)


def check_copied(now: ProblemPart, before: ProblemPart) -> Iterator[Finding]:
    """Yield S-05 when the problem part says what it said last year; places are those of `now`."""
    if likeness(now.text, before.text) >= LAST_YEAR_ALIKE:
        passages = shared_passages(now.text, before.text)
        yield _copied(
            now, passages, {"with": "last_year"}, _SOURCE,
            "存在问题和改进情况与上年报告相同的文字约占 {share:.0%}。请按本年实际重写。",
        )  # fmt: skip


def check_peer(now: ProblemPart, other: ProblemPart, code: str) -> Iterator[Finding]:
    """Yield S-05 for a part that is much alike another unit's (`code`) of the same year.

    The message names nobody: who may see the other report is decided where it is shown.
    """
    passages = shared_passages(now.text, other.text)
    if passages:
        yield _copied(
            now, passages, {"with": "peer", "unit": code}, _SOURCE_OF_PEERS,
            "存在问题和改进情况与另一单位本年度报告相同的文字约占 {share:.0%}，疑似雷同。"
            "请按本单位实际重写。",
        )  # fmt: skip


def _copied(
    now: ProblemPart, passages: list[Passage], who: dict[str, object], source: str, says: str
) -> Finding:
    share = copied_share(now.text, passages)
    places = [(now.start + each.start, now.start + each.end) for each in passages]
    start, end = places[0] if places else (now.start, now.start + len(now.text))
    params = {**who, "share": round(share, 2), "passages": places}
    return Finding("S-05", "question", says.format(share=share), start, end, params, source)
