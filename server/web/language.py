"""The language of a browser: Chinese, until a person chose English in it."""

from http import HTTPStatus
from urllib.parse import urlencode

from fastapi import Request

from server.locale.catalogue import Language, language_named
from server.web.security import SAFE_METHODS

LANGUAGE_COOKIE = "duban_language"


def spoken(request: Request) -> Language:
    """Return the language of this request's pages; what the browser prefers does not count."""
    return language_named(request.cookies.get(LANGUAGE_COOKIE))


def way_back(request: Request, status: int) -> str:
    """Return where to go after choosing a language: this page again, unless a form led to it.

    A page that does not exist and one that may not be seen look the same: neither names itself.
    """
    if request.method not in SAFE_METHODS or status >= HTTPStatus.BAD_REQUEST:
        return "/"
    kept = [(name, value) for name, value in request.query_params.multi_items() if name != "done"]
    return request.url.path + (f"?{urlencode(kept)}" if kept else "")
