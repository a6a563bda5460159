"""Opening an SMTP session: connect, greet, encrypt, sign in."""

import smtplib
import socket
from dataclasses import dataclass

from server.adapters.mail.replies import Ended, judge, why
from server.adapters.mail.url import Encryption, SmtpUrl
from server.domain.delivery import NotSent, Outcome, Stage


@dataclass(frozen=True, slots=True)
class Timeouts:
    """Seconds to wait. A short wait after the dot makes copies (RFC 5321 §4.5.3.2.6)."""

    connect: float = 15.0
    command: float = 60.0
    after_dot: float = 600.0


def open_session(url: SmtpUrl, timeouts: Timeouts) -> smtplib.SMTP:
    """Return a session ready for its first message; raise Ended with the stage that failed."""
    try:
        smtp = _connect(url, timeouts.connect)
    except (OSError, smtplib.SMTPException) as error:
        raise Ended(_failure(Stage.CONNECT, error)) from error
    stage = Stage.HELLO
    try:
        socket_of(smtp).settimeout(timeouts.command)
        # The dot goes out apart from the body; without this it would wait for the body's
        # acknowledgement, which the other side delays by 40 ms.
        socket_of(smtp).setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        smtp.ehlo_or_helo_if_needed()
        if url.encryption is Encryption.STARTTLS:
            stage = Stage.TLS
            smtp.starttls(context=url.tls_context())
            smtp.ehlo_or_helo_if_needed()
        if url.user is not None:
            stage = Stage.LOGIN
            smtp.login(url.user, url.password or "")
    except (OSError, smtplib.SMTPException) as error:
        smtp.close()
        raise Ended(_failure(stage, error)) from error
    return smtp


def socket_of(smtp: smtplib.SMTP) -> socket.socket:
    """Return the session's socket; raise Ended if the session is closed."""
    if smtp.sock is None:
        raise Ended(NotSent(Stage.CONNECT, "连接已断开"))
    return smtp.sock


def _connect(url: SmtpUrl, timeout: float) -> smtplib.SMTP:
    helo = url.helo or _own_name()
    if url.encryption is Encryption.TLS:
        context = url.tls_context()
        return smtplib.SMTP_SSL(url.host, url.port, helo, timeout=timeout, context=context)
    return smtplib.SMTP(url.host, url.port, helo, timeout=timeout)


def _failure(stage: Stage, error: Exception) -> Outcome:
    if isinstance(error, smtplib.SMTPResponseException):
        return judge(stage, error.smtp_code, error.smtp_error, frozenset())
    return NotSent(stage, why(error))


def _own_name() -> str:
    """Return how we greet: this machine's full name if it has one. Never asks the network."""
    name = socket.gethostname()
    return name if "." in name else "[127.0.0.1]"
