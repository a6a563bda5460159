"""Several connections to one mail server, walked in step by one thread.

The bodies go out on all of them, then one question settles which final dots may follow, the dots
go out, and the replies are taken as they come. What a message costs in waiting (our own commit,
the server's queue) is thus shared by as many messages as there are connections, and exactly so
many may be in doubt when the process dies.
"""

import selectors
import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from types import TracebackType
from typing import Self

from server.adapters.mail.connection import UNANSWERED, WITHDRAWN, MailConnection
from server.domain.delivery import NotSent, Outcome, Stage, Unknown

MOMENT = 0.01
"""Seconds that a reply waits for those of its neighbours, to be recorded together."""

Outcomes = Mapping[int, Outcome]


@dataclass(frozen=True, slots=True)
class Enveloped:
    """The bytes of a message, from whom they come and whom they are for."""

    sender: str
    recipient: str
    data: bytes

    @property
    def addresses(self) -> tuple[str, str]:
        """Return the sender's and the recipient's."""
        return self.sender, self.recipient


class MailLines:
    """At most `most` connections, opened when needed; fewer where the server allows no more."""

    def __init__(self, connect: Callable[[], MailConnection], most: int = 1) -> None:
        self._lines = [connect() for _ in range(most)]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for line in self._lines:
            line.close()

    def open(self, wanted: int) -> int | Outcome:
        """Return how many connections are ready, up to `wanted`; if none, what came of the first.

        A connection that the server refuses while it serves others is not tried again.
        """
        for number, line in enumerate(self._lines[:wanted]):
            ended = line.open()
            if ended is not None and number == 0:
                return ended
            if ended is not None:
                self._retire(number)
                break
        return min(wanted, len(self._lines))

    def _retire(self, first: int) -> None:
        while len(self._lines) > first:
            self._lines.pop().close()

    def send(
        self,
        messages: Sequence[Enveloped],
        before_final_dots: Callable[[Sequence[int]], Collection[int]],
    ) -> Iterator[Outcomes]:
        """Make one attempt for each message, one a connection; yield outcomes by position.

        `before_final_dots` is told which messages are complete but for the dot and returns those
        that may have it; the others are surely not delivered. What it raises goes through, no dot
        having gone out. Outcomes come in groups, each as soon as it is known.
        """
        waiting = dict(enumerate(self._lines[: len(messages)]))
        try:
            ended = _offered(waiting, messages)
            agreed = before_final_dots(list(waiting)) if waiting else ()
            ended |= _dotted(waiting, agreed)
            if ended:
                yield ended
            yield from _replies(waiting)
        finally:
            for line in waiting.values():
                line.drop()


Waiting = dict[int, MailConnection]
"""The connections whose message is not ended, by its position."""


def _offered(waiting: Waiting, messages: Sequence[Enveloped]) -> dict[int, Outcome]:
    """Send everything but the dots; return, and take from `waiting`, what ended there."""
    ended = _parted(waiting, lambda n, line: line.announce(*messages[n].addresses))
    return ended | _parted(waiting, lambda n, line: line.hand_over(messages[n].data))


def _parted(
    waiting: Waiting, work: Callable[[int, MailConnection], Outcome | None]
) -> dict[int, Outcome]:
    """Do `work` on every connection; return, and take from `waiting`, what it ended."""
    outcomes = {number: work(number, line) for number, line in waiting.items()}
    ended = {number: outcome for number, outcome in outcomes.items() if outcome is not None}
    for number in ended:
        del waiting[number]
    return ended


def _dotted(waiting: Waiting, agreed: Collection[int]) -> dict[int, Outcome]:
    """Send the dots that may go; return, and take from `waiting`, what is surely not delivered."""

    def dot(number: int, line: MailConnection) -> Outcome | None:
        if number in agreed:
            return line.dot()
        line.drop()
        return NotSent(Stage.BODY, WITHDRAWN)

    return _parted(waiting, dot)


def _replies(waiting: Waiting) -> Iterator[Outcomes]:
    """Yield the replies, taking each from `waiting`; a silence too long ends all that is left."""
    until = time.monotonic() + max((line.patience for line in waiting.values()), default=0.0)
    with selectors.DefaultSelector() as selector:
        for number, line in waiting.items():
            selector.register(line, selectors.EVENT_READ, number)
        while waiting:
            yield _answered(selector, waiting, until) or _unanswered(waiting)


def _answered(
    selector: selectors.BaseSelector, waiting: Waiting, until: float
) -> dict[int, Outcome]:
    """Return the next replies, those that come within a moment of each other together."""
    replied: dict[int, Outcome] = {}
    patience = max(until - time.monotonic(), 0.0)
    while waiting and (events := selector.select(patience)):
        for key, _ in events:
            selector.unregister(key.fileobj)
            replied[key.data] = waiting.pop(key.data).reply()
        patience = MOMENT
    return replied


def _unanswered(waiting: Waiting) -> dict[int, Outcome]:
    silent: dict[int, Outcome] = {}
    while waiting:
        number, line = waiting.popitem()
        line.drop()
        silent[number] = Unknown(f"{UNANSWERED}等待超时")
    return silent
