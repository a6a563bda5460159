"""An older copy of the database sends nothing until a person has looked at it and released it.

The epoch in the database grows while the system runs, and a file on each working machine keeps
the last one seen. A database whose epoch is behind the file was restored from a backup.
"""

from collections.abc import Callable, Container
from dataclasses import dataclass
from datetime import datetime

from sqlmodel import Session

from server.db.queries import installation as queries
from server.db.queries import messages
from server.db.queries.installation import Standing
from server.errors import Conflict
from server.services import audit
from server.services.audit import Actor

EVERY = "5 minutes"
"""How often the epoch grows: a copy older than this is recognised."""
OLDER_COPY = "数据库比本机记录的旧，像是从备份恢复的"
RESTORED = "刚从备份恢复"
STRANGER = (
    "本机没有这个数据库的编号文件，可能是复制出来的环境，本机不发送邮件。"
    "确认是正式环境新增的主机后，请在本机运行 duban release。"
)


@dataclass(frozen=True, slots=True)
class Noted:
    """What the file of this machine says."""

    name: str
    epoch: int


def why_silent(session: Session, noted: Noted | None) -> str:
    """Return why this machine may not send, in Chinese; empty when it may.

    Holds the whole installation when the database turns out to be an older copy.
    """
    now = queries.standing(session)
    if now.held_since is not None:
        return now.held_reason
    if noted is None or noted.name != now.name:
        return STRANGER if now.epoch else ""
    if noted.epoch > now.epoch:
        queries.hold(session, OLDER_COPY, epoch=noted.epoch)
        return OLDER_COPY
    return ""


def advance(session: Session) -> Noted:
    """Let the epoch grow when it is time; return what this machine's file should say."""
    queries.advance(session, every=EVERY)
    now = queries.standing(session)
    return Noted(now.name, now.epoch)


def hold_restored(session: Session, noted: Noted | None) -> Standing:
    """Hold an installation just restored from a backup; return how it stands then."""
    queries.standing(session)
    queries.hold(session, RESTORED, epoch=noted.epoch if noted else 0)
    return queries.standing(session)


def release(session: Session, actor: Actor, *, now: datetime) -> None:
    """Let mail leave again. Raises: Conflict when nothing is held."""
    reason = queries.standing(session).held_reason
    if not queries.release(session):
        raise Conflict("发送没有暂停，不需要放行。")
    audit.record(session, actor, "release_mail", "installation", None, now=now, reason=reason)


def believe_journal(session: Session, sent: Callable[[], Container[str]]) -> int:
    """Mark as sent what this machine's send journal proves; return how many it proved.

    `sent` reads the Message-IDs that the mail server confirmed to this machine; it is asked only
    when there is something to prove.
    """
    doubtful = queries.doubtful(session)
    if not doubtful:
        return 0
    confirmed = sent()
    proven = [each for each in doubtful if each in confirmed]
    marked = queries.prove(session, proven, "本机发送日志")
    messages.close_lines(session, marked, "mailed")
    return len(marked)
