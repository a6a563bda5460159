"""Whether the parts of an installation answer; each probe gives up after a few seconds."""

import contextlib
import shutil
import smtplib
from pathlib import Path

from redis import Redis
from redis.exceptions import RedisError

from server.adapters.mail.replies import Ended
from server.adapters.mail.session import Timeouts, open_session
from server.adapters.mail.url import parse_smtp_url
from server.domain.delivery import STAGE_NAMES, NotSent, PermanentFailure, TemporaryFailure

PATIENCE = 5.0


def redis_fault(url: str) -> str:
    """Return why the queue does not answer; empty when it does."""
    patience = {"socket_timeout": PATIENCE, "socket_connect_timeout": PATIENCE}
    try:
        with Redis.from_url(url, **patience) as client:
            client.ping()
    except (RedisError, OSError, ValueError) as error:
        return error.__class__.__name__
    return ""


def smtp_fault(url: str) -> str:
    """Return at which stage the mail server does not serve us; empty when it does.

    Signs in where the address says so, sends nothing. Raises: InvalidInput for a bad address.
    """
    patience = Timeouts(connect=PATIENCE, command=PATIENCE)
    try:
        smtp = open_session(parse_smtp_url(url), patience)
    except Ended as end:
        return _told(end)
    with contextlib.suppress(OSError, smtplib.SMTPException):
        smtp.quit()
    smtp.close()
    return ""


def free_bytes(folder: Path) -> int:
    """Return how many bytes are free where a folder lies, or will lie once it is made."""
    place = folder.absolute()
    while not place.exists():
        place = place.parent
    return shutil.disk_usage(place).free


def _told(end: Ended) -> str:
    outcome = end.outcome
    if isinstance(outcome, NotSent):
        return f"{STAGE_NAMES[outcome.stage]}：{outcome.reason}"
    if isinstance(outcome, TemporaryFailure | PermanentFailure):
        return f"{STAGE_NAMES[outcome.stage]}：{outcome.code} {outcome.text}"
    return "服务器的答复无法理解"
