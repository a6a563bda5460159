"""What the words of a phrase, or of a whole sentence, say of its role: signs to be weighed."""

import re
from collections.abc import Callable, Iterator, Mapping
from functools import lru_cache

from server.domain.reports.cues import (
    after_but,
    answers_all,
    connective_length,
    has_begun,
    label_cue,
    lead_cue,
    plain_label,
    sets_out,
    speaks_of_last_year,
    turns,
    will,
)
from server.domain.reports.drafts import ELABORATES, ELABORATES_MEASURE, goes_on
from server.domain.reports.issues import ISSUE
from server.domain.reports.leads import (
    leads_to_measures,
    leads_to_problems,
    only_sums_up,
    residue,
)
from server.domain.reports.listed import listed_parts
from server.domain.reports.polarity import complains, plans, polarity, praises, promises, reproves

_HOWEVER = re.compile(r"(?:但是?|然而|不过|可是|只是)$")
_WRONG = re.compile(ISSUE)
_CAUSE = re.compile("原因|由于|因为")
_OWN: Mapping[str, Callable[[str], object]] = {
    "compl": complains,
    "strong": reproves,
    "plans": plans,
    "praise": praises,
    "prom": promises,
    "will": will,
    "setsout": sets_out,
    "begun": has_begun,
    "elabP": lambda words: goes_on(ELABORATES, words),
    "elabM": lambda words: goes_on(ELABORATES_MEASURE, words),
    "ltp": leads_to_problems,
    "ltm": leads_to_measures,
    "sums": only_sums_up,
    "bare": lambda words: residue(words) <= _NOTHING_LEFT,
    "conn": lambda words: connective_length(words + ","),
    "all": answers_all,
    "but": _HOWEVER.match,
    "issue": _WRONG.search,
    "cause": _CAUSE.search,
}
_SENTENCE: Mapping[str, Callable[[str], object]] = {
    "ltp": leads_to_problems,
    "ltm": leads_to_measures,
    "sums": only_sums_up,
}
_NOTHING_LEFT = 2
_LENGTHS = (4, 8, 14, 24, 40)
_LONGEST = 300
_FAR = 2


def length_sign(words: str) -> int:
    """Return the length as one of six steps."""
    return sum(len(words) >= step for step in _LENGTHS)


def label_of(words: str) -> str | None:
    """Return the role that the words announce when they are nothing but a label."""
    bare = words.rstrip("。:! ").strip("【】[]《》“”")
    return label_cue(bare) or plain_label(bare)


@lru_cache(maxsize=2048)
def own_signs(words: str, year: int | None) -> tuple[str, ...]:
    """Return what a phrase's own words say, what it does first."""
    return tuple(_own(words[:_LONGEST], year))


def _own(words: str, year: int | None) -> Iterator[str]:
    yield f"pol={polarity(words)}"
    yield from (name for name, said in _OWN.items() if said(words))
    if turns(words + ",", year):
        yield "turn"
    if label := label_of(words):
        yield f"label={label}"
    named = re.match(r"(\d{4})年", words)
    if named and year:
        yield f"year{max(-_FAR, min(_FAR, int(named[1]) - year)):+d}"


@lru_cache(maxsize=1024)
def sentence_signs(words: str, year: int | None) -> tuple[str, ...]:
    """Return what a whole sentence says, what it does first."""
    return tuple(_of_sentence(words, year))


def _of_sentence(words: str, year: int | None) -> Iterator[str]:
    yield f"pol={polarity(words)}"
    yield f"label={label_of(words)}"
    yield f"lead={lead_cue(words, year)}"
    yield from (name for name, said in _SENTENCE.items() if said(words))
    if turns(words, year):
        yield "turns"
    if speaks_of_last_year(words, year):
        yield "past"
    if any(True for _ in listed_parts(words, after_but(words))):
        yield "lists"


def letter_signs(words: str) -> Iterator[str]:
    """Yield how the words begin and end, and every pair of letters."""
    yield from (f"^{words[:length]}" for length in (1, 2, 3, 4))
    yield from ("$" + words[-length:].rstrip("。") for length in (1, 2, 3))
    yield from (f"g{words[place : place + 2]}" for place in range(min(len(words), _LONGEST) - 1))
