"""Reports held against each other: alike ones, last year's, a government's units, the filed."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine
from sqlmodel import Session, select

from server.db.engine import transaction
from server.db.queries import comparison as queries
from server.db.queries import reports as report_queries
from server.db.tables import Entry, Finding, Fingerprint, Likeness, Report
from server.domain.reports.parsed import Item, ParsedReport
from server.errors import Refused
from server.services import comparison, reports, review, waivers
from server.services.audit import SYSTEM
from tests import factories
from tests.factories import FIVE, NOW, OTHER, YEAR, report_saying


@pytest.fixture
def town(engine: Engine) -> factories.Town:
    with transaction(engine) as session:
        return factories.town(session)


def compared(session: Session) -> None:
    while comparison.compare_next(session):
        pass


def found(session: Session, report: Report, against: str) -> list[Finding]:
    return queries.findings_against(session, report.id, against)


def test_two_units_that_say_the_same_are_both_asked_with_the_passages(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        one = report_saying(session, town.finance, FIVE)
        two = report_saying(session, town.schools, "开头另写。" + FIVE)
        alone = report_saying(session, town.office, OTHER)
        compared(session)
        for report, other in ((one, two), (two, one)):
            (finding,) = found(session, report, "peers")
            assert (finding.code, finding.other_report_id) == ("S-05", other.id)
            start, end = finding.params["passages"][0]
            assert report.text[start:end] == FIVE.rstrip("。")
        assert found(session, alone, "peers") == []
        assert queries.waiting(session) == 0


def test_a_rewritten_report_is_alike_no_more_and_neither_is_its_other(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        one, two = (
            report_saying(session, town.finance, FIVE),
            report_saying(session, town.schools, FIVE),
        )
        compared(session)
        newer = report_saying(session, town.schools, OTHER)
        compared(session)
        for report in (one, two, newer):
            assert found(session, report, "peers") == []
        assert session.exec(select(Likeness)).all() == []


def test_only_the_newest_version_of_a_report_is_held_against_others(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        older = report_saying(session, town.schools, FIVE)
        newer = report_saying(session, town.schools, FIVE + "补写一句。")
        one = report_saying(session, town.finance, FIVE)
        older.compare_due = True
        compared(session)
        (pair,) = session.exec(select(Likeness)).all()
        assert {pair.one_id, pair.other_id} == {newer.id, one.id}
        assert older.id not in set(session.exec(select(Fingerprint.report_id)))


def test_reports_of_other_years_are_not_each_other_s_copies(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        report_saying(session, town.finance, FIVE)
        report_saying(session, town.schools, FIVE, year=YEAR - 1)
        compared(session)
        assert session.exec(select(Likeness)).all() == []


def test_a_file_found_secret_leaves_nothing_behind_in_the_comparisons(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        one, two = (
            report_saying(session, town.finance, FIVE),
            report_saying(session, town.schools, FIVE),
        )
        compared(session)
        refusal = Refused("文件带有密级标志。")
        refusal.code = "secret"
        reports.refuse_file(session, two, refusal, now=NOW)
        compared(session)
        assert found(session, one, "peers") == []
        assert two.id not in set(session.exec(select(Fingerprint.report_id)))


def test_comparing_again_keeps_the_rows_and_a_waiver_of_them(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        one, two = (
            report_saying(session, town.finance, FIVE),
            report_saying(session, town.schools, FIVE),
        )
        compared(session)
        (finding,) = found(session, one, "peers")
        waivers.waive(session, one, finding, "同一项目的联合说明", SYSTEM, now=NOW)
        two.compare_due = one.compare_due = True
        compared(session)
        assert [each.id for each in found(session, one, "peers")] == [finding.id]
        text = two.text
        read = ParsedReport("年度报告", None, YEAR, "2021", sections=())
        problem = Item("problem", 1, text.index(FIVE), text.index(FIVE) + len(FIVE), FIVE)
        reports.store_reading(session, two, text, replace(read, problems=(problem,)), now=NOW)
        compared(session)
        (again,) = found(session, one, "peers")
        assert again.key == finding.key


def test_last_year_s_report_is_held_against_this_year_s_whichever_came_first(
    engine: Engine, town: factories.Town
) -> None:
    words = ("政策解读形式单一",)
    with transaction(engine) as session:
        now = report_saying(session, town.finance, FIVE, figures={"T3.ci.tot": 3}, problems=words)
        compared(session)
        assert found(session, now, "last_year") == []
        before = report_saying(
            session, town.finance, FIVE, year=YEAR - 1, figures={"T3.co.tot": 1}, problems=words
        )
        report_saying(session, town.finance, OTHER + FIVE, year=YEAR - 2, problems=words)
        compared(session)
        held = {each.code: each for each in found(session, now, "last_year")}
        assert set(held) == {"S-05", "T3-04", "Y-02"}
        assert held["Y-02"].params["years"] == 3
        assert held["T3-04"].start == 0
        assert {each.other_report_id for each in held.values()} == {before.id}


def test_what_a_person_dropped_from_last_year_s_promises_is_not_missed(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        before = factories.read_report(session, town.finance, year=YEAR - 1)
        now = report_saying(session, town.finance, OTHER)
        compared(session)
        assert [each.code for each in found(session, now, "last_year")] == ["Y-01", "Y-01"]
        dropped = session.exec(
            select(Entry).where(Entry.report_id == before.id, Entry.kind == "measure")
        ).first()
        assert dropped
        dropped.state = "dropped"
        review.confirm(session, before, town.finance, factories.TODAY, SYSTEM, now=NOW)
        compared(session)
        assert [each.code for each in found(session, now, "last_year")] == ["Y-01"]


def test_a_government_s_figures_are_held_against_its_units_as_they_come_in(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        whole = report_saying(session, town.office, OTHER, figures={"T3.new.tot": 5})
        report_saying(session, town.finance, FIVE, figures={"T3.new.tot": 2})
        compared(session)
        (waiting,) = found(session, whole, "units")
        assert (waiting.severity, waiting.params["missing"]) == ("information", ["教育局"])
        report_saying(session, town.schools, OTHER * 2, figures={"T3.new.tot": 2})
        compared(session)
        (wrong,) = found(session, whole, "units")
        assert (wrong.code, wrong.severity, wrong.start) == ("AGG-01", "error", 0)
        assert (wrong.params["sum"], wrong.params["units"]) == (4, ["财政局", "教育局"])


def test_a_version_after_the_confirmed_one_is_held_against_it(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        filed = report_saying(
            session, town.finance, FIVE, figures={"T3.new.tot": 2}, problems=("形式单一",)
        )
        filed_entries = report_queries.entries(session, filed.id)
        for entry in filed_entries:
            entry.heading = "channels"
        review.confirm(session, filed, town.finance, factories.TODAY, SYSTEM, now=NOW)
        published = report_saying(session, town.finance, FIVE + "又。", figures={"T3.new.tot": 3})
        compared(session)
        (finding,) = found(session, published, "filed")
        assert (finding.code, finding.other_report_id) == ("S-09", filed.id)
        assert finding.params["filed"] == 2


def test_two_workers_never_compare_at_once(engine: Engine, town: factories.Town) -> None:
    with transaction(engine) as session:
        report_saying(session, town.finance, FIVE)
    with transaction(engine) as first, transaction(engine) as second:
        assert comparison.compare_next(first)
        assert not comparison.compare_next(second)


def test_the_pairs_of_a_year_are_paged_the_likest_first(
    engine: Engine, town: factories.Town
) -> None:
    with transaction(engine) as session:
        report_saying(session, town.finance, FIVE)
        report_saying(session, town.schools, FIVE + OTHER[:30])
        report_saying(session, town.office, FIVE + "略有不同。")
        compared(session)
        scope, wanted = factories.everything(town), queries.PairFilter(YEAR)
        every = queries.pairs(session, scope, wanted, limit=None)
        assert len(every) == 3
        shares = [each.likeness.share for each in every]
        assert shares == sorted(shares, reverse=True)
        last = every[0].likeness
        after = (last.share, last.one_id, last.other_id)
        rest = queries.pairs(session, scope, wanted, after=after, limit=None)
        assert [each.key for each in rest] == [each.key for each in every[1:]]
        named = queries.pairs(session, scope, queries.PairFilter(YEAR, 0, "教育"), limit=None)
        assert len(named) == 2
        assert queries.pair_years(session) == [YEAR]
