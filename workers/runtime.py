"""What a worker's process needs once: settings, database, mail, and knowing when to stop."""

import ctypes
import multiprocessing
import os
import socket
import threading
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from email.utils import parseaddr
from functools import cache

from sqlalchemy import Engine
from sqlmodel import Session

from server import clock
from server.adapters import send_journal
from server.adapters.mail import MailConnection, parse_smtp_url
from server.adapters.mail.signature import signer
from server.db import engine as database
from server.domain.addresses import checked_address
from server.errors import InvalidInput
from server.services import letters, rulebook
from server.services.rulebook import mail_paces
from server.services.rules import in_force
from server.services.scenes import Desk
from server.services.writing import Sender, unsigned
from server.settings import Settings, get_settings
from workers.courier import Office

_leaving = multiprocessing.RawValue(ctypes.c_bool, False)
"""Shared by a worker and the processes forked from it. Without a lock: a process killed while it
holds one (asking a multiprocessing.Event does) would leave all the others waiting for ever."""
retiring = threading.Event()
"""Set when this process alone is to end, its place to be taken by another."""


def leave() -> None:
    """Tell the processes of a worker that was asked to end; they see it at once."""
    _leaving.value = True


def stopping() -> bool:
    """Whether loops should finish the message at hand and give back the rest."""
    return bool(_leaving.value) or retiring.is_set()


@cache
def _engine(process: int) -> Engine:
    return database.make_engine(get_settings().database_url, ask_always=False)


@cache
def _single_statements(process: int) -> Callable[[], Session]:
    return database.single_statements(_engine(process))


def engine() -> Engine:
    """Return this process's own engine; connections are never shared over a fork."""
    return _engine(os.getpid())


def transaction() -> AbstractContextManager[Session]:
    """Return the one transaction of a task."""
    return database.transaction(engine())


def sender(settings: Settings) -> Sender:
    """Return who mails come from, by the setting `mail_from`."""
    name, address = parseaddr(settings.mail_from)
    bounces = checked_address(settings.bounce_address) if settings.bounce_address else ""
    secret = settings.secret_key.get_secret_value()
    return Sender(name, checked_address(address), bounces, secret, _signer())


@cache
def _signer() -> Callable[[bytes], bytes]:
    """Return what signs mails by DKIM; without a key they stay as they are."""
    settings = get_settings()
    if settings.dkim_key_file is None:
        return unsigned
    return signer(settings.dkim_domain, settings.dkim_selector, settings.dkim_key_file)


def connection() -> MailConnection:
    """Return a connection to the mail server of the settings, opened at the first message."""
    url = get_settings().smtp_url
    if not url:
        raise InvalidInput("没有设置邮件服务器：请设置 DUBAN_SMTP_URL，再启动后台任务。")
    return MailConnection(parse_smtp_url(url))


def desk(settings: Settings) -> Desk:
    """Return what writing mails needs, offices' own rules as they are now."""
    with transaction() as session:
        rules = in_force(session, rulebook.reminder_rules(trial=settings.trial))
    return Desk(
        base_url=settings.base_url,
        secret=settings.secret_key.get_secret_value(),
        reply_links=settings.reply_links,
        rules=rules,
        scale=rulebook.lights(),
    )


def note_sent(message_ids: Sequence[str]) -> None:
    """Write into this machine's send journal that the mail server took messages."""
    send_journal.note_sent(get_settings().home, message_ids, today=clock.today())


def office() -> Office:
    """Return the surroundings of a run of deliveries in this process."""
    settings = get_settings()
    return Office(
        transact=transaction,
        at_once=_single_statements(os.getpid()),
        connect=connection,
        write=letters.writer(desk(settings), now=clock.utc_now()),
        sender=sender(settings),
        owner=f"{socket.gethostname()}:{os.getpid()}",
        clock=clock.utc_now,
        stopping=stopping,
        paces=mail_paces(),
        note_sent=note_sent,
        connections=settings.smtp_connections,
    )
