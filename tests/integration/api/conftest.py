"""The interface of two towns and the systems that call it, shared by a module's tests."""

from collections.abc import Iterator
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server.edge import database
from tests.integration.web.conftest import rolled_back
from tests.two_towns import CALLERS, TwoTowns, database_name, founded


@pytest.fixture(scope="module")
def towns(
    postgres: Any, database_template: str, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[TwoTowns]:
    name = database_name()
    with postgres.cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {database_template}")
        with founded(postgres.cluster.url(name), tmp_path_factory.mktemp("home")) as opened:
            opened.api.dependency_overrides[database] = rolled_back
            yield opened
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture(scope="module")
def systems(towns: TwoTowns) -> dict[str, TestClient]:
    return {who: towns.system(who) for who in CALLERS}


@pytest.fixture
def kept(towns: TwoTowns) -> Iterator[None]:
    """Let what this test does stay in the database."""
    overrides = towns.api.dependency_overrides
    del overrides[database]
    yield
    overrides[database] = rolled_back
