"""Bad addresses, busy domains, older copies: nobody is pestered, and no duty falls silent."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
from sqlmodel import select

from server.db.engine import transaction
from server.db.tables import Contact, Unit
from server.domain.delivery import PermanentFailure, Stage, TemporaryFailure
from server.errors import Conflict
from server.services import delivery, holding, suppressions
from server.services.audit import SYSTEM
from server.services.holding import Noted
from tests.integration.test_delivery_ledger import attempt, claim
from tests.ledger import MOMENT, Town, found_town, opened

NO_SUCH_USER = PermanentFailure(Stage.RCPT, 550, "5.1.1 no such user")
SLOW_DOWN = TemporaryFailure(Stage.RCPT, 421, "too many connections")


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with opened(database_url) as engine:
        town = found_town(engine, 3)
        town.owe()
        town.gather()
        yield town


class TestBadAddresses:
    def test_the_first_refusal_makes_an_address_suspect_and_tells_the_office(
        self, town: Town
    ) -> None:
        attempt(town, NO_SUCH_USER)
        assert town.rows("SELECT state, failures FROM suppression") == [("suspect", 1)]
        assert town.outcomes() == {"undelivered": 1, "pending": 4}

    def test_the_second_within_a_month_suppresses_it(self, town: Town) -> None:
        attempt(town, NO_SUCH_USER)
        again(town)
        attempt_for(town, "officer1@unit.cn")
        assert town.rows("SELECT state, failures FROM suppression") == [("suppressed", 2)]

    def test_one_long_ago_is_forgotten(self, town: Town) -> None:
        attempt(town, NO_SUCH_USER)
        town.run("UPDATE suppression SET last_at = now() - interval '31 days'")
        again(town)
        attempt_for(town, "officer1@unit.cn")
        assert town.rows("SELECT state, failures FROM suppression") == [("suspect", 1)]

    def test_a_suppressed_address_gets_no_mail_and_others_are_told_in_the_same_transaction(
        self, town: Town
    ) -> None:
        suppress(town, "officer1@unit.cn")
        assert {message.address for message in claim(town)} == {
            "officer2@unit.cn",
            "officer3@unit.cn",
        }
        assert town.outcomes() == {"undelivered": 1, "pending": 4}

    def test_where_the_office_cannot_be_reached_either_the_office_above_is_told(
        self, town: Town
    ) -> None:
        town.run("UPDATE unit SET is_office = true, office_id = parent_id WHERE code = '1'")
        town.run(
            "UPDATE unit SET office_id = o.id, path = o.path || unit.id || '/'"
            " FROM unit o WHERE unit.code = '2' AND o.code = '1'"
        )
        with transaction(town.engine) as session:
            unit = session.exec(select(Unit).where(Unit.code == "1")).one()
            below = "below@office.example"
            staff = Contact(
                unit_id=unit.id, name="王五", role="office_staff", email=below, created_at=MOMENT
            )
            session.add(staff)
        suppress(town, "below@office.example")
        suppress(town, "officer2@unit.cn")
        claim(town)
        told = town.rows(
            "SELECT DISTINCT c.email FROM reminder r JOIN contact c ON c.id = r.recipient_id"
            " WHERE r.outcome = 'pending' AND c.role LIKE 'office%'"
        )
        assert {email for (email,) in told} == {"head@office.example", "staff@office.example"}

    def test_no_duty_is_without_anybody_to_hear_of_it(self, town: Town) -> None:
        for officer in (1, 2, 3):
            suppress(town, f"officer{officer}@unit.cn")
        claim(town)
        silent = town.value(
            "SELECT count(*) FROM matter m WHERE NOT EXISTS ("
            " SELECT FROM reminder r JOIN contact c ON c.id = r.recipient_id"
            " LEFT JOIN suppression s ON s.address = lower(c.email) AND s.state = 'suppressed'"
            " WHERE r.matter_id = m.id AND r.outcome IN ('pending', 'mailed')"
            " AND s.address IS NULL)"
        )
        assert silent == 0

    def test_a_person_restores_an_address_and_the_record_says_so(self, town: Town) -> None:
        suppress(town, "officer1@unit.cn")
        with transaction(town.engine) as session:
            contact = session.get_one(Contact, officer(town, 1))
            suppressions.lift(session, SYSTEM, contact, now=MOMENT)
        assert "officer1@unit.cn" in {message.address for message in claim(town)}
        assert town.value("SELECT action FROM audit_event") == "restore_address"
        with transaction(town.engine) as session, pytest.raises(Conflict):
            suppressions.lift(session, SYSTEM, contact, now=MOMENT)


class TestBusyDomains:
    def test_a_domain_that_asks_to_slow_down_is_left_in_peace_and_others_are_not(
        self, town: Town
    ) -> None:
        town.run("UPDATE contact SET email = 'a@other.cn' WHERE email = 'officer3@unit.cn'")
        town.run("UPDATE message SET address = 'a@other.cn' WHERE address = 'officer3@unit.cn'")
        attempt(town, SLOW_DOWN)
        assert [message.address for message in claim(town)] == ["a@other.cn"]
        waits = town.value(
            "SELECT min(next_attempt_at) - now() FROM message WHERE state = 'queued'"
        )
        assert timedelta(minutes=1) < waits <= timedelta(minutes=2.5)

    def test_what_comes_for_a_resting_domain_is_put_off_with_a_word(self, town: Town) -> None:
        attempt(town, SLOW_DOWN)
        town.run("UPDATE message SET next_attempt_at = now() WHERE state = 'queued'")
        assert claim(town) == []
        assert town.events().count("held") == 3

    def test_complaints_in_a_row_make_the_rest_longer(self, town: Town) -> None:
        for strikes in (1, 2, 3):
            town.run("UPDATE message SET next_attempt_at = now() WHERE state = 'queued'")
            town.run("UPDATE mail_domain SET held_until = now() - interval '1 minute'")
            attempt(town, SLOW_DOWN)
            assert town.value("SELECT strikes FROM mail_domain") == strikes
        rest = town.value("SELECT held_until - now() FROM mail_domain")
        assert timedelta(minutes=14) < rest <= timedelta(minutes=15)

    def test_a_domain_with_a_pace_gets_its_mails_in_turns(self, town: Town) -> None:
        paces = {"unit.cn": 6}
        with transaction(town.engine) as session:
            batch = delivery.claim(session, owner="test", limit=50, paces=paces)
        assert (batch.taken, len(batch.messages)) == (3, 1)
        turns = town.rows("SELECT turn_at - now() FROM message WHERE state = 'queued' ORDER BY id")
        assert [round(turn.total_seconds()) for (turn,) in turns] == [10, 20]
        town.run(
            "UPDATE message SET next_attempt_at = now(), turn_at = now() WHERE state = 'queued'"
        )
        with transaction(town.engine) as session:
            batch = delivery.claim(session, owner="test", limit=50, paces=paces)
        assert len(batch.messages) == 2


class TestOlderCopies:
    def test_a_database_behind_this_machines_file_sends_nothing_until_released(
        self, town: Town
    ) -> None:
        with transaction(town.engine) as session:
            noted = holding.advance(session)
            assert holding.why_silent(session, noted) == ""
        ahead = Noted(noted.name, noted.epoch + 3)
        with transaction(town.engine) as session:
            assert holding.why_silent(session, ahead) == holding.OLDER_COPY
        assert claim(town) == []
        with transaction(town.engine) as session:
            holding.release(session, SYSTEM, now=MOMENT)
        with transaction(town.engine) as session:
            assert holding.why_silent(session, ahead) == ""
        assert len(claim(town)) == 3
        assert town.value("SELECT action FROM audit_event") == "release_mail"

    def test_a_sign_in_mail_that_somebody_asks_for_leaves_all_the_same(self, town: Town) -> None:
        town.run("UPDATE message SET kind = 'sign_in' WHERE address = 'officer1@unit.cn'")
        with transaction(town.engine) as session:
            holding.hold_restored(session, None)
        assert [message.address for message in claim(town)] == ["officer1@unit.cn"]

    def test_a_machine_without_the_file_of_a_running_installation_is_mute(self, town: Town) -> None:
        with transaction(town.engine) as session:
            assert holding.why_silent(session, None) == ""
            holding.advance(session)
            assert holding.why_silent(session, None) == holding.STRANGER
            assert holding.why_silent(session, Noted("another", 9)) == holding.STRANGER
        assert len(claim(town)) == 3

    def test_what_the_send_journal_proves_is_not_sent_again(self, town: Town) -> None:
        sent = town.rows("SELECT message_id FROM message ORDER BY id LIMIT 1")[0].message_id
        with transaction(town.engine) as session:
            assert holding.believe_journal(session, lambda: {sent}) == 0
            holding.hold_restored(session, None)
            assert holding.believe_journal(session, lambda: {sent}) == 1
        assert town.states() == {"sent": 1, "queued": 2}
        assert town.outcomes() == {"mailed": 1, "pending": 2}
        assert town.events() == ["proven", "sent"]

    def test_releasing_what_is_not_held_says_so(self, town: Town) -> None:
        with pytest.raises(Conflict), transaction(town.engine) as session:
            holding.release(session, SYSTEM, now=MOMENT)


def officer(town: Town, number: int) -> int:
    found: int = town.value("SELECT id FROM contact WHERE email = :e", e=f"officer{number}@unit.cn")
    return found


def suppress(town: Town, address: str) -> None:
    town.run(
        "INSERT INTO suppression (address, state, failures, reason, first_at, last_at)"
        " VALUES (:address, 'suppressed', 2, '550', now(), now())",
        address=address,
    )


def again(town: Town) -> None:
    """Owe the next stage, in the next slot."""
    town.run("UPDATE message SET state = 'cancelled', lease_token = NULL WHERE state <> 'dead'")
    town.run("UPDATE reminder SET outcome = 'cancelled' WHERE outcome = 'pending'")
    town.owe("before-3")
    town.gather("2026-11-24:morning")


def attempt_for(town: Town, address: str) -> None:
    """Have the one message to this address refused."""
    town.run(
        "UPDATE message SET next_attempt_at = now() + interval '1 day' WHERE address <> :a",
        a=address,
    )
    attempt(town, NO_SUCH_USER)
