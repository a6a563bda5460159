"""Connections and the one transaction of a use case."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, create_engine
from sqlmodel import Session

from server.errors import InvalidInput


def normalise_url(url: str) -> str:
    """Return the address with the driver this project uses, whatever spelling it came in."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def make_engine(url: str, *, pool_size: int = 5) -> Engine:
    """Return an engine whose sessions speak UTC and give up instead of hanging."""
    if not url:
        raise InvalidInput("没有指定数据库：请先用 make run 启动，或设置 DUBAN_DATABASE_URL。")
    options = "-c timezone=UTC -c lock_timeout=5s -c idle_in_transaction_session_timeout=60s"
    return create_engine(
        normalise_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=True,
        connect_args={"options": options, "connect_timeout": 5},
    )


@contextmanager
def one_transaction(url: str) -> Iterator[Session]:
    """Yield the session of a command's one use case; every connection is closed afterwards."""
    engine = make_engine(url)
    try:
        with transaction(engine) as session:
            yield session
    finally:
        engine.dispose()


@contextmanager
def transaction(engine: Engine) -> Iterator[Session]:
    """Yield the session of one use case; commit when it ends, roll back when it fails."""
    with Session(engine, expire_on_commit=False) as session, session.begin():
        yield session
