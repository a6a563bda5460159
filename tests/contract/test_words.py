"""Every code that people see has its Chinese word, the same one everywhere."""

import re
from collections.abc import Iterable

import pytest

from server.db import tables  # noqa: F401 - fills the metadata
from server.db.base import metadata
from server.domain.channels import robot_told
from server.domain.delivery import Verdict, describe_state
from server.domain.milestones import KIND_NAMES, Milestone, UnitKind
from server.domain.reminders import Addressee, Role
from server.rendering.pages import WORDS
from server.web.acts import OFFICE_ACTS, UNIT_ACTS
from server.web.templating import DONE


def closed_words(table: str, column: str) -> set[str]:
    """Return the words to which the database holds a column."""
    for constraint in metadata.tables[table].constraints:
        text = str(getattr(constraint, "sqltext", ""))
        if text.startswith(f"{column} IN ("):
            return set(re.findall(r"'([^']*)'", text))
    message = f"{table}.{column} is not held to a list of words"
    raise AssertionError(message)


EVENTS_WRITTEN = {verdict.value for verdict in Verdict} | {
    *("released", "reclaimed", "resend", "cancelled", "merged", "unfenced"),
    *("held", "paced", "proven", "bounced", "delayed", "unclear", "redriven", "settled"),
}
"""Every kind of event that any statement writes; tests/chaos refuses one without a sentence."""


@pytest.mark.parametrize("state", sorted(closed_words("message", "state")))
@pytest.mark.parametrize("delivery", sorted(closed_words("message", "delivery")))
@pytest.mark.parametrize("policy", sorted(closed_words("message", "on_uncertain")))
@pytest.mark.parametrize("failures", [0, 3])
def test_every_state_of_a_mail_is_explained_in_a_chinese_sentence(
    state: str, delivery: str, policy: str, failures: int
) -> None:
    told = describe_state(state, delivery=delivery, on_uncertain=policy, failures=failures)
    assert re.fullmatch(r"[^a-z]*[一-鿿][^a-z]*。", told)


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("reminder_sentence", closed_words("reminder", "outcome")),
        ("message_sentence", closed_words("message", "state")),
        ("robot_sentence", closed_words("message", "state")),
        ("delivery", closed_words("message", "delivery")),
    ],
)
def test_the_ledger_explains_every_state_of_mails_robots_and_reminders_in_a_sentence(
    family: str, codes: set[str]
) -> None:
    told = {code: WORDS[family].get(code, "") for code in codes}
    assert [code for code, said in told.items() if not re.search(r"[一-鿿].*。$", said)] == []


def test_every_sentence_of_a_robots_message_is_for_a_state_it_can_have() -> None:
    states = closed_words("message", "state")
    keys = {robot_told(state, failures) for state in states for failures in (0, 2)}
    assert keys == set(WORDS["robot_sentence"])


@pytest.mark.parametrize(
    ("family", "codes"),
    [
        ("kind", {kind.value for kind in UnitKind}),
        ("role", {role.value for role in Role}),
        ("milestone", {milestone.value for milestone in Milestone}),
        ("heading", closed_words("commitment", "heading")),
        ("matter", closed_words("matter", "state")),
        ("report", closed_words("report", "state")),
        ("token_scope", closed_words("api_token", "scope")),
        ("entry", closed_words("entry", "kind")),
        ("outcome", closed_words("batch_file", "outcome")),
        ("held_against", closed_words("finding", "held_against")),
        ("severity", closed_words("finding", "severity")),
        ("act", closed_words("reply", "act")),
        ("mail", closed_words("message", "kind")),
        ("message", closed_words("message", "state")),
        ("message_sentence", closed_words("message", "state")),
        ("delivery", closed_words("message", "delivery")),
        ("suppression", closed_words("suppression", "state")),
        ("reminder", closed_words("reminder", "outcome")),
        ("addressee", {each.value for each in Addressee}),
        ("colour", closed_words("slip", "colour")),
        ("slip", closed_words("slip", "state")),
        ("extension", closed_words("extension", "state")),
        ("rule", closed_words("office_rule", "state")),
        ("message_event", EVENTS_WRITTEN),
        ("channel", closed_words("channel", "state")),
        ("channel_kind", closed_words("channel", "kind")),
        ("robot_sentence", closed_words("message", "state")),
    ],
)
def test_every_code_on_screen_has_its_chinese_word(family: str, codes: Iterable[str]) -> None:
    missing = [code for code in codes if not re.search(r"[一-鿿]", WORDS[family].get(code, ""))]
    assert missing == []


def test_the_same_kind_has_the_same_name_everywhere() -> None:
    assert {kind.value: name for kind, name in KIND_NAMES.items()} == WORDS["kind"]


def test_every_act_says_afterwards_what_was_done() -> None:
    said = {"acknowledged", "saved", "noted", "answered", "confirmed", "returned", "reopened"}
    assert said <= set(DONE)
    assert set(UNIT_ACTS).isdisjoint(OFFICE_ACTS)
