"""Which addresses robots may have, and what their answers mean."""

import pytest

from server.domain.channels import (
    ChannelKind,
    Target,
    judged,
    listed_hosts,
    may_connect,
    robot_told,
    shown,
    target_of,
)
from server.domain.delivery import (
    Accepted,
    PermanentFailure,
    TemporaryFailure,
    Verdict,
    verdict,
)
from server.errors import InvalidInput

DING = "https://oapi.dingtalk.com/robot/send?access_token=abc"
WECOM = "https://qyapi.weixin.qq.com/cgi-bin/webhook/send?key=abc"
FEISHU = "https://open.feishu.cn/open-apis/bot/v2/hook/abc"
LISTED = listed_hosts(" oa.example.gov.cn , 10.0.0.8:8080,")


@pytest.mark.parametrize(
    ("kind", "url", "host"),
    [
        (ChannelKind.DINGTALK, DING, "oapi.dingtalk.com"),
        (ChannelKind.WECOM, WECOM, "qyapi.weixin.qq.com"),
        (ChannelKind.FEISHU, FEISHU, "open.feishu.cn"),
        (ChannelKind.FEISHU, FEISHU.replace("feishu.cn", "larksuite.com"), "open.larksuite.com"),
    ],
)
def test_the_platforms_own_addresses_may_be_used(kind: ChannelKind, url: str, host: str) -> None:
    assert target_of(kind, url, ()) == Target(host, 443, listed=False)


@pytest.mark.parametrize(
    ("url", "target"),
    [
        ("https://oa.example.gov.cn/hook", Target("oa.example.gov.cn", 443, listed=True)),
        ("http://OA.example.gov.cn/hook", Target("oa.example.gov.cn", 80, listed=True)),
        ("http://10.0.0.8:8080/x", Target("10.0.0.8", 8080, listed=True)),
    ],
)
def test_what_the_operator_listed_may_be_used_as_listed(url: str, target: Target) -> None:
    assert target_of(ChannelKind.WEBHOOK, url, LISTED) == target


@pytest.mark.parametrize(
    ("kind", "url", "said"),
    [
        (ChannelKind.DINGTALK, DING.replace("https", "http"), "官方地址须以 https"),
        (ChannelKind.DINGTALK, DING.replace(".com", ".com:8443"), "官方地址须以 https"),
        (ChannelKind.DINGTALK, WECOM, "请核对类型"),
        (ChannelKind.DINGTALK, "https://oapi.dingtalk.com/robot/send", "请核对类型"),
        (ChannelKind.DINGTALK, DING.replace("oapi", "evil"), "不在本系统允许的主机名单"),
        (ChannelKind.WEBHOOK, "https://example.com/x", "DUBAN_CHANNEL_HOSTS"),
        (ChannelKind.WEBHOOK, "https://oa.example.gov.cn:8443/x", "DUBAN_CHANNEL_HOSTS"),
        (ChannelKind.WEBHOOK, "ftp://oa.example.gov.cn/x", "https://"),
        (ChannelKind.WEBHOOK, "https:///x", "https://"),
        (ChannelKind.WEBHOOK, "https://oa.example.gov.cn:0/x", "https://"),
        (ChannelKind.WEBHOOK, "https://oa.example.gov.cn:99999/x", "https://"),
        (ChannelKind.WEBHOOK, "https://a:b@oa.example.gov.cn/x", "用户名"),
        (ChannelKind.WEBHOOK, "https://a@oa.example.gov.cn/x", "用户名"),
        (ChannelKind.WEBHOOK, "https://oa.example.gov.cn/x#y", "# 号"),
        (ChannelKind.WEBHOOK, "https://oa.example.gov.cn/一", "整行复制"),
        (ChannelKind.WEBHOOK, "https://oa.example.gov.cn/" + "x" * 600, "整行复制"),
        (ChannelKind.WEBHOOK, "https://oa.example.gov.cn/a b", "整行复制"),
        (ChannelKind.WEBHOOK, "https://oa.example.gov.cn/a\r\nb", "整行复制"),
    ],
)
def test_other_addresses_are_refused_with_the_remedy(
    kind: ChannelKind, url: str, said: str
) -> None:
    with pytest.raises(InvalidInput, match=said):
        target_of(kind, url, LISTED)


@pytest.mark.parametrize(
    "inside",
    ["10.0.0.1", "127.0.0.1", "192.168.1.1", "100.64.0.1", "::1", "fc00::1", "::ffff:10.0.0.1"],
)
def test_an_inner_address_needs_the_operators_list(inside: str) -> None:
    assert "内部地址" in may_connect(["93.184.216.34", inside], listed=False)
    assert may_connect([inside], listed=True) == ""


@pytest.mark.parametrize("never", ["169.254.169.254", "fe80::1%eth0", "224.0.0.1", "0.0.0.0", "::"])
def test_some_addresses_are_never_spoken_to(never: str) -> None:
    assert "不允许" in may_connect([never], listed=True)


def test_public_addresses_are_spoken_to() -> None:
    assert may_connect(["93.184.216.34", "2606:2800:220:1::1"], listed=False) == ""


def test_of_an_address_only_the_host_is_shown() -> None:
    assert shown(DING) == "oapi.dingtalk.com"


@pytest.mark.parametrize(
    ("kind", "status", "answer", "expected", "ends"),
    [
        (ChannelKind.DINGTALK, 200, {"errcode": 0}, Accepted, Verdict.SENT),
        (ChannelKind.FEISHU, 200, {"code": 0}, Accepted, Verdict.SENT),
        (ChannelKind.WEBHOOK, 204, None, Accepted, Verdict.SENT),
        (ChannelKind.DINGTALK, 200, {"errcode": 130101}, TemporaryFailure, Verdict.RETRY),
        (ChannelKind.WECOM, 200, {"errcode": 93000}, PermanentFailure, Verdict.DEAD),
        (ChannelKind.WECOM, 200, {"errcode": 424242}, PermanentFailure, Verdict.DEAD),
        (ChannelKind.WECOM, 200, None, PermanentFailure, Verdict.DEAD),
        (ChannelKind.WEBHOOK, 429, None, TemporaryFailure, Verdict.RETRY),
        (ChannelKind.WEBHOOK, 503, None, TemporaryFailure, Verdict.RETRY),
        (ChannelKind.WEBHOOK, 302, None, PermanentFailure, Verdict.DEAD),
        (ChannelKind.WEBHOOK, 404, None, PermanentFailure, Verdict.DEAD),
    ],
)
def test_an_answer_is_taken_refused_for_now_or_for_good(
    kind: ChannelKind, status: int, answer: object, expected: type, ends: Verdict
) -> None:
    outcome = judged(kind, status, answer, "said")
    assert isinstance(outcome, expected)
    assert verdict(outcome) is ends


def test_a_known_code_says_what_is_to_be_put_right() -> None:
    outcome = judged(ChannelKind.FEISHU, 200, {"code": 19024}, "Key Words Not Found")
    assert isinstance(outcome, PermanentFailure)
    assert outcome.text == "内容不含机器人设定的关键词（Key Words Not Found）"


def test_a_message_tried_in_vain_is_told_apart() -> None:
    assert robot_told("queued", 1) == "queued_again"
    assert [robot_told("queued", 0), robot_told("dead", 3)] == ["queued", "dead"]
