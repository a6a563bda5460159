"""Whose fault a refusal is decides whether a message dies or waits."""

import pytest

from server.domain.delivery import (
    DELIVERIES,
    EVENTS,
    STAGE_NAMES,
    STATES,
    Accepted,
    NotSent,
    Outcome,
    PermanentFailure,
    Stage,
    TemporaryFailure,
    Unknown,
    Verdict,
    describe_event,
    describe_state,
    verdict,
)


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA, Stage.BODY, Stage.DOT])
def test_a_refusal_of_recipient_or_content_concerns_the_message(stage: Stage) -> None:
    assert PermanentFailure(stage, 550, "no such user").concerns_recipient


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.LOGIN, Stage.MAIL])
def test_a_refusal_of_our_login_or_sender_does_not(stage: Stage) -> None:
    assert not PermanentFailure(stage, 535, "bad credentials").concerns_recipient


def test_every_stage_has_a_chinese_name() -> None:
    assert set(STAGE_NAMES) == set(Stage)


@pytest.mark.parametrize(
    ("outcome", "expected"),
    [
        (Accepted(250, "ok"), Verdict.SENT),
        (Unknown("silence"), Verdict.UNCERTAIN),
        (TemporaryFailure(Stage.RCPT, 450, "greylisted"), Verdict.RETRY),
        (TemporaryFailure(Stage.DOT, 451, "later"), Verdict.RETRY),
        (TemporaryFailure(Stage.CONNECT, 421, "too many connections"), Verdict.WAIT),
        (PermanentFailure(Stage.RCPT, 550, "5.1.1 no such user"), Verdict.DEAD),
        (PermanentFailure(Stage.DOT, 554, "spam"), Verdict.DEAD),
        (PermanentFailure(Stage.RCPT, 552, "5.2.2 mailbox full"), Verdict.RETRY),
        (PermanentFailure(Stage.RCPT, 550, "5.4.1 no route"), Verdict.RETRY),
        (PermanentFailure(Stage.LOGIN, 535, "bad credentials"), Verdict.WAIT),
        (PermanentFailure(Stage.MAIL, 553, "sender refused"), Verdict.WAIT),
        (NotSent(Stage.CONNECT, "refused"), Verdict.WAIT),
        (NotSent(Stage.TLS, "certificate"), Verdict.WAIT),
        (NotSent(Stage.BODY, "cut"), Verdict.RETRY),
    ],
)
def test_what_becomes_of_a_message_after_an_outcome(outcome: Outcome, expected: Verdict) -> None:
    assert verdict(outcome) is expected


@pytest.mark.parametrize("state", STATES)
@pytest.mark.parametrize("policy", ["resend", "hold"])
@pytest.mark.parametrize("failures", [0, 2])
def test_every_state_is_a_chinese_sentence(state: str, policy: str, failures: int) -> None:
    assert describe_state(state, on_uncertain=policy, failures=failures).endswith("。")


@pytest.mark.parametrize("news", ["delayed", "bounced"])
def test_what_came_back_after_acceptance_is_told_with_it(news: str) -> None:
    assert describe_state("sent", delivery=news) == STATES["sent"] + DELIVERIES[news]


@pytest.mark.parametrize("kind", EVENTS)
def test_every_event_is_a_chinese_sentence(kind: str) -> None:
    assert describe_event(kind).endswith("。")


def test_an_event_says_where_and_what_the_server_answered() -> None:
    told = describe_event("dead", stage="rcpt", code=550, detail="no such user")
    assert told == "无法送达，停止尝试（申报收件人）：550 no such user。"
