"""Reading one file: the adapter decodes it, the domain reads it. No database."""

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import report_formats, taxonomy
from server.domain.reports.parse import parse
from server.domain.reports.parsed import ParsedReport


def read_file(content: bytes, name: str, year: int | None = None) -> tuple[str, ParsedReport]:
    """Return the decoded text and what it says; Refused with a Chinese reason when unusable."""
    document = read_document(content, name)
    parsed = parse(document, formats=report_formats(), taxonomy=taxonomy(), year=year)
    return document.text, parsed
