"""Reading strangers' files in a process of their own, under limits, killed when they overstep.

Each of our processes has one such child, started with its first file and kept; it forks for every
file (sandbox_child.py). What a file can do to it becomes a Chinese refusal here.
"""

import atexit
import json
import logging
import os
import select
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from server.adapters.documents import limits
from server.adapters.documents.doc import to_docx
from server.adapters.documents.reading import check_size
from server.adapters.documents.sandbox_messages import (
    ANSWER,
    ANSWERED,
    CRASHED,
    MOST_ANSWER,
    TOO_LARGE,
    TOO_LONG,
    Request,
    document_of,
    report_of,
)
from server.domain.reports.parsed import ParsedReport
from server.domain.reports.source import SourceText
from server.errors import Refused

log = logging.getLogger(__name__)
_PATIENCE = limits.WALL_SECONDS + 5
_ROOT = Path(__file__).resolve().parents[3]
_COMMAND = [sys.executable, "-m", "server.adapters.documents.sandbox_child"]
_REASONS = {
    TOO_LONG: "读取用时超过上限，可能内容过多或结构异常。"
    "请核对是否选错文件，或拆分、另存为 docx 后重新导入。",
    TOO_LARGE: "展开后占用内存过大。请去掉图片和附件、另存为 docx 后重新导入。",
}
_DAMAGED = "已损坏，读取时出错。请用 Word 或 WPS 打开、另存为 docx 后重新导入。"


class Sandbox:
    """The child of one process, started again whenever it is gone. One file at a time."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._child: subprocess.Popen[bytes] | None = None

    def ask(self, request: Request, content: bytes) -> dict[str, Any]:
        """Return what the child says of a file.

        Raises: Refused, when reading it took too long, too much memory or killed the child.
        """
        with self._lock:
            status, answer = self._asked_twice(request, content)
        if status != ANSWERED:
            raise _refused(request.name, status)
        return _believed(request.name, answer)

    def _asked_twice(self, request: Request, content: bytes) -> tuple[int, bytes]:
        """Ask a fresh child once more when the first is gone: it may have died before this file."""
        for _ in range(2):
            try:
                return self._exchange(request, content)
            except TimeoutError:
                self._end()
                return TOO_LONG, b""
            except (OSError, EOFError):
                self._end()
        return CRASHED, b""

    def close(self) -> None:
        """End the child."""
        with self._lock:
            self._end()

    def _exchange(self, request: Request, content: bytes) -> tuple[int, bytes]:
        child = self._alive()
        if child.stdin is None or child.stdout is None:
            raise EOFError
        until = time.monotonic() + _PATIENCE
        child.stdin.write(request.head(content))
        child.stdin.write(content)
        child.stdin.flush()
        source = child.stdout.fileno()
        status, size = ANSWER.unpack(_take(source, ANSWER.size, until))
        if size > MOST_ANSWER:
            raise EOFError
        return status, _take(source, size, until)

    def _alive(self) -> subprocess.Popen[bytes]:
        if self._child is None or self._child.poll() is not None:
            self._end()
            self._child = subprocess.Popen(  # noqa: S603  # our own interpreter, fixed arguments
                _COMMAND,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                cwd=_ROOT,
                env=_environment(),
                start_new_session=True,
            )
        return self._child

    def _end(self) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        if child.poll() is None:
            os.killpg(child.pid, signal.SIGKILL)
        child.wait()
        for pipe in (child.stdin, child.stdout):
            if pipe is not None:
                _close(pipe)


def _close(pipe: Any) -> None:
    try:
        pipe.close()
    except BrokenPipeError:
        return


def _environment() -> dict[str, str]:
    """Return what Python needs to start, and none of our settings: they hold passwords."""
    kept = ("PATH", "PYTHONPATH", "LD_LIBRARY_PATH", "HOME", "TMPDIR")
    return {name: os.environ[name] for name in kept if name in os.environ} | {
        "PYTHONUTF8": "1",
        "PYTHONDONTWRITEBYTECODE": "1",
    }


def _take(source: int, size: int, until: float) -> bytes:
    parts: list[bytes] = []
    while size > 0:
        left = until - time.monotonic()
        if left <= 0 or not select.select([source], [], [], left)[0]:
            raise TimeoutError
        part = os.read(source, min(size, 1024 * 1024))
        if not part:
            raise EOFError
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _believed(name: str, answer: bytes) -> dict[str, Any]:
    try:
        value = dict(json.loads(answer))
    except (ValueError, TypeError, RecursionError):
        value = {"fault": "no JSON"}
    if "refused" in value:
        error = Refused(str(value["refused"]))
        error.code = str(value.get("code"))
        raise error
    if "fault" in value:
        log.error("reading %s failed: %s", name, value["fault"])
        raise _refused(name, CRASHED)
    return value


def _refused(name: str, status: int) -> Refused:
    return Refused(f"文件“{name}”{_REASONS.get(status, _DAMAGED)}")


_sandboxes: dict[int, Sandbox] = {}


def _sandbox() -> Sandbox:
    """Return this process's own: pipes are never shared over a fork."""
    number = os.getpid()
    if number not in _sandboxes:
        _sandboxes[number] = Sandbox()
        atexit.register(_sandboxes[number].close)
    return _sandboxes[number]


def read_document_apart(content: bytes, name: str) -> SourceText:
    """Return the text and tables of a file, read in a process of its own.

    Raises: Refused, as read_document, and when a limit is overstepped.
    """
    return _ask(Request("document", name), content)[0]


def read_report_apart(
    content: bytes, name: str, year: int | None = None
) -> tuple[SourceText, ParsedReport]:
    """Return a file's text and what its report says, both worked out in a process of its own.

    Raises: Refused, as above.
    """
    document, report = _ask(Request("report", name, year), content)
    if report is None:
        raise _refused(name, CRASHED)
    return document, report


def _ask(request: Request, content: bytes) -> tuple[SourceText, ParsedReport | None]:
    check_size(len(content), request.name)
    answer = _sandbox().ask(request, content)
    if answer.get("convert"):
        answer = _sandbox().ask(request, to_docx(content, request.name))
    try:
        document = document_of(answer.get("document"))
        report = answer.get("report")
        return document, None if report is None else report_of(report, document.text)
    except ValueError as error:
        log.exception("reading %s gave an answer that cannot be", request.name)
        raise _refused(request.name, CRASHED) from error
