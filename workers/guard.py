"""Whether this machine may send: never from an older copy of the database that nobody released."""

from datetime import timedelta
from pathlib import Path

import structlog

from server import clock
from server.adapters import epoch_file, send_journal
from server.services import holding
from server.services.holding import Noted
from server.settings import get_settings
from workers import runtime

LOOKING_BACK = timedelta(days=35)
log = structlog.get_logger()


def may_deliver() -> bool:
    """Tell whether mail may leave this machine now; what the send journal proves is marked sent.

    Holds the whole installation when the database is behind this machine's epoch file.
    """
    home = get_settings().home
    with runtime.transaction() as session:
        silent = holding.why_silent(session, noted_at(home))
    with runtime.transaction() as session:
        first = clock.today() - LOOKING_BACK
        proven = holding.believe_journal(session, lambda: send_journal.sent_since(home, first))
    if proven:
        log.warning("proven_by_journal", messages=proven)
    if silent:
        log.warning("not_sending", reason=silent)
    return silent != holding.STRANGER


def advance_epoch() -> None:
    """Let the epoch grow when it is time, and note it on this machine once it is committed."""
    home = get_settings().home
    with runtime.transaction() as session:
        if holding.why_silent(session, noted_at(home)):
            return
        noted = holding.advance(session)
    epoch_file.write_epoch(home, noted.name, noted.epoch)


def noted_at(home: Path) -> Noted | None:
    """Return what this machine's file says."""
    read = epoch_file.read_epoch(home)
    return Noted(*read) if read else None
