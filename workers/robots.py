"""Carrying messages to robots of groups and webhooks: few, slow, and never in the way of mail."""

import random
import time
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass

import structlog
from celery import shared_task
from sqlalchemy.exc import DBAPIError

from server.adapters import robots as adapter
from server.adapters.robots import Post
from server.domain.channels import listed_hosts
from server.domain.delivery import Outcome
from server.services import delivery, robots
from server.services.delivery import Attempt
from server.services.robots import RobotParcel
from server.services.scenes import Desk
from server.settings import get_settings
from workers import guard, runtime
from workers.courier import Office, Point, persistently

BATCH = 4
"""Few enough to be sent within half a lease even if each waits for its answer as long as it may."""
BUDGET = 30.0
"""Seconds after which a run makes room for the other tasks of its process."""

log = structlog.get_logger()


@dataclass(frozen=True, slots=True)
class Booth:
    """What a run needs from the process around it; `office` lends its transactions and clock."""

    office: Office
    desk: Desk
    listed: frozenset[str]
    send: Callable[[Post, int], Outcome]


def booth() -> Booth:
    """Return the surroundings of a run in this process."""
    settings = get_settings()
    return Booth(
        runtime.office(),
        runtime.desk(settings),
        listed_hosts(settings.channel_hosts),
        lambda post, at: adapter.send(post, at=at),
    )


def tell_ready(booth: Booth) -> Counter[str]:
    """Tell every robot whose message's time has come; return how many met which verdict."""
    office, verdicts = booth.office, Counter[str]()
    until = time.monotonic() + BUDGET
    while not office.stopping() and time.monotonic() < until:
        with office.transact() as session:
            taken = robots.claim(session, owner=office.owner, limit=BATCH, leases=office.leases)
        if not taken:
            break
        office.observe(Point.AFTER_CLAIM)
        with office.transact() as session:
            parcels = robots.prepare(
                session, taken, booth.desk, listed=booth.listed, now=office.clock()
            )
        for parcel in parcels:
            verdicts.update([_tell(booth, parcel)])
    return verdicts


def _tell(booth: Booth, parcel: RobotParcel) -> str:
    """Make one attempt: the intent is durable before anything leaves."""
    office, message = booth.office, parcel.message
    office.observe(Point.BEFORE_INTENT)
    try:
        with office.at_once() as session:
            intended = delivery.intend(session, [message], leases=office.leases)
    except DBAPIError as error:
        log.warning("intent_failed", messages=1, error=str(error.orig))
        intended = frozenset()
    if message.id not in intended:
        return "unfenced"
    office.observe(Point.AFTER_INTENT)
    outcome = booth.send(parcel.post, int(office.clock().timestamp()))
    office.observe(Point.AFTER_REPLY)
    attempt = Attempt(message, outcome, random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries, guards nothing
    (verdict,) = persistently(
        office, lambda session: delivery.record(session, [attempt], leases=office.leases)
    )
    office.observe(Point.AFTER_RECORD)
    log.info("robot_told", message=message.id, verdict=verdict, outcome=type(outcome).__name__)
    return verdict or "unfenced"


@shared_task(name="workers.robots.tell")
def tell() -> None:
    """Tell robots what is due; harmless to run twice or not at all."""
    if guard.may_deliver():
        tell_ready(booth())
