"""Robots of groups and webhooks beside mail: which addresses may be used, what answers mean."""

import ipaddress
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from enum import StrEnum
from urllib.parse import parse_qs, urlsplit

from server.domain.delivery import Accepted, Outcome, PermanentFailure, Stage, TemporaryFailure
from server.errors import InvalidInput


class ChannelKind(StrEnum):
    """Whose manner of speaking a target understands."""

    DINGTALK = "dingtalk"
    WECOM = "wecom"
    FEISHU = "feishu"
    WEBHOOK = "webhook"


OFFICIAL = {
    ChannelKind.DINGTALK: frozenset({"oapi.dingtalk.com"}),
    ChannelKind.WECOM: frozenset({"qyapi.weixin.qq.com"}),
    ChannelKind.FEISHU: frozenset({"open.feishu.cn", "open.larksuite.com"}),
    ChannelKind.WEBHOOK: frozenset[str](),
}
"""The hosts that each platform's documentation of custom robots names."""
PATHS = {
    ChannelKind.DINGTALK: "/robot/send",
    ChannelKind.WECOM: "/cgi-bin/webhook/send",
    ChannelKind.FEISHU: "/open-apis/bot/v2/hook/",
    ChannelKind.WEBHOOK: "/",
}
SECRET_IN_QUERY = {ChannelKind.DINGTALK: "access_token", ChannelKind.WECOM: "key"}
LONGEST_ADDRESS = 500
PORTS = {"https": 443, "http": 80}


@dataclass(frozen=True, slots=True)
class Target:
    """An address that may be used: its host and port, and whether the operator listed it."""

    host: str
    port: int
    listed: bool


def listed_hosts(setting: str) -> frozenset[str]:
    """Return the hosts that the operator lists, as `host` or `host:port`, separated by commas."""
    return frozenset(each.strip().lower() for each in setting.split(",") if each.strip())


def target_of(kind: ChannelKind, url: str, listed: Collection[str]) -> Target:
    """Return where an address leads; InvalidInput with the remedy when it may not be used.

    Official hosts are spoken to under TLS on the usual port only; what the operator listed, as
    listed, a host without a port on the usual ones.
    """
    fault = _malformed(kind, url)
    if fault:
        raise InvalidInput(fault, {"url": "请核对地址"})
    parts = urlsplit(url)
    host, port = (parts.hostname or "").lower(), parts.port or PORTS[parts.scheme]
    usual = port == PORTS[parts.scheme]
    if f"{host}:{port}" in listed or (usual and host in listed):
        return Target(host, port, listed=True)
    if host not in OFFICIAL[kind]:
        raise InvalidInput(
            f"不能发往“{host[:60]}”：不是该平台的官方地址，也不在本系统允许的主机名单中。"
            "确需使用时，请系统管理员在 DUBAN_CHANNEL_HOSTS 中加入。",
            {"url": "主机不在允许名单中"},
        )
    if parts.scheme != "https" or not usual:
        raise InvalidInput("官方地址须以 https:// 开头，不带端口。", {"url": "须为 https"})
    return Target(host, port, listed=False)


def _malformed(kind: ChannelKind, url: str) -> str:
    if len(url) > LONGEST_ADDRESS or not url.isascii() or not url.isprintable() or " " in url:
        return "地址不完整或含有空格、中文等字符，请从群机器人设置页整行复制。"
    parts = urlsplit(url)
    if parts.scheme not in PORTS or not parts.hostname or _bad_port(url):
        return "地址应以 https:// 开头，请从群机器人设置页整行复制。"
    if parts.username or parts.password or parts.fragment:
        return "地址中不能带用户名、密码或 # 号。"
    name = SECRET_IN_QUERY.get(kind)
    lacking = name is not None and not parse_qs(parts.query).get(name)
    if not parts.path.startswith(PATHS[kind]) or lacking:
        return "这不是该平台群机器人的地址，请核对类型，并整行复制 Webhook 地址。"
    return ""


def _bad_port(url: str) -> bool:
    try:
        return urlsplit(url).port == 0
    except ValueError:
        return True


def may_connect(addresses: Iterable[str], *, listed: bool) -> str:
    """Return why a host that resolved to these addresses is not spoken to; empty when it may be.

    Only a host that the operator listed may lie inside; nothing may be link-local, where clouds
    keep their machines' credentials.
    """
    for each in addresses:
        address = ipaddress.ip_address(each.partition("%")[0])
        plain = getattr(address, "ipv4_mapped", None) or address
        if plain.is_link_local or plain.is_multicast or plain.is_unspecified:
            return f"主机解析到 {each}，这个地址不允许访问"
        if not (plain.is_global or listed):
            return f"主机解析到内部地址 {each}，不在允许名单中"
    return ""


def shown(url: str) -> str:
    """Return as much of an address as may be shown: its host."""
    parts = urlsplit(url)
    return parts.netloc.rpartition("@")[2]


CODES = {"dingtalk": "errcode", "wecom": "errcode", "feishu": "code"}
"""The field by which each platform answers whether it took the message; 0 means yes."""
BUSY = frozenset({-1, 45009, 130101, 9499, 11232})
"""Codes of the platforms for "busy" and "too fast"."""
HINTS = {
    310000: "关键词、加签密钥或 IP 白名单与机器人的安全设置不符",
    300005: "机器人的 access_token 无效，可能已被移出群",
    93000: "机器人的 key 无效，可能已被移出群",
    19001: "机器人的地址无效，可能已被移出群",
    19021: "加签密钥不对，或本机时钟偏差过大",
    19022: "本机 IP 不在机器人的白名单中",
    19024: "内容不含机器人设定的关键词",
}
"""What is to be put right, by the platforms' documented codes."""
MISSING_ANSWER = 0
_BUSY_STATUS = frozenset({408, 425, 429})
SERVER_FAULT = 500
REDIRECT = 300


def judged(kind: ChannelKind, status: int, answer: object, text: str) -> Outcome:
    """Return what an answer means: taken, refused for now, or refused for good.

    `answer` is the JSON of it, None where there is none; `text` is kept in the ledger. A redirect
    is a refusal: nothing is sent on to where the operator did not say.
    """
    if status in _BUSY_STATUS or status >= SERVER_FAULT:
        return TemporaryFailure(Stage.REQUEST, status, text)
    if status >= REDIRECT:
        return PermanentFailure(Stage.REQUEST, status, text)
    field = CODES.get(kind)
    if field is None:
        return Accepted(status, text)
    code = answer.get(field) if isinstance(answer, dict) else None
    if not isinstance(code, int):
        return PermanentFailure(Stage.REQUEST, status, f"对方没有按机器人接口的约定答复：{text}")
    if code == 0:
        return Accepted(status, text)
    said = f"{HINTS[code]}（{text}）" if code in HINTS else text
    kind_of = TemporaryFailure if code in BUSY else PermanentFailure
    return kind_of(Stage.REQUEST, code, said)


ROBOT_SENTENCES = {
    "queued": "等待发往群或系统。",
    "queued_again": "试过而暂未送达，等待下次尝试。",
    "leased": "正在发送。",
    "sent": "对方接口已收妥。",
    "uncertain": "已发给对方接口，但没有等到答复，可能已送达；到时将用同一编号再发一次。",
    "dead": "无法送达，不再尝试；邮件提醒不受影响。",
    "cancelled": "已取消：所说的事已办结，或目标已暂停、移除。",
}
"""Where a message to a robot stands, in a sentence."""
ROBOT_EVENTS = {
    "sent": "对方接口答复收妥",
    "wait": "暂时连不上对方，稍后重试",
    "dead": "无法送达，停止尝试，等人处理",
    "resend": "是否送达不能确定，用同一编号再发一次",
    "redriven": "由人决定，改用新消息再发一次",
    "settled": "由人处理完毕，不再发送",
}
"""What happened to it, where mails say it in other words."""


def robot_told(state: str, failures: int) -> str:
    """Return the key of the sentence for where a message to a robot stands."""
    return "queued_again" if state == "queued" and failures else state
