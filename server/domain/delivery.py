"""What an attempt to deliver one message can come to, as seen by the sender.

The distinction that everything rests on: did the final dot go out? Before it the message is
surely not delivered; after it, without a reply, nobody can know (RFC 1047).
"""

from dataclasses import dataclass
from enum import StrEnum


class Stage(StrEnum):
    """How far an SMTP transaction had come."""

    CONNECT = "connect"
    HELLO = "hello"
    TLS = "tls"
    LOGIN = "login"
    MAIL = "mail"
    RCPT = "rcpt"
    DATA = "data"
    BODY = "body"
    DOT = "dot"


STAGE_NAMES = {
    Stage.CONNECT: "连接邮件服务器",
    Stage.HELLO: "与邮件服务器问候",
    Stage.TLS: "建立加密连接",
    Stage.LOGIN: "登录邮件服务器",
    Stage.MAIL: "申报发件人",
    Stage.RCPT: "申报收件人",
    Stage.DATA: "请求发送正文",
    Stage.BODY: "发送正文",
    Stage.DOT: "等待收妥答复",
}


@dataclass(frozen=True, slots=True)
class Accepted:
    """The server took responsibility for the message; `reply` is its answer."""

    code: int
    reply: str


@dataclass(frozen=True, slots=True)
class TemporaryFailure:
    """The server answered 4xx at `stage`: not delivered, worth another attempt."""

    stage: Stage
    code: int
    text: str


@dataclass(frozen=True, slots=True)
class PermanentFailure:
    """The server answered 5xx at `stage`: not delivered."""

    stage: Stage
    code: int
    text: str

    @property
    def concerns_recipient(self) -> bool:
        """Tell whether this message is refused, rather than our login or our sender address."""
        return self.stage in (Stage.RCPT, Stage.DATA, Stage.BODY, Stage.DOT)


@dataclass(frozen=True, slots=True)
class NotSent:
    """The transaction ended before the final dot: surely not delivered."""

    stage: Stage
    reason: str


@dataclass(frozen=True, slots=True)
class Unknown:
    """The final dot went out and no reply came: perhaps delivered, perhaps not."""

    reason: str


Outcome = Accepted | TemporaryFailure | PermanentFailure | NotSent | Unknown
