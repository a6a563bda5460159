"""After an interruption: nothing lost, nothing sent twice unless the ledger says it may be."""

from collections.abc import Iterator
from datetime import timedelta

import pytest

from server.db.engine import transaction
from server.db.queries.claims import Claimed
from server.services import delivery, writing
from server.services.delivery import Leases
from server.services.recovery import MOST_COPIES, Recovered, recover
from server.services.writing import Sender
from tests.ledger import MOMENT, Town, found_town, opened, write_plainly

SENDER = Sender("张村镇公开办", "duban@office.example")
AT_ONCE = Leases(hold=timedelta(0), patience=timedelta(0), rest=timedelta(0))


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with opened(database_url) as engine:
        town = found_town(engine, 2)
        town.owe()
        town.gather()
        yield town


def claim(town: Town, leases: Leases = delivery.DEFAULT_LEASES) -> list[Claimed]:
    with transaction(town.engine) as session:
        messages = delivery.claim(session, owner="test", limit=9, leases=leases).messages
        writing.prepare(session, messages, write_plainly, SENDER, now=MOMENT)
        return list(messages)


def recovered(town: Town, leases: Leases = AT_ONCE) -> Recovered:
    with transaction(town.engine) as session:
        return recover(session, leases=leases)


def test_a_process_that_died_before_the_intent_costs_nothing(town: Town) -> None:
    claim(town, AT_ONCE)
    assert recovered(town).reclaimed == 2
    assert town.states() == {"queued": 2}
    assert town.events() == ["reclaimed", "reclaimed"]


def test_a_running_lease_is_left_alone(town: Town) -> None:
    claim(town)
    assert recovered(town) == Recovered(0, 0, 0, 0, 0)
    assert town.states() == {"leased": 2}


def test_a_process_that_died_after_the_intent_leaves_an_uncertain_message(town: Town) -> None:
    first, _ = claim(town)
    with transaction(town.engine) as session:
        assert delivery.intend(session, [first], leases=AT_ONCE)
    rest = Leases(rest=timedelta(minutes=30))
    assert recovered(town, rest).uncertain == 1
    assert town.states() == {"leased": 1, "uncertain": 1}
    assert recovered(town, rest).resent == 0


def test_an_uncertain_message_is_sent_again_after_its_rest_with_the_same_bytes(town: Town) -> None:
    first, _ = claim(town)
    with transaction(town.engine) as session:
        delivery.intend(session, [first], leases=AT_ONCE)
        before = town.value("SELECT body FROM message WHERE id = :i", i=first.id)
    assert recovered(town).resent == 1
    (again,) = claim(town)
    assert (again.id, again.message_id, again.body) == (first.id, first.message_id, before)
    assert town.events(first.id) == ["uncertain", "resend"]


def test_an_uncertain_message_keeps_its_bytes_though_a_line_was_added(town: Town) -> None:
    first, _ = claim(town)
    with transaction(town.engine) as session:
        delivery.intend(session, [first], leases=AT_ONCE)
    town.owe("on", day="2026-11-23")
    town.run(
        "UPDATE reminder SET message_id = :m WHERE stage = 'on' AND recipient_id = :r",
        m=first.id,
        r=first.recipient_id,
    )
    recovered(town)
    (again,) = claim(town)
    assert again.body is not None


def test_a_message_on_hold_waits_for_a_person(town: Town) -> None:
    town.run("UPDATE message SET on_uncertain = 'hold', kind = 'sign_in'")
    first, _ = claim(town)
    with transaction(town.engine) as session:
        delivery.intend(session, [first], leases=AT_ONCE)
    assert recovered(town).resent == 0
    assert town.value("SELECT state FROM message WHERE id = :i", i=first.id) == "uncertain"
    assert town.value("SELECT body FROM message WHERE id = :i", i=first.id) is None


def test_a_message_that_never_gets_an_answer_is_given_up_and_the_office_told(town: Town) -> None:
    town.run(
        "UPDATE message SET state = 'uncertain', uncertain_count = :n WHERE id = 1",
        n=MOST_COPIES + 1,
    )
    assert recovered(town).dead == 1
    assert town.outcomes() == {"undelivered": 1, "pending": 3}


def test_after_an_outage_each_person_has_one_message_with_one_line_a_matter(town: Town) -> None:
    town.owe("before-3", day="2026-11-24")
    town.gather("2026-11-24:morning")
    town.owe("on", day="2026-11-27")
    town.gather("2026-11-27:morning")
    assert recovered(town).merged == 4
    assert town.states() == {"queued": 2, "cancelled": 4}
    assert len(claim(town)) == 2
    assert town.rows(
        "SELECT stage, outcome, count(DISTINCT message_id) FROM reminder GROUP BY 1, 2 ORDER BY 1"
    ) == [("before-3", "superseded", 2), ("before-7", "superseded", 2), ("on", "pending", 2)]


def test_a_mail_too_old_and_never_tried_gives_its_lines_to_the_next(town: Town) -> None:
    town.run("UPDATE message SET not_after = clock_timestamp() - interval '1 hour'")
    assert claim(town) == []
    assert town.states() == {"cancelled": 2}
    assert town.gather("2026-11-30:morning") == 2
    assert len(claim(town)) == 2


def test_a_mail_too_old_and_tried_in_vain_is_told_to_the_office(town: Town) -> None:
    town.run("UPDATE message SET failures = 4, not_after = clock_timestamp() - interval '1 hour'")
    assert claim(town) == []
    assert town.states() == {"dead": 2}
    assert town.outcomes() == {"undelivered": 2, "pending": 4}
