"""R-09, R-28: after silence, and at the last moment, people hear only what is still true."""

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

import pytest

from server.db.engine import transaction
from server.db.queries.claims import Claimed
from server.services import delivery, rulebook, writing
from server.services.reminders import sweep
from server.services.writing import Sender
from tests.chaos.lengths import INTERLEAVINGS
from tests.ledger import DOMAIN, MOMENT, Town, found_town, opened, write_plainly

OFFICERS = 200
MATTERS = 10
"""Obligations of each unit: 2,000 in all."""
BEGAN = datetime(2026, 11, 2, 1, 30, tzinfo=UTC)
SENDER = Sender("张村镇公开办", "duban@office.example")


@pytest.mark.timeout(600)
def test_r09_after_twenty_silent_days_each_person_gets_one_mail_and_each_matter_one_line(
    database_url: str, say: Callable[[object], None]
) -> None:
    rules = rulebook.reminder_rules(trial=True)
    with opened(database_url) as engine:
        town = found_town(engine, OFFICERS)
        for number in range(MATTERS - 1):
            town.add_matter(f"draft{number}" if number else "draft")
        # Their first stage comes on the eve of the silence, their due dates within it or after.
        town.run(
            "UPDATE matter SET next_stage_on = '2026-11-02', statutory = false,"
            " due_on = DATE '2026-11-13' + CAST(id % 20 AS int)"
        )
        closed = "UPDATE matter SET state = 'closed' WHERE id % 7 = 0"
        town.run(closed)
        after = BEGAN + timedelta(days=20)
        with transaction(engine) as session:
            swept = sweep(session, rules, now=after, driver="test", mail_domain=DOMAIN)
        lines = town.rows(
            "SELECT matter_id, recipient_id, count(*) FROM reminder WHERE outcome = 'pending'"
            " GROUP BY 1, 2"
        )
        most = max(count for *_, count in lines)
        people = town.value("SELECT count(DISTINCT recipient_id) FROM message")
        about_closed = town.value(
            "SELECT count(*) FROM reminder r JOIN matter m ON m.id = r.matter_id"
            " WHERE m.state = 'closed'"
        )
        late = town.value("SELECT count(*) FROM reminder WHERE outcome = 'pending' AND NOT late")
    told = f"{len(lines)} lines, {swept.composed} mails, {people} people"
    say(f"R-09: {swept.planned} planned, {told}")
    assert swept.composed == people
    assert most <= 2  # one, and at most one that a policy owes always
    assert about_closed == 0
    assert late == 0 or late < len(lines)


@dataclass(frozen=True, slots=True)
class Act:
    """Something that makes a mail untrue, as one statement about its recipient's matter."""

    name: str
    statement: str
    last_moment: bool
    """Whether it counts even after the claim, up to the intent."""


ACTS = (
    Act("closed", "UPDATE matter SET state = 'closed' WHERE id = :matter", True),
    Act("moved", "UPDATE matter SET due_version = due_version + 1 WHERE id = :matter", True),
    Act("answered", "UPDATE matter SET state = 'answered' WHERE id = :matter", True),
    Act("left", "UPDATE contact SET active = false WHERE id = :contact", False),
    Act(
        "suppressed",
        "INSERT INTO suppression (address, state, failures, reason, first_at, last_at)"
        " SELECT lower(email), 'suppressed', 2, '', now(), now() FROM contact WHERE id = :contact",
        False,
    ),
)
MOMENTS = ("before claim", "before writing", "before intent", "never")


@pytest.mark.timeout(1200)
def test_r28_what_stopped_being_true_before_the_claim_or_the_intent_is_not_sent(
    database_url: str, say: Callable[[object], None]
) -> None:
    chance = random.Random(28)
    wrong: Counter[str] = Counter()
    sent = 0
    with opened(database_url) as engine:
        town = found_town(engine, INTERLEAVINGS)
        town.owe()
        town.gather()
        people = town.rows(
            "SELECT c.id AS contact, m.id AS matter FROM contact c"
            " JOIN matter m ON m.unit_id = c.unit_id WHERE c.role = 'information_officer'"
        )
        matter_of = {row.contact: row.matter for row in people}
        plan = {row.contact: (chance.choice(ACTS), chance.choice(MOMENTS)) for row in people}
        _act(town, plan, matter_of, "before claim")
        while taken := _claim(town):
            messages = [message for message in taken if message.kind == "reminder"]
            within = {message.recipient_id for message in messages}
            now = {who: plan[who] for who in within if who in plan}
            _act(town, now, matter_of, "before writing")
            with transaction(engine) as session:
                writing.prepare(session, messages, write_plainly, SENDER, now=MOMENT)
            _act(town, now, matter_of, "before intent")
            with transaction(engine) as session:
                intended = delivery.intend(session, messages)
            for message in messages:
                act, moment = plan.get(message.recipient_id, (None, "never"))
                untrue = moment != "never" and (moment == "before claim" or act.last_moment)
                if untrue and message.id in intended:
                    wrong[f"{act.name} {moment}"] += 1
            sent += len(intended)
            with transaction(engine) as session:
                delivery.release(session, messages)
            town.run(
                "UPDATE message SET state = 'cancelled' WHERE id = ANY(:ids)",
                ids=[message.id for message in messages],
            )
    say(f"R-28: {INTERLEAVINGS} interleavings, {sent} sent, stale {dict(wrong)}")
    assert wrong == {}
    assert sent > 0


def _claim(town: Town) -> list[Claimed]:
    with transaction(town.engine) as session:
        while (batch := delivery.claim(session, owner="test", limit=25)).taken:
            if batch.messages:
                return list(batch.messages)
    return []


def _act(
    town: Town,
    plan: dict[int, tuple[Act, str]],
    matter_of: dict[int, int],
    moment: str,
) -> None:
    for contact, (act, wanted) in plan.items():
        if wanted == moment:
            names = {"matter": matter_of[contact], "contact": contact}
            used = {name: value for name, value in names.items() if f":{name}" in act.statement}
            town.run(act.statement, **used)
