"""Start processes that never outlive their parent, under an account they accept."""

import contextlib
import ctypes
import os
import pwd
import signal
import subprocess
import sys
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from server.errors import AppError

PR_SET_PDEATHSIG = 1
LOG_LIMIT = 10 * 1024 * 1024

_libc = ctypes.CDLL(None, use_errno=True)


class StartFailed(AppError):
    """A server did not come up; the sentence carries the end of its log."""

    code = "start_failed"


@dataclass(frozen=True, slots=True)
class Account:
    """An operating-system account."""

    uid: int
    gid: int


def unprivileged_account(data: Path) -> Account | None:
    """Return whom PostgreSQL must run as when root calls: the data's owner, else `nobody`.

    None means that the caller's own account will do.
    """
    if os.geteuid() != 0:
        _refuse_nameless(os.geteuid())
        return None
    if data.exists() and data.stat().st_uid != 0:
        return Account(data.stat().st_uid, data.stat().st_gid)
    nobody = pwd.getpwnam("nobody")
    return Account(nobody.pw_uid, nobody.pw_gid)


def _refuse_nameless(uid: int) -> None:
    try:
        pwd.getpwuid(uid)
    except KeyError as error:
        raise StartFailed(
            f"当前用户（uid {uid}）没有登记在系统的用户表里，PostgreSQL 不接受："
            "请换一个已登记的用户，或用 DUBAN_DATABASE_URL 指定现有数据库。"
        ) from error


def run_as(account: Account | None, command: Sequence[str | Path]) -> tuple[int, str]:
    """Run a short command to its end under that account; return its code and its output."""
    done = subprocess.run(
        [str(part) for part in command],
        cwd="/",
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
        user=account.uid if account else None,
        group=account.gid if account else None,
        extra_groups=[] if account else None,
    )
    return done.returncode, done.stdout.decode("utf-8", "replace")


def may_enter(account: Account | None, folder: Path) -> bool:
    """Say whether that account can reach the folder, by letting it try."""
    return account is None or run_as(account, ["test", "-x", folder])[0] == 0


def spawn(
    command: Sequence[str | Path],
    *,
    log: Path,
    account: Account | None = None,
    death_signal: signal.Signals = signal.SIGTERM,
    env: Mapping[str, str] | None = None,
    cwd: str | Path | None = None,
) -> subprocess.Popen[bytes]:
    """Start a process in a session of its own, its output appended to `log`.

    The kernel sends it `death_signal` when the calling *thread* ends, so call this from the main
    thread. A new session keeps the terminal's Ctrl-C from reaching it before its parent decides.
    """
    with _open_log(log) as output:
        return subprocess.Popen(
            [str(part) for part in command],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
            cwd=cwd,
            env=None if env is None else dict(env),
            user=account.uid if account else None,
            group=account.gid if account else None,
            extra_groups=[] if account else None,
            # It must run between fork and exec, after the change of user which clears the signal.
            preexec_fn=_dies_with(os.getpid(), death_signal),  # noqa: PLW1509 - see above
        )


def _dies_with(parent: int, death_signal: signal.Signals) -> Callable[[], None]:
    def arrange() -> None:
        if sys.platform == "linux":
            _libc.prctl(PR_SET_PDEATHSIG, int(death_signal))
        if os.getppid() != parent:
            os._exit(1)

    return arrange


def _open_log(log: Path) -> BinaryIO:
    log.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".log.1"))
    return log.open("ab")


def log_tail(log: Path, lines: int = 8) -> str:
    """Return the last lines of a log, for a person to read."""
    if not log.exists():
        return ""
    with log.open("rb") as file:
        file.seek(max(0, log.stat().st_size - 8192))
        text = file.read().decode("utf-8", "replace")
    return "\n".join(text.splitlines()[-lines:])


def end(process: subprocess.Popen[bytes], first: signal.Signals, patience: float) -> None:
    """Ask the process to stop, wait `patience` seconds, then kill it with all it started."""
    if process.poll() is None:
        process.send_signal(first)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(patience)
    kill_group(process)


def kill_group(process: subprocess.Popen[bytes]) -> None:
    """Kill whatever is left of the session that the process led, and reap it."""
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    process.wait()
