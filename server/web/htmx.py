"""What htmx says in its requests."""

from fastapi import Request


def wants_fragment(request: Request) -> bool:
    """Return whether htmx asked for a part of the page; going back in history wants all of it."""
    headers = request.headers
    return "hx-request" in headers and "hx-history-restore-request" not in headers
