"""Returned mail: the signed address and what a notification comes to."""

import pytest

from server.domain.bounces import (
    BOUNCE_WORDS,
    BounceVerdict,
    RecipientReport,
    blames_address,
    bounce_address,
    judge,
    message_of,
)
from server.domain.delivery import PermanentFailure, Stage

SECRET = "s" * 43
BASE = "tuixin@office.example"


@pytest.mark.parametrize("message", [0, 1, 35, 36, 123456789, 2**63 - 1])
def test_a_bounce_address_names_its_message_even_in_capitals(message: int) -> None:
    address = bounce_address(BASE, SECRET, message)
    assert message_of(address, SECRET) == message
    assert message_of(address.upper(), SECRET) == message
    assert len(address.partition("@")[0]) <= 64


@pytest.mark.parametrize(
    "address",
    [
        BASE,
        "",
        "tuixin+1.0123456789abcdef@office.example",
        bounce_address(BASE, "another secret", 1),
        bounce_address(BASE, SECRET, 1).replace("+1.", "+2."),
        "tuixin+1@office.example",
    ],
)
def test_an_address_that_we_did_not_sign_names_nothing(address: str) -> None:
    assert message_of(address, SECRET) is None


FAILED = RecipientReport("failed", "5.1.1", "smtp; 550 no such user")
DELAYED = RecipientReport("delayed", "4.4.1")
DELIVERED = RecipientReport("delivered", "2.0.0")


@pytest.mark.parametrize(
    ("reports", "auto_reply", "verdict"),
    [
        ([FAILED], False, BounceVerdict.BOUNCED),
        ([FAILED], True, BounceVerdict.BOUNCED),
        ([DELAYED, FAILED], False, BounceVerdict.BOUNCED),
        ([DELAYED], False, BounceVerdict.DELAYED),
        ([DELIVERED], False, BounceVerdict.HARMLESS),
        ([RecipientReport("odd", "")], False, BounceVerdict.UNCLEAR),
        ([], True, BounceVerdict.AUTO_REPLY),
        ([], False, BounceVerdict.UNCLEAR),
    ],
)
def test_what_a_notification_comes_to(
    reports: list[RecipientReport], auto_reply: bool, verdict: BounceVerdict
) -> None:
    assert judge(reports, auto_reply=auto_reply) is verdict


@pytest.mark.parametrize(
    ("stage", "text", "blamed"),
    [
        (Stage.RCPT, "no such user", True),
        (Stage.DOT, "rejected", False),
        (Stage.RCPT, "5.1.1 unknown", True),
        (Stage.DOT, "5.1.10 null mx", True),
        (Stage.RCPT, "5.2.1 disabled", True),
        (Stage.RCPT, "5.2.2 mailbox full", False),
        (Stage.RCPT, "5.7.1 spam", False),
        (Stage.RCPT, "5.4.1 no route", False),
    ],
)
def test_a_refusal_blames_the_address_only_when_it_says_so(
    stage: Stage, text: str, blamed: bool
) -> None:
    assert blames_address(PermanentFailure(stage, 550, text)) is blamed


def test_every_verdict_has_its_chinese_sentence() -> None:
    assert set(BOUNCE_WORDS) == set(BounceVerdict)
