"""A secrecy mark is refused; the word in a broken label of the statistics table is none."""

import pytest

from server.adapters.documents.secrecy import secret_mark
from server.domain.reports.source import SourceText


@pytest.mark.parametrize(
    "text", ["秘密\n柳河镇2021年报告\n", "机密★1年\n报告", "报告\n密级：秘密\n", "秘密 ★ 十年\n"]
)
def test_a_mark_that_stands_alone_is_found(text: str) -> None:
    assert secret_mark(SourceText(text)) is not None


@pytest.mark.parametrize(
    "text", ["1.属于国家\n秘密\n0\n", "其中：涉及商业\n\n秘密\n", "1.属于\n国家秘密\n"]
)
def test_a_label_broken_before_its_last_word_is_no_mark(text: str) -> None:
    assert secret_mark(SourceText(text)) is None
