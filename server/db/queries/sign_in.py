"""Reading and counting what sign-in needs."""

from datetime import datetime

from sqlalchemy import delete, func, text, update
from sqlmodel import Session, col, select

from server.db.tables import SignInAttempt, SignInLink, WebSession


def attempts_since(session: Session, key: str, since: datetime) -> int:
    """Return how often this key was counted since then.

    Others who ask about the same key wait for this transaction, so that attempts made at once are
    counted one after another.
    """
    session.connection().execute(
        text("SELECT pg_advisory_xact_lock(480013, hashtext(:key))"), {"key": key}
    )
    statement = (
        select(func.count())
        .select_from(SignInAttempt)
        .where(SignInAttempt.key == key, col(SignInAttempt.at) >= since)
    )
    return session.exec(statement).one()


def forget_attempts(session: Session, key: str) -> None:
    """Drop what was counted under this key."""
    session.exec(delete(SignInAttempt).where(col(SignInAttempt.key) == key))


def link_by_token(session: Session, token_hash: str) -> SignInLink | None:
    """Return the link with this token, used or not."""
    return session.exec(select(SignInLink).where(SignInLink.token_hash == token_hash)).first()


def links_of_browser(session: Session, browser_hash: str, now: datetime) -> list[SignInLink]:
    """Return the live links that this browser asked for, newest first, held for this attempt."""
    statement = (
        select(SignInLink)
        .where(
            SignInLink.browser_hash == browser_hash,
            col(SignInLink.used_at).is_(None),
            col(SignInLink.expires_at) > now,
        )
        .order_by(col(SignInLink.id).desc())
        .with_for_update()
    )
    return list(session.exec(statement))


def use_link(session: Session, link_id: int, now: datetime) -> bool:
    """Mark a link as used; true for exactly one caller."""
    statement = (
        update(SignInLink)
        .where(col(SignInLink.id) == link_id, col(SignInLink.used_at).is_(None))
        .values(used_at=now)
    )
    return session.exec(statement).rowcount == 1


def void_links(session: Session, contact_id: int, now: datetime) -> None:
    """Kill a person's earlier links."""
    session.exec(
        update(SignInLink)
        .where(col(SignInLink.contact_id) == contact_id, col(SignInLink.used_at).is_(None))
        .values(used_at=now)
    )


def session_by_token(session: Session, token_hash: str) -> WebSession | None:
    """Return the browser session with this token."""
    return session.exec(select(WebSession).where(WebSession.token_hash == token_hash)).first()


def end_sessions(session: Session, contact_id: int) -> None:
    """Sign a person out everywhere."""
    session.exec(delete(WebSession).where(col(WebSession.contact_id) == contact_id))
