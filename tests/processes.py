"""Watching real processes: who descends from whom, who is alive, what they said."""

import subprocess
import time
from collections.abc import Callable, Mapping
from pathlib import Path


class Program:
    """A started program, its output in a file, and all that it started."""

    def __init__(
        self, command: list[str], output: Path, env: Mapping[str, str] | None = None
    ) -> None:
        self.output = output
        with output.open("wb") as out:
            self.process = subprocess.Popen(
                command,
                stdout=out,
                stderr=subprocess.STDOUT,
                env=None if env is None else dict(env),
            )

    def said(self) -> str:
        """Return its output so far."""
        return self.output.read_text("utf-8")

    def until(self, holds: Callable[[], bool], seconds: float = 20) -> None:
        """Wait until the condition holds; fail with the program's output after the seconds."""
        deadline = time.monotonic() + seconds
        while not holds():
            assert time.monotonic() < deadline, self.said()
            time.sleep(0.05)

    def family(self) -> list[int]:
        """Return all its living descendants."""
        return descendants(self.process.pid)

    def find(self, words: str) -> list[int]:
        """Return its living descendants whose command line contains the words."""
        return [pid for pid in self.family() if words in command_line(pid)]


def command_line(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""


def descendants(parent: int) -> list[int]:
    """Return all living descendants of a process."""
    of: dict[int, list[int]] = {}
    for entry in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = entry.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if fields[0] != "Z":
            of.setdefault(int(fields[1]), []).append(int(entry.parent.name))
    found, queue = [], [parent]
    while queue:
        children = of.get(queue.pop(), [])
        found += children
        queue += children
    return found


def is_alive(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except OSError:
        return False
