"""Carrying messages from the ledger to the mail server: the loop around one attempt.

Each step is a transaction of its own, so that a process may end anywhere between two of them:
before the intent the message was surely not sent, after it the ledger says that it may have been.
"""

import random
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import TypeVar

import structlog
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from server.adapters.mail import Enveloped, MailConnection, MailLines
from server.db.queries.claims import Claimed
from server.domain.delivery import Accepted, Outcome, Verdict
from server.services import delivery, writing
from server.services.delivery import Attempt, Leases
from server.services.pacing import Paces
from server.services.writing import Parcel, Sender, Write

BATCH = 96
"""Whole waves of eight, enough to share what a batch reads; what half a lease is too short for is
given back."""
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
    at_once: Callable[[], AbstractContextManager[Session]]
    """Sessions whose every statement commits by itself."""
    connect: Callable[[], MailConnection]
    write: Write
    sender: Sender
    owner: str
    clock: Callable[[], datetime]
    leases: Leases = delivery.DEFAULT_LEASES
    at: datetime | None = None
    stopping: Callable[[], bool] = lambda: False
    paces: Paces = field(default_factory=dict)
    note_sent: Callable[[Sequence[str]], None] = lambda _: None
    """Writes Message-IDs into the send journal."""
    observe: Callable[[Point], None] = unobserved
    connections: int = 1


@dataclass(slots=True)
class Run:
    """One run over everything that is ready, with its connections and what came of it."""

    office: Office
    lines: MailLines
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
        """Send a batch, as many at once as there are connections; give back what has no time."""
        deadline = time.monotonic() + self.office.leases.hold.total_seconds() / 2
        left = list(parcels)
        while left and not self._finished() and time.monotonic() < deadline:
            ready = self.lines.open(len(left))
            if isinstance(ready, int):
                wave, left = left[:ready], left[ready:]
                self.deliver(wave)
            else:
                self._record([(left.pop(0), ready)])
        self._release([parcel.message for parcel in left])

    def deliver(self, wave: Sequence[Parcel]) -> None:
        """Make one attempt for each message of a wave and record what came of it."""
        groups = self.lines.send(
            [self._enveloped(parcel) for parcel in wave],
            lambda ready: self._intended(wave, ready),
        )
        for outcomes in groups:
            ended = [(wave[number], outcome) for number, outcome in outcomes.items()]
            self._prove([parcel for parcel, each in ended if isinstance(each, Accepted)])
            self.office.observe(Point.AFTER_REPLY)
            self._record(ended)
            self.office.observe(Point.AFTER_RECORD)

    def _enveloped(self, parcel: Parcel) -> Enveloped:
        sender = self.office.sender.envelope(parcel.message.id)
        return Enveloped(sender, parcel.message.address, parcel.data)

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

    def _intended(self, wave: Sequence[Parcel], ready: Sequence[int]) -> list[int]:
        """Return which of the messages at these places in the wave may have their dot."""
        intended = self._intend([wave[number].message for number in ready])
        return [number for number in ready if wave[number].message.id in intended]

    def _intend(self, messages: Sequence[Claimed]) -> frozenset[int]:
        """Commit to the dots; a database that cannot promise them means no dot."""
        self.office.observe(Point.BEFORE_INTENT)
        try:
            with self.office.at_once() as session:
                intended = delivery.intend(session, messages, leases=self.office.leases)
        except DBAPIError as error:
            log.warning("intent_failed", messages=len(messages), error=str(error.orig))
            return frozenset()
        self.office.observe(Point.AFTER_INTENT)
        return intended

    def _record(self, ended: Sequence[tuple[Parcel, Outcome]]) -> None:
        attempts = [
            Attempt(parcel.message, outcome, random.uniform(0.8, 1.2))  # noqa: S311 - spreads retries, guards nothing
            for parcel, outcome in ended
        ]

        def write_down(session: Session) -> list[Verdict | None]:
            return delivery.record(session, attempts, leases=self.office.leases)

        # Acceptances are one statement; what else may come of an attempt is several.
        accepted = all(isinstance(attempt.outcome, Accepted) for attempt in attempts)
        judged = persistently(self.office, write_down, at_once=accepted)
        self.verdicts.update(verdict or "unfenced" for verdict in judged)
        self.server_away = self.server_away or Verdict.WAIT in judged
        for attempt, verdict in zip(attempts, judged, strict=True):
            if verdict is not Verdict.SENT:  # what was sent, the ledger tells; a line each is dear
                outcome = repr(attempt.outcome)
                log.info("not_sent", message=attempt.message.id, verdict=verdict, outcome=outcome)

    def _prove(self, taken: Sequence[Parcel]) -> None:
        """Note acceptances on this machine; a full disk must not cost the record itself."""
        try:
            if taken:
                self.office.note_sent([parcel.message.message_id for parcel in taken])
        except OSError as error:
            log.warning("journal_failed", messages=len(taken), error=str(error))

    def _release(self, messages: list[Claimed]) -> None:
        if messages:
            persistently(self.office, lambda session: delivery.release(session, messages))


def deliver_ready(office: Office) -> Counter[str]:
    """Deliver every message whose time has come; return how many met which verdict."""
    with MailLines(office.connect, office.connections) as lines:
        run = Run(office, lines)
        for parcels in run.batches():
            run.send(parcels)
    if run.verdicts:
        log.info("delivered", **run.verdicts)
    return run.verdicts


def persistently(office: Office, work: Callable[[Session], T], *, at_once: bool = False) -> T:
    """Do `work` in a transaction, again and again while the database is away.

    Gives up, raising, when the lease behind the work is over: then others have stepped in.
    """
    until = time.monotonic() + office.leases.patience.total_seconds()
    pauses = iter(PAUSES)
    begin = office.at_once if at_once else office.transact
    while True:
        try:
            with begin() as session:
                return work(session)
        except DBAPIError as error:
            pause = next(pauses, PAUSES[-1])
            if time.monotonic() + pause > until:
                raise
            log.warning("database_away", error=str(error.orig), retry_in=pause)
            time.sleep(pause)
