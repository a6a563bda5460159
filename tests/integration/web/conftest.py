"""The pages of two towns and browsers of all their people, shared by a module's tests."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from fastapi import Request
from sqlmodel import Session

from server.web.deps import database
from tests.factories import Browser
from tests.two_towns import PEOPLE, TwoTowns, entered, found


def rolled_back(request: Request) -> Iterator[Session]:
    """Stand in for the session of a use case; nothing stays."""
    with Session(request.app.state.engine, expire_on_commit=False) as session:
        yield session
        session.flush()  # what the database refuses must show
        session.rollback()


@pytest.fixture(scope="module")
def towns(copies: Any, server_home: Path) -> Iterator[TwoTowns]:
    with (
        copies.of(found, "module") as (url, founded),
        entered(url, server_home / "towns", founded) as opened,
    ):
        opened.desk.app.dependency_overrides[database] = rolled_back
        yield opened


@pytest.fixture(scope="module")
def browsers(towns: TwoTowns) -> dict[str, Browser]:
    return {who: towns.desk.browser(who) for who in PEOPLE}


@pytest.fixture
def kept(towns: TwoTowns) -> Iterator[None]:
    """Let what this test does stay in the database."""
    overrides = towns.desk.app.dependency_overrides
    del overrides[database]
    yield
    overrides[database] = rolled_back
