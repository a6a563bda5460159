"""Who gets what from every route of the interface: the matrix is made from the router itself."""

import pytest
from fastapi.testclient import TestClient
from sqlalchemy import Engine, text

from server.domain.access import Caller, Permission
from tests.integration.web.test_isolation import CANARY, plant, sings
from tests.two_towns import API_WAYS, CALLERS, Owned, TwoTowns, Way

NOWHERE = 2_000_000_000
NEEDED = {
    "/api/v1/dates/due": "?year=2026&kind=town",
    "/api/v1/dates/workdays/add": "?date=2026-01-05&days=20",
    "/api/v1/dates/workdays/between": "?from=2026-01-05&to=2026-02-05",
}
"""What some addresses cannot do without."""
LOOKS = [way for way in API_WAYS if way.method == "GET"]
ACTS = [way for way in API_WAYS if way.method == "POST"]
SAYS = {
    "/tick": ["version", "done"],
    "evidence": ["note"],
    "return": ["version", "reason"],
    "reopen": ["version", "reason"],
}
"""What some acts must say, besides or in place of the version."""
OBJECTS = [way for way in API_WAYS if "{" in way.template]


@pytest.fixture(scope="module", autouse=True)
def canary(towns: TwoTowns) -> None:
    for owner in (towns.finance, towns.schools):
        _tell(towns.engine, owner)
    plant(towns.engine, towns.finance.unit)


def _tell(engine: Engine, owner: Owned) -> None:
    """Let the bureau's officer have been told of its commitment, who is to sign for it."""
    told = text(
        "INSERT INTO reminder (matter_id, due_version, stage, rung, recipient_id, scheduled_on,"
        " outcome, message_id, planned_at, late) SELECT m.id, m.due_version, 'before-7', 0, :who,"
        " m.due_on, 'mailed', :message, now(), false FROM matter m WHERE m.id = :matter"
    )
    with engine.begin() as connection:
        values = {"who": owner.contact, "message": owner.message, "matter": owner.commitment}
        connection.execute(told, values)


def may(who: str, way: Way) -> bool:
    (permission,) = way.admitted
    caller = Caller(1, who, CALLERS[who][0], 1, "", "/", at_office="office" in who)
    return caller.may(Permission(permission))


@pytest.mark.parametrize("way", API_WAYS, ids=str)
def test_nobody_gets_anything_without_a_token(towns: TwoTowns, way: Way) -> None:
    client = TestClient(towns.desk.app)
    answer = client.request(way.method, towns.finance.path(way.template))
    assert answer.status_code == 401
    assert answer.headers["www-authenticate"].startswith("Bearer")
    assert answer.headers["content-type"] == "application/problem+json"
    assert "Authorization" in answer.json()["detail"]


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("way", LOOKS, ids=str)
def test_every_system_sees_what_its_token_and_place_allow(
    towns: TwoTowns, systems: dict[str, TestClient], way: Way, who: str
) -> None:
    path = towns.finance.path(way.template) + NEEDED.get(way.template, "")
    answer = systems[who].get(path)
    if not may(who, way):
        assert answer.status_code == 403
        assert "没有这项权限" in answer.json()["detail"]
    elif way in OBJECTS and not CALLERS[who][1]:
        assert answer.status_code == 404
    else:
        assert answer.status_code == 200


@pytest.mark.parametrize("who", CALLERS)
@pytest.mark.parametrize("way", ACTS, ids=str)
def test_every_system_does_what_its_token_and_place_allow(
    towns: TwoTowns, systems: dict[str, TestClient], way: Way, who: str
) -> None:
    path = towns.finance.path(way.template)
    body = {"version": 1, "reason": "无", "done": True, "note": "无"}
    shape = "/tick" if way.template.endswith("/tick") else way.template.rsplit("/", 1)[-1]
    said = {name: body[name] for name in SAYS.get(shape, ["version"])}
    answer = systems[who].post(path, json=said, headers={"Idempotency-Key": f"key-{who}-{shape}"})
    if not may(who, way):
        assert answer.status_code == 403
    elif way in OBJECTS and not CALLERS[who][1]:
        assert answer.status_code == 404
    elif way in OBJECTS:
        assert answer.status_code in (200, 409), answer.text
    else:
        assert answer.status_code == 422  # no file


@pytest.mark.parametrize("who", [who for who, (_, in_sight) in CALLERS.items() if not in_sight])
@pytest.mark.parametrize("way", OBJECTS, ids=str)
def test_what_is_foreign_looks_like_what_does_not_exist(
    towns: TwoTowns, systems: dict[str, TestClient], way: Way, who: str
) -> None:
    nowhere = way.template
    for name in ("unit", "obligation", "matter", "commitment", "checklist", "report", "message"):
        nowhere = nowhere.replace("{" + name + "_id}", str(NOWHERE))
    nowhere = nowhere.replace("{item_id}", str(towns.finance.item))
    ask = {"headers": {"Idempotency-Key": "key-foreign"}, "json": {"version": 1, "reason": "无"}}
    given = ask if way.method == "POST" else {}
    foreign = systems[who].request(way.method, towns.finance.path(way.template), **given)
    missing = systems[who].request(way.method, nowhere, **given)
    assert foreign.status_code == missing.status_code
    assert foreign.json() == missing.json()


@pytest.mark.parametrize("who", [who for who, (_, in_sight) in CALLERS.items() if not in_sight])
@pytest.mark.parametrize("way", LOOKS, ids=str)
def test_nothing_of_a_foreign_unit_is_ever_told(
    towns: TwoTowns, systems: dict[str, TestClient], way: Way, who: str
) -> None:
    needed = NEEDED.get(way.template, "")
    queries = [needed, f"{needed}{'&' if needed else '?'}unit_id={towns.finance.unit}"]
    for owner in (towns.finance, towns.schools):
        for query in queries:
            assert not sings(systems[who].get(owner.path(way.template) + query))


OF_NOBODY = {"dates", "audit", "overview", "openapi.json"}
TEMPLATES = [way.template for way in LOOKS if not OF_NOBODY & set(way.template.split("/"))]


@pytest.mark.parametrize("template", TEMPLATES)
def test_the_own_office_hears_the_canary_everywhere(
    towns: TwoTowns, systems: dict[str, TestClient], template: str
) -> None:
    answer = systems["office"].get(towns.finance.path(template))
    assert CANARY in answer.text, answer.text
