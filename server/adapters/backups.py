"""One database to one file and back: whole or not at all."""

import contextlib
import os
import subprocess
from collections.abc import Iterator
from pathlib import Path

from server.adapters.postgres_tools import ToolFailed, Tools, connection_environment, run

HOLD = """
DO $$ BEGIN
  IF to_regclass('public.installation') IS NOT NULL THEN
    EXECUTE 'UPDATE public.installation SET held_since = clock_timestamp(), held_reason = $r$'
      || '{reason}' || '$r$ WHERE held_since IS NULL';
  END IF;
END $$;
"""


def dump(url: str, target: Path, tools: Tools) -> int:
    """Write the whole database to `target` and return its size; the file is complete or missing.

    Raises: ToolFailed.
    """
    fresh = target.with_name(f".{target.name}.{os.getpid()}")
    environment = connection_environment(url)
    try:
        with _private():
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--file={fresh}"]
            run([tools.path("pg_dump"), *options], environment, "备份")
        run([tools.path("pg_restore"), "--list", str(fresh)], environment, "检查备份文件")
        with fresh.open("rb") as written:
            os.fsync(written.fileno())
        size = fresh.stat().st_size
        fresh.replace(target)
    finally:
        fresh.unlink(missing_ok=True)
    return size


def load(url: str, source: Path, tools: Tools, *, held_because: str) -> None:
    """Fill an empty database from a backup, held, in one transaction. Raises: ToolFailed."""
    environment = connection_environment(url)
    reading = [tools.path("pg_restore"), "--no-owner", "--no-privileges", "--file=-", str(source)]
    writing = [tools.path("psql"), "--no-psqlrc", "--quiet", "--single-transaction"]
    writing += ["--set=ON_ERROR_STOP=1", "--output=/dev/null"]
    with (
        subprocess.Popen(  # noqa: S603 - found by postgres_tools, no shell
            writing, env=environment, stdin=subprocess.PIPE, stderr=subprocess.PIPE
        ) as psql,
        subprocess.Popen(  # noqa: S603 - the same
            reading, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE
        ) as restore,
    ):
        failed = _copied(restore, psql, HOLD.format(reason=held_because))
    if failed:
        raise ToolFailed(f"恢复没有完成，数据库没有变化：\n{failed}")


def _copied(restore: "subprocess.Popen[bytes]", psql: "subprocess.Popen[bytes]", last: str) -> str:
    """Pass one program's output to the other, then `last`; return what went wrong."""
    assert restore.stdout is not None  # noqa: S101 - opened as a pipe above
    assert psql.stdin is not None  # noqa: S101 - the same
    with contextlib.suppress(BrokenPipeError):
        while block := restore.stdout.read(1 << 16):
            psql.stdin.write(block)
        _, complaint = restore.communicate()
        if restore.returncode != 0:
            # Ended before the transaction is: everything is rolled back.
            psql.kill()
            psql.communicate()
            return complaint.decode("utf-8", "replace")[-1500:]
        psql.stdin.write(last.encode())
    _, complaint = psql.communicate()
    return complaint.decode("utf-8", "replace")[-1500:] if psql.returncode != 0 else ""


@contextlib.contextmanager
def _private() -> Iterator[None]:
    """Let files made meanwhile be readable by their owner alone."""
    before = os.umask(0o077)
    try:
        yield
    finally:
        os.umask(before)
