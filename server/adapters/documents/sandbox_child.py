"""The process that reads strangers' files: it loads the readers once and forks for each file.

Started by server.adapters.documents.sandbox with pipes for input and output, and an environment
without our settings. A file is read by a fork of its own under limits; one file cannot touch the
next, and nothing of ours (connections, keys) is in its memory.
"""

import gc
import os
import select
import signal
import sys
import time
import traceback
from importlib import import_module
from typing import BinaryIO

from server.adapters.documents import limits
from server.adapters.documents.reading import read_document
from server.adapters.documents.sandbox_messages import (
    ANSWER,
    ANSWERED,
    CRASHED,
    HEADER,
    MOST_ANSWER,
    TOO_LARGE,
    TOO_LONG,
    Request,
    read_answer,
    refusal_answer,
    request_of,
    told,
)
from server.adapters.documents.sniff import kind_of
from server.adapters.rulebook_reading import report_formats, taxonomy
from server.domain.reports.parse import parse
from server.errors import Refused

_READERS = ("docx", "html", "pdf", "xlsx")
_OUT_OF_MEMORY = 77
_CHUNK = 1024 * 1024


def main() -> None:
    """Serve until the other side closes its end."""
    _load()
    limits.leave_network()
    source, target = sys.stdin.buffer, sys.stdout.buffer
    while head := source.read(HEADER.size):
        length, size = HEADER.unpack(head)
        request = request_of(source.read(length))
        status, answer = _read_apart(request, source.read(size))
        target.write(ANSWER.pack(status, len(answer)) + answer)
        target.flush()


def _load() -> None:
    """Load everything that a fork would load again for every file."""
    for reader in _READERS:
        import_module(f"server.adapters.documents.{reader}")
    for codec in ("gb18030", "big5hkscs", "cp437", "utf-16-le"):
        "文".encode(codec, "replace")
    report_formats()
    taxonomy()
    gc.collect()
    gc.freeze()


def _read_apart(request: Request, content: bytes) -> tuple[int, bytes]:
    """Read the file in a fork; return how it ended and what it said."""
    mine, its = os.pipe()
    child = os.fork()
    if child == 0:
        os.close(mine)
        _be_reader(request, content, its)
    os.close(its)
    with open(mine, "rb", buffering=0) as answers:  # noqa: PTH123  # a descriptor, not a path
        answer = _collect(answers, time.monotonic() + limits.WALL_SECONDS)
    if answer is None:
        os.kill(child, signal.SIGKILL)
    _, state = os.waitpid(child, 0)
    return _ending(answer, state)


def _collect(answers: BinaryIO, until: float) -> bytes | None:
    """Return all that the reader says before its time is over; None when it is."""
    parts: list[bytes] = []
    size = 0
    while (left := until - time.monotonic()) > 0 and size <= MOST_ANSWER:
        if not select.select([answers], [], [], left)[0]:
            return None
        part = answers.read(_CHUNK)
        if not part:
            return b"".join(parts)
        parts.append(part)
        size += len(part)
    return None


def _ending(answer: bytes | None, state: int) -> tuple[int, bytes]:
    if answer is None:
        return TOO_LONG, b""
    if os.WIFEXITED(state) and os.WEXITSTATUS(state) == 0:
        return ANSWERED, answer
    if os.WIFEXITED(state):
        return (TOO_LARGE if os.WEXITSTATUS(state) == _OUT_OF_MEMORY else CRASHED), b""
    kinds = {signal.SIGXCPU: TOO_LONG, signal.SIGKILL: TOO_LONG, signal.SIGABRT: TOO_LARGE}
    return kinds.get(signal.Signals(os.WTERMSIG(state)), CRASHED), b""


def _be_reader(request: Request, content: bytes, its: int) -> None:
    """Read in this fork, say the answer and end; nothing of the other process is used."""
    code = 1
    try:
        os.dup2(os.open(os.devnull, os.O_RDWR), 0)
        os.dup2(0, 1)
        limits.confine()
        answer = _answer(request, content)
        while answer:
            answer = answer[os.write(its, answer) :]
        code = 0
    except MemoryError:
        code = _OUT_OF_MEMORY
    finally:
        os._exit(code)


def _answer(request: Request, content: bytes) -> bytes:
    try:
        if kind_of(content) == "doc":
            return told({"convert": True})
        document = read_document(content, request.name)
        if request.act == "document":
            return read_answer(document, None)
        report = parse(document, formats=report_formats(), taxonomy=taxonomy(), year=request.year)
        return read_answer(document, report)
    except Refused as refusal:
        return refusal_answer(refusal)
    except MemoryError:
        raise
    except Exception:  # noqa: BLE001  # whatever a file provokes is told, with its place in our code
        return told({"fault": traceback.format_exc(limit=-6)})


if __name__ == "__main__":
    main()
