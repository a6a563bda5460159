"""Addresses and secrets of robots: checked when typed, sealed while they lie, opened to be used."""

import secrets
from collections.abc import Collection
from dataclasses import dataclass, field

from sqlmodel import Session

from server.adapters.sealing import SealedByAnotherKey, seal, unseal
from server.db.queries import channels as queries
from server.db.tables import Channel
from server.domain.channels import ChannelKind, shown, target_of
from server.errors import InvalidInput

LONGEST_SECRET = 200


@dataclass(frozen=True, slots=True)
class Address:
    """Where a robot is spoken to, in clear: only for as long as it is used."""

    url: str = field(repr=False)
    secret: str = field(repr=False)


def checked(kind: ChannelKind, url: str, secret: str, listed: Collection[str]) -> Address:
    """Return an address that may be used; a webhook's key is drawn here, WeCom knows none.

    Raises: InvalidInput with the remedy.
    """
    url, secret = url.strip(), secret.strip()
    if len(secret) > LONGEST_SECRET or not secret.isascii() or not secret.isprintable():
        raise InvalidInput("加签密钥不完整，请从机器人的安全设置页整行复制。", {"secret": "请核对"})
    target_of(kind, url, listed)
    if kind is ChannelKind.WEBHOOK:
        return Address(url, f"whsec_{_drawn()}")
    return Address(url, "" if kind is ChannelKind.WECOM else secret)


def _drawn() -> str:
    """Return a fresh key in base64, as Standard Webhooks writes secrets."""
    drawn = secrets.token_urlsafe(32)
    return drawn.replace("-", "+").replace("_", "/") + "="


def put(channel: Channel, address: Address, key: str) -> None:
    """Give a robot its address, sealed by the installation's key."""
    channel.host = shown(address.url)
    channel.sealed_url = seal(address.url, key)
    channel.sealed_secret = seal(address.secret, key)


def address_of(channel: Channel, key: str) -> Address:
    """Return where a robot is spoken to.

    Raises: SealedByAnotherKey, when the installation's key is another one by now.
    """
    return Address(unseal(channel.sealed_url, key), unseal(channel.sealed_secret, key))


def is_lost(channel: Channel, key: str) -> bool:
    """Return whether a robot cannot be spoken to until its address is entered anew."""
    try:
        address_of(channel, key)
    except SealedByAnotherKey:
        return True
    return False


def lost(session: Session, key: str) -> list[Channel]:
    """Return the active robots, of whatever office, whose address must be entered anew."""
    return [each for each in queries.active(session) if is_lost(each, key)]
