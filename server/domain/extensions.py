"""When a unit may ask for a later date, and which date the office may grant.

Source: practice of supervision offices, no law: asked before the date, with reason, progress and
the date hoped for; what the law fixes is never moved.
"""

from datetime import date, timedelta

from server.domain.dates import chinese_date

LONGEST = timedelta(days=366)


def asking_fault(due_on: date, today: date, *, statutory: bool) -> str | None:
    """Return why no extension can be asked for now, or None when it can."""
    if statutory:
        return "这是法定时限，任何人不能改动，不能申请延期"
    if today > due_on:
        return f"时限（{chinese_date(due_on)}）已过，不能再申请延期，请尽快办理并说明原因"
    return None


def date_fault(due_on: date, wanted_on: date, today: date, limit: date | None) -> str | None:
    """Return why a date can be neither asked for nor granted, or None when it can.

    `limit` is the statutory date of the same duty, which every earlier step leads to.
    """
    if wanted_on <= due_on:
        return f"新的时限须晚于现在的时限（{chinese_date(due_on)}）"
    if wanted_on < today:
        return "新的时限已经过去，请核对日期"
    if limit is not None and wanted_on > limit:
        return f"不得晚于法定时限（{chinese_date(limit)}）"
    if wanted_on > due_on + LONGEST:
        return "延期不得超过一年，请核对年份"
    return None
