"""Signing in: by password, or by a mailed one-time link that survives mail scanners.

Opening the link changes nothing; its button acts, and only in the browser that asked for it.
Elsewhere the same mail's six-digit code, typed into the asking browser, does.
"""

import hashlib
import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from pwdlib import PasswordHash
from pwdlib.hashers.argon2 import Argon2Hasher
from sqlmodel import Session

from server.db.queries import sign_in as queries
from server.db.queries import units as unit_queries
from server.db.tables import (
    Contact,
    Credential,
    Message,
    SignInAttempt,
    SignInLink,
    Unit,
    WebSession,
)
from server.domain.access import Person
from server.errors import InvalidInput, NotAllowed, TooMany
from server.services import audit, units
from server.services.audit import SYSTEM, Actor

LINK_LIFE = timedelta(minutes=15)
IDLE = timedelta(minutes=60)
ABSOLUTE = timedelta(hours=12)
WINDOW = timedelta(minutes=15)
PASSWORD_TRIES = 5
LINK_REQUESTS = 3
CODE_TRIES = 5
SHORTEST_PASSWORD = 10
LONGEST_PASSWORD = 256
PLACE_PASSWORDS, PLACE_LINKS, PLACE_CODES = 50, 60, 10
"""What one network address may try within the window; a whole office may sit behind one."""

_hasher = PasswordHash((Argon2Hasher(memory_cost=19 * 1024, time_cost=2, parallelism=1),))
_nobody = _hasher.hash("no such person")
"""Verified when the address is unknown, so that the answer takes as long."""


@dataclass(frozen=True, slots=True)
class SignedIn:
    """A fresh session: the cookie's token, shown once, and the person."""

    token: str
    person: Person


@dataclass(frozen=True, slots=True)
class Visit:
    """A request's session: who, and the token that forms must carry."""

    person: Person
    csrf: str


def digest(secret: str) -> str:
    """Return what is stored in place of a secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def set_password(session: Session, contact: Contact, password: str, *, now: datetime) -> None:
    """Set a person's password and sign them out everywhere; InvalidInput when it is too weak."""
    fault = _weakness(session, contact, password)
    if fault:
        raise InvalidInput(f"{fault}可用一句便于记忆的话。", {"password": fault})
    credential = session.get(Credential, contact.id)
    if credential is None:
        credential = Credential(contact_id=contact.id, password_hash="", updated_at=now)
        session.add(credential)
    credential.password_hash = _hasher.hash(password)
    credential.updated_at = now
    queries.end_sessions(session, contact.id)


def _weakness(session: Session, contact: Contact, password: str) -> str:
    """Return why a password is too easy to guess; empty when it is good."""
    if len(password) < SHORTEST_PASSWORD:
        return f"密码太短：至少 {SHORTEST_PASSWORD} 个字符。"
    if len(password) > LONGEST_PASSWORD:
        return f"密码太长：最多 {LONGEST_PASSWORD} 个字符。"
    unit = session.get_one(Unit, contact.unit_id)
    known = {contact.email.partition("@")[0].lower(), contact.name, unit.name, unit.code.lower()}
    rest = password.lower()
    for word in sorted(known - {""}, key=len, reverse=True):
        rest = rest.replace(word, "")
    if len(set(rest)) < SHORTEST_PASSWORD // 2:
        return "密码太简单：不要用姓名、单位名称、邮箱或重复的字符。"
    return ""


def sign_in_by_password(
    session: Session, email: str, password: str, *, place: str, now: datetime
) -> SignedIn | None:
    """Return a session, or None with the attempt counted; too many attempts raise NotAllowed.

    `place` is the network address from which the attempt comes.
    """
    sentence = "密码连续输错次数过多，请 15 分钟后再试，或改用邮件登录。"
    here = _limit(session, f"password-from:{place}", PLACE_PASSWORDS, now, sentence)
    key = _limit(session, f"password:{email.strip().lower()}", PASSWORD_TRIES, now, sentence)
    contact = unit_queries.contact_by_email(session, email)
    credential = session.get(Credential, contact.id) if contact and contact.active else None
    stored = credential.password_hash if credential else _nobody
    correct, stronger = _hasher.verify_and_update(password[:LONGEST_PASSWORD], stored)
    if not (correct and credential and contact):
        session.add_all(SignInAttempt(key=each, at=now) for each in (key, here))
        _record_failure(session, contact, now)
        return None
    if stronger:
        credential.password_hash = stronger
    queries.forget_attempts(session, key)
    return _open_session(session, contact, now, how="password")


def _record_failure(session: Session, contact: Contact | None, now: datetime) -> None:
    if contact:
        unit_id = contact.unit_id
        actor = Actor(contact.id, contact.name)
        audit.record(
            session, actor, "sign_in_refused", "contact", contact.id, now=now, unit_id=unit_id
        )


def request_link(
    session: Session, email: str, browser: str, *, place: str, mail_domain: str, now: datetime
) -> None:
    """Queue a sign-in mail if the address is known; say nothing either way."""
    sentence = "申请登录邮件过于频繁，请 15 分钟后再试。"
    here = _limit(session, f"link-from:{place}", PLACE_LINKS, now, sentence)
    key = _limit(session, f"link:{email.strip().lower()}", LINK_REQUESTS, now, sentence)
    session.add_all(SignInAttempt(key=each, at=now) for each in (key, here))
    contact = unit_queries.contact_by_email(session, email)
    if contact is None or not contact.active:
        return
    queries.void_links(session, contact.id, now)
    token, code, link = _new_link(contact, digest(browser), now)
    session.add(link)
    session.flush()  # the mail's key needs the link's id
    session.add(_sign_in_mail(contact, link, {"token": token, "code": code}, mail_domain, now))


def printed_link(session: Session, contact: Contact, *, now: datetime) -> str:
    """Return the token of a link for the operator to print; any browser may use it once."""
    token, _, link = _new_link(contact, None, now)
    session.add(link)
    audit.record(session, SYSTEM, "print_link", "contact", contact.id, now=now)
    return token


def _new_link(
    contact: Contact, browser_hash: str | None, now: datetime
) -> tuple[str, str, SignInLink]:
    token, code = secrets.token_urlsafe(32), f"{secrets.randbelow(1_000_000):06d}"
    link = SignInLink(
        contact_id=contact.id,
        token_hash=digest(token),
        code_hash=digest(code),
        browser_hash=browser_hash,
        created_at=now,
        expires_at=now + LINK_LIFE,
    )
    return token, code, link


def _sign_in_mail(
    contact: Contact, link: SignInLink, payload: dict[str, str], mail_domain: str, now: datetime
) -> Message:
    return Message(
        slot_key=f"sign_in:{link.id}",
        kind="sign_in",
        recipient_id=contact.id,
        address=contact.email,
        payload=payload,
        on_uncertain="hold",
        message_id=f"<sign-in.{link.id}@{mail_domain}>",
        created_at=now,
        next_attempt_at=now,
        not_after=link.expires_at,
    )


def usable_link(session: Session, token: str, *, now: datetime) -> SignInLink | None:
    """Return the link if it can still be used. Looking changes nothing."""
    link = queries.link_by_token(session, digest(token))
    return link if link and link.used_at is None and link.expires_at > now else None


def sign_in_by_link(
    session: Session, token: str, browser: str | None, *, now: datetime
) -> SignedIn | None:
    """Use a link by its button: once, and only in the browser that asked for it."""
    link = usable_link(session, token, now=now)
    if link is None:
        return None
    if link.browser_hash and (not browser or link.browser_hash != digest(browser)):
        raise NotAllowed("请在申请登录的那台浏览器里打开链接，或在那里输入邮件中的六位验证码。")
    return _use(session, link, now)


def sign_in_by_code(
    session: Session, code: str, browser: str, *, place: str, now: datetime
) -> SignedIn | None:
    """Use the six-digit code in the browser that asked; a few wrong codes kill the link."""
    sentence = "验证码连续输错次数过多，请 15 分钟后再试。"
    here = _limit(session, f"code-from:{place}", PLACE_CODES, now, sentence)
    for link in queries.links_of_browser(session, digest(browser), now):
        if secrets.compare_digest(link.code_hash, digest(code.strip())):
            return _use(session, link, now)
        link.attempts += 1
        if link.attempts >= CODE_TRIES:
            link.used_at = now
    session.add(SignInAttempt(key=here, at=now))
    return None


def _use(session: Session, link: SignInLink, now: datetime) -> SignedIn | None:
    contact = session.get(Contact, link.contact_id)
    if contact is None or not contact.active or not queries.use_link(session, link.id, now):
        return None
    return _open_session(session, contact, now, how="link")


def _open_session(session: Session, contact: Contact, now: datetime, *, how: str) -> SignedIn:
    person = units.person(session, contact.id)
    if person is None:
        raise NotAllowed("这个账户已停用，请联系领导小组办公室。")
    token = secrets.token_urlsafe(32)
    session.add(
        WebSession(
            contact_id=contact.id,
            token_hash=digest(token),
            csrf=secrets.token_urlsafe(24),
            created_at=now,
            last_seen_at=now,
            expires_at=now + ABSOLUTE,
        )
    )
    audit.record(
        session,
        Actor.of(person),
        "sign_in",
        "contact",
        contact.id,
        now=now,
        unit_id=contact.unit_id,
        how=how,
    )
    return SignedIn(token, person)


def choose_password(
    session: Session, contact: Contact, password: str, again: str, *, now: datetime
) -> SignedIn:
    """Set one's own password, typed twice; return a fresh session in place of all others."""
    if password != again:
        raise InvalidInput("两次输入的密码不一样，请重新输入。", {"again": "与上面不一样"})
    set_password(session, contact, password, now=now)
    return _open_session(session, contact, now, how="password_change")


def visit(session: Session, token: str, *, now: datetime) -> Visit | None:
    """Return who this cookie belongs to; None when it is unknown, idle too long, or over."""
    row = queries.session_by_token(session, digest(token))
    if row is None or row.expires_at <= now or row.last_seen_at + IDLE <= now:
        return None
    person = units.person(session, row.contact_id)
    if person is None:
        return None
    if row.last_seen_at + timedelta(minutes=1) < now:
        row.last_seen_at = now
    return Visit(person, row.csrf)


def sign_out(session: Session, token: str) -> None:
    """End this browser's session."""
    row = queries.session_by_token(session, digest(token))
    if row:
        session.delete(row)


def _limit(session: Session, key: str, most: int, now: datetime, sentence: str) -> str:
    """Return the key under which an attempt is counted, unless there were too many."""
    if queries.attempts_since(session, key, now - WINDOW) >= most:
        raise TooMany(sentence)
    return key
