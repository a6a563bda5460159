"""What a server's words mean: replies, silence and lost connections turned into outcomes."""

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from dataclasses import dataclass

from server.domain.delivery import (
    Accepted,
    NotSent,
    Outcome,
    PermanentFailure,
    Stage,
    TemporaryFailure,
    Unknown,
)

SERVICE_CLOSING = 421
GO_AHEAD = 354
_REASONS: tuple[tuple[type[Exception], str], ...] = (
    (TimeoutError, "等待超时"),
    (ssl.SSLCertVerificationError, "服务器的证书不可信，未发送"),
    (smtplib.SMTPNotSupportedError, "服务器不支持所要求的加密或登录方式，未发送"),
    (ConnectionRefusedError, "服务器没有在监听这个端口"),
    (socket.gaierror, "找不到邮件服务器的主机名"),
    (smtplib.SMTPServerDisconnected, "服务器断开了连接"),
    (ConnectionError, "服务器断开了连接"),
)
_EARLY_REPLY = re.compile(rb"([45]\d\d)[ -]?([^\r\n]*)")


class Ended(Exception):
    """The attempt is over with `outcome`; `usable` tells whether the connection still is."""

    def __init__(self, outcome: Outcome, *, usable: bool = False) -> None:
        super().__init__(outcome)
        self.outcome = outcome
        self.usable = usable


def judge(stage: Stage, code: int, text: str | bytes, good: frozenset[int]) -> Outcome:
    """Return what a reply at `stage` means; a code that SMTP does not know decides nothing."""
    words = decoded(text)
    if code in good:
        return Accepted(code, words)
    if 400 <= code < 500:  # noqa: PLR2004 - the SMTP class of temporary replies
        return TemporaryFailure(stage, code, words)
    if 500 <= code < 600:  # noqa: PLR2004 - the SMTP class of permanent replies
        return PermanentFailure(stage, code, words)
    if stage is Stage.DOT:
        return Unknown(f"收妥答复无法理解：{code} {words}")
    return NotSent(stage, f"服务器的答复无法理解：{code} {words}")


@dataclass(frozen=True, slots=True)
class Step:
    """A command, and the codes that let the attempt go on."""

    stage: Stage
    command: str
    good: frozenset[int]


def expect(smtp: smtplib.SMTP, step: Step) -> None:
    """Send a command and demand a good reply; raise Ended otherwise."""
    say(smtp, (step,))
    hear(smtp, (step,))


def say(smtp: smtplib.SMTP, steps: Sequence[Step]) -> None:
    """Send commands at once; raise Ended when they cannot go out."""
    try:
        smtp.send("".join(f"{step.command}\r\n" for step in steps))
    except (OSError, smtplib.SMTPException) as error:
        raise Ended(NotSent(steps[0].stage, why(error))) from error


def hear(smtp: smtplib.SMTP, steps: Sequence[Step]) -> None:
    """Take the reply to each command; raise Ended, by the first refusal, unless all are good.

    After a refusal the session stays usable but where the server, having refused, nevertheless
    waits for a message: hanging up is the only way not to send one (RFC 2920 §3.1).
    """
    refusal: Outcome | None = None
    usable = True
    for step in steps:
        try:
            code, text = smtp.getreply()
        except (OSError, smtplib.SMTPException) as error:
            raise Ended(refusal or NotSent(step.stage, why(error))) from error
        outcome = judge(step.stage, code, text, step.good)
        usable = code not in (SERVICE_CLOSING, GO_AHEAD)
        if not isinstance(outcome, Accepted):
            refusal = refusal or outcome
    if refusal is not None:
        raise Ended(refusal, usable=usable and _reset(smtp))


def heard(connection: socket.socket) -> bytes | None:
    """Return what the server said unasked, b"" if it hung up, None if it is silent."""
    timeout = connection.gettimeout()
    try:
        connection.settimeout(0.0)
        return connection.recv(4096)
    except (BlockingIOError, ssl.SSLWantReadError):
        return None
    except OSError:
        return b""
    finally:
        connection.settimeout(timeout)


def interruption(connection: socket.socket) -> Outcome | None:
    """Return the outcome if the server has refused or hung up in the middle of the body."""
    said = heard(connection)
    if said is None:
        return None
    match = _EARLY_REPLY.match(said)
    if match is None:
        return NotSent(Stage.BODY, "发送正文时服务器断开了连接")
    return judge(Stage.BODY, int(match[1]), match[2], frozenset())


def why(error: Exception) -> str:
    """Return the reason of a failed exchange in Chinese, for the ledger."""
    # smtplib hides a time-out behind the disconnection that it makes of it.
    causes = (error, error.__context__)
    for kind, words in _REASONS:
        if any(isinstance(cause, kind) for cause in causes):
            return words
    return f"{type(error).__name__}: {error}"


def decoded(text: str | bytes) -> str:
    """Return a server's words as text; what is not UTF-8 is shown as replacement characters."""
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text


def _reset(smtp: smtplib.SMTP) -> bool:
    """Clear the transaction so that the next message can use the session; tell if it worked."""
    try:
        code, _ = smtp.rset()
    except (OSError, smtplib.SMTPException):
        return False
    return code == 250  # noqa: PLR2004 - the only reply that RSET knows
