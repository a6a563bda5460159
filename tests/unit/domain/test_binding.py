"""At the claim: what a queued message is still worth."""

from dataclasses import replace

import pytest

from server.domain.binding import MOST_INTERRUPTIONS, Binding, Candidate, bind

FRESH = Candidate(
    carries_lines=True,
    on_request=False,
    lines={1, 2},
    frozen_lines=None,
    reachable=True,
    suppressed=False,
    address_changed=False,
    expired=False,
    failures=0,
    interruptions=0,
    may_have_arrived=False,
)
WRITTEN = replace(FRESH, frozen_lines={1, 2})
LETTER = replace(FRESH, carries_lines=False, lines=set())
SIGN_IN = replace(LETTER, on_request=True)

CASES = [
    ("a fresh message is sent", FRESH, Binding.SEND),
    ("a written one is sent as it stands", WRITTEN, Binding.SEND),
    ("a letter without reminders is sent", LETTER, Binding.SEND),
    ("nothing is left to say", replace(WRITTEN, lines=set()), Binding.CANCEL),
    ("a line has gone", replace(WRITTEN, lines={1}), Binding.REBUILD),
    ("a line has come", replace(WRITTEN, lines={1, 2, 3}), Binding.REBUILD),
    ("the address changed before it was written", replace(FRESH, address_changed=True), "rebuild"),
    ("the address changed after", replace(WRITTEN, address_changed=True), Binding.REBUILD),
    (
        "it may have arrived, so its bytes stay",
        replace(WRITTEN, lines={1}, may_have_arrived=True),
        Binding.SEND,
    ),
    ("the person has left", replace(WRITTEN, reachable=False), Binding.DEAD),
    ("a letter's person has left", replace(LETTER, reachable=False), Binding.DEAD),
    ("whoever asked for a link has left", replace(SIGN_IN, reachable=False), Binding.CANCEL),
    ("the address refuses mail", replace(WRITTEN, suppressed=True), Binding.DEAD),
    ("a link is tried nevertheless", replace(SIGN_IN, suppressed=True), Binding.SEND),
    ("too old, never tried", replace(WRITTEN, expired=True), Binding.GIVE_BACK),
    ("too old, tried in vain", replace(WRITTEN, expired=True, failures=3), Binding.DEAD),
    ("too old, may have arrived", replace(WRITTEN, expired=True, may_have_arrived=True), "dead"),
    ("an old sign-in link", replace(SIGN_IN, expired=True, failures=1), Binding.CANCEL),
    ("poison", replace(WRITTEN, interruptions=MOST_INTERRUPTIONS + 1), Binding.DEAD),
    ("often interrupted", replace(WRITTEN, interruptions=MOST_INTERRUPTIONS), Binding.SEND),
]


@pytest.mark.parametrize(
    ("candidate", "binding"),
    [case[1:] for case in CASES],
    ids=[case[0].replace(" ", "-") for case in CASES],
)
def test_late_binding(candidate: Candidate, binding: str) -> None:
    bound = bind(candidate)
    assert bound.binding == binding
    assert bool(bound.reason) == (binding != "send")
