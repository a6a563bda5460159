"""Signing in and out. Opening a mailed link changes nothing; its button does."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response
from sqlmodel import Session

from server.db.tables import Contact
from server.errors import InvalidInput
from server.services import accounts
from server.services.accounts import SignedIn
from server.settings import Settings
from server.web.deps import (
    BROWSER_COOKIE,
    SESSION_COOKIE,
    Config,
    Db,
    Now,
    Place,
    Seeing,
    cookie_name,
    public,
)
from server.web.errors import error_page
from server.web.templating import page

router = APIRouter(dependencies=[Depends(public)])
leaving = APIRouter()
"""What only the signed-in do: choose a password, leave."""
Text = Annotated[str, Form()]


def safe_next(url: str) -> str:
    """Return a way on within this site; anything else leads to the first page."""
    parts = urlsplit(url)
    plain = url.startswith("/") and not url.startswith(("//", "/\\")) and url.isprintable()
    return url if plain and not parts.scheme and not parts.netloc and "\\" not in url else "/"


@router.get("/sign-in")
def form(request: Request, next: str = "/") -> Response:  # noqa: A002 - the field's name in the URL
    """Show both ways to sign in."""
    return _form(request, next)


@router.post("/sign-in")
def by_password(
    request: Request,
    session: Db,
    at: Now,
    config: Config,
    place: Place,
    email: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002 - the field's name
) -> Response:
    """Sign in by password; the answer to a wrong one does not tell which part was wrong."""
    signed_in = accounts.sign_in_by_password(session, email, password, place=place, now=at)
    if signed_in is None:
        wrong = "邮箱或密码不对。也可以让系统把登录链接发到您的邮箱。"
        return _form(request, next, email=email, problem=wrong, status=401)
    return _enter(request, session, signed_in, safe_next(next), config)


@router.post("/sign-in/link")
def request_link(
    request: Request,
    session: Db,
    at: Now,
    config: Config,
    place: Place,
    email: Text = "",
    next: Text = "/",  # noqa: A002 - the field's name
) -> Response:
    """Queue a sign-in mail; the same answer for known and unknown addresses."""
    browser = _browser(request, config) or secrets.token_urlsafe(24)
    domain = config.mail_domain
    accounts.request_link(session, email, browser, place=place, mail_domain=domain, now=at)
    answer = page(request, "sign_in/sent.html", email=email, next=safe_next(next), problem="")
    _set_cookie(answer, BROWSER_COOKIE, browser, config)
    return answer


@router.post("/sign-in/code")
def by_code(
    request: Request,
    session: Db,
    at: Now,
    config: Config,
    place: Place,
    code: Text = "",
    email: Text = "",
    next: Text = "/",  # noqa: A002 - the field's name
) -> Response:
    """Sign in by the mail's six digits, in the browser that asked."""
    browser = _browser(request, config) or ""
    signed_in = accounts.sign_in_by_code(session, code, browser, place=place, now=at)
    if signed_in is None:
        wrong = "验证码不对或已过期，请核对邮件，或重新申请。"
        values = {"email": email, "next": safe_next(next), "problem": wrong}
        return page(request, "sign_in/sent.html", 401, **values)
    return _enter(request, session, signed_in, safe_next(next), config)


@router.get("/sign-in/link/{token}")
def show_link(request: Request, token: str, session: Db, at: Now) -> Response:
    """Show the button. Mail scanners may open this as often as they like."""
    if accounts.usable_link(session, token, now=at) is None:
        return error_page(request, 410, "这个登录链接已经用过或已过期，请重新申请。")
    answer = page(request, "sign_in/link.html", token=token)
    answer.headers["Referrer-Policy"] = "no-referrer"
    return answer


@router.post("/sign-in/link/{token}")
def use_link(request: Request, token: str, session: Db, at: Now, config: Config) -> Response:
    """Use the link: once, and only in the browser that asked for it."""
    signed_in = accounts.sign_in_by_link(session, token, _browser(request, config), now=at)
    if signed_in is None:
        return error_page(request, 410, "这个登录链接已经用过或已过期，请重新申请。")
    return _enter(request, session, signed_in, "/", config)


@leaving.post("/sign-out")
def sign_out(request: Request, session: Db, visit: Seeing, config: Config) -> Response:
    """End this browser's session."""
    name = cookie_name(SESSION_COOKIE, config)
    accounts.sign_out(session, request.cookies.get(name, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(name, secure=_secure(config), httponly=True, samesite="lax")
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


@leaving.get("/password")
def show_password(request: Request, visit: Seeing) -> Response:
    """Show the form that sets one's own password."""
    return page(request, "sign_in/password.html", problem="")


@leaving.post("/password")
def change_password(
    request: Request,
    session: Db,
    visit: Seeing,
    at: Now,
    config: Config,
    password: Text = "",
    again: Text = "",
) -> Response:
    """Set one's own password; every other browser of this person is signed out."""
    contact = session.get_one(Contact, visit.person.contact_id)
    try:
        fresh = accounts.choose_password(session, contact, password, again, now=at)
    except InvalidInput as error:
        return page(request, "sign_in/password.html", 422, problem=str(error))
    return _enter(request, session, fresh, "/?done=saved", config)


def _form(
    request: Request, onward: str, *, email: str = "", problem: str = "", status: int = 200
) -> Response:
    values = {"next": safe_next(onward), "email": email, "problem": problem}
    return page(request, "sign_in/form.html", status, **values)


def _enter(
    request: Request, session: Session, signed_in: SignedIn, onward: str, config: Settings
) -> Response:
    """Give the browser its new session and end the one it came with."""
    accounts.sign_out(session, request.cookies.get(cookie_name(SESSION_COOKIE, config), ""))
    answer = RedirectResponse(onward, 303)
    _set_cookie(answer, SESSION_COOKIE, signed_in.token, config)
    return answer


def _set_cookie(answer: Response, name: str, value: str, config: Settings) -> None:
    name = cookie_name(name, config)
    answer.set_cookie(name, value, httponly=True, secure=_secure(config), samesite="lax", path="/")


def _browser(request: Request, config: Settings) -> str | None:
    """Return the secret by which this browser shows that it asked for a link."""
    return request.cookies.get(cookie_name(BROWSER_COOKIE, config))


def _secure(config: Settings) -> bool:
    return config.base_url.startswith("https://")
