"""Signing in and out. Opening a mailed link changes nothing; its button does."""

import secrets
from typing import Annotated
from urllib.parse import urlsplit

from fastapi import APIRouter, Depends, Form, Request
from fastapi.responses import RedirectResponse, Response

from server.services import accounts
from server.services.accounts import SignedIn
from server.settings import Settings
from server.web.deps import BROWSER_COOKIE, SESSION_COOKIE, Config, Db, Now, Seeing, public
from server.web.errors import error_page
from server.web.templating import page

router = APIRouter(dependencies=[Depends(public)])
leaving = APIRouter()
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
    email: Text = "",
    password: Text = "",
    next: Text = "/",  # noqa: A002 - the field's name
) -> Response:
    """Sign in by password; the answer to a wrong one does not tell which part was wrong."""
    signed_in = accounts.sign_in_by_password(session, email, password, now=at)
    if signed_in is None:
        wrong = "邮箱或密码不对。也可以让系统把登录链接发到您的邮箱。"
        return _form(request, next, email=email, problem=wrong, status=401)
    return _enter(signed_in, safe_next(next), config)


@router.post("/sign-in/link")
def request_link(
    request: Request,
    session: Db,
    at: Now,
    config: Config,
    email: Text = "",
    next: Text = "/",  # noqa: A002 - the field's name
) -> Response:
    """Queue a sign-in mail; the same answer for known and unknown addresses."""
    browser = request.cookies.get(BROWSER_COOKIE) or secrets.token_urlsafe(24)
    accounts.request_link(session, email, browser, mail_domain=config.mail_domain, now=at)
    answer = page(request, "sign_in/sent.html", email=email, next=safe_next(next), problem="")
    _set_cookie(answer, BROWSER_COOKIE, browser, config)
    return answer


@router.post("/sign-in/code")
def by_code(
    request: Request,
    session: Db,
    at: Now,
    config: Config,
    code: Text = "",
    email: Text = "",
    next: Text = "/",  # noqa: A002 - the field's name
) -> Response:
    """Sign in by the mail's six digits, in the browser that asked."""
    browser = request.cookies.get(BROWSER_COOKIE)
    signed_in = accounts.sign_in_by_code(session, code, browser, now=at) if browser else None
    if signed_in is None:
        wrong = "验证码不对或已过期，请核对邮件，或重新申请。"
        values = {"email": email, "next": safe_next(next), "problem": wrong}
        return page(request, "sign_in/sent.html", 401, **values)
    return _enter(signed_in, safe_next(next), config)


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
    browser = request.cookies.get(BROWSER_COOKIE)
    signed_in = accounts.sign_in_by_link(session, token, browser, now=at)
    if signed_in is None:
        return error_page(request, 410, "这个登录链接已经用过或已过期，请重新申请。")
    return _enter(signed_in, "/", config)


@leaving.post("/sign-out")
def sign_out(request: Request, session: Db, visit: Seeing) -> Response:
    """End this browser's session."""
    accounts.sign_out(session, request.cookies.get(SESSION_COOKIE, ""))
    answer = RedirectResponse("/sign-in", 303)
    answer.delete_cookie(SESSION_COOKIE)
    answer.headers["Clear-Site-Data"] = '"cache"'
    return answer


def _form(
    request: Request, onward: str, *, email: str = "", problem: str = "", status: int = 200
) -> Response:
    values = {"next": safe_next(onward), "email": email, "problem": problem}
    return page(request, "sign_in/form.html", status, **values)


def _enter(signed_in: SignedIn, onward: str, config: Settings) -> Response:
    answer = RedirectResponse(onward, 303)
    _set_cookie(answer, SESSION_COOKIE, signed_in.token, config)
    return answer


def _set_cookie(answer: Response, name: str, value: str, config: Settings) -> None:
    secure = config.base_url.startswith("https://")
    answer.set_cookie(name, value, httponly=True, secure=secure, samesite="lax", path="/")
