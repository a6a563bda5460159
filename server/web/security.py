"""What every answer carries and every changing request must prove."""

import secrets
from collections.abc import Awaitable, Callable

from fastapi import Request, Response
from fastapi.responses import PlainTextResponse

SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
HEADERS = {
    "Content-Security-Policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; "
        "font-src 'self'; connect-src 'self'; form-action 'self'; base-uri 'none'; "
        "frame-ancestors 'none'"
    ),
    "X-Content-Type-Options": "nosniff",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
}
Next = Callable[[Request], Awaitable[Response]]


async def guard(request: Request, call_next: Next) -> Response:
    """Refuse changing requests that another site sent; set the security headers on every answer."""
    if request.method not in SAFE_METHODS and not same_site(request):
        return PlainTextResponse("请求来自其他网站，已拒绝。请从本系统页面重新操作。", 403)
    response = await call_next(request)
    for name, value in HEADERS.items():
        response.headers.setdefault(name, value)
    if not request.url.path.startswith("/static/"):
        response.headers.setdefault("Cache-Control", "no-store")
    return response


def same_site(request: Request) -> bool:
    """Return whether the browser says that this site itself, or the person, sent the request.

    Browsers without Sec-Fetch-Site send Origin; requests with neither come from no browser page
    and must carry the form's token like any other.
    """
    fetched = request.headers.get("sec-fetch-site")
    if fetched is not None:
        return fetched in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or origin.split("://")[-1] == request.headers.get("host", "")


def matches(expected: str, given: str | None) -> bool:
    """Compare a token in constant time."""
    return secrets.compare_digest(expected.encode(), (given or "").encode())
