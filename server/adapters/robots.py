"""Posting to robots and webhooks: to the host that was checked and to no other, signed, once.

The name is resolved here, every address is checked, and the connection goes to one of those: a
second look-up could answer otherwise. No redirect is followed, no proxy of the environment asked.
"""

import base64
import hashlib
import hmac
import json
import socket
import ssl
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from urllib.parse import quote_plus

import httpcore2

from server.adapters.alarm_webhook import signature
from server.domain.channels import ChannelKind, Target, judged, may_connect
from server.domain.delivery import NotSent, Outcome, Stage, Unknown

CONNECT, ANSWER = 5.0, 10.0
"""Seconds for the connection, and for each further step until the answer is there."""
LONGEST_ANSWER = 16 * 1024
KEPT = 300
"""Characters of an answer that the ledger keeps."""


@dataclass(frozen=True, slots=True)
class Post:
    """One message for one target; `id` stays the same however often it is sent."""

    kind: ChannelKind
    url: str
    secret: str
    target: Target
    id: str
    body: bytes
    """JSON without any signature."""


class _Checked(httpcore2.NetworkBackend):
    """Connects to checked addresses of one host only."""

    def __init__(self, target: Target) -> None:
        self.target, self.plain = target, httpcore2.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore2.NetworkStream:
        """Return a connection to the first address that takes it."""
        addresses = _resolved(host, port)
        fault = may_connect(addresses, listed=self.target.listed)
        if fault or (host, port) != (self.target.host, self.target.port):
            raise httpcore2.ConnectError(fault or "主机与登记的不符")
        last: Exception | None = None
        for address in addresses:
            try:
                return self.plain.connect_tcp(address, port, timeout, local_address, socket_options)
            except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
                last = error
        raise last or httpcore2.ConnectError("主机没有地址")


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except OSError as error:
        raise httpcore2.ConnectError(f"主机名解析失败：{error.strerror or error}") from error
    return list(dict.fromkeys(str(each[4][0]) for each in found))


def send(post: Post, *, at: int) -> Outcome:
    """Post once and return what came of it; `at` is the Unix time that signatures name.

    Without an answer after the request began to leave, nobody can know whether it arrived.
    """
    url, headers, body = _signed(post, at)
    timeouts = {"connect": CONNECT, "read": ANSWER, "write": ANSWER, "pool": CONNECT}
    with httpcore2.ConnectionPool(
        ssl_context=ssl.create_default_context(), network_backend=_Checked(post.target)
    ) as pool:
        try:
            with pool.stream(
                "POST", url, headers=headers, content=body, extensions={"timeout": timeouts}
            ) as answer:
                return _judged(post.kind, answer)
        except (httpcore2.ConnectError, httpcore2.ConnectTimeout) as error:
            return NotSent(Stage.REQUEST, _said(error))
        except (
            httpcore2.NetworkError,
            httpcore2.TimeoutException,
            httpcore2.ProtocolError,
        ) as error:
            return Unknown(_said(error))


def _said(error: Exception) -> str:
    return str(error)[:KEPT] or type(error).__name__


def _judged(kind: ChannelKind, answer: httpcore2.Response) -> Outcome:
    content = b""
    for part in answer.iter_stream():
        content += part
        if len(content) >= LONGEST_ANSWER:
            break
    text = " ".join(content.decode("utf-8", "replace").split())[:KEPT]
    try:
        said = json.loads(content)
    except ValueError:
        said = None
    return judged(kind, answer.status, said, text)


Headers = dict[bytes | str, bytes | str]


def _signed(post: Post, at: int) -> tuple[str, Headers, bytes]:
    headers: Headers = {
        "Content-Type": "application/json; charset=utf-8",
        "User-Agent": "duban",
        "Host": _host(post.target, post.url),
        "Content-Length": str(len(post.body)),
    }
    url, body = post.url, post.body
    if post.kind is ChannelKind.WEBHOOK:
        headers |= {
            "webhook-id": post.id,
            "webhook-timestamp": str(at),
            "webhook-signature": signature(post.secret, post.id, at, body),
        }
    elif post.kind is ChannelKind.DINGTALK and post.secret:
        url = f"{url}&timestamp={at * 1000}&sign={dingtalk_sign(post.secret, at * 1000)}"
    elif post.kind is ChannelKind.FEISHU and post.secret:
        signed = {"timestamp": str(at), "sign": feishu_sign(post.secret, at)}
        body = json.dumps(signed | json.loads(body), ensure_ascii=False).encode()
        headers["Content-Length"] = str(len(body))
    return url, headers, body


def _host(target: Target, url: str) -> str:
    usual = 443 if url.startswith("https:") else 80
    name = f"[{target.host}]" if ":" in target.host else target.host
    return name if target.port == usual else f"{name}:{target.port}"


def dingtalk_sign(secret: str, at: int) -> str:
    """Return the signature of DingTalk's robots for a time in milliseconds, for an address.

    Source: DingTalk open platform, "自定义机器人安全设置", 加签: HMAC-SHA256 by the secret of
    time, line feed and secret; base64; URL-encoded.
    """
    mac = hmac.new(secret.encode(), f"{at}\n{secret}".encode(), hashlib.sha256)
    return quote_plus(base64.b64encode(mac.digest()))


def feishu_sign(secret: str, at: int) -> str:
    """Return the signature of Feishu's robots for a time in seconds.

    Source: Feishu open platform, "自定义机器人使用指南", 签名校验: HMAC-SHA256 of nothing by the
    key made of time, line feed and secret; base64.
    """
    mac = hmac.new(f"{at}\n{secret}".encode(), b"", hashlib.sha256)
    return base64.b64encode(mac.digest()).decode()
