"""The dead-man's switch: faults of planning and delivery become alarms, and clear by themselves."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from server.db.queries import alarms as queries
from server.domain.health import Check, Grade


@dataclass(frozen=True, slots=True)
class Notice:
    """What the second path is told. `id` stays the same when the same news is told again."""

    id: str
    key: str
    raised: bool
    """False when the fault is over."""
    message: str
    since: datetime


Tell = Callable[[Notice], bool]
"""Tells one notice by the second path; False when it did not get through."""


def review(session: Session, checks: Sequence[Check], *, now: datetime) -> None:
    """Raise an alarm for each check at fault; clear those whose fault is over."""
    faults = {
        check.key: f"{check.title}：{check.message}{check.remedy}"
        for check in checks
        if check.grade is Grade.FAULT
    }
    queries.review(session, faults, now=now)


def tell(session: Session, by: Tell, *, now: datetime) -> int:
    """Tell what is new by the second path; what did not get through is told the next time."""
    told = 0
    for alarm in queries.untold(session):
        moment = alarm.cleared_at or alarm.raised_at
        kind = "cleared" if alarm.cleared_at else "raised"
        notice = Notice(
            id=f"{alarm.key}.{kind}.{int(moment.timestamp())}",
            key=alarm.key,
            raised=alarm.cleared_at is None,
            message=alarm.message,
            since=alarm.raised_at,
        )
        if by(notice):
            alarm.told_at = now
            told += 1
    return told


def banner(session: Session) -> list[str]:
    """Return what the office's staff must know on every page; empty while all is well."""
    return [alarm.message for alarm in queries.standing(session)]
