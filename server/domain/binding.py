"""Late binding: is a message that was queued a while ago still worth sending, and as it stands?"""

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from enum import StrEnum

MOST_INTERRUPTIONS = 6
"""A message whose handling ended this often without any outcome is what ends it."""


class Binding(StrEnum):
    """What to do with a claimed message before it is sent."""

    SEND = "send"
    REBUILD = "rebuild"  # send, but write it anew: its lines or the address have changed
    CANCEL = "cancel"  # nothing in it is true any more
    GIVE_BACK = "give_back"  # too old and never tried: its lines wait for the next message
    DEAD = "dead"  # cannot be delivered: a person must be told


@dataclass(frozen=True, slots=True)
class Candidate:
    """What is known of a claimed message at the moment of claiming.

    `carries_lines`: it consists of reminders; `on_request`: somebody asked for it just now and
    will ask again (a sign-in link). `lines` are those still owed, `frozen_lines` those that its
    bytes name, None while it has no bytes. `suppressed`: the address refused mail repeatedly.
    `may_have_arrived`: an earlier attempt ended without an answer, so its bytes may not change.
    """

    carries_lines: bool
    on_request: bool
    lines: AbstractSet[int]
    frozen_lines: AbstractSet[int] | None
    reachable: bool
    suppressed: bool
    address_changed: bool
    expired: bool
    failures: int
    interruptions: int
    may_have_arrived: bool


@dataclass(frozen=True, slots=True)
class Bound:
    """The decision with its reason in Chinese, for the ledger."""

    binding: Binding
    reason: str = ""


def bind(message: Candidate) -> Bound:
    """Return what becomes of a claimed message, the gravest reason first."""
    if message.carries_lines and not message.lines:
        return Bound(Binding.CANCEL, "所说的事都已办结、答复或变更")
    unreachable = _unreachable(message)
    if unreachable:
        return _undeliverable(message, unreachable)
    if message.expired:
        return _expired(message)
    if message.interruptions > MOST_INTERRUPTIONS:
        return Bound(Binding.DEAD, "处理这封邮件时发送进程多次中断")
    if _outdated(message) and not message.may_have_arrived:
        return Bound(Binding.REBUILD, "内容或地址在排队时有变化")
    return Bound(Binding.SEND)


def _unreachable(message: Candidate) -> str:
    if not message.reachable:
        return "收件人已停用或没有有效的邮箱地址"
    if message.suppressed and not message.on_request:
        return "收件人的邮箱多次退信，已停发，请核对后恢复"
    return ""


def _outdated(message: Candidate) -> bool:
    if message.frozen_lines is None:
        return message.address_changed
    lines_changed = message.carries_lines and message.frozen_lines != message.lines
    return message.address_changed or lines_changed


def _expired(message: Candidate) -> Bound:
    if message.carries_lines and not message.failures and not message.may_have_arrived:
        return Bound(Binding.GIVE_BACK, "系统中断期间未发出，内容并入下一封邮件")
    return _undeliverable(message, "在规定期限内未能送达")


def _undeliverable(message: Candidate, reason: str) -> Bound:
    """A sign-in link that is out of date troubles nobody; the silence of any other mail does."""
    return Bound(Binding.CANCEL if message.on_request else Binding.DEAD, reason)
