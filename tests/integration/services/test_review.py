"""From a read report to commitments and a checklist that keeps what people entered."""

from datetime import date

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, col, select

from server.db.engine import transaction
from server.db.queries import commitments as queries
from server.db.tables import Checklist, ChecklistItem, Commitment, Entry, Matter, Message, Report
from server.errors import Conflict, InvalidInput
from server.services import checklists, review, rulebook, units
from server.services.audit import SYSTEM
from server.services.review import EntryEdit
from tests import factories
from tests.factories import NOW, TODAY, YEAR

DUE = date(2026, 12, 18)


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    with transaction(engine) as session:
        return factories.town(session)


def entries(session: Session, report: Report) -> list[Entry]:
    wanted = select(Entry).where(Entry.report_id == report.id).order_by(col(Entry.id))
    return list(session.exec(wanted))


def generate(session: Session, unit: units.Unit, today: date = TODAY) -> Checklist | None:
    basis = rulebook.checklist_basis()
    return checklists.generate(session, unit, YEAR + 1, basis, today=today, now=NOW)


def items(session: Session) -> list[ChecklistItem]:
    return list(session.exec(select(ChecklistItem).order_by(col(ChecklistItem.ordinal))))


def test_confirming_makes_a_commitment_with_its_matter_of_each_entry(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        report = factories.read_report(session, town.finance)
        added = review.confirm(session, report, town.finance, DUE, SYSTEM, now=NOW)
    assert [each.code for each in added] == [f"{YEAR}-QS01-{number:02d}" for number in range(1, 6)]
    with transaction(engine) as session:
        matters = session.exec(select(Matter).where(Matter.kind == "commitment")).all()
        assert {(each.due_on, each.state, each.policy) for each in matters} == {
            (DUE, "open", "commitment")
        }
        assert {each.heading for each in session.exec(select(Commitment))} == {
            "channels",
            "content",
            "mechanisms",
        }


def test_dropped_entries_become_no_commitments(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        report = factories.read_report(session, town.finance)
        dropped = entries(session, report)[0]
        review.set_state(session, report, dropped, "dropped", version=1, actor=SYSTEM, now=NOW)
        assert len(review.confirm(session, report, town.finance, DUE, SYSTEM, now=NOW)) == 4


def test_confirming_twice_is_a_conflict_and_adds_nothing(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        report = factories.read_report(session, town.finance)
        review.confirm(session, report, town.finance, DUE, SYSTEM, now=NOW)
        with pytest.raises(Conflict, match="已经确认入账"):
            review.confirm(session, report, town.finance, DUE, SYSTEM, now=NOW)
        assert len(session.exec(select(Commitment)).all()) == 5


def test_an_entry_without_heading_must_be_sorted_first(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        report = factories.read_report(session, town.finance)
        entries(session, report)[2].heading = ""
        session.flush()
        with pytest.raises(InvalidInput, match="存在问题3"):
            review.confirm(session, report, town.finance, DUE, SYSTEM, now=NOW)
        assert report.state == "read"
        assert session.exec(select(Commitment)).all() == []


def test_an_edit_of_a_stale_version_is_refused(engine: Engine, town: factories.Town) -> None:
    edit = EntryEdit("problem", "公开内容还不够丰富", "content")
    with transaction(engine) as session:
        report = factories.read_report(session, town.finance)
        entry = entries(session, report)[0]
        review.change_entry(session, report, entry, edit, version=1, actor=SYSTEM, now=NOW)
        with pytest.raises(Conflict, match="刚被别人改过"):
            review.change_entry(session, report, entry, edit, version=1, actor=SYSTEM, now=NOW)
        assert entry.text == "公开内容还不够丰富"


def test_a_checklist_has_concrete_items_and_sets_the_matters_dates(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        factories.confirmed_report(session, town.finance)
    with transaction(engine) as session:
        listed = items(session)
        assert len(listed) >= 3
        assert all(each.what and each.proof and each.by_when and each.owner for each in listed)
        by_commitment: dict[int, list[date]] = {}
        for each in listed:
            by_commitment.setdefault(each.commitment_id, []).append(each.by_when)
        for commitment, dates in by_commitment.items():
            matter = session.exec(select(Matter).where(Matter.commitment_id == commitment)).one()
            assert matter.due_on == max(dates)


def test_generating_again_keeps_ticks_notes_evidence_and_dates(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        factories.confirmed_report(session, town.finance)
    with transaction(engine) as session:
        item = items(session)[0]
        item.ticked_at, item.evidence, item.note = NOW, "青财〔2026〕3号", "已办"
        dates = [each.by_when for each in items(session)]
    with transaction(engine) as session:
        renewed = generate(session, town.finance, today=date(2026, 9, 1))
        assert renewed
        assert renewed.version == 1  # nothing that people see has changed
    with transaction(engine) as session:
        kept = items(session)
        assert (kept[0].ticked_at, kept[0].evidence, kept[0].note) == (
            NOW,
            "青财〔2026〕3号",
            "已办",
        )
        assert [each.by_when for each in kept] == dates


def test_an_item_that_no_longer_follows_is_set_aside_unless_it_was_answered(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        factories.confirmed_report(session, town.finance)
    with transaction(engine) as session:
        ticked, bare = items(session)[:2]
        ticked.item_key, ticked.ticked_at = "of-an-older-rulebook", NOW
        bare.item_key = "of-an-older-rulebook-too"
    with transaction(engine) as session:
        renewed = generate(session, town.finance)
        assert renewed
        assert renewed.version == 2
    with transaction(engine) as session:
        old = session.exec(
            select(ChecklistItem)
            .where(col(ChecklistItem.item_key).startswith("of-an-older"))
            .order_by(ChecklistItem.item_key)
        ).all()
        assert [(each.active, each.ticked_at) for each in old] == [(True, NOW), (False, None)]
        ordinals = [each.ordinal for each in items(session) if each.active]
        assert ordinals == list(range(1, len(ordinals) + 1))


def test_checklists_are_generated_and_mailed_once(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        for unit in (town.finance, town.schools):
            report = factories.read_report(session, unit)
            review.confirm(session, report, unit, DUE, SYSTEM, now=NOW)
    for _ in range(2):
        with transaction(engine) as session:
            basis = rulebook.checklist_basis()
            checklists.generate_missing(session, YEAR + 1, basis, today=TODAY, now=NOW)
            checklists.mail_new(session, mail_domain="office.example", now=NOW)
    with transaction(engine) as session:
        assert len(session.exec(select(Checklist)).all()) == 2
        told = sorted(each.address for each in session.exec(select(Message)))
    people = town.people
    assert told == sorted([people["finance"].email, people["schools"].email])


def test_a_unit_without_commitments_gets_no_checklist(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        assert generate(session, town.schools) is None
        assert queries.checklist(session, town.schools.id, YEAR + 1) is None
