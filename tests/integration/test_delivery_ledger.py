"""One attempt in the ledger: what is claimed, refused, recorded, and what becomes of the lines."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from server.db.engine import transaction
from server.db.queries.claims import Claimed
from server.domain.delivery import (
    Accepted,
    NotSent,
    Outcome,
    PermanentFailure,
    Stage,
    TemporaryFailure,
    Unknown,
    Verdict,
)
from server.services import delivery, writing
from server.services.delivery import Attempt, Leases
from server.services.writing import Letter, Parcel, Sender
from tests.ledger import MOMENT, Town, found_town, opened, write_plainly

SENDER = Sender("张村镇公开办", "duban@office.example")
OVER = Leases(hold=timedelta(0), patience=timedelta(0))


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with opened(database_url) as engine:
        town = found_town(engine, 3)
        town.owe()
        town.gather()
        yield town


def claim(town: Town, limit: int = 50, leases: Leases = delivery.DEFAULT_LEASES) -> list[Claimed]:
    with transaction(town.engine) as session:
        batch = delivery.claim(session, owner="test", limit=limit, leases=leases)
        return list(batch.messages)


def prepare(
    town: Town, messages: list[Claimed], write: writing.Write = write_plainly
) -> list[Parcel]:
    with transaction(town.engine) as session:
        return writing.prepare(session, messages, write, SENDER, now=MOMENT)


def intend(town: Town, message: Claimed) -> bool:
    with transaction(town.engine) as session:
        return message.id in delivery.intend(session, [message])


def record(town: Town, message: Claimed, outcome: Outcome) -> Verdict | None:
    with transaction(town.engine) as session:
        return delivery.record(session, [Attempt(message, outcome)])[0]


def attempt(town: Town, outcome: Outcome) -> Claimed:
    """Take one message all the way to `outcome`."""
    (message,) = claim(town, 1)
    prepare(town, [message])
    assert intend(town, message)
    record(town, message, outcome)
    return message


def due_again(town: Town) -> None:
    town.run("UPDATE message SET next_attempt_at = now() - interval '1 second'")


def test_a_message_accepted_by_the_server_is_sent_and_its_lines_are_mailed(town: Town) -> None:
    message = attempt(town, Accepted(250, "queued as 7"))
    assert town.states() == {"sent": 1, "queued": 2}
    assert town.outcomes() == {"mailed": 1, "pending": 2}
    assert town.events(message.id) == ["sent"]
    assert town.value("SELECT reply FROM message WHERE state = 'sent'") == "250 queued as 7"


def test_a_claimed_message_is_nobody_elses(town: Town) -> None:
    assert len(claim(town)) == 3
    assert claim(town) == []


def test_a_message_whose_matter_closed_is_cancelled_at_the_claim(town: Town) -> None:
    town.run("UPDATE matter SET state = 'closed' WHERE unit_id = 2")
    assert len(claim(town)) == 2
    assert town.states() == {"leased": 2, "cancelled": 1}
    assert town.outcomes() == {"pending": 2, "cancelled": 1}


def test_a_message_whose_date_moved_is_cancelled_at_the_claim(town: Town) -> None:
    town.run("UPDATE matter SET due_version = 2")
    assert claim(town) == []
    assert town.states() == {"cancelled": 3}


def test_a_matter_that_closes_after_the_claim_stops_the_dot(town: Town) -> None:
    (message,) = claim(town, 1)
    prepare(town, [message])
    town.run("UPDATE matter SET state = 'answered'")
    assert not intend(town, message)


def test_a_message_with_some_lines_closed_is_written_anew(town: Town) -> None:
    town.add_matter("draft")
    town.run("DELETE FROM message_event")
    town.owe("before-14")
    town.run(
        "UPDATE reminder SET message_id = (SELECT id FROM message m"
        " WHERE m.recipient_id = reminder.recipient_id)"
    )
    (message, *_) = claim(town)
    (before,) = prepare(town, [message])
    record(town, message, TemporaryFailure(Stage.RCPT, 450, "later"))
    town.run("UPDATE matter SET state = 'closed' WHERE milestone = 'draft'")
    due_again(town)
    (again,) = claim(town)
    assert again.id == message.id
    assert again.body is None
    (after,) = prepare(town, [again])
    assert before.data != after.data


def test_a_retry_sends_the_same_bytes(town: Town) -> None:
    (message,) = claim(town, 1)
    (first,) = prepare(town, [message])
    record(town, message, TemporaryFailure(Stage.RCPT, 450, "greylisted"))
    due_again(town)
    (again,) = [m for m in claim(town) if m.id == message.id]
    (second,) = prepare(town, [again])
    assert second.data == first.data


def test_a_person_who_left_is_not_written_to_and_the_office_is_told(town: Town) -> None:
    town.run("UPDATE contact SET active = false WHERE email = 'officer1@unit.cn'")
    assert len(claim(town)) == 2
    assert town.states() == {"leased": 2, "dead": 1}
    assert town.outcomes() == {"pending": 4, "undelivered": 1}
    told = town.rows(
        "SELECT c.email FROM reminder r JOIN contact c ON c.id = r.recipient_id"
        " WHERE r.message_id IS NULL ORDER BY 1"
    )
    assert [email for (email,) in told] == ["head@office.example", "staff@office.example"]


def test_a_new_address_is_used_at_once(town: Town) -> None:
    town.run("UPDATE contact SET email = 'new@unit.cn' WHERE email = 'officer1@unit.cn'")
    assert "new@unit.cn" in [message.address for message in claim(town)]


@pytest.mark.parametrize(
    ("outcome", "state", "event"),
    [
        (TemporaryFailure(Stage.RCPT, 450, "later"), "queued", "retry"),
        (NotSent(Stage.CONNECT, "服务器没有在监听这个端口"), "queued", "wait"),
        (PermanentFailure(Stage.LOGIN, 535, "bad"), "queued", "wait"),
        (PermanentFailure(Stage.RCPT, 552, "5.2.2 full"), "queued", "retry"),
        (PermanentFailure(Stage.RCPT, 550, "unknown"), "dead", "dead"),
        (Unknown("等待超时"), "uncertain", "uncertain"),
    ],
)
def test_each_outcome_has_its_state_and_event(
    town: Town, outcome: Outcome, state: str, event: str
) -> None:
    message = attempt(town, outcome)
    assert town.states() == {state: 3} if state == "queued" else {state: 1, "queued": 2}
    assert town.events(message.id) == [event]


def test_a_message_refused_for_good_is_told_to_the_office(town: Town) -> None:
    attempt(town, PermanentFailure(Stage.RCPT, 550, "no such user"))
    assert town.outcomes() == {"undelivered": 1, "pending": 4}


def test_temporary_failures_wait_longer_and_end_with_the_time_allowed(town: Town) -> None:
    waits = []
    for _ in range(3):
        message = attempt(town, TemporaryFailure(Stage.RCPT, 450, "later"))
        wait = town.value(
            "SELECT EXTRACT(epoch FROM next_attempt_at - clock_timestamp()) FROM message"
            " WHERE id = :id",
            id=message.id,
        )
        waits.append(round(float(wait) / 60))
        town.run("UPDATE message SET next_attempt_at = 'epoch' WHERE id = :id", id=message.id)
    assert waits == [2, 5, 15]
    town.run("UPDATE message SET not_after = clock_timestamp() + interval '10 seconds'")
    attempt(town, TemporaryFailure(Stage.RCPT, 450, "later"))
    assert town.states() == {"dead": 1, "queued": 2}


def test_a_lease_that_is_over_can_neither_send_nor_record(town: Town) -> None:
    (message,) = claim(town, 1, OVER)
    assert not intend(town, message)
    town.run(
        "UPDATE message SET state='queued', phase=NULL, lease_token=NULL, lease_owner=NULL,"
        " lease_expires_at=NULL WHERE id = :id",
        id=message.id,
    )
    assert record(town, message, Accepted(250, "ok")) is None
    assert town.states() == {"queued": 3}
    assert town.events(message.id) == ["unfenced"]


def test_a_second_owner_is_not_disturbed_by_the_first(town: Town) -> None:
    (old,) = claim(town, 1, OVER)
    town.run(
        "UPDATE message SET state='queued', phase=NULL, lease_token=NULL, lease_owner=NULL,"
        " lease_expires_at=NULL WHERE id = :id",
        id=old.id,
    )
    (new,) = [message for message in claim(town) if message.id == old.id]
    assert new.token > old.token
    assert not intend(town, old)
    assert intend(town, new)
    assert record(town, old, NotSent(Stage.BODY, "")) is None
    assert record(town, new, Accepted(250, "ok")) is Verdict.SENT


def test_a_line_that_joined_after_writing_waits_for_the_next_message(town: Town) -> None:
    (message,) = claim(town, 1)
    prepare(town, [message])
    town.owe("on", day="2026-11-23")
    town.run(
        "UPDATE reminder SET message_id = :m WHERE stage = 'on' AND recipient_id = :r",
        m=message.id,
        r=message.recipient_id,
    )
    record(town, message, Accepted(250, "ok"))
    assert town.rows(
        "SELECT outcome, message_id FROM reminder WHERE stage = 'on' AND recipient_id = :r",
        r=message.recipient_id,
    ) == [("pending", None)]


def test_a_mail_that_cannot_be_written_holds_up_no_other_and_dies_after_five(town: Town) -> None:
    def broken_for_one(message: Claimed) -> Letter:
        if message.address == "officer1@unit.cn":
            raise KeyError("unit")
        return Letter("督办", "文", "<p>文</p>", "张三")

    for _ in range(5):
        due_again(town)
        messages = claim(town)
        parcels = prepare(town, messages, lambda *_: broken_for_one)
        with transaction(town.engine) as session:
            delivery.release(session, [parcel.message for parcel in parcels])
    assert town.states() == {"dead": 1, "queued": 2}


def test_a_message_that_ends_its_handler_is_soon_claimed_alone_and_then_given_up(
    town: Town,
) -> None:
    town.run("UPDATE message SET claims = 3 WHERE id = 1")
    first = claim(town)
    assert len(first) == 2
    (alone,) = claim(town)
    assert alone.id == 1
    town.run(
        "UPDATE message SET claims = 7, state='queued', phase=NULL, lease_token=NULL,"
        " lease_owner=NULL, lease_expires_at=NULL WHERE id = 1"
    )
    assert claim(town) == []
    assert town.states() == {"leased": 2, "dead": 1}


def test_a_released_message_counts_as_never_claimed(town: Town) -> None:
    (message,) = claim(town, 1)
    with transaction(town.engine) as session:
        delivery.release(session, [message])
    assert town.value("SELECT claims FROM message WHERE id = :id", id=message.id) == 0


def test_a_sign_in_mail_keeps_no_secret_once_it_is_sent(town: Town) -> None:
    town.run("UPDATE message SET kind = 'sign_in', payload = '{\"token\": \"geheim\"}'")
    attempt(town, Accepted(250, "ok"))
    assert town.rows("SELECT payload, body FROM message WHERE state = 'sent'") == [({}, None)]


def test_claiming_by_a_rehearsed_time_takes_what_is_not_due_yet(town: Town) -> None:
    town.run("UPDATE message SET next_attempt_at = now() + interval '3 days'")
    assert claim(town) == []
    with transaction(town.engine) as session:
        at = MOMENT + timedelta(days=3650)
        town.run("UPDATE message SET not_after = NULL")
        assert delivery.claim(session, owner="test", limit=9, at=at).taken == 3
