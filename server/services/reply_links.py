"""The links of reminders: each shows and answers one matter to one person, and nothing else."""

import hashlib
import hmac
from base64 import urlsafe_b64encode
from collections.abc import Collection
from datetime import datetime

from sqlmodel import Session

from server.db.queries import matters as queries
from server.db.tables import Contact, Matter
from server.errors import NotFound


def reply_token(secret: str, matter_id: int, contact_id: int) -> str:
    """Return the token of a person's link for a matter.

    It is derived, not drawn, so that a mail rendered again carries the same bytes.
    """
    content = f"reply:{matter_id}:{contact_id}".encode()
    mac = hmac.new(secret.encode(), content, hashlib.sha256).digest()
    return urlsafe_b64encode(mac).rstrip(b"=").decode()


def ensure_link(
    session: Session, secret: str, matter_id: int, contact_id: int, *, now: datetime
) -> str:
    """Return the token of the person's link for this matter, keeping its hash."""
    return ensure_links(session, secret, {(matter_id, contact_id)}, now=now)[matter_id, contact_id]


def ensure_links(
    session: Session, secret: str, held: Collection[tuple[int, int]], *, now: datetime
) -> dict[tuple[int, int], str]:
    """Return the tokens of links by (matter, contact), keeping their hashes in one statement."""
    tokens = {pair: reply_token(secret, *pair) for pair in sorted(held)}
    hashed = [(*pair, _hash(token)) for pair, token in tokens.items()]
    if hashed:
        queries.keep_links(session, hashed, now=now)
    return tokens


def _hash(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()


def by_link(session: Session, token: str) -> tuple[Matter, Contact]:
    """Return the one matter that a link shows, and its holder; a dead link says why."""
    link = queries.link_by_token(session, _hash(token))
    if link is None or link.revoked_at:
        raise NotFound("这个链接无效或已被撤销。请登录系统办理，或联系领导小组办公室。")
    contact, matter = session.get(Contact, link.contact_id), session.get(Matter, link.matter_id)
    if contact is None or matter is None or not contact.active:
        raise NotFound("这个链接的联系人已停用。请登录系统办理，或联系领导小组办公室。")
    if matter.state in ("closed", "cancelled"):
        raise NotFound("这件事已经办结，链接随之失效。如需查看，请登录系统。")
    return matter, contact
