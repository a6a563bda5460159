"""Carrying messages from the ledger to the mail server: the loop around one attempt.

Each step is a transaction of its own, so that a process may end anywhere between two of them:
before the intent the message was surely not sent, after it the ledger says that it may have been.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from server.adapters.mail import MailConnection
from server.db.queries.claims import Claimed
from server.domain.delivery import Accepted, Outcome, Verdict
from server.services import delivery, writing
from server.services.delivery import Leases
from server.services.pacing import Paces
from server.services.writing import Parcel, Sender, Write

BATCH = 25
"""Few enough to be sent well within half a lease, even at a slow server."""
BUDGET = 45.0
"""Seconds after which a run makes room for the other tasks of its process."""
PAUSES = (0.1, 0.5, 1.0, 2.0, 5.0)
"""Seconds between attempts to record an outcome while the database is away; the last repeats."""

log = structlog.get_logger()
T = TypeVar("T")


class Point(StrEnum):
    """The moments of one attempt at which tests end the process."""

    AFTER_CLAIM = "after_claim"
    AFTER_WRITING = "after_writing"
    BEFORE_INTENT = "before_intent"
    AFTER_INTENT = "after_intent"
    AFTER_REPLY = "after_reply"
    AFTER_RECORD = "after_record"


def unobserved(point: Point) -> None:
    """Let the moment pass."""


@dataclass(frozen=True, slots=True)
class Office:
    """What a run of deliveries needs from the process around it."""

    transact: Callable[[], AbstractContextManager[Session]]
    connect: Callable[[], MailConnection]
    write: Write
    sender: Sender
    owner: str
    clock: Callable[[], datetime]
    leases: Leases = delivery.DEFAULT_LEASES
    at: datetime | None = None
    stopping: Callable[[], bool] = lambda: False
    paces: Paces = field(default_factory=dict)
    note_sent: Callable[[str], None] = lambda _: None
    """Writes a Message-ID into the send journal."""
    observe: Callable[[Point], None] = unobserved


@dataclass(slots=True)
class Run:
    """One run over everything that is ready, with its connection and what came of it."""

    office: Office
    mail: MailConnection
    verdicts: Counter[str] = field(default_factory=Counter)
    server_away: bool = False

    def batches(self) -> Iterator[list[Parcel]]:
        """Yield claimed and written messages until none is ready, or it is time to stop."""
        began = time.monotonic()
        while not self._finished(began):
            with self.office.transact() as session:
                batch = delivery.claim(
                    session,
                    owner=self.office.owner,
                    limit=BATCH,
                    leases=self.office.leases,
                    at=self.office.at,
                    paces=self.office.paces,
                )
            if not batch.taken:
                return
            self.office.observe(Point.AFTER_CLAIM)
            yield self._written(batch.messages)

    def send(self, parcels: list[Parcel]) -> None:
        """Send a batch one by one; give back what there is no time or no server for."""
        deadline = time.monotonic() + self.office.leases.hold.total_seconds() / 2
        for number, parcel in enumerate(parcels):
            if self._finished() or time.monotonic() > deadline:
                self._release([rest.message for rest in parcels[number:]])
                return
            self.deliver(parcel)

    def deliver(self, parcel: Parcel) -> None:
        """Make one attempt and record what came of it."""
        outcome = self.mail.send(
            self.office.sender.envelope(parcel.message.id),
            parcel.message.address,
            parcel.data,
            lambda: self._intend(parcel.message),
        )
        if isinstance(outcome, Accepted):
            self._prove(parcel.message)
        self.office.observe(Point.AFTER_REPLY)
        judged = self._record(parcel.message, outcome)
        self.server_away = judged is Verdict.WAIT
        self.verdicts[judged or "unfenced"] += 1
        self.office.observe(Point.AFTER_RECORD)

    def _finished(self, began: float | None = None) -> bool:
        late = began is not None and time.monotonic() - began > BUDGET
        return late or self.server_away or self.office.stopping()

    def _written(self, messages: tuple[Claimed, ...]) -> list[Parcel]:
        office = self.office
        try:
            with office.transact() as session:
                parcels = writing.prepare(
                    session, messages, office.write, office.sender, now=office.clock()
                )
        except Exception:
            # A fault of the installation, not of these messages: it must not count against them.
            self._release(list(messages))
            raise
        self.office.observe(Point.AFTER_WRITING)
        return parcels

    def _intend(self, message: Claimed) -> bool:
        """Commit to the dot; a database that cannot promise it means no dot."""
        self.office.observe(Point.BEFORE_INTENT)
        try:
            with self.office.transact() as session:
                intended = delivery.intend(session, message, leases=self.office.leases)
        except DBAPIError as error:
            log.warning("intent_failed", message=message.id, error=str(error.orig))
            return False
        self.office.observe(Point.AFTER_INTENT)
        return intended

    def _record(self, message: Claimed, outcome: Outcome) -> Verdict | None:
        jitter = random.uniform(0.8, 1.2)  # noqa: S311 - spreads retries, guards nothing

        def write_down(session: Session) -> Verdict | None:
            return delivery.record(
                session, message, outcome, jitter=jitter, leases=self.office.leases
            )

        judged = persistently(self.office, write_down)
        log.info("delivered", message=message.id, verdict=judged, outcome=repr(outcome))
        return judged

    def _prove(self, message: Claimed) -> None:
        """Note the acceptance on this machine; a full disk must not cost the record itself."""
        try:
            self.office.note_sent(message.message_id)
        except OSError as error:
            log.warning("journal_failed", message=message.id, error=str(error))

    def _release(self, messages: list[Claimed]) -> None:
        persistently(self.office, lambda session: delivery.release(session, messages))


def deliver_ready(office: Office) -> Counter[str]:
    """Deliver every message whose time has come; return how many met which verdict."""
    with office.connect() as mail:
        run = Run(office, mail)
        for parcels in run.batches():
            run.send(parcels)
    return run.verdicts


def persistently(office: Office, work: Callable[[Session], T]) -> T:
    """Do `work` in a transaction, again and again while the database is away.

    Gives up, raising, when the lease behind the work is over: then others have stepped in.
    """
    until = time.monotonic() + office.leases.patience.total_seconds()
    pauses = iter(PAUSES)
    while True:
        try:
            with office.transact() as session:
                return work(session)
        except DBAPIError as error:
            pause = next(pauses, PAUSES[-1])
            if time.monotonic() + pause > until:
                raise
            log.warning("database_away", error=str(error.orig), retry_in=pause)
            time.sleep(pause)
