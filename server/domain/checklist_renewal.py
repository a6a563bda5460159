"""A standing checklist against what would be generated now: added, removed, changed, kept.

What people entered decides: an item that they answered, dated or wrote themselves stays as it is.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from hashlib import sha256
from typing import Literal

from server.domain.checklists import ChecklistItem

Kind = Literal["added", "removed", "changed", "kept"]


@dataclass(frozen=True, slots=True)
class Said:
    """What people read of an item."""

    what: str
    proof: str
    by_when: date
    owner: str


@dataclass(frozen=True, slots=True)
class Standing:
    """An item as it stands. `answered`: ticked, noted or proved; `own`: written by a person;
    `dated`: a person set its date.
    """

    key: str
    commitment_key: str
    said: Said
    active: bool = True
    answered: bool = False
    own: bool = False
    dated: bool = False


@dataclass(frozen=True, slots=True)
class Change:
    """One line of the difference; `before` is None for what is added, `after` for what goes."""

    kind: Kind
    key: str
    commitment_key: str
    before: Said | None
    after: Said | None
    reason: str = ""


def renewal(
    built: Sequence[ChecklistItem],
    standing: Sequence[Standing],
    dates: Mapping[str, date],
) -> tuple[Change, ...]:
    """Return what generating again would do, in the list's order; items that stay alike are left
    out.

    `built` has the dates of today's opening, which new items get; `dates` (by key) are those of
    the first opening, to which standing items are held, so that generating late moves no date.
    """
    known = {item.key: item for item in standing}
    fresh = {item.key for item in built}
    changes = [change for item in built if (change := _of_built(item, known.get(item.key), dates))]
    changes += [change for item in standing if item.key not in fresh and (change := _of_rest(item))]
    return tuple(changes)


def _of_built(
    item: ChecklistItem, standing: Standing | None, dates: Mapping[str, date]
) -> Change | None:
    new = Said(item.what, item.proof, item.by_when, item.owner.value)
    if standing is None:
        return Change("added", item.key, item.commitment_key, None, new)
    by_when = standing.said.by_when if standing.dated else dates[item.key]
    wanted = Said(item.what, item.proof, by_when, item.owner.value)
    if not standing.active:
        back = standing.said if standing.answered else wanted
        return Change("added", item.key, item.commitment_key, None, back)
    if standing.said == wanted:
        return None
    if standing.answered:
        return _kept(standing, wanted, "已经填写，保持原样")
    return Change("changed", item.key, item.commitment_key, standing.said, wanted)


def _of_rest(standing: Standing) -> Change | None:
    """Return what becomes of an item that no longer follows from the commitments."""
    if not standing.active:
        return None
    if standing.own:
        return _kept(standing, None, "由人增加，予以保留")
    if standing.answered or standing.dated:
        return _kept(standing, None, "已不再需要，但已经填写，予以保留")
    return Change("removed", standing.key, standing.commitment_key, standing.said, None)


def _kept(standing: Standing, wanted: Said | None, reason: str) -> Change:
    return Change("kept", standing.key, standing.commitment_key, standing.said, wanted, reason)


def alters(changes: Sequence[Change]) -> bool:
    """Return whether applying the changes would alter the list at all."""
    return any(change.kind != "kept" for change in changes)


def counted(changes: Sequence[Change]) -> dict[Kind, int]:
    """Return how many lines there are of each kind."""
    kinds: tuple[Kind, ...] = ("added", "changed", "removed", "kept")
    return {kind: sum(change.kind == kind for change in changes) for kind in kinds}


def fingerprint_of(changes: Sequence[Change]) -> str:
    """Return what tells a difference that a person saw from one that came about since."""
    return sha256("\n".join(_lines(changes)).encode()).hexdigest()[:16]


def _lines(changes: Sequence[Change]) -> Iterator[str]:
    for change in changes:
        yield repr((change.kind, change.key, change.before, change.after))
