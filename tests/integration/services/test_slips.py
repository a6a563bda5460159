"""Supervision slips: released by a person with a number, or withheld with a reason."""

from datetime import date, datetime, time
from io import BytesIO

import pytest
from docx import Document
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from server.db.engine import transaction
from server.db.tables import Contact, Message, Reminder, Slip
from server.domain.access import Scope
from server.domain.dates import OFFICE_ZONE
from server.errors import Conflict, InvalidInput, NotFound
from server.rendering.slip_docx import slip_document
from server.services import rulebook, slips
from server.services.audit import Actor
from server.services.replies import Answer
from tests import factories
from tests.integration.services.test_planning import owe, sweep

MONDAY = date(2026, 11, 23)
CALENDAR = rulebook.calendar()
LATE = CALENDAR.add_workdays(MONDAY, 23)
NOW = datetime.combine(LATE, time(10), OFFICE_ZONE)
EVERYWHERE = Scope("/", subtree=True)


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    """A town in which thirteen working days after a date the group leader is to be told."""
    with transaction(engine) as session:
        founded = factories.town(session)
        owe(session, founded.finance, CALENDAR.add_workdays(MONDAY, 10))
    sweep(engine, LATE)
    return founded


def the_slip(session: Session, *, lock: bool = False) -> slips.SlipRow:
    slip = session.exec(select(Slip)).one()
    return slips.visible(session, EVERYWHERE, slip.id, lock=lock)


def office(town: factories.Town) -> Answer:
    person = town.people["staff"]
    return Answer(Actor(person.id, f"青石镇 {person.name}"), "session")


def release(session: Session, town: factories.Town, demand: str = "请立即办理") -> Slip:
    return slips.release(
        session, the_slip(session, lock=True), demand, LATE, office(town),
        mail_domain="office.example", today=LATE, now=NOW,
    )  # fmt: skip


def leader_told(engine: Engine) -> list[str]:
    with transaction(engine) as session:
        rows = session.exec(
            select(Reminder.outcome)
            .join(Contact, col(Contact.id) == col(Reminder.recipient_id))
            .where(Contact.role == "group_leader", Reminder.outcome != "superseded")
        )
        return list(rows)


def test_a_released_slip_is_numbered_mailed_and_heard_of_above(
    engine: Engine, town: factories.Town
) -> None:
    assert leader_told(engine) == ["held"]
    with transaction(engine) as session:
        slip = release(session, town)
        assert (slip.year, slip.number, slip.state) == (LATE.year, 1, "released")
    assert leader_told(engine) == ["pending"]
    with transaction(engine) as session:
        mail = session.exec(select(Message).where(Message.kind == "slip")).one()
        assert mail.recipient_id == town.people["finance"].id
        assert mail.payload["heading"] == f"红色督办单〔{LATE.year}〕1号"
        with pytest.raises(Conflict, match="已签发"):
            release(session, town)


def test_after_a_release_the_next_reminder_of_that_rung_needs_none(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        release(session, town)
    sweep(engine, CALENDAR.add_workdays(LATE, 5))
    assert "held" not in leader_told(engine)
    with transaction(engine) as session:
        assert len(session.exec(select(Slip)).all()) == 1


def test_a_withheld_slip_keeps_its_reason_and_the_leader_hears_nothing(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        row = the_slip(session, lock=True)
        with pytest.raises(InvalidInput, match="理由"):
            slips.withhold(session, row, "", office(town), now=NOW)
        slips.withhold(session, row, "已说明正当理由", office(town), now=NOW)
    assert leader_told(engine) == ["cancelled"]
    sweep(engine, CALENDAR.add_workdays(LATE, 5))
    assert set(leader_told(engine)) == {"cancelled"}


def test_a_demand_and_a_date_to_come_are_needed(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        with pytest.raises(InvalidInput, match="督办要求"):
            release(session, town, "  ")
        with pytest.raises(InvalidInput, match="已经过去"):
            slips.release(
                session, the_slip(session), "办", MONDAY, office(town),
                mail_domain="office.example", today=LATE, now=NOW,
            )  # fmt: skip


def test_a_slip_outside_the_scope_is_not_found(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session, pytest.raises(NotFound):
        slips.visible(session, Scope(town.schools.path, subtree=False), the_slip(session).slip.id)


def test_the_document_names_who_what_and_by_when(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        proposed = slips.document(session, the_slip(session), CALENDAR, LATE)
        assert proposed.number == "（待签发）"
        assert "已逾期13个工作日" in proposed.demand
        release(session, town, "请于三日内办结")
        issued = slips.document(session, the_slip(session), CALENDAR, LATE)
    document = Document(BytesIO(slip_document(issued)))
    words = [cell.text for row in document.tables[0].rows for cell in row.cells]
    assert {"承办单位", "张敏", "请于三日内办结", "青石镇 李文"} <= set(words)
    assert any(f"〔{LATE.year}〕1号" in each.text for each in document.paragraphs)
