"""Files -> SourceText. `read_document` is the one entry; each kind has its module."""

from server.adapters.documents.reading import read_document

__all__ = ["read_document"]
