"""The task that fetches returned mail from its mailbox."""

from collections import Counter

import structlog
from celery import shared_task

from server import clock
from server.adapters.mail.bounce_mailbox import parse_imap_url, unseen
from server.services import bounces
from server.settings import get_settings
from workers import runtime

log = structlog.get_logger()


@shared_task(name="workers.bounces.collect")
def collect() -> None:
    """Take every mail not seen yet, each in its own transaction; safe to repeat."""
    settings = get_settings()
    if not settings.bounce_imap_url:
        return
    secret = settings.secret_key.get_secret_value()
    verdicts: Counter[str] = Counter()
    for raw in unseen(parse_imap_url(settings.bounce_imap_url)):
        with runtime.transaction() as session:
            verdicts[bounces.take(session, raw, secret, now=clock.utc_now())] += 1
        if runtime.stopping():
            break
    if verdicts:
        log.info("returned_mail", **verdicts)
