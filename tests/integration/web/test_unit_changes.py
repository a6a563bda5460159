from collections.abc import Iterator
from io import BytesIO

import pytest
from openpyxl import load_workbook
from sqlalchemy import update
from sqlmodel import col, select

from server.clock import today, utc_now
from server.db.engine import transaction
from server.db.tables import AuditEvent, Contact, Matter, Reminder, Unit
from server.services import rulebook
from server.services.reminders import plan
from tests import factories
from tests.factories import Desk

GOOD = {"code": "QS07", "name": "水利站", "kind": "bureau", "sort": "7", "office_name": ""}


@pytest.fixture
def desk(database_url: str) -> Iterator[Desk]:
    with factories.desk(database_url) as opened:
        yield opened


def send(desk: Desk, path: str, who: str = "staff", **fields: str) -> tuple[int, str]:
    """Submit a form; return status and the place of the redirect, or the page."""
    browser = desk.browser(who)
    answer = browser.client.post(path, data={"csrf": browser.csrf, **fields})
    return answer.status_code, answer.headers.get("location", answer.text)


def unit_of(desk: Desk, code: str) -> Unit:
    with transaction(desk.engine) as session:
        return session.exec(select(Unit).where(Unit.code == code)).one()


def states(desk: Desk, unit: Unit) -> set[str]:
    with transaction(desk.engine) as session:
        return set(session.exec(select(Matter.state).where(Matter.unit_id == unit.id)))


def added(desk: Desk) -> Unit:
    status, place = send(desk, "/units", parent=str(desk.town.office.id), **GOOD)
    assert status == 303, place
    return unit_of(desk, "QS07")


def test_an_added_unit_stands_below_its_office_and_owes_at_once(desk: Desk) -> None:
    unit = added(desk)
    assert unit.path == f"{desk.town.office.path}{unit.id}/"
    assert unit.office_id == desk.town.office.id
    assert states(desk, unit) == {"open"}
    page = desk.browser().client.get(f"/units/{unit.id}").text
    assert "公布" in page
    assert "提醒会改发给领导小组办公室" in page


@pytest.mark.parametrize(
    ("field", "value", "status", "said"),
    [
        ("code", "", 422, "请填写单位代码"),
        ("code", "Q S", 422, "不含空格"),
        ("code", "QS01", 409, "已经存在"),
        ("name", " ", 422, "请填写单位名称"),
        ("kind", "shop", 422, "无法识别"),
        ("sort", "-1", 422, "排序“-1”应是"),
        ("parent", "x", 422, "上级单位“x”"),
        ("parent", "99999", 404, "没有找到这个单位"),
    ],
)
def test_a_unit_that_cannot_be_added_names_the_place_and_keeps_what_was_typed(
    desk: Desk, field: str, value: str, status: int, said: str
) -> None:
    fields = GOOD | {"parent": str(desk.town.office.id)} | {field: value}
    answered, page = send(desk, "/units", **fields)
    assert answered == status
    assert said in page
    assert "添加单位" in page
    with transaction(desk.engine) as session:
        assert len(session.exec(select(Unit)).all()) == 3


def test_a_unit_is_renamed_and_the_record_tells_who_did_it(desk: Desk) -> None:
    unit = desk.town.finance
    fields = {"name": "财政所", "kind": "department", "sort": "9", "version": "1"}
    status, _ = send(desk, f"/units/{unit.id}", **fields)
    assert status == 303
    changed = unit_of(desk, unit.code)
    assert (changed.name, changed.kind, changed.sort) == ("财政所", "department", 9)
    with transaction(desk.engine) as session:
        events = session.exec(select(AuditEvent).where(AuditEvent.action == "change")).all()
    assert [event.detail["before"]["name"] for event in events] == ["财政局"]


def test_a_change_made_on_an_old_page_is_shown_as_a_conflict(desk: Desk) -> None:
    unit = desk.town.finance
    fields = {"name": "财政所", "kind": "bureau", "sort": "1", "version": "1"}
    send(desk, f"/units/{unit.id}", **fields)
    status, page = send(desk, f"/units/{unit.id}", **fields | {"name": "财政科"})
    assert status == 409
    assert "刚被别人改过" in page
    assert "财政科" in page
    assert unit_of(desk, unit.code).name == "财政所"


def test_a_unit_out_of_use_owes_nothing_and_admits_nobody_until_it_is_back(desk: Desk) -> None:
    unit = desk.town.finance
    added(desk)  # opens the year for all
    officer = desk.browser("finance")
    assert officer.client.get(f"/units/{unit.id}").status_code == 200
    assert send(desk, f"/units/{unit.id}/deactivate")[0] == 303
    assert states(desk, unit) == {"cancelled"}
    assert officer.client.get(f"/units/{unit.id}").status_code == 303
    listed = desk.browser().client
    assert unit.name not in listed.get("/units").text
    assert unit.name in listed.get("/units?state=inactive").text
    assert send(desk, f"/units/{unit.id}/reactivate")[0] == 303
    assert states(desk, unit) == {"open"}
    assert officer.client.get(f"/units/{unit.id}").status_code == 200


def test_the_office_itself_cannot_be_taken_out_of_use(desk: Desk) -> None:
    status, page = send(desk, f"/units/{desk.town.office.id}/deactivate")
    assert status == 409
    assert "不能停用" in page


@pytest.mark.parametrize("who", ["finance", "leader"])
def test_only_the_office_changes_units(desk: Desk, who: str) -> None:
    unit = desk.town.finance
    assert desk.browser(who).client.get("/units/new").status_code == 403
    assert send(desk, f"/units/{unit.id}", who, name="x")[0] == 403
    assert send(desk, f"/units/{unit.id}/deactivate", who)[0] == 403
    assert unit_of(desk, unit.code).active


def test_a_contact_is_corrected_retired_and_reinstated(desk: Desk) -> None:
    contact = desk.town.people["finance"]
    path = f"/units/{desk.town.finance.id}/contacts/{contact.id}"
    fields = {"name": "张敏", "role": "unit_lead", "email": "new@office.example", "phone": "1"}
    assert send(desk, path, **fields, version="1")[0] == 303
    assert send(desk, path, **fields, version="1")[0] == 409
    assert send(desk, f"{path}/retire")[0] == 303
    assert "已停用" in desk.browser().client.get(f"/units/{desk.town.finance.id}").text
    assert send(desk, f"{path}/reinstate")[0] == 303
    with transaction(desk.engine) as session:
        kept = session.get_one(Contact, contact.id)
    assert (kept.email, kept.role, kept.active) == ("new@office.example", "unit_lead", True)


def test_whoever_joins_later_hears_what_is_already_owed(desk: Desk) -> None:
    unit = added(desk)
    rules = rulebook.reminder_rules(trial=True)

    def told() -> set[str]:
        with transaction(desk.engine) as session:
            plan(session, rules, today=today(), now=utc_now())
        with transaction(desk.engine) as session:
            joined = select(Contact.name).join(Reminder, col(Reminder.recipient_id) == Contact.id)
            return set(session.exec(joined.join(Matter).where(Matter.unit_id == unit.id)))

    with transaction(desk.engine) as session:
        session.exec(update(Matter).values(due_on=today()))
    assert "李文" in told()
    fields = {"name": "周新", "role": "information_officer", "email": "zhou@office.example"}
    assert send(desk, f"/units/{unit.id}/contacts", **fields)[0] == 303
    assert "周新" in told()


@pytest.mark.parametrize(
    ("field", "value", "status", "said"),
    [
        ("name", "", 422, "请填写姓名"),
        ("role", "king", 422, "请选择"),
        ("email", "somewhere", 422, "不能用"),
    ],
)
def test_a_contact_that_cannot_be_changed_stays_as_it_was(
    desk: Desk, field: str, value: str, status: int, said: str
) -> None:
    contact = desk.town.people["finance"]
    fields = {"name": "张敏", "role": "unit_lead", "email": "a@office.example", "phone": ""}
    path = f"/units/{desk.town.finance.id}/contacts/{contact.id}"
    answered, page = send(desk, path, **fields | {field: value}, version="1")
    assert answered == status
    assert said in page


def test_the_exported_units_name_every_person(desk: Desk) -> None:
    answer = desk.browser().client.get("/units/export.xlsx")
    assert answer.status_code == 200
    sheet = load_workbook(BytesIO(answer.content)).active
    assert sheet is not None
    rows = [tuple(row) for row in sheet.iter_rows(min_row=4, values_only=True)]
    assert {(row[1], row[3]) for row in rows} >= {("财政局", "张敏"), ("教育局", "陈静")}
