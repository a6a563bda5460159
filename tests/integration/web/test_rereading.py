from collections.abc import Iterator
from dataclasses import replace

import pytest
from sqlmodel import select

from server.db.engine import transaction
from server.db.queries import reports as queries
from server.db.tables import AuditEvent, Entry, Report
from server.domain.reports.parsed import Item, ParsedReport
from server.errors import Refused
from server.services import reports
from tests import factories
from tests.factories import NOW, TEXT, Browser, Desk, parsed, span


class Rereading:
    """A report that is read a second time after people have worked on it."""

    def __init__(self, desk: Desk, report: int) -> None:
        self.desk, self.report = desk, report
        self.browser: Browser = desk.browser()

    def entries(self) -> list[Entry]:
        """Return the entries: problems, then measures."""
        with transaction(self.desk.engine) as session:
            return queries.entries(session, self.report)

    def entry(self, text: str) -> Entry:
        """Return the one entry with this text."""
        (found,) = [each for each in self.entries() if each.text == text]
        return found

    def act(self, text: str, act: str, /, **fields: object) -> None:
        """Carry out an act on an entry."""
        entry = self.entry(text)
        data = {"csrf": self.browser.csrf, "act": act, "version": entry.row_version, **fields}
        path = f"/reports/{self.report}/entries/{entry.id}"
        assert self.browser.client.post(path, data=data).status_code == 303

    def ask(self, who: str = "staff") -> int:
        """Ask for another reading; return the status."""
        browser = self.browser if who == "staff" else self.desk.browser(who)
        path = f"/reports/{self.report}/reread"
        return browser.client.post(path, data={"csrf": browser.csrf}).status_code

    def read(self, found: ParsedReport, text: str = TEXT) -> None:
        """Keep a second reading as the workers do."""
        with transaction(self.desk.engine) as session:
            report = session.get_one(Report, self.report)
            reports.store_reading(session, report, text, found, now=NOW)

    def texts(self) -> list[str]:
        """Return what is kept, in order."""
        return [each.text for each in self.entries()]


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


@pytest.fixture
def rereading(desk: Desk) -> Rereading:
    with transaction(desk.engine) as session:
        return Rereading(desk, factories.read_report(session, desk.town.finance).id)


def found(*words: str, text: str = TEXT) -> tuple[Item, ...]:
    """Return problems that a reading finds at these words."""
    return tuple(
        Item("problem", number, *span(each, text), each, ("N9",), "content", confidence=0.8)
        for number, each in enumerate(words, 1)
    )


def test_reading_again_the_same_changes_nothing_that_a_person_did(rereading: Rereading) -> None:
    rereading.act("公开渠道单一", "mechanisms")
    rereading.act("工作机制不健全", "drop")
    rereading.act("充实民生信息内容", "accept")
    before = [(e.id, e.kind, e.ordinal, e.text, e.heading, e.state) for e in rereading.entries()]
    rereading.read(parsed())
    after = [(e.id, e.kind, e.ordinal, e.text, e.heading, e.state) for e in rereading.entries()]
    assert after == before
    with transaction(rereading.desk.engine) as session:
        assert len(queries.pairs(session, rereading.report)) == 2


def test_untouched_proposals_follow_the_reader(rereading: Rereading) -> None:
    rereading.act("公开渠道单一", "accept")
    better = replace(parsed(), problems=found("公开内容不够丰富", "公开渠道单一"), pairs=())
    rereading.read(better)
    assert rereading.texts()[:2] == ["公开内容不够丰富", "公开渠道单一"]
    assert rereading.entry("公开内容不够丰富").classes == ["N9"]
    assert rereading.entry("公开渠道单一").classes == ["N1"]
    assert "工作机制不健全" not in rereading.texts()


def test_what_a_person_dropped_does_not_come_back(rereading: Rereading) -> None:
    rereading.act("公开渠道单一", "drop")
    rereading.read(replace(parsed(), problems=found("二是公开渠道单一"), pairs=()))
    (entry,) = [each for each in rereading.entries() if each.kind == "problem"]
    assert (entry.text, entry.state) == ("公开渠道单一", "dropped")


def test_what_a_person_split_is_not_proposed_whole_again(rereading: Rereading) -> None:
    rereading.act("公开内容不够丰富", "split", at=span("不够丰富")[0])
    rereading.read(parsed())
    assert rereading.texts()[:3] == ["公开内容", "不够丰富", "公开渠道单一"]
    assert [each.ordinal for each in rereading.entries()] == [1, 2, 3, 4, 1, 2]


def test_what_a_person_merged_is_not_proposed_in_parts_again(rereading: Rereading) -> None:
    rereading.act("公开内容不够丰富", "merge")
    before = rereading.texts()
    rereading.read(parsed())
    assert rereading.texts() == before


def test_what_a_person_added_or_called_otherwise_stays(rereading: Rereading) -> None:
    fields = {"kind": "measure", "heading": "content", "text": "公开渠道单一"}
    rereading.act("公开渠道单一", "change", **fields)
    data = {"csrf": rereading.browser.csrf, "kind": "problem", "heading": "content", "text": "补的"}
    rereading.browser.client.post(f"/reports/{rereading.report}/entries", data=data)
    rereading.read(parsed())
    assert rereading.entry("公开渠道单一").kind == "measure"
    assert rereading.entry("补的").state == "accepted"


def test_which_problem_a_measure_answers_stays_as_a_person_said(rereading: Rereading) -> None:
    measure, problem = rereading.entry("充实民生信息内容"), rereading.entry("工作机制不健全")
    fields = {"kind": "measure", "heading": "content", "text": measure.text}
    rereading.act(measure.text, "change", answers_shown="1", answers=[problem.id], **fields)
    rereading.read(replace(parsed(), problems=found("公开内容不够丰富"), pairs=parsed().pairs[:1]))
    with transaction(rereading.desk.engine) as session:
        pairs = queries.pairs(session, rereading.report)
        assert [(p.problem_id, p.measure_id) for p in pairs] == [(problem.id, measure.id)]


def test_a_text_decoded_anew_moves_what_people_decided(rereading: Rereading) -> None:
    rereading.act("公开渠道单一", "accept")
    rereading.act("工作机制不健全", "accept")
    text = "（网站栏目）\n" + TEXT.replace("工作机制不健全", "工作机制不够健全")
    moved = replace(parsed(), problems=found("公开渠道单一", text=text), measures=(), pairs=())
    rereading.read(moved, text)
    entry = rereading.entry("公开渠道单一")
    assert (entry.start, entry.end) == span("公开渠道单一", text)
    lost = rereading.entry("工作机制不健全")
    assert (lost.start, lost.end, lost.state) == (0, 0, "accepted")
    page = rereading.browser.client.get(f"/reports/{rereading.report}/review")
    assert page.status_code == 200


def test_the_page_asks_and_a_worker_reads(rereading: Rereading) -> None:
    rereading.act("公开渠道单一", "drop")
    assert rereading.ask() == 303
    with transaction(rereading.desk.engine) as session:
        claimed = reports.claim_unread(session, now=NOW)
        assert claimed
        assert claimed.id == rereading.report
        assert claimed.read_attempts == 1
    rereading.read(parsed())
    assert rereading.entry("公开渠道单一").state == "dropped"
    with transaction(rereading.desk.engine) as session:
        assert session.exec(select(AuditEvent).where(AuditEvent.action == "reread")).one()


def test_nobody_edits_while_it_is_read_again(rereading: Rereading) -> None:
    entry = rereading.entry("公开渠道单一")
    rereading.ask()
    data = {"csrf": rereading.browser.csrf, "act": "drop", "version": entry.row_version}
    path = f"/reports/{rereading.report}/entries/{entry.id}"
    assert rereading.browser.client.post(path, data=data).status_code == 409


def test_a_reading_that_fails_leaves_the_one_before(rereading: Rereading) -> None:
    rereading.ask()
    with transaction(rereading.desk.engine) as session:
        report = session.get_one(Report, rereading.report)
        reports.refuse_file(session, report, Refused("读不了。"), now=NOW)
    page = rereading.browser.client.get(f"/reports/{rereading.report}/review").text
    assert "重新读取没有成功，仍是上次读出的内容：读不了。" in page
    assert len(rereading.entries()) == 5


def test_a_mark_of_secrecy_found_late_leaves_nothing(rereading: Rereading) -> None:
    rereading.ask()
    refusal = Refused("带有密级标志。")
    refusal.code = "secret"
    with transaction(rereading.desk.engine) as session:
        report = session.get_one(Report, rereading.report)
        reports.refuse_file(session, report, refusal, now=NOW)
    with transaction(rereading.desk.engine) as session:
        report = session.get_one(Report, rereading.report)
        assert (report.state, report.text, report.content) == ("refused", "", b"")
    assert rereading.entries() == []
    assert rereading.ask() == 409


def test_what_is_confirmed_is_not_read_again(rereading: Rereading) -> None:
    with transaction(rereading.desk.engine) as session:
        session.get_one(Report, rereading.report).state = "confirmed"
    assert rereading.ask() == 409


def test_only_the_office_asks_for_another_reading(rereading: Rereading) -> None:
    assert rereading.ask("finance") == 403
