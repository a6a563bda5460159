"""Whatever a file is: it is read or refused with a reason, and never hangs; nothing breaks."""

import logging

import pytest

from server.domain.reports.parsed import ParsedReport
from server.errors import Refused
from server.services.reading import read_file
from tests.hostile import Hostile, hostile_files

pytestmark = pytest.mark.timeout(60)
"""Seconds, many times what the limits allow: what is still running then was not ended by them."""
FILES = hostile_files()


def answer(file: Hostile) -> tuple[str, ParsedReport] | Refused:
    try:
        return read_file(file.make(), file.file_name)
    except Refused as refusal:
        return refusal


def test_there_are_at_least_sixty_of_them() -> None:
    assert len({file.file_name for file in FILES}) == len(FILES) >= 60


@pytest.mark.parametrize("file", FILES, ids=[file.file_name[:40] for file in FILES])
def test_a_hostile_file_is_read_or_refused_with_a_reason(
    file: Hostile, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.ERROR):
        found = answer(file)
    assert not caplog.records, caplog.text
    if isinstance(found, Refused):
        assert file.expected != "read", str(found)
        assert file.says in str(found), str(found)
        assert "请" in str(found) or "不是" in str(found), str(found)
    else:
        assert file.expected != "refused", found[0][:200]
        assert found[0].strip()
        assert "\x00" not in found[0]


def test_after_the_worst_of_them_an_honest_file_is_read() -> None:
    worst = [file for file in FILES if file.file_name in ("stream-bomb.pdf", "far-cell-odd.xlsx")]
    for file in worst:
        answer(file)
    honest = next(file for file in FILES if file.file_name == "hyperlink-only.docx")
    found = answer(honest)
    assert not isinstance(found, Refused)
    assert len(found[1].problems) == len(found[1].measures) == 2
