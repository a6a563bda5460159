"""Numbers that the running text states, sentence by sentence."""

import tomllib
from pathlib import Path
from typing import Any

import pytest

from server.domain.reports.normalise import normalise
from server.domain.reports.statements import Part, statements

CASES = tomllib.loads(
    (Path(__file__).parents[2] / "cases" / "statements.toml").read_text(encoding="utf-8")
)["case"]


@pytest.mark.parametrize("case", CASES, ids=[case["text"][:16] for case in CASES])
def test_the_sentence_states(case: dict[str, Any]) -> None:
    text = normalise(case["text"]).text
    part = Part(case.get("title", "总体情况"), case.get("topic", "overview"), 0, len(text))
    assert {one.fact: one.value for one in statements(text, [part])} == case["states"]


def test_the_first_statement_of_a_fact_counts() -> None:
    text = "收到申请8件。后又收到申请9件。"
    parts = [Part("总体情况", "overview", 0, 7), Part("申请情况", "requests", 7, len(text))]
    (one,) = statements(text, parts)
    assert (one.value, text[one.start : one.end]) == (8, "收到申请8件")
