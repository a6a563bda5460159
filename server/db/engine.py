"""Connections and the one transaction of a use case."""

import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from sqlalchemy import Engine, create_engine, event, exc
from sqlmodel import Session

from server.errors import InvalidInput

RESTED = 5.0
"""Seconds after which a kept connection is asked whether it still lives before it is used."""


def normalise_url(url: str) -> str:
    """Return the address with the driver this project uses, whatever spelling it came in."""
    for prefix in ("postgresql://", "postgres://"):
        if url.startswith(prefix):
            return "postgresql+psycopg://" + url.removeprefix(prefix)
    return url


def make_engine(url: str, *, pool_size: int = 5, ask_always: bool = True) -> Engine:
    """Return an engine whose sessions speak UTC and give up instead of hanging.

    `ask_always`: whether a kept connection is proved before every use, as a page needs that can
    tell nobody but its visitor; a worker tries again by itself and asks only the rested ones.
    """
    if not url:
        raise InvalidInput("没有指定数据库：请先用 make run 启动，或设置 DUBAN_DATABASE_URL。")
    options = "-c timezone=UTC -c lock_timeout=5s -c idle_in_transaction_session_timeout=30s"
    engine = create_engine(
        normalise_url(url),
        pool_size=pool_size,
        max_overflow=pool_size,
        pool_pre_ping=ask_always,
        connect_args={"options": options, "connect_timeout": 5},
    )
    if not ask_always:
        _ask_the_rested(engine)
    return engine


def _ask_the_rested(engine: Engine) -> None:
    """Replace connections that died while they rested.

    The pool's own question, before every transaction, doubles the exchanges of short ones; and a
    connection used a moment ago is as likely to die within the transaction as before it.
    """

    @event.listens_for(engine, "checkin")
    def _note(_: Any, record: Any) -> None:
        record.info["rests_since"] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def _ask(connection: Any, record: Any, _: Any) -> None:
        if time.monotonic() - record.info.get("rests_since", time.monotonic()) < RESTED:
            return
        try:
            engine.dialect.do_ping(connection)
        except engine.dialect.loaded_dbapi.Error as error:
            raise exc.DisconnectionError from error  # the pool connects anew


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


def single_statements(engine: Engine) -> Callable[[], Session]:
    """Return what opens sessions each statement of which commits by itself, in one exchange."""
    at_once = engine.execution_options(isolation_level="AUTOCOMMIT")
    return lambda: Session(at_once, expire_on_commit=False)
