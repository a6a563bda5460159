"""A standing checklist against a newly generated one: what people entered stays."""

from dataclasses import replace
from datetime import date

import pytest

from server.domain.checklist_renewal import (
    Change,
    Said,
    Standing,
    alters,
    counted,
    fingerprint_of,
    renewal,
)
from server.domain.checklists import ChecklistItem
from server.domain.reminders import Role

FIRST, NOW, TYPED = date(2026, 6, 30), date(2026, 9, 30), date(2026, 10, 15)
BUILT = ChecklistItem(
    "c:a", "c", 1, "培训：不少于1次", "签到表", NOW, Role.INFORMATION_OFFICER, "M3"
)
SAID = Said("培训：不少于1次", "签到表", FIRST, "information_officer")
STANDING = Standing("c:a", "c", SAID)


def changes(*standing: Standing, built: ChecklistItem | None = BUILT) -> tuple[Change, ...]:
    return renewal([built] if built else [], standing, {"c:a": FIRST})


def kinds(*standing: Standing, built: ChecklistItem | None = BUILT) -> list[str]:
    return [change.kind for change in changes(*standing, built=built)]


def test_what_agrees_is_left_out_and_generating_late_moves_no_date() -> None:
    assert kinds(STANDING) == []


def test_what_is_new_gets_the_date_of_today() -> None:
    (change,) = changes()
    assert (change.kind, change.before) == ("added", None)
    assert change.after == replace(SAID, by_when=NOW)


@pytest.mark.parametrize(
    "former", [{"what": "学习"}, {"proof": "照片"}, {"owner": "unit_lead"}, {"by_when": NOW}]
)
def test_what_reads_otherwise_is_changed(former: dict[str, object]) -> None:
    before = replace(SAID, **former)  # type: ignore[arg-type]  # one field of each kind
    (change,) = changes(replace(STANDING, said=before))
    assert (change.kind, change.before, change.after) == ("changed", before, SAID)


def test_what_was_answered_keeps_its_words_and_the_difference_says_so() -> None:
    before = replace(SAID, what="学习")
    (change,) = changes(replace(STANDING, said=before, answered=True))
    assert (change.kind, change.before, change.after) == ("kept", before, SAID)
    assert change.reason == "已经填写，保持原样"
    assert kinds(replace(STANDING, answered=True)) == []


def test_a_date_that_a_person_set_stays_while_the_words_follow() -> None:
    dated = replace(STANDING, said=replace(SAID, by_when=TYPED), dated=True)
    assert kinds(dated) == []
    (change,) = changes(replace(dated, said=replace(dated.said, what="学习")))
    assert change.after
    assert (change.kind, change.after.by_when, change.after.what) == ("changed", TYPED, SAID.what)


@pytest.mark.parametrize(
    ("entered", "kind"),
    [({}, "removed"), ({"answered": True}, "kept"), ({"own": True}, "kept"),
     ({"dated": True}, "kept")],
)  # fmt: skip
def test_what_no_longer_follows_goes_unless_somebody_entered_something(
    entered: dict[str, bool], kind: str
) -> None:
    assert kinds(replace(STANDING, **entered), built=None) == [kind]


def test_what_was_set_aside_stays_aside_and_comes_back_when_it_follows_again() -> None:
    aside = replace(STANDING, active=False)
    assert kinds(aside, built=None) == []
    (back,) = changes(aside)
    assert (back.kind, back.after) == ("added", SAID)
    answered = replace(aside, said=replace(SAID, what="学习"), answered=True)
    (back,) = changes(answered)
    assert back.after == answered.said


def test_only_what_is_kept_alters_nothing() -> None:
    kept = changes(replace(STANDING, own=True), built=None)
    assert not alters(kept)
    assert alters(changes())
    assert counted(kept) == {"added": 0, "changed": 0, "removed": 0, "kept": 1}


def test_the_same_difference_has_the_same_mark_and_another_another() -> None:
    assert fingerprint_of(changes()) == fingerprint_of(changes())
    assert fingerprint_of(changes()) != fingerprint_of(changes(STANDING))
