"""Robots of groups and webhooks (群机器人): added, tried, paused and removed by the office.

They are an addition: no duty to mail ends because a robot was told.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlmodel import Session

from server.db.queries import channels as queries
from server.db.queries import messages
from server.db.queries.channels import KEEP_TRYING, ChannelRow
from server.db.tables import Channel, Message, Slip, Unit
from server.domain.access import Scope
from server.domain.channels import ChannelKind
from server.errors import Conflict, InvalidInput, NotFound
from server.services import audit, channel_addresses
from server.services.audit import Actor
from server.services.channel_addresses import Address

LONGEST_NAME = 40
TRIAL_LIFE = timedelta(minutes=10)
STATES = {"pause": ("active", "paused"), "resume": ("paused", "active")}
DIGEST_ACTS = {"want_digest": True, "decline_digest": False}
_RESENT = re.compile(r":resend(\d+)\Z")


@dataclass(frozen=True, slots=True)
class NewChannel:
    """A robot to be added for one unit."""

    kind: str
    name: str
    url: str
    secret: str = ""


@dataclass(frozen=True, slots=True)
class AddedChannel:
    """A fresh robot; `secret` is the key by which a webhook checks us, shown this once."""

    channel: Channel
    secret: str = ""


def add(
    session: Session,
    unit: Unit,
    new: NewChannel,
    actor: Actor,
    *,
    listed: Collection[str],
    key: str,
    now: datetime,
) -> AddedChannel:
    """Add a robot for a unit, its address and secret sealed by `key`.

    Raises: InvalidInput, when its name or address cannot be.
    """
    kind, name = _kind(new.kind), new.name.strip()
    _check_name(name)
    address = channel_addresses.checked(kind, new.url, new.secret, listed)
    if queries.live_named(session, unit.id, name):
        raise Conflict(f"“{unit.name}”已有名为“{name}”的机器人，请换一个名称。")
    channel = Channel(
        unit_id=unit.id,
        name=name,
        kind=kind.value,
        created_by=actor.contact_id,
        created_at=now,
    )
    channel_addresses.put(channel, address, key)
    session.add(channel)
    session.flush()  # the record names it
    _record(session, actor, "create", channel, now)
    return _added(channel, address)


def renew(
    session: Session,
    channel: Channel,
    url: str,
    secret: str,
    actor: Actor,
    *,
    listed: Collection[str],
    key: str,
    now: datetime,
) -> AddedChannel:
    """Put a robot's address and secret anew: they were changed at the platform, or lost here."""
    address = channel_addresses.checked(ChannelKind(channel.kind), url, secret, listed)
    channel_addresses.put(channel, address, key)
    _record(session, actor, "renew", channel, now)
    return _added(channel, address)


def _added(channel: Channel, address: Address) -> AddedChannel:
    return AddedChannel(channel, address.secret if channel.kind == ChannelKind.WEBHOOK else "")


def _kind(kind: str) -> ChannelKind:
    if kind not in list(ChannelKind):
        raise InvalidInput("请选择机器人的类型。", {"kind": "请选择"})
    return ChannelKind(kind)


def _check_name(name: str) -> None:
    if not name or len(name) > LONGEST_NAME or not name.isprintable():
        raise InvalidInput(
            f"请填写名称，不超过 {LONGEST_NAME} 字，如“镇办信息公开工作群”。", {"name": "请填写"}
        )


def visible(session: Session, scope: Scope, channel_id: int) -> ChannelRow:
    """Return a robot within the scope, or say that it is not found."""
    row = queries.visible(session, scope, channel_id)
    if row is None:
        raise NotFound("没有找到这个机器人，或者它不在您的管理范围内。")
    return row


def change(session: Session, channel: Channel, act: str, actor: Actor, *, now: datetime) -> None:
    """Pause, resume or remove a robot, or choose whether it gets the weekly digest.

    What a paused or removed one was still to be told is told by mail alone.
    """
    if act == "remove":
        channel.state, channel.sealed_url, channel.sealed_secret = "removed", "", ""
    elif act in DIGEST_ACTS:
        _choose_digest(session, channel, want=DIGEST_ACTS[act])
    elif act in STATES:
        before, after = STATES[act]
        if channel.state != before:
            raise Conflict("这个机器人的状态刚被别人改过，请刷新页面。")
        channel.state = after
    else:
        raise InvalidInput("不认识的操作，请从页面上的按钮办理。")
    if act not in ("resume", *DIGEST_ACTS):
        queries.drop_waiting(session, channel.id)
    _record(session, actor, act, channel, now)


def _choose_digest(session: Session, channel: Channel, *, want: bool) -> None:
    if want and not session.get_one(Unit, channel.unit_id).is_office:
        raise InvalidInput("周报说的是办公室及所辖单位，只能发到办公室的群。")
    channel.digest = want


def try_out(
    session: Session, channel: Channel, actor: Actor, *, mail_domain: str, now: datetime
) -> None:
    """Queue a message by which the office sees that a robot is heard."""
    if channel.state != "active":
        raise Conflict("机器人已暂停，请先恢复，再发送测试消息。")
    key = f"robot:{channel.id}:test:{int(now.timestamp())}"
    _queue(session, channel, key, {"what": "test"}, mail_domain, now, TRIAL_LIFE)
    _record(session, actor, "test", channel, now)


def tell_slip(
    session: Session, slip: Slip, unit_id: int, *, mail_domain: str, now: datetime
) -> None:
    """Tell the robots around a unit that a supervision slip was issued to it."""
    for channel in queries.around(session, unit_id):
        key, payload = f"robot:{channel.id}:slip:{slip.id}", {"what": "slip", "slip": slip.id}
        _queue(session, channel, key, payload, mail_domain, now, KEEP_TRYING)


def redrive(
    session: Session, channel: Channel, message_id: int, actor: Actor, *, now: datetime
) -> None:
    """Queue once more, as a new message, what a robot could not be told."""
    old = _waiting(session, channel, message_id)
    if channel.state != "active":
        raise Conflict("机器人已暂停，请先恢复，再重新发送。")
    match = _RESENT.search(old.slot_key)
    number = int(match[1]) + 1 if match else 1
    local, _, domain = re.sub(r"\.resend\d+@", "@", old.message_id).rpartition("@")
    fresh = Message(
        slot_key=f"{_RESENT.sub('', old.slot_key)}:resend{number}",
        kind="robot",
        channel_id=channel.id,
        address=channel.name,
        payload=old.payload,
        message_id=f"{local}.resend{number}@{domain}",
        created_at=now,
        next_attempt_at=now,
        not_after=now + KEEP_TRYING,
        redrive_of=old.id,
    )
    session.add(fresh)
    session.flush()  # its lines name it
    queries.pass_on(session, old.id, fresh.id)
    messages.note(session, old.id, None, "redriven", f"{actor.label}，新消息 {fresh.message_id}")
    _record(session, actor, "redrive", channel, now, message=old.id, again=fresh.id)


def settle(
    session: Session, channel: Channel, message_id: int, actor: Actor, *, now: datetime
) -> None:
    """Note that what a robot could not be told need not be told any more."""
    old = _waiting(session, channel, message_id)
    messages.note(session, old.id, None, "settled", actor.label)
    _record(session, actor, "settle", channel, now, message=old.id)


def _waiting(session: Session, channel: Channel, message_id: int) -> Message:
    message = queries.waiting(session, channel.id, message_id)
    if message is None:
        raise Conflict("这条消息不在待处理之列，或者已经有人处理过，请刷新页面。")
    return message


def _queue(
    session: Session,
    channel: Channel,
    key: str,
    payload: dict[str, Any],
    mail_domain: str,
    now: datetime,
    life: timedelta,
) -> None:
    session.add(
        Message(
            slot_key=key,
            kind="robot",
            channel_id=channel.id,
            address=channel.name,
            payload=payload,
            message_id=f"<{key.replace(':', '.')}@{mail_domain}>",
            created_at=now,
            next_attempt_at=now,
            not_after=now + life,
        )
    )


def _record(
    session: Session, actor: Actor, act: str, channel: Channel, now: datetime, **detail: object
) -> None:
    """Write an act into the record; neither address nor secret is named."""
    audit.record(
        session, actor, act, "channel", channel.id, now=now, unit_id=channel.unit_id,
        name=channel.name, kind=channel.kind, **detail,
    )  # fmt: skip
