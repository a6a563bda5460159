"""Handing messages to an SMTP server stage by stage, knowing whether the final dot went out.

smtplib's `sendmail` reports the same exception for a connection lost before the message was
complete (surely not delivered) and after it (perhaps delivered). This client walks the stages
itself, asks `before_final_dot` when everything but the dot is out, and tells the cases apart.
"""

import contextlib
import re
import smtplib
from collections.abc import Callable
from types import TracebackType
from typing import Self

from server.adapters.mail.replies import (
    GO_AHEAD,
    SERVICE_CLOSING,
    Ended,
    Step,
    expect,
    hear,
    heard,
    interruption,
    judge,
    say,
    why,
)
from server.adapters.mail.session import Timeouts, open_session, socket_of
from server.adapters.mail.url import SmtpUrl
from server.domain.addresses import checked_address
from server.domain.delivery import NotSent, Outcome, Stage, Unknown

OK = frozenset({250})
RECIPIENT_OK = frozenset({250, 251})
BODY_WANTED = frozenset({GO_AHEAD})
WITHDRAWN = "发送权已失效，已在收妥前放弃"
UNANSWERED = "正文已全部发出，未等到收妥答复："
_LEADING_DOT = re.compile(rb"^\.", re.MULTILINE)


class MailConnection:
    """A connection to one mail server, opened when first needed and used for many messages.

    Not for sharing between threads. Closes quietly: a failing QUIT says nothing about messages.
    """

    def __init__(
        self, url: SmtpUrl, *, timeouts: Timeouts | None = None, messages_per_connection: int = 100
    ) -> None:
        self._url = url
        self._timeouts = timeouts or Timeouts()
        self._limit = messages_per_connection
        self._smtp: smtplib.SMTP | None = None
        self._used = 0
        self._unanswered: tuple[Step, ...] = ()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def send(
        self,
        envelope_from: str,
        recipient: str,
        data: bytes,
        before_final_dot: Callable[[], bool],
    ) -> Outcome:
        """Hand over one message to one recipient and return what came of it.

        `before_final_dot` is called once everything but the final dot is out; when it returns
        False the connection is dropped and the message is surely not delivered. What it raises
        goes through, the connection being dropped likewise. Raises InvalidInput for addresses.
        """
        checked_address(recipient)  # before a connection is made for nothing
        ended = self.open() or self.announce(envelope_from, recipient) or self.hand_over(data)
        if ended is not None:
            return ended
        agreed = False
        try:
            agreed = before_final_dot()
        finally:
            if not agreed:
                self.drop()
        return self.finish() if agreed else NotSent(Stage.BODY, WITHDRAWN)

    def open(self) -> Outcome | None:
        """Make the session ready for a message; return what came of it if it is not."""
        try:
            self._ready()
        except Ended as end:
            return end.outcome
        return None

    def announce(self, envelope_from: str, recipient: str) -> Outcome | None:
        """Say from whom a message comes and to whom; return what ended the attempt, or None.

        Where the server offers pipelining (RFC 2920) all is said at once and `hand_over` takes the
        replies, so that several connections wait together. The session must be open. Raises
        InvalidInput for addresses.
        """
        sender, receiver = checked_address(envelope_from), checked_address(recipient)
        steps = (
            Step(Stage.MAIL, f"MAIL FROM:<{sender}>", OK),
            Step(Stage.RCPT, f"RCPT TO:<{receiver}>", RECIPIENT_OK),
            Step(Stage.DATA, "DATA", BODY_WANTED),
        )
        self._used += 1
        return self._ended(lambda smtp: self._say(smtp, steps))

    def hand_over(self, data: bytes) -> Outcome | None:
        """Send an announced message but for the final dot; return what ended the attempt, or None.

        After None the server waits for the dot: `finish`, or `dot` and `reply`, or `drop`.
        """
        return self._ended(lambda smtp: self._send(smtp, data))

    def _ended(self, work: Callable[[smtplib.SMTP], None]) -> Outcome | None:
        """Do a part of the attempt; return what ended it, the session dropped unless usable."""
        usable = False
        try:
            work(self._session())
            usable = True
        except Ended as end:
            usable = end.usable
            return end.outcome
        finally:
            if not usable:
                self.drop()
        return None

    def finish(self) -> Outcome:
        """Send the final dot and return what the reply, or its absence, means."""
        ended = self.dot()
        return self.reply() if ended is None else ended

    def dot(self) -> Outcome | None:
        """Send the final dot; return why it could not go out, or None once it has."""
        try:
            connection = socket_of(self._session())
            refusal = interruption(connection)
            if refusal is None:
                connection.settimeout(self._timeouts.after_dot)
                connection.sendall(b".\r\n")
        except OSError as error:
            # sendall raises only while bytes of the terminator are still on our side.
            refusal = NotSent(Stage.BODY, why(error))
        except Ended as end:
            refusal = end.outcome
        if refusal is not None:
            self.drop()
        return refusal

    def reply(self) -> Outcome:
        """Wait for the reply to the dot and return what it, or its absence, means."""
        smtp = self._session()
        connection = socket_of(smtp)
        try:
            code, text = smtp.getreply()
            connection.settimeout(self._timeouts.command)
        except (OSError, smtplib.SMTPException) as error:
            self.drop()
            return Unknown(f"{UNANSWERED}{why(error)}")
        outcome = judge(Stage.DOT, code, text, OK)
        if isinstance(outcome, Unknown) or _is_closing(outcome):
            self.drop()
        return outcome

    @property
    def patience(self) -> float:
        """Return the seconds that a reply to the dot is waited for."""
        return self._timeouts.after_dot

    def fileno(self) -> int:
        """Return the descriptor of the open session's socket, for waiting on several at once."""
        return socket_of(self._session()).fileno()

    def drop(self) -> None:
        """Hang up at once: what was offered and not finished is surely not delivered."""
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def close(self) -> None:
        """End the session politely; whatever happens to QUIT is of no consequence."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self.drop()

    def _ready(self) -> smtplib.SMTP:
        """Return an open session; a kept one that the server has closed meanwhile is replaced."""
        if self._used >= self._limit:
            self.close()
        if self._smtp is not None and heard(socket_of(self._smtp)) is not None:
            self.drop()
        if self._smtp is None:
            self._smtp = open_session(self._url, self._timeouts)
            self._used = 0
        return self._smtp

    def _session(self) -> smtplib.SMTP:
        if self._smtp is None:
            raise Ended(NotSent(Stage.CONNECT, "连接已断开"))
        return self._smtp

    def _say(self, smtp: smtplib.SMTP, steps: tuple[Step, ...]) -> None:
        if smtp.has_extn("pipelining"):
            say(smtp, steps)
            self._unanswered = steps
            return
        for step in steps:
            expect(smtp, step)

    def _send(self, smtp: smtplib.SMTP, data: bytes) -> None:
        """Send everything but the final dot; raise Ended when the server objects or hangs up."""
        unanswered, self._unanswered = self._unanswered, ()
        hear(smtp, unanswered)
        connection = socket_of(smtp)
        stuffed = _LEADING_DOT.sub(b"..", data)
        try:
            connection.sendall(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
        except OSError as error:
            raise Ended(interruption(connection) or NotSent(Stage.BODY, why(error))) from error
        refusal = interruption(connection)
        if refusal is not None:
            raise Ended(refusal)


def _is_closing(outcome: Outcome) -> bool:
    return isinstance(outcome, NotSent) or getattr(outcome, "code", None) == SERVICE_CLOSING
