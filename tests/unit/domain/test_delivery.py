"""Whose fault a refusal is decides whether a message dies or waits."""

import pytest

from server.domain.delivery import STAGE_NAMES, PermanentFailure, Stage


@pytest.mark.parametrize("stage", [Stage.RCPT, Stage.DATA, Stage.BODY, Stage.DOT])
def test_a_refusal_of_recipient_or_content_concerns_the_message(stage: Stage) -> None:
    assert PermanentFailure(stage, 550, "no such user").concerns_recipient


@pytest.mark.parametrize("stage", [Stage.CONNECT, Stage.HELLO, Stage.TLS, Stage.LOGIN, Stage.MAIL])
def test_a_refusal_of_our_login_or_sender_does_not(stage: Stage) -> None:
    assert not PermanentFailure(stage, 535, "bad credentials").concerns_recipient


def test_every_stage_has_a_chinese_name() -> None:
    assert set(STAGE_NAMES) == set(Stage)
