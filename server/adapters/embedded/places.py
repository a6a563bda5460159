"""Folders, locks and ports of the embedded servers."""

import contextlib
import fcntl
import os
import random
import secrets
import shutil
import socket
import tempfile
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path

from server.adapters.embedded.process import Account, StartFailed, may_enter, run_as
from server.errors import Conflict

# Below Linux's ephemeral range: a client that retries against a closed ephemeral port can
# connect to itself and so occupy the port for good.
PORTS = range(20000, 32000)
BINARY_COPIES = Path("/var/tmp")  # noqa: S108 - the copy is checked to be root's own
STATE = Path("/var/lib")


@contextlib.contextmanager
def held(folder: Path) -> Iterator[None]:
    """Keep other processes from using the folder; the kernel lets go even after kill -9.

    Raises Conflict that names the holder when somebody else uses it.
    """
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    lock = folder / "lock"
    try:
        file = lock.open("a+")
    except PermissionError as error:
        raise Conflict(
            f"没有权限使用 {folder}：请用最初启动它的用户运行，或用 DUBAN_HOME 另指定目录。"
        ) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            file.seek(0)
            holder = file.read().strip() or "未知"
            raise Conflict(
                f"{folder} 正由进程 {holder} 使用：请先停止它，或用 DUBAN_HOME 另指定目录。"
            ) from error
        file.truncate(0)
        file.write(str(os.getpid()))
        file.flush()
        yield


def is_free(port: int, host: str = "127.0.0.1") -> bool:
    """Say whether a server could listen on the port now."""
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    with socket.socket(family, socket.SOCK_STREAM) as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((host, port))
        except OSError:
            return False
    return True


def kept_port(file: Path) -> int:
    """Return the port noted in the file if it is still free, else note and return another."""
    noted = file.read_text() if file.exists() else ""
    if noted.isdigit() and is_free(int(noted)):
        return int(noted)
    for port in random.sample(PORTS, 200):
        if is_free(port):
            file.write_text(str(port))
            return port
    raise StartFailed("本机 20000–32000 之间找不到空闲端口：请检查是否有程序占用了大量端口。")


def kept_secret(file: Path) -> str:
    """Return the secret in the file (43 characters, mode 0600), made on first use."""
    if not file.exists():
        file.parent.mkdir(parents=True, exist_ok=True)
        fresh = file.with_name(file.name + ".new")
        fresh.unlink(missing_ok=True)
        with os.fdopen(os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as out:
            out.write(secrets.token_urlsafe(32))
        fresh.replace(file)
    return file.read_text().strip()


def package_folder(package: str) -> Path:
    """Return where a package is installed, without running any of it."""
    spec = find_spec(package)
    if spec is None or spec.origin is None:
        raise StartFailed(
            f"缺少 {package}：请运行 make install，"
            "或用 DUBAN_DATABASE_URL、DUBAN_REDIS_URL 指定现有服务。"
        )
    return Path(spec.origin).parent


def reachable_binaries(package: Path, part: str, account: Account | None) -> Path:
    """Return the folder `part` of the package, or a copy that the account can run.

    A checkout under root's private home is closed to the demoted server. The copy keeps the
    package's relative layout because the binaries find their libraries by it.
    """
    if run_as(account, [package / part / "bin" / "postgres", "--version"])[0] == 0:
        return package / part
    libraries = package.with_name(package.name + ".libs")
    stamp = (package / part / "bin" / "postgres").stat()
    target = BINARY_COPIES / f"duban-{part}-{stamp.st_size:x}-{int(stamp.st_mtime):x}"
    if not target.exists():
        _copy_whole([package / part, libraries], target, package)
    if target.is_symlink() or target.stat().st_uid != os.geteuid():
        raise StartFailed(f"{target} 不是本用户所建，不能使用：请删除它后重试。")
    return target / package.name / part


def _copy_whole(sources: list[Path], target: Path, package: Path) -> None:
    """Copy all or nothing: others see the target only when it is complete."""
    fresh = Path(tempfile.mkdtemp(prefix="duban-", dir=target.parent))
    for source in sources:
        if source.exists():
            inside = source.relative_to(package.parent)
            shutil.copytree(source, fresh / inside, symlinks=True)
    for folder in (fresh, fresh / package.name):
        folder.chmod(0o755)
    try:
        fresh.rename(target)
    except OSError:
        # Another start was quicker; its copy is the same.
        shutil.rmtree(fresh)


def server_folder(home: Path, name: str, account: Account | None) -> Path:
    """Return `home/name`, made on first use where the account can reach it.

    When the home lies under a closed folder, `home/name` becomes a link to a folder of its own
    under /var/lib; deleting the link starts afresh.
    """
    folder = home / name
    if folder.is_symlink() and not folder.exists():
        raise StartFailed(
            f"{folder} 指向的数据目录 {folder.readlink()} 不见了："
            "请恢复它；若确实不要旧数据，删除此链接后重试。"
        )
    if folder.exists():
        return folder.resolve()
    home.mkdir(parents=True, exist_ok=True, mode=0o711 if account else 0o700)
    if account and not may_enter(account, home):
        _link_outside(folder)
    else:
        folder.mkdir(mode=0o711)
    return folder.resolve()


def _link_outside(folder: Path) -> None:
    parent = STATE if os.access(STATE, os.W_OK) else BINARY_COPIES
    outside = Path(tempfile.mkdtemp(prefix="duban-", dir=parent))
    outside.chmod(0o711)
    folder.symlink_to(outside)
