"""An office sets its digest and the calendar's warning: draft, preview, confirmation, default."""

from datetime import date

import pytest
from sqlmodel import col, select

from server.db.engine import transaction
from server.db.tables import AuditEvent, OfficeRule
from server.services import office_settings
from tests.factories import Browser
from tests.two_towns import TwoTowns

TYPED = {"weekday": "3", "hour": "09:30", "role-group_leader": "1", "days_ahead": "7"}


@pytest.fixture
def towns(own_towns: TwoTowns) -> TwoTowns:
    return own_towns


@pytest.fixture
def staff(towns: TwoTowns) -> Browser:
    return towns.desk.browser("staff")


def post(browser: Browser, path: str, **values: str) -> tuple[int, str, str]:
    answer = browser.client.post(path, data={"csrf": browser.csrf, **values})
    return answer.status_code, answer.text, answer.headers.get("location", "")


def drafted(browser: Browser, path: str, **values: str) -> str:
    status, text, where = post(browser, path, reason="领导要求", **values)
    assert status == 303, text
    return where


def test_the_digest_is_drafted_previewed_confirmed_and_recorded(
    towns: TwoTowns, staff: Browser
) -> None:
    assert "每周第一个工作日发出" in staff.client.get("/policies").text
    where = drafted(staff, "/settings/digest", **TYPED)
    shown = staff.client.get(where).text
    assert "每周三发出" in shown
    assert "09:30 起" in shown
    office = towns.desk.town.office.id
    with transaction(towns.engine) as session:
        assert office_settings.digest_of(session, office).weekday == 1
    assert post(staff, where, act="confirm")[0] == 303
    with transaction(towns.engine) as session:
        kept = office_settings.digest_of(session, office)
        assert (kept.weekday, kept.hour.hour, sorted(kept.roles), kept.days_ahead) == (
            3, 9, ["group_leader"], 7,
        )  # fmt: skip
        acts = select(AuditEvent.action).where(AuditEvent.subject == "office_rule")
        assert list(session.exec(acts.order_by(col(AuditEvent.id))))[-2:] == [
            "draft_rule",
            "confirm_rule",
        ]
    assert post(staff, where, act="confirm")[0] == 409
    assert "本办公室自定 第2版" in staff.client.get("/policies").text


def test_back_to_the_default_goes_the_same_way(towns: TwoTowns, staff: Browser) -> None:
    post(staff, drafted(staff, "/settings/digest", **TYPED), act="confirm")
    where = post(staff, "/settings/reset", subject="digest")[2]
    assert "恢复系统默认设置" in staff.client.get(where).text
    post(staff, where, act="confirm")
    with transaction(towns.engine) as session:
        assert office_settings.digest_of(session, towns.desk.town.office.id).weekday == 1
    assert post(staff, "/settings/reset", subject="digest")[0] == 409
    assert post(staff, "/settings/reset", subject="delivery")[0] == 422


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"role-group_leader": ""}, "至少选一种角色"),
        ({"days_ahead": "900"}, "请填写 1 到 60 天"),
        ({"days_ahead": "许多"}, "请填写 1 到 60 天"),
        ({"hour": "23:30"}, "不在发信时段内"),
        ({"hour": "九点"}, "请填写时刻"),
        ({"weekday": "9"}, "请选择星期"),
        ({"reason": " "}, "请填写理由"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_its_place(
    towns: TwoTowns, staff: Browser, changes: dict[str, str], said: str
) -> None:
    status, text, _ = post(staff, "/settings/digest", **({"reason": "试"} | TYPED | changes))
    assert (status, said in text) == (422, True)
    with transaction(towns.engine) as session:
        kept = select(OfficeRule.version).where(OfficeRule.office_id == towns.desk.town.office.id)
        # the draft with which the town is founded, and nothing else
        assert session.exec(kept.where(OfficeRule.subject == "digest")).all() == [1]


def test_the_warnings_day_is_set_by_the_topmost_office(towns: TwoTowns, staff: Browser) -> None:
    assert "每年11月1日起" in staff.client.get("/policies").text
    assert post(staff, "/settings/calendar", month="2", day="30", reason="试")[0] == 422
    where = drafted(staff, "/settings/calendar", month="10", day="25")
    assert "2026年10月25日" in staff.client.get(where).text
    post(staff, where, act="confirm")
    with transaction(towns.engine) as session:
        watch = office_settings.watch_of(session)
        assert (watch.month, watch.day) == (10, 25)
        assert office_settings.shortage(session, date(2026, 10, 26)) is not None
        assert "本办公室自定第1版：领导要求" in watch.source


def test_a_draft_can_be_given_up_and_anothers_is_not_found(towns: TwoTowns, staff: Browser) -> None:
    where = drafted(staff, "/settings/digest", **TYPED)
    other = towns.desk.browser("other")
    assert other.client.get(where).status_code in (403, 404)
    assert post(staff, where, act="drop")[0] == 303
    assert staff.client.get(where).status_code == 404
