from collections.abc import Iterator

import pytest
from sqlmodel import select

from server.db.engine import transaction
from server.db.queries import acts, reports
from server.db.tables import AuditEvent, Entry, EntryAct, EntryPair
from tests import factories
from tests.factories import TEXT, Desk, span

WORDS = "公开渠道单一"


class Undoing:
    """A report under review whose acts are taken back."""

    def __init__(self, desk: Desk, report: int) -> None:
        self.desk, self.report = desk, report
        self.browser = desk.browser()

    def state(self) -> list[tuple[object, ...]]:
        """Return everything about the entries that a person sees, and the pairs."""
        with transaction(self.desk.engine) as session:
            held = reports.entries(session, self.report)
            pairs = [
                (p.problem_id, p.measure_id, p.reason) for p in reports.pairs(session, self.report)
            ]
            seen = [
                (
                    e.id,
                    e.kind,
                    e.ordinal,
                    e.start,
                    e.end,
                    e.text,
                    e.classes,
                    e.heading,
                    e.state,
                    e.touched,
                )
                for e in held
            ]
        return [*seen, *sorted(pairs)]

    def entry(self, text: str) -> Entry:
        """Return the first entry with this text."""
        with transaction(self.desk.engine) as session:
            return next(e for e in reports.entries(session, self.report) if e.text == text)

    def act(self, text: str, act: str, /, **fields: object) -> int:
        """Carry out an act on an entry; return the status."""
        entry = self.entry(text)
        return self.post(f"entries/{entry.id}", act=act, version=entry.row_version, **fields)[0]

    def post(self, path: str, **fields: object) -> tuple[int, str]:
        """Send a form; return status and page."""
        data = {"csrf": self.browser.csrf, **fields}
        answer = self.browser.client.post(f"/reports/{self.report}/{path}", data=data)
        return answer.status_code, answer.text

    def last(self) -> EntryAct:
        """Return the last act that can be taken back."""
        with transaction(self.desk.engine) as session:
            return acts.of_report(session, self.report)[0]

    def undo(self, act: EntryAct | None = None) -> tuple[int, str]:
        """Take an act back, by default the last one."""
        act = act or self.last()
        return self.post(f"entries/{act.entry_id}", act="undo", which=act.id)


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


@pytest.fixture
def undoing(desk: Desk) -> Undoing:
    with transaction(desk.engine) as session:
        return Undoing(desk, factories.read_report(session, desk.town.finance).id)


def test_every_act_is_taken_back_as_a_whole_and_one_after_the_other(undoing: Undoing) -> None:
    change: dict[str, object] = {
        "kind": "measure",
        "heading": "content",
        "text": WORDS,
        "classes": ["M1"],
    }
    answers: dict[str, object] = {
        "answers_shown": "1",
        "answers": [undoing.entry("工作机制不健全").id],
    }
    middle = span("。二是公开渠道")[0]
    steps: list[tuple[str, str, dict[str, object]]] = [
        (WORDS, "accept", {}),
        (WORDS, "drop", {}),
        (WORDS, "restore", {}),
        (WORDS, "mechanisms", {}),
        (WORDS, "change", change | answers),
        ("公开内容不够丰富", "split", {"at": middle - 4}),
        ("公开内容", "merge", {}),
        ("充实民生信息内容", "merge", {}),
    ]
    before = []
    for words, act, fields in steps:
        before.append(undoing.state())
        assert undoing.act(words, act, **fields) == 303, act
        assert undoing.state() != before[-1]
    for state in reversed(before):
        assert undoing.undo()[0] == 303
        assert undoing.state() == state


def test_what_was_added_by_hand_stays_visible_as_dropped(undoing: Undoing) -> None:
    undoing.post("entries", kind="problem", heading="content", text="补录的问题")
    assert undoing.undo()[0] == 303
    assert undoing.entry("补录的问题").state == "dropped"


def test_an_act_is_not_taken_back_over_the_head_of_a_later_one(undoing: Undoing) -> None:
    undoing.act(WORDS, "mechanisms")
    first = undoing.last()
    undoing.act(WORDS, "change", kind="problem", heading="content", text="别人的改法")
    standing = undoing.state()
    status, page = undoing.undo(first)
    assert status == 409
    assert "这一步之后条目又有改动（现为：别人的改法）" in page
    assert undoing.state() == standing


def test_an_answer_given_later_to_a_half_is_not_lost_with_it(undoing: Undoing) -> None:
    undoing.act("公开内容不够丰富", "split", at=span("不够丰富")[0])
    split = undoing.last()
    half, measure = undoing.entry("不够丰富"), undoing.entry("充实民生信息内容")
    fields = {"kind": "measure", "heading": "content", "text": measure.text}
    undoing.act(measure.text, "change", answers_shown="1", answers=[half.id], **fields)
    status, page = undoing.undo(split)
    assert status == 409
    assert "对应又有改动" in page
    with transaction(undoing.desk.engine) as session:
        assert session.get(EntryPair, (half.id, measure.id))


def test_an_act_is_taken_back_once(undoing: Undoing) -> None:
    undoing.act(WORDS, "drop")
    last = undoing.last()
    undoing.undo(last)
    status, page = undoing.undo(last)
    assert status == 409
    assert "已经撤销" in page


def test_the_key_takes_back_the_own_last_act_and_not_a_colleagues(undoing: Undoing) -> None:
    undoing.act(WORDS, "drop")
    page = undoing.browser.client.get(f"/reports/{undoing.report}/review").text
    assert "撤销刚才的弃用" in page
    assert "data-undo" in page
    with transaction(undoing.desk.engine) as session:
        session.get_one(EntryAct, undoing.last().id).actor_id = undoing.desk.town.people[
            "leader"
        ].id
    page = undoing.browser.client.get(f"/reports/{undoing.report}/review").text
    assert "data-undo" not in page
    assert ">撤销弃用<" in page


def test_taking_back_is_recorded_with_what_it_replaced(undoing: Undoing) -> None:
    undoing.act(WORDS, "change", kind="problem", heading="content", text="改过的")
    undoing.undo()
    with transaction(undoing.desk.engine) as session:
        event = session.exec(select(AuditEvent).where(AuditEvent.action == "undo")).one()
        assert event.detail["undone"] == "change"
        assert event.detail["replaced"][0]["text"] == "改过的"


def test_nothing_is_taken_back_after_confirming(undoing: Undoing) -> None:
    undoing.act(WORDS, "drop")
    undoing.post("confirm", version=2)
    assert undoing.undo()[0] == 409
    assert undoing.entry(WORDS).state == "dropped"


def test_a_step_of_another_report_is_refused(undoing: Undoing) -> None:
    undoing.act(WORDS, "drop")
    with transaction(undoing.desk.engine) as session:
        other = factories.read_report(session, undoing.desk.town.schools)
        entry = reports.entries(session, other.id)[0].id
        number = other.id
    data = {"csrf": undoing.browser.csrf, "act": "undo", "which": undoing.last().id}
    path = f"/reports/{number}/entries/{entry}"
    assert undoing.browser.client.post(path, data=data).status_code == 409
    assert undoing.entry(WORDS).state == "dropped"
    assert WORDS in TEXT
