"""Which replies hold up a whole domain, and for how long."""

from datetime import timedelta

import pytest

from server.domain.delivery import Accepted, Outcome, PermanentFailure, Stage, TemporaryFailure
from server.domain.pacing import domain_back_off


def later(text: str, code: int = 451, stage: Stage = Stage.RCPT) -> TemporaryFailure:
    return TemporaryFailure(stage, code, text)


@pytest.mark.parametrize(
    ("outcome", "strikes", "minutes"),
    [
        (later("too many connections", 421), 1, 2),
        (later("4.7.1 rate limited"), 1, 2),
        (later("4.3.2 system not accepting messages"), 3, 15),
        (later("4.7.0 try again", stage=Stage.DOT), 9, 60),
        (later("MI:SFQ 15分钟内发信数量超过限制"), 1, 15),
        (later("MI:SFQ"), 4, 30),
        (later("DT:SPM 两分钟后重投"), 1, 2),
        (later("HL:ICC", 421), 1, 5),
    ],
)
def test_a_domain_that_asks_to_slow_down_rests(
    outcome: Outcome, strikes: int, minutes: int
) -> None:
    assert domain_back_off(outcome, strikes) == timedelta(minutes=minutes)


@pytest.mark.parametrize(
    "outcome",
    [
        Accepted(250, "ok"),
        PermanentFailure(Stage.RCPT, 550, "5.1.1"),
        later("4.2.2 mailbox full", 452),
        later("4.7.1 Greylisting in action"),
        later("you are graylisted", 421),
        later("overloaded", 421, Stage.HELLO),
        later("scripted"),
    ],
)
def test_what_concerns_one_mail_or_our_own_server_holds_up_nobody_else(outcome: Outcome) -> None:
    assert domain_back_off(outcome, 1) is None
