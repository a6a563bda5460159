"""Clauses -> sentences, and paragraphs that open with a title."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from itertools import chain

from server.domain.reports.clauses import Clause

_TITLE_LENGTH = 24


def sentences_of(clauses: Sequence[Clause]) -> Iterator[list[Clause]]:
    sentence: list[Clause] = []
    for clause in clauses:
        if sentence and (clause.opens or clause.cue or sentence[-1].stop in {"。", "!", "?"}):
            yield sentence
            sentence = []
        sentence.append(clause)
    if sentence:
        yield sentence


def titled_paragraphs(sentences: list[list[Clause]], text: str) -> list[list[Clause]]:
    """Put paragraphs together whose first sentence is a title, where at least two are so."""
    paragraphs: list[list[list[Clause]]] = []
    for sentence in sentences:
        if paragraphs and not sentence[0].opens:
            paragraphs[-1].append(sentence)
        else:
            paragraphs.append([sentence])
    titled = [_is_titled(paragraph, text) for paragraph in paragraphs]
    if sum(titled) < 2:  # noqa: PLR2004  # one short sentence is no pattern
        return sentences
    joined: list[list[Clause]] = []
    for paragraph, whole in zip(paragraphs, titled, strict=True):
        joined.extend([list(chain.from_iterable(paragraph))] if whole else paragraph)
    return joined


def _is_titled(paragraph: Sequence[Sequence[Clause]], text: str) -> bool:
    first = paragraph[0][0]
    short = first.stop == "。" and first.end - first.start <= _TITLE_LENGTH
    return len(paragraph) > 1 and short and not first.cue


def joined(text: str, sentence: Sequence[Clause]) -> Clause:
    """Return the sentence as one clause."""
    first, last = sentence[0], sentence[-1]
    whole = text[first.start : last.end]
    return replace(first, end=last.end, closes=last.closes, stop=last.stop, text=whole)
