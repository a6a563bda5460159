"""Sentences built from planned stages, and text held to one line."""

from datetime import date

import pytest

from server.adapters.calendar_source import work_calendar
from server.adapters.rulebook_reminders import load_reminder_rules
from server.domain.reminders import next_stage
from server.rendering.phrases import next_step_phrase, one_line, shortened, tight

DUE = date(2026, 1, 30)
POLICY = load_reminder_rules().policies["milestone"]


@pytest.mark.parametrize(
    ("today", "rung", "phrase"),
    [
        (date(2026, 1, 27), 0, "如仍未办结，将于2026年1月29日（周四）再次提醒。"),
        (date(2026, 1, 29), 0, "如仍未办结，将于2026年1月30日（周五）告知分管领导。"),
        (date(2026, 2, 2), 1, "如仍未办结，将于2026年2月4日（周三）报领导小组办公室。"),
        (date(2026, 2, 11), 3, "如仍未办结，将于2026年2月25日（周三）报领导小组组长。"),
        (date(2026, 2, 25), 4, "如仍未办结，将于2026年3月3日（周二）再次提醒。"),
        (date(2026, 12, 31), 4, "本系统不再自动提醒，由领导小组办公室直接督办。"),
    ],
)
def test_what_happens_next_is_said_with_its_day_and_its_level(
    today: date, rung: int, phrase: str
) -> None:
    following = next_stage(POLICY, DUE, today, work_calendar())
    assert next_step_phrase(POLICY, rung, following) == phrase


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("财政所\r\nBcc: x", "财政所 Bcc: x"),
        ("甲\u2028乙\u0085丙\x0b丁\x00", "甲 乙 丙 丁"),
        ("\u202e反\u200b向", "反向"),
        ("  两端  ", "两端"),
        ("\ud800", ""),
    ],
)
def test_any_text_becomes_one_line(text: str, line: str) -> None:
    assert one_line(text) == line


def test_a_number_between_characters_needs_no_spaces_in_a_subject() -> None:
    assert tight("还有 3 个工作日") == "还有3个工作日"
    assert tight("A 3 B") == "A 3 B"


def test_a_long_text_ends_in_an_ellipsis() -> None:
    assert shortened("一二三四", 4) == "一二三四"
    assert shortened("一二三四五", 4) == "一二三…"
