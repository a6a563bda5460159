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
    SERVICE_CLOSING,
    Ended,
    expect,
    heard,
    interruption,
    judge,
    why,
)
from server.adapters.mail.session import Timeouts, open_session, socket_of
from server.adapters.mail.url import SmtpUrl
from server.domain.addresses import checked_address
from server.domain.delivery import NotSent, Outcome, Stage, Unknown

OK = frozenset({250})
RECIPIENT_OK = frozenset({250, 251})
GO_AHEAD = frozenset({354})
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
        sender, receiver = checked_address(envelope_from), checked_address(recipient)
        usable = False
        try:
            smtp = self._ready()
            self._used += 1
            self._hand_over(smtp, sender, receiver, data)
            if not before_final_dot():
                return NotSent(Stage.BODY, "发送权已失效，已在收妥前放弃")
            outcome = self._finish(smtp)
            usable = not isinstance(outcome, Unknown) and not _is_closing(outcome)
        except Ended as end:
            outcome, usable = end.outcome, end.usable
        finally:
            if not usable:
                self._drop()
        return outcome

    def close(self) -> None:
        """End the session politely; whatever happens to QUIT is of no consequence."""
        if self._smtp is not None:
            with contextlib.suppress(OSError, smtplib.SMTPException):
                self._smtp.quit()
            self._drop()

    def _ready(self) -> smtplib.SMTP:
        """Return an open session; a kept one that the server has closed meanwhile is replaced."""
        if self._used >= self._limit:
            self.close()
        if self._smtp is not None and heard(socket_of(self._smtp)) is not None:
            self._drop()
        if self._smtp is None:
            self._smtp = open_session(self._url, self._timeouts)
            self._used = 0
        return self._smtp

    def _drop(self) -> None:
        if self._smtp is not None:
            self._smtp.close()
            self._smtp = None

    def _hand_over(self, smtp: smtplib.SMTP, sender: str, receiver: str, data: bytes) -> None:
        """Send everything but the final dot; raise Ended when the server objects or hangs up."""
        expect(smtp, Stage.MAIL, f"MAIL FROM:<{sender}>", OK)
        expect(smtp, Stage.RCPT, f"RCPT TO:<{receiver}>", RECIPIENT_OK)
        expect(smtp, Stage.DATA, "DATA", GO_AHEAD)
        connection = socket_of(smtp)
        stuffed = _LEADING_DOT.sub(b"..", data)
        try:
            connection.sendall(stuffed if stuffed.endswith(b"\r\n") else stuffed + b"\r\n")
        except OSError as error:
            raise Ended(interruption(connection) or NotSent(Stage.BODY, why(error))) from error
        refusal = interruption(connection)
        if refusal is not None:
            raise Ended(refusal)

    def _finish(self, smtp: smtplib.SMTP) -> Outcome:
        """Send the final dot and return what the reply, or its absence, means."""
        connection = socket_of(smtp)
        refusal = interruption(connection)
        if refusal is not None:
            raise Ended(refusal)
        try:
            connection.settimeout(self._timeouts.after_dot)
            connection.sendall(b".\r\n")
        except OSError as error:
            # sendall raises only while bytes of the terminator are still on our side.
            return NotSent(Stage.BODY, why(error))
        try:
            code, text = smtp.getreply()
            connection.settimeout(self._timeouts.command)
        except (OSError, smtplib.SMTPException) as error:
            return Unknown(f"正文已全部发出，未等到收妥答复：{why(error)}")
        return judge(Stage.DOT, code, text, OK)


def _is_closing(outcome: Outcome) -> bool:
    return isinstance(outcome, NotSent) or getattr(outcome, "code", None) == SERVICE_CLOSING
