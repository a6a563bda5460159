"""Telling robots by the ledger of mails: once a slot, honestly, and never in the way of mail."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from sqlmodel import select

from server.adapters import robots as adapter
from server.db.engine import single_statements, transaction
from server.db.queries import claims
from server.db.tables import Channel, Contact, Message, Slip, Unit
from server.domain.access import Scope
from server.domain.lights import LightScale
from server.errors import InvalidInput
from server.services import channels, delivery, digests, reminders, rulebook, slips
from server.services.audit import SYSTEM, Actor
from server.services.channel_addresses import lost
from server.services.delivery import Leases
from server.services.recovery import recover
from server.services.replies import Answer
from server.services.scenes import Desk
from server.services.writing import Sender
from tests.ledger import DOMAIN, MOMENT, Town, found_town, opened, write_plainly
from tests.robot_double import RobotDouble, robot
from workers.courier import Office, Point
from workers.robots import Booth, tell_ready

RULES = rulebook.reminder_rules(trial=False)
SCALE: LightScale = rulebook.lights()
DESK = Desk("https://duban.example", "s" * 32, reply_links=True, rules=RULES, scale=SCALE)
ABRUPT = Leases(rest=timedelta(0))


class Killed(BaseException):
    """Stands for the end of the process."""


@pytest.fixture
def double() -> Iterator[RobotDouble]:
    with robot() as running:
        yield running


@pytest.fixture
def town(database_url: str) -> Iterator[Town]:
    with opened(database_url) as engine:
        yield found_town(engine, 3)


def add(town: Town, double: RobotDouble, code: str = "0", kind: str = "wecom") -> int:
    """Give a unit's group a robot; return its id."""
    paths = {"wecom": "/cgi-bin/webhook/send?key=k", "webhook": "/hook"}
    with transaction(town.engine) as session:
        unit = session.exec(select(Unit).where(Unit.code == code)).one()
        new = channels.NewChannel(kind, f"群{kind}", double.url(paths[kind]))
        hosts, key = {double.host}, DESK.secret
        added = channels.add(session, unit, new, SYSTEM, listed=hosts, key=key, now=MOMENT)
        return added.channel.id


def gather(town: Town, at: timedelta = timedelta(0)) -> None:
    """Gather what is owed, for people and for robots, and let the real clock come later."""
    with transaction(town.engine) as session:
        reminders.gather(session, RULES, now=MOMENT + at, mail_domain=DOMAIN)
    town.run("UPDATE message SET not_after = now() + interval '1 day'")


def tell(
    town: Town,
    double: RobotDouble,
    *,
    observe: Callable[[Point], None] = lambda _: None,
    listed: frozenset[str] | None = None,
    desk: Desk = DESK,
) -> Counter[str]:
    """Tell the robots whatever is ready."""

    def no_mail() -> Any:
        pytest.fail("a robot needs no mail server")

    office = Office(
        transact=lambda: transaction(town.engine),
        at_once=single_statements(town.engine),
        connect=no_mail,
        write=write_plainly,
        sender=Sender("张村镇公开办", "duban@office.example"),
        owner="test",
        clock=lambda: MOMENT,
        leases=ABRUPT,
        observe=observe,
    )
    hosts = frozenset({double.host}) if listed is None else listed
    return tell_ready(Booth(office, desk, hosts, lambda post, at: adapter.send(post, at=at)))


def states(town: Town) -> dict[str, int]:
    rows = town.rows("SELECT state, count(*) FROM message WHERE kind = 'robot' GROUP BY 1")
    return dict(tuple(row) for row in rows)


def at_once(town: Town) -> None:
    town.run("UPDATE message SET next_attempt_at = now() WHERE state IN ('queued', 'uncertain')")


def test_a_group_is_told_once_a_slot_what_is_mailed_the_most_urgent_first(
    town: Town, double: RobotDouble
) -> None:
    add(town, double)
    town.owe()
    town.run("UPDATE matter SET due_on = '2026-11-20' WHERE unit_id = (SELECT max(id) FROM unit)")
    gather(town)
    gather(town)
    assert tell(town, double) == {"sent": 1}
    (request,) = double.requests
    said = request.json["markdown"]["content"]
    assert "【督办】3 项待办" in said
    assert said.index("第3单位") < said.index("第1单位")  # overdue
    assert "逾期" in said
    assert said.count("https://duban.example/matters/") == 3
    assert "/r/" not in said
    assert tell(town, double) == {}


def test_mails_are_made_and_claimed_as_if_there_were_no_robots(
    town: Town, double: RobotDouble
) -> None:
    add(town, double)
    town.owe()
    gather(town)
    with transaction(town.engine) as session:
        batch = delivery.claim(session, owner="mail", limit=50)
        assert [message.kind for message in batch.messages] == ["reminder"] * 3
        hold = timedelta(minutes=1)
        taken = claims.claim(session, owner="r", limit=50, hold=hold, at=None, robots=True)
        assert [message.kind for message in taken] == ["robot"]
    assert town.outcomes() == {"pending": 3}


def test_a_units_group_hears_of_its_own_unit_alone(town: Town, double: RobotDouble) -> None:
    add(town, double, "2")
    town.owe()
    gather(town)
    tell(town, double)
    said = double.requests[0].body.decode()
    assert "第2单位" in said
    assert "第1单位" not in said


def test_what_comes_up_after_the_slots_message_waits_for_the_next_slot(
    town: Town, double: RobotDouble
) -> None:
    add(town, double)
    town.owe("before-7")
    gather(town)
    tell(town, double)
    town.run("UPDATE message SET state = 'sent', sent_at = now() WHERE kind = 'reminder'")
    town.owe("before-3")
    gather(town)
    assert tell(town, double) == {}
    gather(town, timedelta(hours=5))
    assert tell(town, double) == {"sent": 1}
    assert len(double.requests) == 2


def test_a_busy_robot_is_tried_again_later_with_the_same_id(
    town: Town, double: RobotDouble
) -> None:
    add(town, double, kind="webhook")
    double.answers = [(503, "busy"), (200, "{}")]
    town.owe()
    gather(town)
    assert tell(town, double) == {"retry": 1}
    assert tell(town, double) == {}  # not yet
    at_once(town)
    assert tell(town, double) == {"sent": 1}
    assert len({each.headers["webhook-id"] for each in double.requests}) == 1
    number = town.value("SELECT id FROM message WHERE kind = 'robot'")
    assert town.events(number) == ["retry", "sent"]


def test_a_robot_that_refuses_is_a_dead_letter_and_mail_goes_on(
    town: Town, double: RobotDouble
) -> None:
    channel = add(town, double)
    double.answers = [
        (200, '{"errcode":93000,"errmsg":"invalid webhook url"}'),
        (200, '{"errcode":0}'),
    ]
    town.owe()
    gather(town)
    assert tell(town, double) == {"dead": 1}
    assert town.outcomes() == {"pending": 3}  # the mails' own lines are as they were
    assert town.value("SELECT count(*) FROM suppression") == 0
    assert "移出群" in town.value("SELECT reply FROM message WHERE kind = 'robot'")
    with transaction(town.engine) as session:
        dead = town.value("SELECT id FROM message WHERE kind = 'robot'")
        held = session.get_one(Channel, channel)
        channels.redrive(session, held, dead, SYSTEM, now=MOMENT)
    town.run("UPDATE message SET not_after = now() + interval '1 day'")
    assert tell(town, double) == {"sent": 1}
    assert double.requests[1].body == double.requests[0].body


def test_no_answer_is_recorded_as_such_and_repeated_byte_for_byte(
    town: Town, double: RobotDouble
) -> None:
    add(town, double, kind="webhook")
    double.silent = True
    town.owe()
    gather(town)
    assert tell(town, double) == {"uncertain": 1}
    double.silent = False
    at_once(town)
    with transaction(town.engine) as session:
        assert recover(session, leases=ABRUPT).resent == 1
    assert tell(town, double) == {"sent": 1}
    first, second = double.requests
    assert first.body == second.body
    assert first.headers["webhook-id"] == second.headers["webhook-id"]


@pytest.mark.parametrize(
    ("point", "state", "posts"),
    [
        (Point.AFTER_CLAIM, "queued", 1),
        (Point.BEFORE_INTENT, "queued", 1),
        (Point.AFTER_INTENT, "uncertain", 1),
        (Point.AFTER_REPLY, "uncertain", 2),
    ],
)
def test_a_process_that_ends_anywhere_loses_nothing_and_says_what_is_not_known(
    town: Town, double: RobotDouble, point: Point, state: str, posts: int
) -> None:
    def end(reached: Point) -> None:
        if reached is point:
            raise Killed

    add(town, double)
    town.owe()
    gather(town)
    with suppress(Killed):
        tell(town, double, observe=end)
    town.run("UPDATE message SET lease_expires_at = now() - interval '1 s' WHERE state = 'leased'")
    with transaction(town.engine) as session:
        recover(session, leases=Leases(rest=timedelta(hours=1)))
    assert states(town) == {state: 1}
    at_once(town)
    with transaction(town.engine) as session:
        recover(session, leases=ABRUPT)
    assert tell(town, double) == {"sent": 1}
    assert len(double.requests) == posts


@pytest.mark.parametrize("act", ["pause", "remove"])
def test_a_paused_or_removed_robot_hears_nothing_more(
    town: Town, double: RobotDouble, act: str
) -> None:
    channel = add(town, double)
    town.owe()
    gather(town)
    with transaction(town.engine) as session:
        channels.change(session, session.get_one(Channel, channel), act, SYSTEM, now=MOMENT)
    assert tell(town, double) == {}
    assert states(town) == {"cancelled": 1}
    assert double.requests == []
    kept = town.rows("SELECT sealed_url, sealed_secret FROM channel")
    assert [bool(url) for url, _ in kept] == [act == "pause"]


def test_what_was_answered_meanwhile_is_not_told(town: Town, double: RobotDouble) -> None:
    add(town, double)
    town.owe()
    gather(town)
    town.run("UPDATE matter SET state = 'answered' WHERE id = (SELECT min(id) FROM matter)")
    tell(town, double)
    assert "【督办】2 项待办" in double.requests[0].json["markdown"]["content"]


def test_when_all_is_answered_nothing_is_sent(town: Town, double: RobotDouble) -> None:
    add(town, double)
    town.owe()
    gather(town)
    town.run("UPDATE matter SET state = 'answered'")
    tell(town, double)
    assert (states(town), double.requests) == ({"cancelled": 1}, [])


def test_a_host_that_is_listed_no_more_gets_nothing(town: Town, double: RobotDouble) -> None:
    add(town, double)
    town.owe()
    gather(town)
    tell(town, double, listed=frozenset())
    assert (states(town), double.requests) == ({"dead": 1}, [])
    assert "DUBAN_CHANNEL_HOSTS" in town.value("SELECT detail FROM message_event")


def test_what_could_not_be_told_in_a_day_is_given_up(town: Town, double: RobotDouble) -> None:
    add(town, double)
    town.owe()
    gather(town)
    town.run("UPDATE message SET not_after = now() - interval '1 s' WHERE kind = 'robot'")
    tell(town, double)
    assert (states(town), double.requests) == ({"dead": 1}, [])


def test_an_issued_slip_is_told_at_once(town: Town, double: RobotDouble) -> None:
    add(town, double)
    matter = town.value("SELECT min(id) FROM matter")
    with transaction(town.engine) as session:
        office = session.exec(select(Unit).where(Unit.code == "0")).one()
        slip = Slip(
            office_id=office.id, matter_id=matter, due_version=1, stage="after-3", rung=2,
            colour="yellow", prepared_at=MOMENT,
        )  # fmt: skip
        session.add(slip)
        session.flush()  # it is read back at once
        row = slips.visible(session, Scope(office.path, subtree=True), slip.id, lock=True)
        staff = session.exec(select(Contact).where(Contact.role == "office_staff")).one()
        by = Answer(Actor(staff.id, staff.name), "session")
        day = MOMENT.date()
        slips.release(
            session, row, "请立即办理", day, by, mail_domain=DOMAIN, today=day, now=MOMENT
        )
    town.run("UPDATE message SET not_after = now() + interval '1 day' WHERE kind = 'robot'")
    assert tell(town, double) == {"sent": 1}
    said = double.requests[0].json["markdown"]["content"]
    assert "黄色警示单〔2026〕1号" in said
    assert "请立即办理" in said


def test_a_long_list_is_cut_to_what_the_platform_takes(town: Town, double: RobotDouble) -> None:
    add(town, double)
    town.run(
        "INSERT INTO matter (unit_id, kind, obligation_id, milestone, title, due_on, due_version,"
        " statutory, provisional, steps, source, policy, state, return_reason, report_year,"
        " row_version) SELECT unit_id, 'milestone', obligation_id, 'x' || n, repeat('长', 50),"
        " due_on, 1, false, false, '[]', '', 'milestone', 'open', '', 2026, 1"
        " FROM matter, generate_series(1, 40) n"
    )
    town.owe()
    gather(town)
    tell(town, double)
    said = double.requests[0].json["markdown"]["content"]
    assert len(double.requests[0].body) <= 4096
    assert "【督办】123 项待办" in said
    assert "另有 " in said


def test_a_robot_whose_key_is_lost_says_so_and_mail_goes_on(
    town: Town, double: RobotDouble
) -> None:
    number = add(town, double)
    town.owe()
    gather(town)
    tell(town, double, desk=replace(DESK, secret="another key"))
    assert (states(town), double.requests) == ({"dead": 1}, [])
    (said,) = town.rows("SELECT detail FROM message_event WHERE kind = 'dead'")
    assert "密钥无法解开，请重新填写" in said[0]
    assert town.outcomes() == {"pending": 3}
    with transaction(town.engine) as session:
        assert [each.id for each in lost(session, "another key")] == [number]
        assert lost(session, DESK.secret) == []


def test_once_its_address_is_entered_anew_the_robot_hears_what_it_missed(
    town: Town, double: RobotDouble
) -> None:
    number, changed = add(town, double), replace(DESK, secret="another key")
    town.owe()
    gather(town)
    tell(town, double, desk=changed)
    with transaction(town.engine) as session:
        channel, url = session.get_one(Channel, number), double.url("/cgi-bin/webhook/send?key=new")
        channels.renew(
            session, channel, url, "", SYSTEM, listed={double.host}, key=changed.secret, now=MOMENT
        )
        missed = session.exec(select(Message).where(Message.channel_id == number)).one()
        channels.redrive(session, channel, missed.id, SYSTEM, now=MOMENT)
    at_once(town)
    town.run("UPDATE message SET not_after = now() + interval '1 day' WHERE kind = 'robot'")
    assert tell(town, double, desk=changed) == {"sent": 1}
    assert double.requests[0].path.endswith("key=new")


def test_mail_still_owes_what_a_robot_was_told(town: Town, double: RobotDouble) -> None:
    """A robot that was told ends no duty: the same reminders are still mailed."""
    add(town, double)
    town.owe()
    gather(town)
    tell(town, double)
    assert town.outcomes() == {"pending": 3}
    assert town.value("SELECT count(*) FROM message WHERE kind = 'reminder'") == 3


def test_a_group_that_chose_so_gets_the_weeks_digest_once_in_few_lines(
    town: Town, double: RobotDouble
) -> None:
    number = add(town, double)
    town.run("UPDATE matter SET due_on = '2026-11-20' WHERE unit_id = (SELECT max(id) FROM unit)")
    with transaction(town.engine) as session:
        channel = session.get_one(Channel, number)
        channels.change(session, channel, "want_digest", SYSTEM, now=MOMENT)
    for _ in range(2):
        with transaction(town.engine) as session:
            digests.queue(session, RULES, now=MOMENT, mail_domain=DOMAIN)
    town.run("UPDATE message SET not_after = now() + interval '1 day' WHERE kind = 'robot'")
    assert tell(town, double) == {"sent": 1}
    said = double.requests[0].json["markdown"]["content"]
    assert "【督办周报】" in said
    assert "上周新增逾期 1 件：第3单位" in said
    assert len(double.requests[0].body) <= 4096
    assert "/r/" not in said


def test_a_group_gets_no_digest_unasked_and_a_bureaus_group_none_at_all(
    town: Town, double: RobotDouble
) -> None:
    add(town, double)
    bureau = town.value("SELECT code FROM unit WHERE NOT is_office LIMIT 1")
    number = add(town, double, code=bureau, kind="webhook")
    with transaction(town.engine) as session:
        channel = session.get_one(Channel, number)
        with pytest.raises(InvalidInput, match="只能发到办公室的群"):
            channels.change(session, channel, "want_digest", SYSTEM, now=MOMENT)
        digests.queue(session, RULES, now=MOMENT, mail_domain=DOMAIN)
    assert states(town) == {}
