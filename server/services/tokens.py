"""Tokens of other systems (令牌): made and revoked by the office, shown once, kept as a hash."""

import secrets
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlmodel import Session

from server.db.queries import tokens as queries
from server.db.queries.sign_in import attempts_since
from server.db.tables import ApiToken, SignInAttempt, Unit
from server.domain.access import Caller, Scope, TokenScope
from server.domain.dates import OFFICE_ZONE, chinese_date
from server.errors import Conflict, InvalidInput, NotFound, TooMany, Unknown
from server.services import audit
from server.services.accounts import WINDOW, digest
from server.services.audit import Actor

BEGINNING = "duban_"
"""What every token begins with, so that scanners for leaked secrets can find it."""
LONGEST_NAME = 40
LONGEST_LIFE = 366
DEFAULT_LIFE = 365
SHOWN = 4
PLACE_TRIES = 20
"""How many wrong tokens one network address may show within the window of sign-in."""
_SAID_EVERY = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token to be made for one unit."""

    name: str
    scope: str
    days: int = DEFAULT_LIFE


@dataclass(frozen=True, slots=True)
class MadeToken:
    """A fresh token with its secret, which is never shown again."""

    token: ApiToken
    secret: str


def make(session: Session, unit: Unit, new: NewToken, actor: Actor, *, now: datetime) -> MadeToken:
    """Make a token for one unit; InvalidInput when its name, scope or life cannot be."""
    name = new.name.strip()
    _check(unit, name, new)
    if queries.live_named(session, unit.id, name):
        raise Conflict(f"“{unit.name}”已有名为“{name}”的令牌，请换一个名称，或先撤销原来的。")
    secret = BEGINNING + secrets.token_urlsafe(32)
    token = ApiToken(
        unit_id=unit.id,
        name=name,
        scope=new.scope,
        token_hash=digest(secret),
        ending=secret[-SHOWN:],
        created_by=actor.contact_id,
        created_at=now,
        expires_at=now + timedelta(days=new.days),
    )
    session.add(token)
    session.flush()  # the record names the token
    _record(session, actor, "create", token, now, days=new.days)
    return MadeToken(token, secret)


def _check(unit: Unit, name: str, new: NewToken) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            f"请填写令牌名称，不超过 {LONGEST_NAME} 字，写明给哪个系统用，如“办公自动化系统”。",
            {"name": "请填写给哪个系统用"},
        )
    if new.scope not in list(TokenScope):
        known = "、".join(TokenScope)
        raise InvalidInput(f"权限“{new.scope}”不存在，请选其一：{known}。", {"scope": "请选择权限"})
    if new.scope == TokenScope.OFFICE and not unit.is_office:
        raise InvalidInput(
            f"“{unit.name}”不是领导小组办公室所在单位，只能给“查看”或“查看和反馈”的权限。",
            {"scope": "只有办公室所在单位可以选"},
        )
    if not 1 <= new.days <= LONGEST_LIFE:
        raise InvalidInput(
            f"有效期 {new.days} 天不在 1 至 {LONGEST_LIFE} 天之间，请更正。",
            {"days": f"请填写 1 至 {LONGEST_LIFE}"},
        )


def revoke(session: Session, token: ApiToken, actor: Actor, *, now: datetime) -> None:
    """Let a token in no more, from the next request on."""
    if token.revoked_at:
        raise Conflict(f"令牌“{token.name}”已经撤销，不需要再撤销。")
    token.revoked_at = now
    _record(session, actor, "revoke", token, now)


def visible(session: Session, scope: Scope, token_id: int) -> ApiToken:
    """Return a token whose unit lies within the scope, or say that it is not found."""
    token = queries.visible(session, scope, token_id)
    if token is None:
        raise NotFound("没有找到这个令牌，或者它不在您的管理范围内。")
    return token


def recognise(session: Session, secret: str, *, place: str, now: datetime) -> Caller | Unknown:
    """Return the system that shows this token, or why it is not let in.

    A wrong token is counted against the network address it came from; too many raise TooMany.
    """
    found = queries.by_hash(session, digest(secret)) if secret else None
    fault = _fault(*found, now) if found else "没有这个令牌，请核对是否完整复制。"
    if fault or found is None:
        _count(session, place, now)
        return Unknown(fault)
    token, unit = found
    if token.last_used_at is None or token.last_used_at + _SAID_EVERY < now:
        token.last_used_at = now
    return Caller(
        token.id,
        token.name,
        TokenScope(token.scope),
        unit.id,
        unit.name,
        unit.path,
        at_office=unit.is_office,
    )


def _fault(token: ApiToken, unit: Unit, now: datetime) -> str:
    """Return why a known token is not let in; empty when it is."""
    if token.revoked_at:
        return f"令牌“{token.name}”已被撤销，请向领导小组办公室申请新的令牌。"
    if token.expires_at <= now:
        day = chinese_date(token.expires_at.astimezone(OFFICE_ZONE).date())
        return f"令牌“{token.name}”已于{day}到期，请向领导小组办公室申请新的令牌。"
    if not unit.active:
        return f"令牌“{token.name}”所属的“{unit.name}”已停用。"
    return ""


def _count(session: Session, place: str, now: datetime) -> None:
    key = f"token-from:{place}"
    if attempts_since(session, key, now - WINDOW) >= PLACE_TRIES:
        raise TooMany("出示无效令牌的次数过多，请核对令牌，15 分钟后再试。")
    session.add(SignInAttempt(key=key, at=now))


def actor(caller: Caller) -> Actor:
    """Return a calling system as the actor of the audit record."""
    label = f"{caller.unit_name} 接口“{caller.name}”（令牌 {caller.token_id}）"
    return Actor(None, label, caller.token_id)


def _record(
    session: Session, actor: Actor, act: str, token: ApiToken, now: datetime, **detail: object
) -> None:
    audit.record(
        session, actor, act, "api_token", token.id, now=now, unit_id=token.unit_id,
        name=token.name, scope=token.scope, **detail,
    )  # fmt: skip
