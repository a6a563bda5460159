"""What passes between us and the process that reads strangers' files: lengths, names, JSON.

What comes back is believed no further than its types and spans: the other side may be hostile.
"""

import json
import struct
from dataclasses import asdict, dataclass
from functools import cache
from typing import Any, Literal

from server.domain.reports.parsed import ParsedReport
from server.domain.reports.source import SourceText
from server.errors import Refused

Act = Literal["document", "report"]
HEADER = struct.Struct("!IQ")
"""Length of the JSON head, length of the file's bytes."""
ANSWER = struct.Struct("!BQ")
"""How the reading ended, length of the answer."""
ANSWERED, TOO_LONG, TOO_LARGE, CRASHED = range(4)
MOST_ANSWER = 256 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class Request:
    """One file to read, and as which year's report."""

    act: Act
    name: str
    year: int | None = None

    def head(self, content: bytes) -> bytes:
        """Return the bytes that announce the file."""
        value = json.dumps(asdict(self)).encode()
        return HEADER.pack(len(value), len(content)) + value


def request_of(head: bytes) -> Request:
    """Return the request that a head announces."""
    return Request(**json.loads(head))


def told(value: dict[str, Any]) -> bytes:
    """Return an answer's bytes. A lone surrogate travels as its escape."""
    return json.dumps(value, separators=(",", ":")).encode()


def read_answer(document: SourceText, report: ParsedReport | None) -> bytes:
    """Return the bytes of a reading."""
    parsed = None if report is None else asdict(report)
    return told({"document": asdict(document), "report": parsed})


def refusal_answer(refusal: Refused) -> bytes:
    """Return the bytes of a refusal."""
    return told({"refused": str(refusal), "code": refusal.code})


def document_of(value: object) -> SourceText:
    """Return the document of an answer.

    Raises: ValueError, when types or spans are not what they must be.
    """
    document: SourceText = _adapter(SourceText).validate_python(value)
    for table in document.tables:
        for cell in table.cells:
            _check_span(document.text, cell.start, cell.end)
    return document


def report_of(value: object, text: str) -> ParsedReport:
    """Return the report of an answer; its spans lie within the text.

    Raises: ValueError, as above.
    """
    report: ParsedReport = _adapter(ParsedReport).validate_python(value)
    for item in (*report.problems, *report.measures):
        _check_span(text, item.start, item.end)
    for section in report.sections:
        _check_span(text, section.start, section.end)
    return report


def _check_span(text: str, start: int, end: int) -> None:
    if not 0 <= start <= end <= len(text):
        raise ValueError(f"span {start}-{end} outside of {len(text)} characters")


@cache
def _adapter(kind: type) -> Any:
    from pydantic import TypeAdapter  # noqa: PLC0415  # only our side needs it; it loads slowly

    return TypeAdapter(kind)
