import re
from collections.abc import Iterator
from dataclasses import dataclass

import pytest
from sqlmodel import col, select

from server.db.engine import transaction
from server.db.queries import reports as queries
from server.db.tables import AuditEvent, Checklist, Commitment, Entry, EntryPair, Matter, Report
from server.services import checklists, rulebook
from tests import factories
from tests.factories import NOW, TEXT, Browser, Desk, span


@dataclass(frozen=True, slots=True)
class Review:
    """A report under review, with the office's browser in front of it."""

    desk: Desk
    browser: Browser
    report: int

    def entries(self) -> list[Entry]:
        """Return the report's entries: problems, then measures."""
        with transaction(self.desk.engine) as session:
            return queries.entries(session, self.report)

    def entry(self, text: str) -> Entry:
        """Return the one entry with this text."""
        (found,) = [each for each in self.entries() if each.text == text]
        return found

    def post(self, path: str, *, htmx: bool = False, **fields: object) -> tuple[int, str, str]:
        """Send a form; return status, place of the redirect, page."""
        answer = self.browser.client.post(
            f"/reports/{self.report}/{path}",
            data={"csrf": self.browser.csrf, **fields},
            headers={"hx-request": "true"} if htmx else {},
        )
        return answer.status_code, answer.headers.get("location", ""), answer.text

    def act(self, entry: Entry, act: str, **fields: object) -> tuple[int, str, str]:
        """Carry out one act on an entry as the page shows it."""
        fields = {"version": entry.row_version} | fields
        return self.post(f"entries/{entry.id}", act=act, **fields)

    def page(self) -> str:
        """Return the page as the office sees it."""
        return self.browser.client.get(f"/reports/{self.report}/review").text


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


@pytest.fixture
def review(desk: Desk) -> Review:
    with transaction(desk.engine) as session:
        number = factories.read_report(session, desk.town.finance).id
    return Review(desk, desk.browser(), number)


def test_every_entry_is_marked_in_the_source_at_its_place(review: Review) -> None:
    page = review.page()
    for entry in review.entries():
        pattern = rf'id="span-{entry.id}".*?<span data-s="{entry.start}"[^>]*>([^<]*)<'
        found = re.search(pattern, page)
        assert found
        assert found[1] == TEXT[entry.start : entry.end]
        assert f'href="#span-{entry.id}"' in page
        assert f'href="#entry-{entry.id}"' in page


def test_the_pieces_of_the_source_are_the_whole_text(review: Review) -> None:
    pieces = re.findall(r'<span data-s="(\d+)"[^>]*>([^<]*)</span>', review.page())
    assert all(TEXT[int(start) :].startswith(words) for start, words in pieces)
    assert "".join(words for _, words in pieces) == TEXT.replace("\n", "")


def test_a_problem_without_a_measure_is_shown_as_such(review: Review) -> None:
    assert review.page().count("报告没有写对应的措施") == 1


def test_unsure_entries_ask_for_a_look_and_may_come_first(review: Review) -> None:
    page = review.browser.client.get(f"/reports/{review.report}/review?sort=unsure").text
    assert "存疑 2" in page
    first = re.search(r'<article class="entry (\w+) proposed unsure"', page)
    assert first
    assert page.index("<article") == first.start()


def test_blank_slash_and_value_look_different(review: Review) -> None:
    page = review.page()
    assert "figure-value" in page
    assert ">空白<" in page
    assert ">／<" in page


def test_a_report_that_names_another_unit_or_year_is_pointed_out(review: Review) -> None:
    with transaction(review.desk.engine) as session:
        report = session.get_one(Report, review.report)
        report.declared_unit, report.declared_year = "水利局", 2023
    page = review.page()
    assert "文件自称“水利局”的报告" in page
    assert "文件自称 2023 年度报告" in page


def test_accepting_dropping_and_restoring_one_entry(review: Review) -> None:
    words = "公开渠道单一"
    assert review.act(review.entry(words), "accept")[0] == 303
    assert review.entry(words).state == "accepted"
    review.act(review.entry(words), "drop")
    assert (review.entry(words).state, review.entry(words).ordinal) == ("dropped", 0)
    assert review.entry("工作机制不健全").ordinal == 2
    review.act(review.entry(words), "restore")
    assert (review.entry(words).state, review.entry(words).ordinal) == ("proposed", 2)


def test_one_press_changes_the_heading(review: Review) -> None:
    review.act(review.entry("公开渠道单一"), "mechanisms")
    assert review.entry("公开渠道单一").heading == "mechanisms"


def test_a_correction_keeps_text_kind_heading_classes_and_span(review: Review) -> None:
    start, end = span("公开渠道单一")
    entry = review.entry("公开渠道单一")
    review.act(
        entry,
        "change",
        kind="measure",
        heading="content",
        text="改正后的内容",
        classes=["M1", "N2", "不存在"],
        start=start - 3,
        end=end,
    )
    changed = review.entry("改正后的内容")
    assert (changed.id, changed.kind, changed.heading) == (entry.id, "measure", "content")
    assert (changed.start, changed.end, changed.state) == (start - 3, end, "accepted")
    assert set(changed.classes) == {"M1", "N2"}


def test_a_selected_stretch_is_added_under_the_heading_its_words_suggest(review: Review) -> None:
    start, end = span("开通微信公众号")
    status, _, _ = review.post("entries", kind="measure", heading="auto", start=start, end=end)
    assert status == 303
    added = review.entry("开通微信公众号")
    assert (added.heading, added.origin, added.state) == ("channels", "person", "accepted")


def test_an_entry_without_a_place_comes_last_and_can_be_corrected(review: Review) -> None:
    fields = {"kind": "problem", "heading": "content", "text": "会上提出的问题"}
    review.post("entries", **fields)
    added = review.entry("会上提出的问题")
    assert (added.ordinal, added.end) == (4, 0)
    shown = {"start": "", "end": ""}
    assert review.act(added, "change", **fields | shown | {"text": "改过"})[0] == 303
    assert review.entry("改过").end == 0


def test_what_is_kept_shows_above_what_was_dropped_inside_it(review: Review) -> None:
    start, end = span("开通微信公众号")
    review.post("entries", kind="measure", heading="auto", start=start, end=end)
    review.act(review.entry("开通微信公众号"), "drop")
    outer = review.entry("开通微信公众号，拓宽渠道")
    piece = re.search(rf'<span data-s="{start}" data-e="([^"]*)" class="([^"]*)"', review.page())
    assert piece
    assert piece[1].split()[-1] == f"e{outer.id}"
    assert "dropped" not in piece[2]


def test_an_entry_is_split_where_the_person_says(review: Review) -> None:
    entry = review.entry("开通微信公众号，拓宽渠道")
    review.act(entry, "split", at=span("拓宽渠道")[0])
    assert review.entry("开通微信公众号").id == entry.id
    assert review.entry("拓宽渠道").kind == "measure"


def test_two_entries_merged_keep_both_texts_and_both_answers(review: Review) -> None:
    review.act(review.entry("公开内容不够丰富"), "merge")
    merged = review.entry("公开内容不够丰富；公开渠道单一")
    assert review.entry("公开渠道单一").state == "dropped"
    with transaction(review.desk.engine) as session:
        answers = select(EntryPair).where(EntryPair.problem_id == merged.id)
        assert len(session.exec(answers).all()) == 2


def test_merging_with_what_has_no_place_in_the_text_keeps_both_texts(review: Review) -> None:
    for words in ("会上提出", "检查发现"):
        review.post("entries", kind="problem", heading="content", text=words)
    review.act(review.entry("会上提出"), "merge")
    review.act(review.entry("工作机制不健全"), "merge")
    merged = review.entry("工作机制不健全；会上提出；检查发现")
    assert (merged.start, merged.end) == span("工作机制不健全")


def test_a_person_says_which_problem_a_measure_answers(review: Review) -> None:
    measure, problem = review.entry("充实民生信息内容"), review.entry("工作机制不健全")
    fields = {"kind": "measure", "heading": "content", "text": measure.text}
    review.act(measure, "change", answers_shown="1", answers=[problem.id], **fields)
    with transaction(review.desk.engine) as session:
        (pair,) = session.exec(select(EntryPair).where(EntryPair.measure_id == measure.id)).all()
        assert (pair.problem_id, pair.reason) == (problem.id, "人工对应")


def test_htmx_gets_both_panes_and_nothing_else(review: Review) -> None:
    entry = review.entry("公开渠道单一")
    status, _, text = review.post(
        f"entries/{entry.id}", htmx=True, act="accept", version=entry.row_version
    )
    assert status == 200
    assert text.lstrip().startswith('<div id="review"')
    assert f'data-at="{entry.id}"' in text


def test_a_stale_edit_is_refused_and_shows_both_contents(review: Review) -> None:
    entry = review.entry("公开渠道单一")
    review.act(entry, "mechanisms")
    status, _, page = review.act(
        entry, "change", kind="problem", heading="content", text="我的改法"
    )
    assert status == 409
    assert "刚被别人改过" in page
    assert "我的改法" in page
    assert "看过了，仍按我的保存" in page
    assert review.entry("公开渠道单一").heading == "mechanisms"


@pytest.mark.parametrize(
    ("fields", "sentence"),
    [
        ({"text": "", "heading": "content", "kind": "problem"}, "请填写内容"),
        ({"text": "甲", "heading": "", "kind": "problem"}, "请选择归口"),
        ({"text": "甲", "heading": "content", "kind": "wish"}, "请选择“存在问题”或“改进措施”"),
        (
            {"text": "甲", "heading": "content", "kind": "problem", "start": "5", "end": "3"},
            "位置应在 0 至",
        ),
        (
            {"text": "甲", "heading": "content", "kind": "problem", "start": "一", "end": "3"},
            "起点“一”应是一个整数",
        ),
        (
            {"text": "甲", "heading": "content", "kind": "problem", "start": "0", "end": "9" * 9},
            "位置应在 0 至",
        ),
    ],
)
def test_what_cannot_be_saved_is_named_and_what_was_typed_stays(
    review: Review, fields: dict[str, str], sentence: str
) -> None:
    before = len(review.entries())
    status, _, page = review.post("entries", **fields)
    assert status == 422
    assert sentence in page
    assert fields["text"] in page
    assert len(review.entries()) == before


def test_a_split_outside_the_entry_is_refused(review: Review) -> None:
    status, _, page = review.act(review.entry("公开渠道单一"), "split", at=0)
    assert status == 422
    assert "拆分位置应在这一条的原文之内" in page


def test_a_correction_that_fails_halfway_leaves_nothing_behind(review: Review) -> None:
    measure = review.entry("充实民生信息内容")
    fields = {"kind": "measure", "heading": "mechanisms", "text": "不该留下"}
    status, _, _ = review.act(measure, "change", answers_shown="1", answers=["999999"], **fields)
    assert status == 422
    assert review.entry("充实民生信息内容").heading == "content"


def test_confirming_makes_commitments_and_leads_to_the_units_ledger(review: Review) -> None:
    review.act(review.entry("工作机制不健全"), "drop")
    assert "将生成 <b>4</b> 条整改事项" in review.page()
    with transaction(review.desk.engine) as session:
        version = session.get_one(Report, review.report).row_version
    status, place, _ = review.post("confirm", version=version)
    finance = review.desk.town.finance.id
    assert (status, place) == (303, f"/ledger?unit_id={finance}&year=2025&done=booked")
    with transaction(review.desk.engine) as session:
        codes = session.exec(select(Commitment.code).order_by(col(Commitment.code))).all()
        assert codes == [f"2025-QS01-0{number}" for number in range(1, 5)]
        assert len(session.exec(select(Matter)).all()) == 4


def test_what_was_confirmed_is_shown_and_no_longer_edited(review: Review) -> None:
    with transaction(review.desk.engine) as session:
        version = session.get_one(Report, review.report).row_version
    review.post("confirm", version=version)
    assert review.act(review.entry("公开渠道单一"), "drop")[0] == 409
    page = review.page()
    assert "确认入账，条目不再改动" in page
    assert 'name="act"' not in page


def test_confirming_what_was_read_again_meanwhile_is_refused(review: Review) -> None:
    status, _, page = review.post("confirm", version=0)
    assert status == 409
    assert "请看过现在的内容后再确认" in page
    with transaction(review.desk.engine) as session:
        assert not session.exec(select(Commitment)).all()


def test_nothing_left_to_confirm_is_an_error_and_never_all_clear(review: Review) -> None:
    for entry in review.entries():
        review.act(entry, "drop")
    with transaction(review.desk.engine) as session:
        version = session.get_one(Report, review.report).row_version
    status, _, page = review.post("confirm", version=version)
    assert status == 422
    assert "没有可确认的条目" in page


def test_a_confirmed_report_of_last_year_gets_its_checklist_without_anybody_asking(
    review: Review,
) -> None:
    with transaction(review.desk.engine) as session:
        version = session.get_one(Report, review.report).row_version
    review.post("confirm", version=version)
    with transaction(review.desk.engine) as session:
        basis = rulebook.checklist_basis()
        checklists.generate_missing(session, 2026, basis, today=factories.TODAY, now=NOW)
    with transaction(review.desk.engine) as session:
        (checklist,) = session.exec(select(Checklist)).all()
        assert (checklist.unit_id, checklist.year) == (review.desk.town.finance.id, 2026)


@pytest.mark.parametrize("who", ["finance", "leader"])
def test_only_the_office_edits(review: Review, who: str) -> None:
    entry, browser = review.entry("公开渠道单一"), review.desk.browser(who)
    page = browser.client.get(f"/reports/{review.report}/review").text
    assert "等待领导小组办公室审核确认" in page
    assert 'name="act"' not in page
    data = {"csrf": browser.csrf, "act": "drop", "version": entry.row_version}
    answer = browser.client.post(f"/reports/{review.report}/entries/{entry.id}", data=data)
    assert answer.status_code == 403
    assert review.entry("公开渠道单一").state == "proposed"


def test_an_entry_of_another_report_is_not_found(review: Review) -> None:
    with transaction(review.desk.engine) as session:
        other = factories.read_report(session, review.desk.town.schools).id
    entry = review.entry("公开渠道单一")
    data = {"csrf": review.browser.csrf, "act": "drop", "version": 1}
    path = f"/reports/{other}/entries/{entry.id}"
    assert review.browser.client.post(path, data=data).status_code == 404
    assert review.entry("公开渠道单一").state == "proposed"


def test_an_edit_without_the_token_is_refused(review: Review) -> None:
    entry = review.entry("公开渠道单一")
    path = f"/reports/{review.report}/entries/{entry.id}"
    answer = review.browser.client.post(path, data={"act": "drop", "version": 1})
    assert answer.status_code == 403


def test_markup_in_a_report_is_text(review: Review) -> None:
    fields = {
        "kind": "problem",
        "heading": "content",
        "text": "<img src=x onerror=alert(1)>{{7*7}}",
    }
    review.act(review.entry("公开渠道单一"), "change", **fields)
    page = review.page()
    assert "<img src=x" not in page
    assert "{{7*7}}" in page


def test_every_edit_is_recorded(review: Review) -> None:
    review.act(review.entry("公开渠道单一"), "drop")
    with transaction(review.desk.engine) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "dropped")).one()
        assert (event.actor, event.subject) == ("青石镇 李文", "entry")
