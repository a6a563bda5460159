"""Reading one file: the adapter decodes it, the domain reads it. No database."""

from server.adapters.documents import read_document
from server.adapters.rulebook_reading import load_formats, load_taxonomy
from server.domain.reports.parse import parse
from server.domain.reports.parsed import ParsedReport


def read_file(content: bytes, name: str, year: int | None = None) -> tuple[str, ParsedReport]:
    """Return the decoded text and what it says; Refused with a Chinese reason when unusable."""
    document = read_document(content, name)
    parsed = parse(document, formats=load_formats(), taxonomy=load_taxonomy(), year=year)
    return document.text, parsed
