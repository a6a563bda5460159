"""Statements about the interface: its routes, permissions and description."""

import pytest
from openapi_spec_validator import validate

from server.api.app import PREFIX
from server.app import create_app
from server.domain.access import Permission
from server.settings import Settings
from tests.two_towns import API_WAYS, Way

DOCUMENT = create_app(
    Settings(database_url="postgresql://nobody@127.0.0.1:1/none")
).state.describe_api()
OPERATIONS = [
    (method, path, operation)
    for path, methods in DOCUMENT["paths"].items()
    for method, operation in methods.items()
]


@pytest.mark.parametrize("way", API_WAYS, ids=str)
def test_every_route_names_exactly_one_permission(way: Way) -> None:
    assert len(way.admitted) == 1
    assert way.admitted <= {permission.value for permission in Permission}


@pytest.mark.parametrize("way", API_WAYS, ids=str)
def test_whoever_only_looks_is_never_admitted_to_change(way: Way) -> None:
    changing = way.method != "GET"
    assert changing is bool(way.admitted & {"answer", "supervise"} and way.method == "POST")
    assert way.method in ("GET", "POST")


def test_the_description_is_valid_openapi() -> None:
    validate(DOCUMENT)


def test_the_description_tells_every_route_and_nothing_else() -> None:
    told = {(method.upper(), PREFIX + path) for method, path, _ in OPERATIONS}
    routed = {(way.method, way.template) for way in API_WAYS}
    assert told | {("GET", f"{PREFIX}/openapi.json")} == routed


def test_every_operation_has_a_name_of_its_own_and_is_told_in_chinese() -> None:
    names = [operation["operationId"] for _, _, operation in OPERATIONS]
    assert len(names) == len(set(names))
    for _, _, operation in OPERATIONS:
        assert any("\u4e00" <= sign <= "\u9fff" for sign in operation["summary"])
        assert operation["security"] == [{"HTTPBearer": []}]


def test_every_refusal_has_the_form_of_a_problem() -> None:
    for _, path, operation in OPERATIONS:
        for status, answer in operation["responses"].items():
            if int(status) >= 400:
                assert list(answer["content"]) == ["application/problem+json"], (path, status)


def test_every_answer_has_a_closed_shape() -> None:
    for name, schema in DOCUMENT["components"]["schemas"].items():
        if schema.get("type") == "object" and not name.startswith("Body_"):
            assert schema["additionalProperties"] is False, name
