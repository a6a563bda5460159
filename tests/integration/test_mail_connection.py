"""The client against a real server that fails at every stage: what it says must be so."""

import shutil
import subprocess
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import replace
from pathlib import Path

import pytest

from server.adapters.mail import MailConnection, Timeouts, parse_smtp_url
from server.domain.delivery import (
    Accepted,
    NotSent,
    Outcome,
    PermanentFailure,
    Stage,
    TemporaryFailure,
    Unknown,
)
from server.errors import InvalidInput
from tests.smtp_double import ALWAYS, Fault, SmtpDouble, start_double

SENDER = "duban@office.example"
RECIPIENT = "zhangsan@example.gov.cn"
DATA = b"Message-ID: <1@office.example>\r\n\r\nline\r\n.dot\r\n"
SHORT = Timeouts(connect=2, command=2, after_dot=1)

Start = Callable[..., AbstractContextManager[SmtpDouble]]


@pytest.fixture(params=[[], ["--no-pipelining"]], ids=["pipelined", "step by step"])
def double(tmp_path: Path, request: pytest.FixtureRequest) -> Start:
    """Start a server that takes several commands at once, and one that does not."""
    log = tmp_path / "accepted.jsonl"

    def start(*faults: Fault, options: Sequence[str] = ()) -> AbstractContextManager[SmtpDouble]:
        return start_double(log, *faults, options=[*options, *request.param])

    return start


def attempt(
    server: SmtpDouble, *, go: bool = True, timeouts: Timeouts = SHORT
) -> tuple[Outcome, int]:
    """Send once and return the outcome with the number of times the intent was asked."""
    asked: list[bool] = []

    def intent() -> bool:
        asked.append(go)
        return go

    with MailConnection(parse_smtp_url(server.url), timeouts=timeouts) as connection:
        return connection.send(SENDER, RECIPIENT, DATA, intent), len(asked)


def test_a_healthy_server_accepts_and_the_intent_is_asked_once(double: Start) -> None:
    with double() as server:
        assert attempt(server) == (Accepted(250, "taken"), 1)
        assert [a["message_id"] for a in server.accepted()] == ["<1@office.example>"]


BEFORE_INTENT = [
    (Fault("connect", "reply", code=421), TemporaryFailure(Stage.CONNECT, 421, "scripted")),
    (Fault("connect", "reply", code=554), PermanentFailure(Stage.CONNECT, 554, "scripted")),
    (Fault("mail", "reply", code=421), TemporaryFailure(Stage.MAIL, 421, "scripted")),
    (Fault("mail", "reply", code=553), PermanentFailure(Stage.MAIL, 553, "scripted")),
    (Fault("rcpt", "reply", code=450), TemporaryFailure(Stage.RCPT, 450, "scripted")),
    (Fault("rcpt", "reply", code=421), TemporaryFailure(Stage.RCPT, 421, "scripted")),
    (Fault("rcpt", "reply", code=550), PermanentFailure(Stage.RCPT, 550, "scripted")),
    (Fault("rcpt", "reply", code=999), NotSent(Stage.RCPT, "服务器的答复无法理解：999 scripted")),
    (Fault("data", "reply", code=451), TemporaryFailure(Stage.DATA, 451, "scripted")),
    (Fault("data", "reply", code=554), PermanentFailure(Stage.DATA, 554, "scripted")),
]
DROPPED = [
    ("connect", Stage.CONNECT),
    ("ehlo", Stage.HELLO),
    ("mail", Stage.MAIL),
    ("rcpt", Stage.RCPT),
    ("data", Stage.DATA),
]
STAGES = [stage for _, stage in DROPPED]


@pytest.mark.parametrize(("fault", "outcome"), BEFORE_INTENT)
def test_a_refusal_before_the_body_is_reported_with_its_stage_and_code(
    double: Start, fault: Fault, outcome: Outcome
) -> None:
    with double(fault) as server:
        assert attempt(server) == (outcome, 0)
        assert server.accepted() == []


@pytest.mark.parametrize(("where", "stage"), DROPPED)
def test_a_connection_cut_before_the_body_is_surely_not_sent(
    double: Start, where: str, stage: Stage
) -> None:
    with double(Fault(where, "drop", last=2)) as server:  # type: ignore[arg-type]  # parametrised
        outcome, asked = attempt(server)
        assert isinstance(outcome, NotSent)
        # A reset may take replies with it that came before it: then an earlier stage is named.
        assert STAGES.index(outcome.stage) <= STAGES.index(stage)
        assert asked == 0


def test_a_connection_cut_in_the_body_is_surely_not_sent(double: Start) -> None:
    big = DATA + b"x" * 70 + b"\r\n"
    with double(Fault("body", "drop")) as server, MailConnection(parse_smtp_url(server.url)) as c:
        outcome = c.send(SENDER, RECIPIENT, big * 200_000, lambda: True)
        assert isinstance(outcome, NotSent)
        assert server.accepted() == []


def test_an_answer_in_the_middle_of_the_body_is_a_refusal(double: Start) -> None:
    with double(Fault("body", "reply", code=421)) as server:
        with MailConnection(parse_smtp_url(server.url)) as connection:
            outcome = connection.send(SENDER, RECIPIENT, DATA * 200_000, lambda: True)
        assert outcome == TemporaryFailure(Stage.BODY, 421, "scripted")
        assert server.accepted() == []


def test_a_refused_intent_leaves_nothing_behind(double: Start) -> None:
    with double() as server:
        outcome, asked = attempt(server, go=False)
        assert isinstance(outcome, NotSent)
        assert asked == 1
        assert server.accepted() == []


def test_an_intent_that_fails_drops_the_connection_and_is_seen(double: Start) -> None:
    def broken() -> bool:
        raise ConnectionError("database")

    with double() as server, MailConnection(parse_smtp_url(server.url)) as connection:
        with pytest.raises(ConnectionError, match="database"):
            connection.send(SENDER, RECIPIENT, DATA, broken)
        assert server.accepted() == []
        assert isinstance(connection.send(SENDER, RECIPIENT, DATA, lambda: True), Accepted)


@pytest.mark.parametrize(
    ("code", "kind"), [(421, TemporaryFailure), (451, TemporaryFailure), (554, PermanentFailure)]
)
def test_a_reply_after_the_dot_is_not_ambiguous(
    double: Start, code: int, kind: type[Outcome]
) -> None:
    with double(Fault("dot", "reply", code=code)) as server:
        outcome, _ = attempt(server)
        assert outcome == kind(Stage.DOT, code, "scripted")  # type: ignore[call-arg]  # both have three
        assert server.accepted() == []


def test_silence_after_the_dot_is_unknown_though_it_was_accepted(double: Start) -> None:
    with double(Fault("accepted", "drop")) as server:
        outcome, _ = attempt(server)
        assert isinstance(outcome, Unknown)
        assert len(server.accepted()) == 1


def test_silence_after_the_dot_is_unknown_though_it_was_not_accepted(double: Start) -> None:
    with double(Fault("dot", "drop")) as server:
        outcome, _ = attempt(server)
        assert isinstance(outcome, Unknown)
        assert server.accepted() == []


def test_a_slow_acceptance_is_waited_for(double: Start) -> None:
    with double(Fault("accepted", "slow", seconds=1)) as server:
        patient = replace(SHORT, command=0.5, after_dot=10)
        assert attempt(server, timeouts=patient)[0] == Accepted(250, "taken")


def test_an_acceptance_slower_than_our_patience_is_unknown(double: Start) -> None:
    with double(Fault("accepted", "slow", seconds=3)) as server:
        outcome, _ = attempt(server)
        assert outcome == Unknown("正文已全部发出，未等到收妥答复：等待超时")
        assert len(server.accepted()) == 1


def test_a_banner_that_never_comes_is_not_waited_for_long(double: Start) -> None:
    with double(Fault("connect", "slow", seconds=10)) as server:
        outcome, _ = attempt(server, timeouts=replace(SHORT, connect=0.3))
        assert outcome == NotSent(Stage.CONNECT, "等待超时")


def test_no_server_at_all_is_surely_not_sent(double: Start) -> None:
    with double() as server:
        server.kill()
        outcome, _ = attempt(server)
    assert isinstance(outcome, NotSent)
    assert outcome.stage is Stage.CONNECT


def test_one_connection_carries_many_messages_past_refused_recipients(double: Start) -> None:
    refused = Fault("rcpt", "reply", code=550, recipient="gone@*")
    only_one_connection = Fault("connect", "drop", first=2, last=ALWAYS)
    with double(refused, only_one_connection) as server:
        with MailConnection(parse_smtp_url(server.url)) as connection:
            people = ["a@b.cn", "gone@b.cn", "c@b.cn"]
            outcomes = [connection.send(SENDER, p, DATA, lambda: True) for p in people]
        assert [type(outcome) for outcome in outcomes] == [Accepted, PermanentFailure, Accepted]
        assert [a["recipient"] for a in server.accepted()] == ["a@b.cn", "c@b.cn"]


def test_a_server_that_wants_a_message_for_nobody_gets_none(double: Start) -> None:
    refused = Fault("rcpt", "reply", code=550, recipient="gone@*")
    with double(refused, options=["--eager"]) as server:
        with MailConnection(parse_smtp_url(server.url)) as connection:
            people = ["gone@b.cn", "c@b.cn"]
            outcomes = [connection.send(SENDER, p, DATA, lambda: True) for p in people]
        assert [type(outcome) for outcome in outcomes] == [PermanentFailure, Accepted]
        assert [a["recipient"] for a in server.accepted()] == ["c@b.cn"]


def test_a_connection_is_renewed_after_its_share_of_messages(double: Start) -> None:
    with double(Fault("connect", "drop", first=3, last=ALWAYS)) as server:
        url = parse_smtp_url(server.url)
        with MailConnection(url, messages_per_connection=2) as connection:
            outcomes = [connection.send(SENDER, RECIPIENT, DATA, lambda: True) for _ in range(5)]
    assert [type(outcome) for outcome in outcomes] == [Accepted] * 4 + [NotSent]


def test_a_kept_connection_that_the_server_closed_is_replaced_silently(double: Start) -> None:
    with double() as server, MailConnection(parse_smtp_url(server.url)) as connection:
        assert isinstance(connection.send(SENDER, RECIPIENT, DATA, lambda: True), Accepted)
        server.restart()
        assert isinstance(connection.send(SENDER, RECIPIENT, DATA, lambda: True), Accepted)


def test_a_failing_farewell_says_nothing_about_the_message(double: Start) -> None:
    with double(Fault("quit", "drop")) as server:
        assert attempt(server)[0] == Accepted(250, "taken")


def test_a_recipient_that_is_no_address_never_reaches_the_wire(double: Start) -> None:
    with (
        double() as server,
        MailConnection(parse_smtp_url(server.url)) as connection,
        pytest.raises(InvalidInput),
    ):
        connection.send(SENDER, "a@b.cn> NOTIFY=NEVER", DATA, lambda: True)


@pytest.fixture
def certificate(tmp_path: Path) -> list[str]:
    """A self-signed certificate for 127.0.0.1, as options of the double."""
    openssl = shutil.which("openssl")
    if openssl is None:
        pytest.skip("no openssl on this machine to make a certificate with")
    certificate, key = str(tmp_path / "cert.pem"), str(tmp_path / "key.pem")
    make = f"req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=double -keyout {key}"
    names = ["-addext", "subjectAltName=IP:127.0.0.1", "-out", certificate]
    subprocess.run([openssl, *make.split(), *names], check=True, capture_output=True)
    return ["--certificate", certificate, "--key", key]


def over_tls(server: SmtpDouble, query: str) -> Outcome:
    url = parse_smtp_url(f"{server.url}?starttls=require{query}")
    with MailConnection(url, timeouts=SHORT) as connection:
        return connection.send(SENDER, RECIPIENT, DATA, lambda: True)


def test_a_server_that_hides_starttls_gets_nothing(double: Start) -> None:
    with double() as server:
        outcome = over_tls(server, "")
        assert isinstance(outcome, NotSent)
        assert outcome.stage is Stage.TLS
        assert server.accepted() == []


def test_a_self_signed_certificate_is_refused(double: Start, certificate: list[str]) -> None:
    with double(options=certificate) as server:
        outcome = over_tls(server, "")
        assert outcome == NotSent(Stage.TLS, "服务器的证书不可信，未发送")


def test_a_private_authority_can_be_named(double: Start, certificate: list[str]) -> None:
    with double(options=certificate) as server:
        assert over_tls(server, f"&ca={certificate[1]}") == Accepted(250, "taken")


def test_a_cut_after_the_dot_under_tls_is_unknown(double: Start, certificate: list[str]) -> None:
    with double(Fault("accepted", "drop"), options=certificate) as server:
        assert isinstance(over_tls(server, "&verify=off"), Unknown)


def test_a_cut_in_the_body_under_tls_is_surely_not_sent(
    double: Start, certificate: list[str]
) -> None:
    with double(Fault("body", "drop"), options=certificate) as server:
        url = parse_smtp_url(f"{server.url}?starttls=require&verify=off")
        with MailConnection(url, timeouts=SHORT) as connection:
            outcome = connection.send(SENDER, RECIPIENT, DATA * 200_000, lambda: True)
        assert isinstance(outcome, NotSent)
