"""The tick: plan what is owed, recover what was interrupted; in effect once a minute."""

from dataclasses import dataclass
from datetime import datetime

import structlog
from celery import shared_task
from kombu.exceptions import OperationalError

from server import clock
from server.services import digests, recovery, reminders, rulebook
from server.services.recovery import Recovered
from server.services.reminders import Swept
from server.settings import get_settings
from workers import guard, runtime
from workers.delivery import deliver

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Tick:
    """What one tick did."""

    swept: Swept
    recovered: Recovered


def run_tick(driver: str, *, at: datetime | None = None) -> Tick:
    """Plan and recover, each in its own transaction; `at` rehearses another moment."""
    settings = get_settings()
    rules = rulebook.reminder_rules(trial=settings.trial)
    now = at or clock.utc_now()
    with runtime.transaction() as session:
        swept = reminders.sweep(
            session, rules, now=now, driver=driver, mail_domain=settings.mail_domain
        )
        if swept.ran:
            digests.queue(session, rules, now=now, mail_domain=settings.mail_domain)
    with runtime.transaction() as session:
        recovered = recovery.recover(session, at=at)
    guard.advance_epoch()
    log.info("tick", driver=driver, swept=swept, recovered=recovered)
    return Tick(swept, recovered)


@shared_task(name="workers.reminders.tick")
def tick() -> None:
    """Run beat's tick and have the mails carried at once."""
    run_tick("beat")
    try:
        deliver.delay()
    except OperationalError:
        log.warning("no_broker", remedy="the timers of the workers deliver without it")
