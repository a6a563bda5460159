"""Choosing the language of the pages, signed in or not."""

from typing import Annotated

from fastapi import APIRouter, Depends, Form
from fastapi.responses import RedirectResponse, Response

from server.locale.catalogue import language_named
from server.web.deps import Config, public
from server.web.language import LANGUAGE_COOKIE
from server.web.pages.sign_in import safe_next

router = APIRouter(dependencies=[Depends(public)])
A_YEAR = 365 * 24 * 3600
Text = Annotated[str, Form()]


@router.post("/language")
def choose(
    config: Config,
    to: Text = "",
    next: Text = "/",  # noqa: A002 - the field's name
) -> Response:
    """Remember the language in this browser and go back to the page, on this site only."""
    answer = RedirectResponse(safe_next(next), 303)
    secure = config.base_url.startswith("https://")
    answer.set_cookie(
        LANGUAGE_COOKIE,
        language_named(to),
        max_age=A_YEAR,
        httponly=True,
        secure=secure,
        samesite="lax",
    )
    return answer
