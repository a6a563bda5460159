"""Sentences that mails and pages build from planned stages, and text made safe for one line."""

import re

from server.domain.dates import chinese_date
from server.domain.reminders import PlannedStage, ReminderPolicy

_BREAKS = re.compile(r"[\x00-\x20\x7f-\x9f\u00a0\u2028\u2029\ufeff]+")
_UNPRINTABLE = re.compile("[\ud800-\udfff\u200b-\u200f\u202a-\u202e\u2060-\u2069]")
_SPACED_NUMBER = re.compile(r"(?<=[\u4e00-\u9fff]) (\d+) (?=[\u4e00-\u9fff])")


def next_step_phrase(policy: ReminderPolicy, rung: int, following: PlannedStage | None) -> str:
    """Return what happens if nothing is done: the next stage's day, and whom it will reach.

    `rung` is the present stage's; `following` comes from server.domain.reminders.next_stage.
    """
    if following is None:
        return "本系统不再自动提醒，由领导小组办公室直接督办。"
    day = chinese_date(following.scheduled_on)
    if following.rung <= rung:
        return f"如仍未办结，将于{day}再次提醒。"
    return f"如仍未办结，将于{day}{policy.rungs[following.rung].title}。"


def one_line(text: str) -> str:
    """Return the text on one line: no break or control character, nothing that turns direction."""
    if text.isprintable() and "  " not in text and not (text[:1] == " " or text[-1:] == " "):
        return text  # nearly every value, of which a mail has fifty
    return _BREAKS.sub(" ", _UNPRINTABLE.sub("", text)).strip()


def tight(text: str) -> str:
    """Return 还有3个工作日 for 还有 3 个工作日: a subject has little room."""
    return _SPACED_NUMBER.sub(r"\1", text)


def megabytes(count: int) -> str:
    """Return a size as people read it: 25 MB."""
    return f"{count / 1024 / 1024:.0f} MB" if count >= 1024 * 1024 else f"{count / 1024:.0f} KB"


def shortened(text: str, longest: int) -> str:
    """Return the text with at most so many characters, an ellipsis for what is cut."""
    return text if len(text) <= longest else text[: longest - 1].rstrip() + "…"
