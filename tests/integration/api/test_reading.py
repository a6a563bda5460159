"""What other systems read: shapes, filters, pages, and the same JSON as the command line."""

import json
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from fastapi.testclient import TestClient
from openapi_schema_validator import OAS31Validator
from typer.testing import CliRunner

from server.cli import app as command_line
from server.domain.lights import Light
from server.domain.reports.parsed import Pair, ParsedReport
from server.rendering.report_json import report_facts
from tests import factories
from tests.integration.api.test_authorisation import LOOKS, NEEDED
from tests.two_towns import TwoTowns, Way

API = "/api/v1"


def got(client: TestClient, path: str) -> Any:
    answer = client.get(API + path)
    assert answer.status_code == 200, answer.text
    return answer.json()


def printed(*words: str) -> Any:
    told = CliRunner().invoke(command_line, [*words, "--json"])
    assert told.exit_code == 0
    return json.loads(told.stdout)


@pytest.mark.parametrize("way", LOOKS, ids=str)
def test_every_answer_is_as_the_description_says(
    towns: TwoTowns, systems: dict[str, TestClient], way: Way
) -> None:
    if way.template.endswith("openapi.json"):
        return  # the description of the description is OpenAPI itself; see tests/contract
    document = towns.desk.app.state.describe_api()
    path = way.template.removeprefix(API)
    told = document["paths"][path]["get"]["responses"]["200"]["content"]["application/json"]
    schema = {**told["schema"], "components": document["components"]}
    query = NEEDED.get(way.template, "")
    for who in ("office", "finance"):
        answer = systems[who].get(towns.finance.path(way.template) + query)
        if answer.status_code == 200:
            OAS31Validator(schema).validate(answer.json())


def test_the_description_is_served(systems: dict[str, TestClient]) -> None:
    assert got(systems["finance_reader"], "/openapi.json")["openapi"].startswith("3.1")


@pytest.mark.parametrize("kind", ["town", "bureau"])
def test_dates_are_the_json_of_the_command_line(systems: dict[str, TestClient], kind: str) -> None:
    told = got(systems["finance"], f"/dates/due?year=2026&kind={kind}")
    assert told == printed("due", "--year", "2026", "--kind", kind)


def test_working_days_are_the_json_of_the_command_line(systems: dict[str, TestClient]) -> None:
    client = systems["finance"]
    added = got(client, "/dates/workdays/add?date=2026-02-10&days=20")
    assert added == printed("workdays", "add", "2026-02-10", "20")
    between = got(client, "/dates/workdays/between?from=2026-01-05&to=2026-03-05")
    assert between == printed("workdays", "between", "2026-01-05", "2026-03-05")


def test_a_reading_is_the_json_of_the_reader(
    towns: TwoTowns, systems: dict[str, TestClient]
) -> None:
    told = got(systems["office"], f"/reports/{towns.finance.report}/reading")
    expected = json.loads(json.dumps(report_facts(_as_kept(factories.parsed()))))
    assert told == expected


def _as_kept(parsed: ParsedReport) -> ParsedReport:
    """Return what the database keeps: everything but a third problem's empty list of measures."""
    return replace(parsed, pairs=(*parsed.pairs, Pair(3, ())))


def test_findings_say_which_need_no_correction(
    towns: TwoTowns, systems: dict[str, TestClient]
) -> None:
    told = got(systems["office"], f"/reports/{towns.finance.report}/findings")["items"]
    assert [each["finding"]["code"] for each in told] == ["STR-02", "T1-01"]
    assert [each["waiver"] for each in told] == [None, None]


def everything(client: TestClient, path: str, limit: int) -> list[Any]:
    """Follow `next` to the end."""
    found = []
    further: str | None = f"{API}{path}{'&' if '?' in path else '?'}limit={limit}"
    while further:
        page = client.get(further).json()
        assert len(page["items"]) <= limit
        found += page["items"]
        further = page["next"]
    return found


@pytest.mark.parametrize(
    "path",
    [
        "/units",
        "/contacts",
        "/obligations",
        "/matters",
        "/matters?state=todo",
        "/commitments",
        "/checklists",
        "/reports",
        "/reminders/messages",
    ],
)
def test_following_next_shows_everything_once(systems: dict[str, TestClient], path: str) -> None:
    whole = everything(systems["office"], path, 200)
    assert len(whole) > 1
    assert everything(systems["office"], path, 1) == whole


def test_matters_are_filtered(towns: TwoTowns, systems: dict[str, TestClient]) -> None:
    client, unit = systems["office"], towns.finance.unit
    whole = everything(client, "/matters", 200)
    for query, holds in (
        (f"unit_id={unit}", lambda each: each["unit"]["id"] == unit),
        ("kind=commitment", lambda each: each["kind"] == "commitment"),
        ("year=2025", lambda each: each["report_year"] == 2025),
        ("due_from=2027-01-01", lambda each: each["due_on"] >= "2027-01-01"),
        ("due_to=2026-12-31", lambda each: each["due_on"] <= "2026-12-31"),
        ("state=open", lambda each: each["state"] == "open"),
    ):
        found = everything(client, f"/matters?{query}", 200)
        assert found == [each for each in whole if holds(each)]
        assert 0 < len(found) < len(whole) or query == "state=open"


def test_each_light_finds_the_matters_that_show_it(systems: dict[str, TestClient]) -> None:
    client = systems["office"]
    whole = everything(client, "/matters", 200)
    for light in Light:
        found = everything(client, f"/matters?light={light}", 200)
        shown = [each for each in whole if each["light"] and each["light"]["light"] == light]
        assert found == shown
    assert any(each["light"] for each in whole)


def test_a_light_and_dates_hold_together(systems: dict[str, TestClient]) -> None:
    client = systems["office"]
    far = (date(2027, 1, 1) + timedelta(days=3000)).isoformat()
    assert everything(client, f"/matters?light=green&due_from={far}", 200) == []
    refused = client.get(f"{API}/matters?light=red&state=closed")
    assert refused.status_code == 422
    assert "只有未办的事项有灯色" in refused.json()["detail"]


def test_an_obligation_explains_its_dates(towns: TwoTowns, systems: dict[str, TestClient]) -> None:
    told = got(systems["finance"], f"/obligations/{towns.finance.obligation}")
    last = told["milestones"][-1]
    assert last["milestone"] == "publication"
    assert last["statutory"]
    assert "第四十九条" in last["steps"][0]["note"]
    assert last["source"]


def test_the_numbers_are_those_of_the_first_page(systems: dict[str, TestClient]) -> None:
    told = got(systems["office"], "/overview")
    assert told["countdown"]["units"] == 3
    assert told["reports_to_review"] == 2
    own = got(systems["finance"], "/overview")
    assert own["countdown"]["units"] == 1
    assert own["reports_to_review"] == 1


def test_the_record_of_acts_is_verified(systems: dict[str, TestClient]) -> None:
    told = got(systems["office"], "/audit/verification")
    assert told["intact"]
    assert told["unsealed"] > 0


def test_the_forecast_is_limited_to_a_span(systems: dict[str, TestClient]) -> None:
    refused = systems["office"].get(f"{API}/reminders/forecast?from=2026-01-01&to=2027-01-01")
    assert refused.status_code == 422
    assert "一次最多 120 天" in refused.json()["detail"]


@pytest.mark.parametrize(
    ("path", "said"),
    [
        ("/matters?stat=open", "参数 stat：不认识"),
        ("/matters?limit=1000", "参数 limit：不能大于 200"),
        ("/matters?due_from=20260131", "参数 due_from：应是日期，如 2026-01-31"),
        ("/matters?state=done", "参数 state：应是其中之一"),
        ("/matters/abc", "地址 matter_id：应是整数"),
        ("/units?after=²-1", "参数 after：格式不对"),
        ("/dates/due?year=2026", "参数 kind：缺少"),
        ("/units/99999999999999999999", "地址 unit_id：不能大于"),
    ],
)
def test_a_mistake_is_named_with_its_place(
    systems: dict[str, TestClient], path: str, said: str
) -> None:
    answer = systems["office"].get(API + path)
    assert answer.status_code == 422
    assert answer.headers["content-type"] == "application/problem+json"
    assert said in answer.json()["detail"]


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/nothing", 404), ("PUT", "/units", 405)]
)
def test_what_does_not_exist_is_told_as_a_problem(
    systems: dict[str, TestClient], method: str, path: str, status: int
) -> None:
    answer = systems["office"].request(method, API + path)
    assert answer.status_code == status
    assert answer.headers["content-type"] == "application/problem+json"
    assert answer.json()["status"] == status


def test_signatures_are_listed_with_who_did_not_sign(
    towns: TwoTowns, systems: dict[str, TestClient]
) -> None:
    office = systems["office"]
    listed = got(office, "/sign-offs")["items"]
    slips = got(office, "/sign-offs?kind=slip")["items"]
    for each in (*listed, *slips):
        assert (each["signed_at"] is None) == (each["via"] is None)
        assert each["told_of"]
    unsigned = got(office, "/sign-offs?state=unsigned")["items"]
    assert all(each["signed_at"] is None for each in unsigned)
    assert systems["finance"].get(f"{API}/sign-offs").status_code == 403
    papers = got(systems["finance"], f"/matters/{towns.finance.commitment}")["sign_offs"]
    assert papers[0]["slip"] is None
    assert papers[0]["waiting"] != []
    assert "号" in papers[1]["slip"]
