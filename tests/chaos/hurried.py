"""The product's own Celery application in a hurry: its minutes are seconds, all else is as it is.

celery -A tests.chaos.hurried worker. CHAOS_DIE=POINT:N kills a process by SIGKILL at its N-th
passing of a point of delivery. CHAOS_SILENCE=SECONDS is how long a pool may be without any process.
"""

import os
import signal
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from functools import partial

from sqlmodel import Session

import workers.delivery
from server import clock
from server.adapters.mail import MailConnection, parse_smtp_url
from server.db.queries import reminders as planning
from server.db.queries.claims import Claimed
from server.services import recovery, rulebook
from server.services.rules import Rules
from server.services.writing import Compose, Write
from server.settings import get_settings
from tests.chaos.courier import SHORT, TIMEOUTS, Fate
from workers import pulse, runtime, timer
from workers.app import app
from workers.courier import Office
from workers.schedule import every

BUCKET = 2
"""Seconds of one tick, a minute in the product."""
__all__ = ["app"]

_office, _claim_minute, _recover = runtime.office, planning.claim_minute, recovery.recover
_rules = rulebook.reminder_rules
_fates: dict[int, Fate] = {}


def office() -> Office:
    """Return the product's surroundings with short leases."""
    real = _office()
    return replace(
        real, leases=SHORT, observe=_fate(), connect=connection, write=poisoned(real.write)
    )


def poisoned(write: Write) -> Write:
    """Return the writer of mails, which the mail to CHAOS_POISON kills."""

    def written(session: Session, messages: Sequence[Claimed]) -> Compose:
        if any(message.address == os.environ.get("CHAOS_POISON") for message in messages):
            os._exit(1)
        return write(session, messages)

    return written


def connection() -> MailConnection:
    """Return the product's connection with little patience."""
    return MailConnection(parse_smtp_url(get_settings().smtp_url), timeouts=TIMEOUTS)


def claim_bucket(session: Session, minute: datetime, driver: str) -> bool:
    """Let one tick take effect in each bucket of seconds instead of each minute."""
    now = clock.utc_now().replace(microsecond=0)
    return _claim_minute(session, now.replace(second=now.second // BUCKET * BUCKET), driver)


def unflooded(*, trial: bool) -> Rules:
    """Return the product's rules without its guard against floods: a storm begins with one."""
    rules = _rules(trial=trial)
    return replace(rules, delivery=replace(rules.delivery, most_new=10**9))


def _fate() -> Fate:
    """Return the fate of this process, counted over all its runs."""
    return _fates.setdefault(os.getpid(), Fate(os.environ.get("CHAOS_DIE", ""), signal.SIGKILL))


runtime.office = office
planning.claim_minute = claim_bucket
rulebook.reminder_rules = unflooded
recovery.recover = partial(_recover, leases=SHORT)  # type: ignore[assignment]  # the same, hurried
workers.delivery.recover = recovery.recover
timer.MINUTE = 3.0
pulse.SILENCE = float(os.environ.get("CHAOS_SILENCE", "20"))
app.conf.beat_schedule = {
    "tick": every(2, "workers.reminders.tick"),
    "deliver": every(1, "workers.delivery.deliver"),
    "seal": every(5, "workers.maintenance.seal"),
}
