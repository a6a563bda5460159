"""What an attempt to deliver one message can come to, as seen by the sender.

The distinction that everything rests on: did the final dot go out? Before it the message is
surely not delivered; after it, without a reply, nobody can know (RFC 1047).
"""

import re
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
    REQUEST = "request"
    """The one step of a robot's interface."""


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
    Stage.REQUEST: "请求对方接口",
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
        return self.stage in (Stage.RCPT, Stage.DATA, Stage.BODY, Stage.DOT, Stage.REQUEST)


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


class Verdict(StrEnum):
    """What becomes of a message after an attempt."""

    SENT = "sent"
    RETRY = "retry"  # the recipient's server objects for now: wait, longer each time
    WAIT = "wait"  # our own mail server is unreachable or refuses us: nobody can be reached now
    DEAD = "dead"  # refused for good: a person must be told
    UNCERTAIN = "uncertain"  # perhaps delivered: the message's own policy decides


_FULL_OR_ROUTE = re.compile(r"\b5\.(2\.2|4\.\d+)\b")
"""Enhanced codes (RFC 3463) of a full mailbox and of routing trouble: 5xx that may pass."""


def may_pass(text: str) -> bool:
    """Tell whether a permanent refusal is of the kind that may pass: full mailbox, routing."""
    return _FULL_OR_ROUTE.search(text) is not None


def verdict(outcome: Outcome) -> Verdict:
    """Return what an outcome means for the message."""
    match outcome:
        case Accepted():
            return Verdict.SENT
        case Unknown():
            return Verdict.UNCERTAIN
        case PermanentFailure() if outcome.concerns_recipient:
            return Verdict.RETRY if may_pass(outcome.text) else Verdict.DEAD
        case PermanentFailure():
            return Verdict.WAIT
        case _:
            return Verdict.WAIT if outcome.stage in _BEFORE_MESSAGE else Verdict.RETRY


_BEFORE_MESSAGE = (Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.LOGIN)

STATES: dict[str, str] = {
    "queued": "等待发送。",
    "leased": "正在发送。",
    "sent": "邮件服务器已收妥。",
    "uncertain": "正文已交给邮件服务器，但没有等到收妥答复，可能已送达，也可能没有。",
    "dead": "无法送达，不再尝试，已列入办公室待处理事项。",
    "cancelled": "已取消：所说的事已经办结、变更或并入另一封邮件。",
}
EVENTS: dict[str, str] = {
    "sent": "邮件服务器答复收妥",
    "retry": "暂未送达，稍后重试",
    "wait": "本单位邮件服务器暂不可用，恢复后继续",
    "uncertain": "发出后没有收到答复，是否送达不能确定",
    "resend": "是否送达不能确定，按规定用同一邮件编号再发一次",
    "reclaimed": "发送进程中断，确定未发出，重新排队",
    "released": "发送进程正常停止，确定未发出，重新排队",
    "dead": "无法送达，停止尝试",
    "cancelled": "不再需要，取消发送",
    "merged": "并入给同一收件人的下一封邮件",
    "rebuilt": "内容有变化，发送前重新生成",
    "unfenced": "发送进程在发送权失效之后才报告结果，未采信",
    "paced": "收件域名限制来信速度，按轮次推迟发送",
    "held": "收件域名要求放慢，暂停发往该域名",
    "proven": "本机发送日志证明邮件服务器已收妥，记为已送出",
    "bounced": "对方退信，没有送达，已转告办公室",
    "delayed": "对方服务器报告尚未送达，仍在尝试",
    "unclear": "收到一封无法识别的退信，请人工查看",
    "redriven": "由人决定，改用新邮件再发一次",
    "settled": "由人用其他方式通知",
}
DELIVERIES: dict[str, str] = {
    "unknown": "没有收到退信。",
    "delayed": "对方服务器报告暂未送达，仍在尝试。",
    "bounced": "对方退信，没有送达，已转告办公室。",
}


SENTENCES: dict[str, str] = {
    **STATES,
    "queued_again": "试过而暂未送达，等待下次尝试。",
    "sent_delayed": STATES["sent"] + DELIVERIES["delayed"],
    "sent_bounced": STATES["sent"] + DELIVERIES["bounced"],
    "uncertain_resend": STATES["uncertain"] + "到时将用同一邮件编号再发一次。",
    "uncertain_hold": STATES["uncertain"] + "不自动重发，由人决定。",
}
"""Every way in which a message can stand, in a sentence."""


def told_as(state: str, *, on_uncertain: str, failures: int, delivery: str) -> str:
    """Return the key of the sentence that explains where a message stands."""
    if state == "queued" and failures:
        return "queued_again"
    if state == "uncertain":
        return f"uncertain_{on_uncertain}"
    if state == "sent" and delivery != "unknown":
        return f"sent_{delivery}"
    return state


def describe_state(
    state: str, *, on_uncertain: str = "resend", failures: int = 0, delivery: str = "unknown"
) -> str:
    """Return the Chinese sentence that explains a message's state in the ledger."""
    told = told_as(state, on_uncertain=on_uncertain, failures=failures, delivery=delivery)
    return SENTENCES[told]


def describe_event(kind: str, *, stage: str = "", code: int | None = None, detail: str = "") -> str:
    """Return the Chinese sentence of one event in a message's history."""
    where = f"（{STAGE_NAMES[Stage(stage)]}）" if stage else ""
    said = " ".join(str(part) for part in (code, detail) if part)
    return f"{EVENTS[kind]}{where}{'：' + said if said else ''}。"
