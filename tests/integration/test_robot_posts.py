"""Posting to robots, against local HTTP servers: signatures, redirects, silence, addresses."""

import base64
import hashlib
import hmac
import socket
from urllib.parse import parse_qs, urlsplit

import pytest

from server.adapters import robots
from server.adapters.robots import Post
from server.domain.channels import ChannelKind, Target
from server.domain.delivery import Accepted, NotSent, PermanentFailure, Stage, Unknown
from tests.robot_double import RobotDouble, robot

AT = 1_770_000_000
BODY = b'{"msgtype":"markdown"}'


def post(
    double: RobotDouble, kind: ChannelKind, path: str, secret: str = "", *, listed: bool = True
) -> Post:
    target = Target("127.0.0.1", double.port, listed)
    return Post(kind, double.url(path), secret, target, "robot.1.2026-03-02.morning@x", BODY)


def mac(key: bytes, content: bytes) -> str:
    return base64.b64encode(hmac.new(key, content, hashlib.sha256).digest()).decode()


def test_dingtalk_is_signed_in_the_address() -> None:
    with robot() as double:
        path = "/robot/send?access_token=t"
        outcome = robots.send(post(double, ChannelKind.DINGTALK, path, "SECx"), at=AT)
        (request,) = double.requests
    assert outcome == Accepted(200, '{"errcode":0}')
    asked = {name: value[0] for name, value in parse_qs(urlsplit(request.path).query).items()}
    assert asked["access_token"] == "t"
    assert asked["sign"] == mac(b"SECx", f"{asked['timestamp']}\nSECx".encode())
    assert asked["timestamp"] == f"{AT}000"
    assert request.body == BODY


def test_feishu_is_signed_in_the_body() -> None:
    with robot() as double:
        double.answers = [(200, '{"code":0}')]
        path = "/open-apis/bot/v2/hook/t"
        robots.send(post(double, ChannelKind.FEISHU, path, "key"), at=AT)
        (request,) = double.requests
    assert request.json["timestamp"] == str(AT)
    assert request.json["sign"] == mac(f"{AT}\nkey".encode(), b"")
    assert request.json["msgtype"] == "markdown"


def test_without_a_signing_secret_nothing_is_added() -> None:
    with robot() as double:
        path = "/cgi-bin/webhook/send?key=t"
        robots.send(post(double, ChannelKind.WECOM, path), at=AT)
        robots.send(post(double, ChannelKind.DINGTALK, "/robot/send?access_token=t"), at=AT)
        assert [each.path for each in double.requests] == [path, "/robot/send?access_token=t"]
        assert {each.body for each in double.requests} == {BODY}


def test_a_webhook_carries_its_id_its_time_and_the_signature_of_both() -> None:
    key = base64.b64encode(b"0123456789").decode()
    with robot() as double:
        double.answers = [(204, "")]
        sent = post(double, ChannelKind.WEBHOOK, "/hook", f"whsec_{key}")
        assert robots.send(sent, at=AT) == Accepted(204, "")
        headers = double.requests[0].headers
    signed = f"{sent.id}.{AT}.".encode() + BODY
    assert headers["webhook-id"] == sent.id
    assert headers["webhook-timestamp"] == str(AT)
    assert headers["webhook-signature"] == f"v1,{mac(b'0123456789', signed)}"
    assert headers["host"] == double.host


def test_no_redirect_is_followed() -> None:
    with robot() as elsewhere, robot() as double:
        double.answers, double.location = [(307, "")], elsewhere.url("/caught")
        outcome = robots.send(post(double, ChannelKind.WEBHOOK, "/hook", "s"), at=AT)
        assert elsewhere.requests == []
    assert isinstance(outcome, PermanentFailure)
    assert outcome.code == 307


def test_silence_after_the_request_is_not_knowing() -> None:
    with robot() as double:
        double.silent = True
        outcome = robots.send(post(double, ChannelKind.WEBHOOK, "/hook", "s"), at=AT)
        assert len(double.requests) == 1
    assert isinstance(outcome, Unknown)


def test_nobody_listening_is_surely_not_sent() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))  # bound and not listening
        double = RobotDouble(taken.getsockname()[1])
        outcome = robots.send(post(double, ChannelKind.WEBHOOK, "/hook", "s"), at=AT)
    assert isinstance(outcome, NotSent)
    assert outcome.stage is Stage.REQUEST


def test_a_name_that_leads_inside_is_not_spoken_to_unless_listed() -> None:
    with robot() as double:
        sent = post(double, ChannelKind.WEBHOOK, "/hook", "s", listed=False)
        outcome = robots.send(sent, at=AT)
        assert double.requests == []
    assert isinstance(outcome, NotSent)
    assert "内部地址" in outcome.reason


def test_an_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with robot() as proxy, robot() as double:
        for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
            monkeypatch.setenv(name, proxy.url(""))
        assert isinstance(
            robots.send(post(double, ChannelKind.WEBHOOK, "/hook", "s"), at=AT), Accepted
        )
        assert (len(proxy.requests), len(double.requests)) == (0, 1)


def test_an_endless_answer_is_cut() -> None:
    with robot() as double:
        double.answers = [(200, "x" * 1_000_000)]
        outcome = robots.send(post(double, ChannelKind.WEBHOOK, "/hook", "s"), at=AT)
    assert isinstance(outcome, Accepted)
    assert len(outcome.reply) == robots.KEPT
