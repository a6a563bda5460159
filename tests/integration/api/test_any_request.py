"""Whatever another system sends, the interface answers as described, never with a 500."""

import os
from typing import Any

import schemathesis
from hypothesis import HealthCheck, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from server.app import create_app
from server.settings import Settings
from tests.two_towns import TwoTowns

EXAMPLES = int(os.environ.get("DUBAN_FUZZ_EXAMPLES", "12"))
DOCUMENT = create_app(
    Settings(database_url="postgresql://nobody@127.0.0.1:1/none")
).state.describe_api()
schema = schemathesis.openapi.from_dict(DOCUMENT)
CHECKS = [
    not_a_server_error,
    status_code_conformance,
    content_type_conformance,
    response_schema_conformance,
]


@schema.parametrize()
@settings(
    max_examples=EXAMPLES,
    deadline=None,
    database=None,
    suppress_health_check=list(HealthCheck),
)
def test_no_request_breaks_the_interface(case: Any, towns: TwoTowns) -> None:
    case.headers = {
        **(case.headers or {}),
        "Authorization": f"Bearer {towns.secrets['office']}",
    }
    case.operation.app = towns.desk.app
    case.call_and_validate(checks=CHECKS)
