"""What a sentence's letters say of its role, by weights learned from read reports.

They decide where no foreseen word does, and overrule one only where they are very sure.
"""

from server.domain.reports.learned import Learned
from server.domain.reports.polarity import Polarity

ROLES = ("problem", "measure")
_START = "始"
_CLAUSE_ENDS = ",。;:"
_SURE, _VERY_SURE = 0.7, 2.5
_LONGEST = 160


def anchored(text: str) -> str:
    """Return the text with a letter before it, so that its first letter is known as the first."""
    return _START + text


def lean(text: str, roles: Learned) -> float:
    """Return how much the sentence leans to a problem (above 0) or to a measure (below 0)."""
    told = anchored(text[:_LONGEST])
    ends = (place for stop in _CLAUSE_ENDS if (place := told.find(stop)) >= 0)
    spoken = roles.speak(told, min(ends, default=len(told)))
    return spoken.get("problem", 0.0) - spoken.get("measure", 0.0)


def weighed(kind: Polarity | None, leaning: float) -> Polarity | None:
    """Return the role that words and weights give a sentence together."""
    against = (kind == "problem" and leaning < 0) or (kind == "measure" and leaning > 0)
    if (kind is None and abs(leaning) > _SURE) or (against and abs(leaning) > _VERY_SURE):
        return "problem" if leaning > 0 else "measure"
    return kind
