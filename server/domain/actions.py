"""Splits a promised measure into the single actions that somebody can do and tick off.

A heuristic over the wording of reports, not a grammar: what it cannot split stays whole, and the
person who confirms the checklist sees the source beside it.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass

_QUOTED = "“[^”]*”|《[^》]*》|（[^）]*）|\\([^)]*\\)"
_SENTENCE = re.compile(f"(?:{_QUOTED}|[^。；;！：\n])+")
_CLAUSE = re.compile(f"(?:{_QUOTED}|[^，,])+")
_PART = re.compile(f"(?:{_QUOTED}|[^、])+")
_LISTED = re.compile(r"[一二三四五六七八九十]+(?:是要?|要(?!素))")
_ENUMERATOR = re.compile(
    rf"^(?:{_LISTED.pattern}|[一二三四五六七八九十]+、|[（(][一二三四五六七八九十\d]+[）)]"
    r"|\d+[.．、]|[①-⑳])\s*"
)
_TIME = re.compile(
    r"(?:\d{4}年)?\d{1,2}月(?:\d{1,2}日)?(?:底|末|份)?[之以]?前|[每全]年度?|每(?:半年|季度?|月|周)"
    r"|[上下]半年|年底前|年内|第?[一二三四]季度末?前?"
)
"""When, standing before the verb: 6月底前, 全年, 每季度."""
_BARE_YEAR = re.compile(r"^\d{4}年(?:度)?$")

SHORTEST_PART = 4
"""Characters of the shortest action that "、" may part: 完善制度."""
LONGEST_CONTEXT = 24
"""A longer lead-in ("按照……的要求，除……外，") is left to the source text."""


@dataclass(frozen=True, slots=True)
class ActionWords:
    """The vocabulary of splitting; rulebook/checklists.toml says what each list is for."""

    verbs: tuple[str, ...]
    coordinating: tuple[str, ...]
    results: tuple[str, ...]
    fillers: tuple[str, ...]
    vacuous: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Action:
    """One thing to do; `heading` marks a title sentence's, which the body usually repeats."""

    text: str
    heading: bool


def split_actions(text: str, words: ActionWords) -> tuple[Action, ...]:
    """Return the checkable actions of a measure in order; empty when there is nothing concrete."""
    sentences = [sentence.strip() for sentence in _SENTENCE.findall(_part_lists(text))]
    return tuple(
        Action(action, heading=number == 0 and _is_title(sentences))
        for number, sentence in enumerate(sentences)
        for action in _sentence_actions(sentence, words)
    )


def label_of(text: str, longest: int = 40) -> str:
    """Return the first sentence of an entry without its number, to name the entry by."""
    first = next(iter(_SENTENCE.findall(text.strip())), "")
    label = _ENUMERATOR.sub("", first.strip()).strip("，,、 ")
    return label if len(label) <= longest else label[: longest - 1] + "…"


def _part_lists(text: str) -> str:
    """Give every 一是…，二是… a sentence of its own, however it was punctuated."""
    return re.sub(rf"(?<=[，,、])(?={_LISTED.pattern})", "。", text.strip())


def _is_title(sentences: list[str]) -> bool:
    return len(sentences) > 1 and not _LISTED.match(sentences[0])


def _sentence_actions(sentence: str, words: ActionWords) -> Iterator[str]:
    context: list[str] = []
    action = ""
    for clause in _clauses(sentence, words):
        if not _starts_action(clause, words):
            action, context = (f"{action}，{clause}", []) if action else ("", [*context, clause])
        elif action and clause.startswith(words.results):
            action = f"{action}，{clause}"
        else:
            yield from (action,) if action else ()
            action, context = "，".join([*_short(context), clause]), []
    yield from (action,) if action else ()


def _short(context: list[str]) -> list[str]:
    told = [clause for clause in context if not _BARE_YEAR.match(clause)]
    return told if len("，".join(told)) <= LONGEST_CONTEXT else []


def _clauses(sentence: str, words: ActionWords) -> Iterator[str]:
    """Yield the clauses without enumerators, fillers and empty promises."""
    for clause in _CLAUSE.findall(_ENUMERATOR.sub("", sentence)):
        for part in _coordinated(clause.strip(), words):
            bare = _without_fillers(part, words)
            if bare and not bare.endswith(words.vacuous):
                yield bare


def _coordinated(clause: str, words: ActionWords) -> list[str]:
    """Part "健全筛选机制、完善发布制度", but not "收集、审核、发布机制"."""
    parts: list[str] = []
    for part in _PART.findall(clause):
        bare = _without_fillers(part, words)
        starts = len(bare) >= SHORTEST_PART and bare.startswith(words.coordinating)
        if parts and not (starts and len(parts[-1]) >= SHORTEST_PART):
            parts[-1] = f"{parts[-1]}、{part}"
        else:
            parts.append(part)
    return parts


def _starts_action(clause: str, words: ActionWords) -> bool:
    time = _TIME.match(clause)
    told = clause[time.end() :] if time else clause
    return told.startswith((*words.verbs, *words.results)) or bool(time and told.startswith("在"))


def _without_fillers(part: str, words: ActionWords) -> str:
    bare = _ENUMERATOR.sub("", part.strip())
    while bare.startswith(words.fillers):
        filler = max((word for word in words.fillers if bare.startswith(word)), key=len)
        bare = bare.removeprefix(filler).lstrip()
    return bare
