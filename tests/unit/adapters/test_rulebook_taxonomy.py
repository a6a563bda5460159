"""The taxonomy and its learned weights: a damaged file is refused with its place and remedy."""

import pytest

from server.adapters.rulebook import entry_of, shipped
from server.adapters.rulebook_reading import (
    ROLE_WEIGHTS,
    WEIGHTS,
    learned_of,
    learned_weights,
    taxonomy,
    taxonomy_of,
)
from server.errors import RulebookError

TOML = shipped("taxonomy.toml")
LEARNED, ROLES = learned_weights(WEIGHTS), learned_weights(ROLE_WEIGHTS)


def test_the_shipped_taxonomy_has_twelve_classes_under_three_headings() -> None:
    assert len(taxonomy().classes) == 12
    assert taxonomy().order == ("channels", "content", "mechanisms")
    assert {rule.heading for rule in taxonomy().classes} == set(taxonomy().order)


@pytest.mark.parametrize(
    ("old", "new", "complaint"),
    [
        ('heading = "channels"', 'heading = "channel"', "heading 的“channel”不在 headings 之中"),
        ('name = "平台载体"', "", "缺少 name"),
        ("weak = [", "week = [", "不认识的键 week"),
    ],
)
def test_a_damaged_entry_names_itself(old: str, new: str, complaint: str) -> None:
    with pytest.raises(RulebookError, match=r"taxonomy\.toml") as refused:
        taxonomy_of(entry_of("taxonomy.toml", TOML.replace(old, new, 1)), LEARNED, ROLES)
    assert complaint in str(refused.value)


def test_learned_weights_with_a_row_too_short_are_refused_with_the_remedy() -> None:
    with pytest.raises(RulebookError, match="重新训练"):
        learned_of({"classes": ["P1", "M1"], "scale": 100, "weights": {"更新": "1"}})


def test_a_row_of_weights_reads_the_same_each_time_it_is_asked_for() -> None:
    learned = learned_of({"classes": ["P1", "M1"], "scale": 100, "weights": {"更新": "4 -4"}})
    assert [learned.weights["更新"] for _ in range(2)] == [(4, -4), (4, -4)]
    assert (learned.weights.get("更新"), learned.weights.get("没有")) == ((4, -4), None)


def test_learned_weights_are_for_the_taxonomy_s_classes() -> None:
    assert LEARNED.classes == tuple(rule.key for rule in taxonomy().classes)
    assert len(LEARNED.weights) > 1000
