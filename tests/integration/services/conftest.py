"""What the use cases' tests share."""

from collections.abc import Iterator

import pytest
from sqlalchemy import Engine

from tests import factories


@pytest.fixture
def engine(database_url: str) -> Iterator[Engine]:
    """The engine of a migrated, empty database."""
    with factories.opened(database_url) as opened:
        yield opened
