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
from server.domain.reports.source import SourceText
from server.errors import Refused

_LOADED = (
    *(f"server.adapters.documents.{reader}" for reader in ("docx", "html", "pdf", "xlsx")),
    "rapidfuzz.process",
)
_OUT_OF_MEMORY = 77
_SAMPLE = """某局2025年政府信息公开工作年度报告
一、总体情况
2025年主动公开政府信息12条，未收到申请。
二、存在的主要问题及改进情况
（一）存在的问题。一是公开内容不够丰富，群众关注的民生信息偏少。二是公开渠道较为单一。
（二）改进措施。一是充实民生信息内容。二是开通微信公众号，拓宽公开渠道。
三、其他需要报告的事项
附表：政府信息公开情况统计
统计指标\t单位\t统计数
一、主动公开政府信息数\t条\t12
"""
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
    for module in _LOADED:
        import_module(module)
    for codec in ("gb18030", "big5hkscs", "cp437", "utf-16-le"):
        "文".encode(codec, "replace")
    for text in (_SAMPLE, "張村鎮2011年政府信息公開工作年度報告"):
        parse(SourceText(text), formats=report_formats(), taxonomy=taxonomy())
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
    except Exception:  # whatever a file provokes is told, with its place in our code
        return told({"fault": traceback.format_exc(limit=-6)})


if __name__ == "__main__":
    main()
