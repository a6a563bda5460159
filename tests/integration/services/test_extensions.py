"""Later dates, asked for in time and granted by the office; and the signed nothing-to-report."""

from datetime import date, datetime, time, timedelta

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from server.db.engine import transaction
from server.db.tables import Extension, Matter, Reminder, Reply
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE
from server.errors import Conflict, InvalidInput
from server.services import closings, extensions, obligations, replies, rulebook
from server.services.audit import Actor
from server.services.replies import Answer
from tests import factories
from tests.integration.services.test_planning import sweep

TODAY = date(2026, 12, 1)
NOW = datetime.combine(TODAY, time(9), OFFICE_ZONE)
EVERYWHERE = Scope("/", subtree=True)


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    with transaction(engine) as session:
        founded = factories.town(session)
        obligations.open_year(session, rulebook.law(), 2026, today=TODAY)
        return founded


def matter_of(session: Session, town: factories.Town, milestone: str) -> Matter:
    return session.exec(
        select(Matter).where(Matter.unit_id == town.finance.id, Matter.milestone == milestone)
    ).one()


def unit(town: factories.Town) -> Answer:
    person = town.people["finance"]
    return Answer(Actor(person.id, person.name), "session")


def office(town: factories.Town) -> Answer:
    person = town.people["staff"]
    return Answer(Actor(person.id, person.name), "session")


def ask(session: Session, town: factories.Town, matter: Matter, days: int = 3) -> Extension:
    wanted_on = matter.due_on + timedelta(days=days)
    return extensions.ask(
        session, matter, unit(town), "经办人病假", "已完成一半", wanted_on, today=TODAY, now=NOW
    )


def test_a_granted_date_moves_the_reminders_and_keeps_the_reason(
    engine: Engine, town: factories.Town
) -> None:
    sweep(engine, TODAY)
    with transaction(engine) as session:
        draft = matter_of(session, town, "draft")
        former, version = draft.due_on, draft.due_version
        ask(session, town, draft)
        granted = former + timedelta(days=2)
        told = extensions.grant(
            session, draft, office(town), granted, "下不为例", today=TODAY, now=NOW
        )
        assert "下不为例" in told
    with transaction(engine) as session:
        draft = matter_of(session, town, "draft")
        assert (draft.due_on, draft.due_version, draft.agreed_on) == (granted, version + 1, granted)
        assert "经办人病假" in draft.steps[-1]["note"]
        acts = session.exec(select(Reply.act).where(Reply.matter_id == draft.id)).all()
        assert acts == ["ask_extension", "grant_extension"]
    sweep(engine, TODAY, hour=10)
    with transaction(engine) as session:
        alive = session.exec(
            select(Reminder.due_version).where(
                Reminder.matter_id == draft.id, col(Reminder.outcome).in_(("pending", "superseded"))
            )
        ).all()
        assert version + 1 in alive


def test_a_recomputed_common_date_leaves_an_agreed_one(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        draft = matter_of(session, town, "draft")
        ask(session, town, draft)
        granted = draft.due_on + timedelta(days=3)
        extensions.grant(session, draft, office(town), granted, "", today=TODAY, now=NOW)
    with transaction(engine) as session:
        obligations.open_year(session, rulebook.law(), 2026, today=TODAY)
    with transaction(engine) as session:
        assert matter_of(session, town, "draft").due_on == granted


def test_a_statutory_date_cannot_even_be_asked_about_nor_passed(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        publication = matter_of(session, town, "publication")
        with pytest.raises(Conflict, match="法定时限"):
            ask(session, town, publication)
        with pytest.raises(InvalidInput, match="法定时限"):
            ask(session, town, matter_of(session, town, "draft"), days=60)


def test_asking_twice_or_after_the_date_is_refused(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        draft = matter_of(session, town, "draft")
        ask(session, town, draft)
        with pytest.raises(Conflict, match="等待批复"):
            ask(session, town, draft)
        extensions.withdraw(session, draft, unit(town), now=NOW)
        late = draft.due_on + timedelta(days=1)
        with pytest.raises(Conflict, match="已过"):
            extensions.ask(
                session, draft, unit(town), "晚了", "", late + timedelta(days=1),
                today=late, now=NOW,
            )  # fmt: skip


def test_a_refusal_has_a_reason_and_leaves_the_date(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        draft = matter_of(session, town, "draft")
        before = (draft.due_on, draft.due_version)
        ask(session, town, draft)
        with pytest.raises(InvalidInput, match="理由"):
            extensions.refuse(session, draft, office(town), " ", now=NOW)
        assert "时间充裕" in extensions.refuse(session, draft, office(town), "时间充裕", now=NOW)
        assert (draft.due_on, draft.due_version) == before
        with pytest.raises(Conflict, match="没有等待批复"):
            extensions.refuse(session, draft, office(town), "再说", now=NOW)


def test_nothing_to_report_is_signed_stops_the_reminders_and_is_confirmed_or_returned(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        review = matter_of(session, town, "review")
        with pytest.raises(InvalidInput, match="本人签名"):
            replies.declare_nil(session, review, unit(town), "别人", "张敏", now=NOW)
        replies.declare_nil(session, review, unit(town), "张 敏", "张敏", now=NOW)
        assert (review.state, review.nothing_to_report) == ("answered", True)
        closings.send_back(session, review, office(town), "有退改意见", now=NOW)
        assert (review.state, review.nothing_to_report) == ("returned", False)
        replies.declare_nil(session, review, unit(town), "张敏", "张敏", now=NOW)
        closings.confirm(session, review, office(town), now=NOW)
        assert (review.state, review.nothing_to_report) == ("closed", True)


def test_the_report_that_the_law_demands_is_never_nothing(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        publication = matter_of(session, town, "publication")
        with pytest.raises(Conflict, match="依法须公布"):
            replies.declare_nil(session, publication, unit(town), "张敏", "张敏", now=NOW)
