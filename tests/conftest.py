"""What tests share: kinds by folder, and real servers that start only when a test asks."""

import os
import pickle
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from itertools import count
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import pytest
from hypothesis import settings

from tests.folders import open_folder

if TYPE_CHECKING:
    from server.adapters.embedded import PostgresHandle, ValkeyHandle
    from tests.two_towns import TwoTowns

T = TypeVar("T")

KINDS = ("unit", "integration", "contract", "e2e", "chaos", "bench")
NOT_DURABLE = {"fsync": "off", "synchronous_commit": "off", "full_page_writes": "off"}

_numbers = count(1)

# How long an example takes is the machine's affair, not the test's.
settings.register_profile("duban", deadline=None)
settings.load_profile("duban")


def pytest_configure(config: pytest.Config) -> None:
    """Register one marker for each folder of tests; forget what the shell says of a trial."""
    for name in [n for n in os.environ if n.startswith("DUBAN_") and n != "DUBAN_CHROMIUM"]:
        del os.environ[name]
    os.environ["DUBAN_HOME"] = str(Path(tempfile.gettempdir()) / "duban-nowhere")
    for kind in KINDS:
        config.addinivalue_line("markers", f"{kind}: tests of the folder tests/{kind}")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test with the name of its folder."""
    here = Path(__file__).parent
    for item in items:
        kind = item.path.relative_to(here).parts[0]
        if kind in KINDS:
            item.add_marker(kind)


@pytest.fixture(scope="session")
def server_home() -> Iterator[Path]:
    """A folder for servers that the demoted account can enter (pytest's own is closed)."""
    home = open_folder("duban-test-")
    yield home
    shutil.rmtree(home, ignore_errors=True)


@pytest.fixture(scope="session")
def postgres(server_home: Path) -> Iterator["PostgresHandle"]:
    """One real PostgreSQL for each pytest process."""
    from server.adapters.embedded import start_postgres

    with start_postgres(server_home, NOT_DURABLE | {"max_connections": "200"}) as handle:
        yield handle


@pytest.fixture(scope="session")
def database_template(postgres: "PostgresHandle") -> str:
    """The name of a migrated, empty database that others are copied from."""
    from server.db.migrate import migrate

    with postgres.cluster.connect() as connection:
        connection.execute("CREATE DATABASE template_duban")
    migrate(postgres.cluster.url("template_duban"))
    return "template_duban"


@contextmanager
def _copy(postgres: "PostgresHandle", template: str, name: str) -> Iterator[str]:
    with postgres.cluster.connect() as connection:
        connection.execute(f"CREATE DATABASE {name} TEMPLATE {template} STRATEGY FILE_COPY")
        yield postgres.cluster.url(name)
        connection.execute(f"DROP DATABASE {name} WITH (FORCE)")


@pytest.fixture
def database_url(postgres: "PostgresHandle", database_template: str) -> Iterator[str]:
    """The address of a migrated, empty database for this test alone; every test's is the same."""
    with _copy(postgres, database_template, f"test_{os.getpid()}") as url:
        yield url


@pytest.fixture(scope="module")
def module_database_url(postgres: "PostgresHandle", database_template: str) -> Iterator[str]:
    """The address of a migrated, empty database for the tests of one module."""
    with _copy(postgres, database_template, f"module_{os.getpid()}_{next(_numbers)}") as url:
        yield url


class Copies:
    """Databases that are furnished once in a process and copied for whoever asks."""

    def __init__(self, postgres: "PostgresHandle", empty: str) -> None:
        self.postgres = postgres
        self.empty = empty
        self.kept: dict[Callable[[str], Any], tuple[str, bytes]] = {}

    @contextmanager
    def of(self, furnish: Callable[[str], T], name: str = "test") -> Iterator[tuple[str, T]]:
        """Yield the address of a copy, and what `furnish` returned for its original."""
        if furnish not in self.kept:
            self.kept[furnish] = self._original(furnish)
        original, returned = self.kept[furnish]
        with _copy(self.postgres, original, f"{name}_{os.getpid()}") as url:
            yield url, pickle.loads(returned)

    def _original(self, furnish: Callable[[str], T]) -> tuple[str, bytes]:
        name = f"original_{os.getpid()}_{next(_numbers)}"
        with self.postgres.cluster.connect() as connection:
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {self.empty}")
        return name, pickle.dumps(furnish(self.postgres.cluster.url(name)))


@pytest.fixture(scope="session")
def copies(postgres: "PostgresHandle", database_template: str) -> Copies:
    """Copies of databases, each of which is furnished once: `with copies.of(furnish) as …`."""
    return Copies(postgres, database_template)


@pytest.fixture
def own_towns(copies: Copies, server_home: Path) -> Iterator["TwoTowns"]:
    """Two towns and their pages for this test alone."""
    from tests import two_towns

    with (
        copies.of(two_towns.found) as (url, founded),
        two_towns.entered(url, server_home / "own-towns", founded) as opened,
    ):
        yield opened


@pytest.fixture(scope="session")
def valkey(server_home: Path) -> Iterator["ValkeyHandle"]:
    """One real Valkey for each pytest process."""
    from server.adapters.embedded import start_valkey

    with start_valkey(server_home) as handle:
        yield handle


@pytest.fixture
def redis_url(valkey: "ValkeyHandle") -> str:
    """The address of an empty Redis-protocol server."""
    from redis import Redis

    with Redis.from_url(valkey.url) as client:
        client.flushall()
    return valkey.url
