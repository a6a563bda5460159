"""Several connections in step: one question before all dots, outcomes as they come."""

from collections.abc import Callable, Collection, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

import pytest

from server.adapters.mail import Enveloped, MailConnection, MailLines, Timeouts, parse_smtp_url
from server.domain.delivery import (
    Accepted,
    NotSent,
    Outcome,
    PermanentFailure,
    Stage,
    TemporaryFailure,
    Unknown,
)
from tests.smtp_double import ALWAYS, Fault, SmtpDouble, start_double

SENDER = "duban@office.example"
SHORT = Timeouts(connect=2, command=2, after_dot=1)
THREE = [
    Enveloped(SENDER, f"officer{n}@unit.cn", f"Message-ID: <{n}@office.example>\r\n\r\n".encode())
    for n in range(3)
]

Start = Callable[..., AbstractContextManager[SmtpDouble]]


@pytest.fixture(params=[[], ["--no-pipelining"]], ids=["pipelined", "step by step"])
def double(tmp_path: Path, request: pytest.FixtureRequest) -> Start:
    """Start a server that takes several commands at once, and one that does not."""
    log = tmp_path / "accepted.jsonl"

    def start(*faults: Fault, options: Sequence[str] = ()) -> AbstractContextManager[SmtpDouble]:
        return start_double(log, *faults, options=[*options, *request.param])

    return start


def lines(server: SmtpDouble, most: int = 3) -> MailLines:
    url = parse_smtp_url(server.url)
    return MailLines(lambda: MailConnection(url, timeouts=SHORT), most)


def all_of(ready: Sequence[int]) -> Collection[int]:
    return ready


def sent(
    lines: MailLines, before_final_dots: Callable[[Sequence[int]], Collection[int]] = all_of
) -> dict[int, Outcome]:
    """Send three messages at once and return their outcomes."""
    assert lines.open(3) == 3
    groups = lines.send(THREE, before_final_dots)
    return {number: outcome for group in groups for number, outcome in group.items()}


def test_all_bodies_are_out_when_the_one_question_is_asked(double: Start) -> None:
    asked: list[Sequence[int]] = []

    def agree(ready: Sequence[int]) -> Collection[int]:
        assert server.accepted() == []
        asked.append(ready)
        return ready

    with double() as server, lines(server) as three:
        assert sent(three, agree) == dict.fromkeys(range(3), Accepted(250, "taken"))
        assert asked == [[0, 1, 2]]
        assert len(server.accepted()) == 3


def test_what_is_not_agreed_to_is_surely_not_delivered_and_the_others_are(double: Start) -> None:
    with double() as server, lines(server) as three:
        outcomes = sent(three, lambda ready: [1])
        assert isinstance(outcomes[0], NotSent)
        assert outcomes[1] == Accepted(250, "taken")
        assert isinstance(outcomes[2], NotSent)
        assert [a["message_id"] for a in server.accepted()] == ["<1@office.example>"]


def test_a_refused_recipient_holds_up_no_other(double: Start) -> None:
    fault = Fault("rcpt", "reply", code=550, recipient="officer1@*")
    with double(fault) as server, lines(server) as three:
        outcomes = sent(three)
        assert outcomes[1] == PermanentFailure(Stage.RCPT, 550, "scripted")
        assert outcomes[0] == outcomes[2] == Accepted(250, "taken")
        assert sent(three)[1] == Accepted(250, "taken")


def test_a_question_that_fails_leaves_nothing_behind_and_the_lines_usable(double: Start) -> None:
    def broken(ready: Sequence[int]) -> Collection[int]:
        raise ConnectionError("database")

    with double() as server, lines(server) as three:
        with pytest.raises(ConnectionError, match="database"):
            sent(three, broken)
        assert server.accepted() == []
        assert sent(three) == dict.fromkeys(range(3), Accepted(250, "taken"))


def test_one_silence_after_the_dot_makes_one_message_unknown(double: Start) -> None:
    silence = Fault("accepted", "slow", seconds=3, recipient="officer2@*")
    with double(silence) as server, lines(server) as three:
        assert three.open(3) == 3
        first, last = three.send(THREE, all_of)
        assert first == {0: Accepted(250, "taken"), 1: Accepted(250, "taken")}
        assert isinstance(last[2], Unknown)


def test_outcomes_of_an_abandoned_attempt_stay_with_nobody(double: Start) -> None:
    slow = Fault("accepted", "slow", seconds=1, recipient="officer2@*")
    with double(slow) as server, lines(server) as three:
        assert three.open(3) == 3
        attempt = three.send(THREE, all_of)
        next(attempt)
        attempt.close()
        assert sent(three) == dict.fromkeys(range(3), Accepted(250, "taken"))


def test_a_server_that_allows_one_connection_gets_one(double: Start) -> None:
    second = Fault("connect", "reply", code=421, first=2, last=ALWAYS)
    with double(second) as server, lines(server) as three:
        assert three.open(3) == 1
        (outcomes,) = three.send(THREE[:1], all_of)
        assert outcomes == {0: Accepted(250, "taken")}
        assert three.open(3) == 1


def test_a_server_that_allows_none_says_why(double: Start) -> None:
    with double(Fault("connect", "reply", code=421, last=ALWAYS)) as server, lines(server) as three:
        assert three.open(3) == TemporaryFailure(Stage.CONNECT, 421, "scripted")
