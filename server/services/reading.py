"""Reading one file: the adapter decodes it, the domain reads it, both apart. No database."""

from dataclasses import replace

from server.adapters.documents.sandbox import read_report_apart
from server.domain.reports.checks import check_reading
from server.domain.reports.parsed import ParsedReport


def read_file(content: bytes, name: str, year: int | None = None) -> tuple[str, ParsedReport]:
    """Return the decoded text and what it says, worked out in a process of its own under limits.

    What could not be read with certainty (a page that is a picture, a hidden sheet) is a finding.
    Raises: Refused, with a Chinese reason, when the file is unusable; code `secret` for a file
    with a secrecy mark.
    """
    document, parsed = read_report_apart(content, name, year)
    doubts = tuple(check_reading(document.notes))
    return document.text, replace(parsed, findings=parsed.findings + doubts)
