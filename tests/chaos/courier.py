"""A delivering process that tests may end at any point: python -m tests.chaos.courier.

It is the product's own loop with short leases. `--die POINT:N` kills it by SIGKILL at the N-th
passing of a point, `--pause` stops it there until it is continued; `--bug NAME` plants one of the
mistakes that the checker must catch.
"""

import argparse
import os
import signal
import time
from collections import Counter
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import timedelta

from sqlalchemy import Engine
from sqlalchemy.exc import DBAPIError
from sqlmodel import Session

from server.adapters.mail import MailConnection, MailLines, Timeouts, parse_smtp_url
from server.clock import utc_now
from server.db.engine import make_engine, single_statements, transaction
from server.db.queries.claims import Claimed
from server.domain.delivery import Accepted, NotSent, Outcome, Stage, Unknown
from server.services.delivery import Leases
from server.services.recovery import recover
from server.services.writing import Parcel, Sender
from tests.ledger import write_plainly
from workers import courier
from workers.courier import Office, Point, Run

SHORT = Leases(
    hold=timedelta(seconds=1.2),
    patience=timedelta(seconds=2.5),
    rest=timedelta(seconds=0.2),
    outage=timedelta(seconds=0.2),
)
TIMEOUTS = Timeouts(connect=1, command=1, after_dot=2)


class Fate:
    """Sends this process a signal at the n-th passing of a point."""

    def __init__(self, wanted: str, number: signal.Signals) -> None:
        self.point, _, nth = wanted.partition(":")
        self.left = int(nth or 1)
        self.number = number

    def __call__(self, point: str) -> None:
        if point == self.point:
            self.left -= 1
            if not self.left:
                os.kill(os.getpid(), self.number)


class Line(MailConnection):
    """The product's connection, with one more point: after the dot, before the reply is read."""

    dying: Callable[[str], None]

    def dot(self) -> Outcome | None:
        ended = super().dot()
        if ended is None:
            self.dying("after_dot")
        return ended


class NaiveLine(MailConnection):
    """Takes every lost connection for "not sent", as plain smtplib does."""

    def reply(self) -> Outcome:
        outcome = super().reply()
        if isinstance(outcome, Unknown):
            return NotSent(Stage.CONNECT, outcome.reason)
        return outcome


class MarkingRun(Run):
    """Records the mails as sent and only then sends them."""

    def deliver(self, wave: Sequence[Parcel]) -> None:
        self._record([(parcel, Accepted(250, "presumed")) for parcel in wave])
        self.office.observe(Point.BEFORE_INTENT)
        for _ in self.lines.send([self._enveloped(parcel) for parcel in wave], lambda all_: all_):
            self.office.observe(Point.AFTER_REPLY)


class UnfencedRun(Run):
    """Asks nobody before the final dot."""

    def _intend(self, messages: Sequence[Claimed]) -> frozenset[int]:
        self.office.observe(Point.BEFORE_INTENT)
        self.office.observe(Point.AFTER_INTENT)
        return frozenset(message.id for message in messages)


BUGS: dict[str, tuple[type[Run], type[MailConnection]]] = {
    "": (Run, Line),
    "mark-before-send": (MarkingRun, MailConnection),
    "no-fence": (UnfencedRun, MailConnection),
    "naive-disconnect": (Run, NaiveLine),
}


def surroundings(
    engine: Engine, url: str, line: type[MailConnection], dying: Fate, connections: int
) -> Office:
    """Return the office of a run against the double."""

    def connect() -> MailConnection:
        mail = line(parse_smtp_url(url), timeouts=TIMEOUTS)
        if isinstance(mail, Line):
            mail.dying = dying
        return mail

    return Office(
        transact=lambda: transacted(engine),
        at_once=single_statements(engine),
        connect=connect,
        write=write_plainly,
        sender=Sender("张村镇公开办", "duban@office.example"),
        owner=f"courier:{os.getpid()}",
        clock=utc_now,
        leases=SHORT,
        observe=dying,
        connections=connections,
    )


def transacted(engine: Engine) -> AbstractContextManager[Session]:
    """Return one transaction."""
    return transaction(engine)


def deliver(office: Office, run_type: type[Run]) -> Counter[str]:
    """The product's `deliver_ready` with the kind of run exchanged."""
    with MailLines(office.connect, office.connections) as lines:
        run = run_type(office, lines)
        for parcels in run.batches():
            run.send(parcels)
    return run.verdicts


def main() -> None:
    """Deliver and recover until killed."""
    parser = argparse.ArgumentParser()
    parser.add_argument("--database", required=True)
    parser.add_argument("--smtp", required=True)
    parser.add_argument("--die", default="")
    parser.add_argument("--pause", default="")
    parser.add_argument("--bug", default="", choices=sorted(BUGS))
    parser.add_argument("--batch", type=int, default=courier.BATCH)
    parser.add_argument("--connections", type=int, default=1)
    options = parser.parse_args()
    courier.BATCH = options.batch
    engine = make_engine(options.database, ask_always=False)
    run_type, line = BUGS[options.bug]
    fate = Fate(options.die, signal.SIGKILL)
    if options.pause:
        fate = Fate(options.pause, signal.SIGSTOP)
    office = surroundings(engine, options.smtp, line, fate, options.connections)
    while True:
        try:
            deliver(office, run_type)
            with transaction(engine) as session:
                recover(session, leases=SHORT)
        except DBAPIError:
            time.sleep(0.1)
        time.sleep(0.05)


if __name__ == "__main__":
    main()
