"""Files that a page hands out."""

from urllib.parse import quote

from fastapi.responses import Response

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
DOCX = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
ICS = "text/calendar; charset=utf-8"
UNKNOWN = "application/octet-stream"
"""For what people uploaded: the browser keeps it and never opens it as a page."""


def attachment(content: bytes, name: str, media_type: str) -> Response:
    """Return a file to keep, under its Chinese name (RFC 6266)."""
    disposition = f"attachment; filename*=UTF-8''{quote(name, safe='')}"
    headers = {"Content-Disposition": disposition}
    if media_type == UNKNOWN:
        headers["Content-Security-Policy"] = "sandbox"
    return Response(content, media_type=media_type, headers=headers)
