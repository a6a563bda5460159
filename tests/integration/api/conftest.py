"""The interface of two towns and the systems that call it, shared by a module's tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi.testclient import TestClient

from server.edge import database
from tests.integration.web.conftest import rolled_back
from tests.two_towns import CALLERS, TwoTowns, entered, found


@pytest.fixture(scope="module")
def towns(copies: Any, server_home: Path) -> Iterator[TwoTowns]:
    with (
        copies.of(found, "module") as (url, founded),
        entered(url, server_home / "towns", founded) as opened,
    ):
        opened.api.dependency_overrides[database] = rolled_back
        yield opened


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
