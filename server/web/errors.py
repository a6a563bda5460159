"""Every error's way to the person: one page that says where, why and what to do."""

import logging
import secrets
from urllib.parse import quote

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import RedirectResponse, Response
from sqlalchemy.exc import DataError, IntegrityError, OperationalError, SQLAlchemyError
from starlette.exceptions import HTTPException

from server import edge
from server.db.engine import transaction
from server.errors import AppError
from server.web.deps import SignInNeeded, visitor
from server.web.htmx import wants_fragment
from server.web.templating import page

log = logging.getLogger(__name__)

STATUS = edge.STATUS
TITLES = {
    400: "请求不完整",
    403: "不能办理",
    404: "没有找到",
    405: "请求方式不对",
    409: "内容已有变化",
    410: "链接已失效",
    413: "文件太大",
    422: "请更正后再提交",
    429: "请稍后再试",
    500: "系统出错",
    503: "数据库暂时不可用",
}
REMEDIES = {
    404: "请检查网址，或从导航重新进入。",
    405: "请从页面上的按钮操作，不要直接输入网址。",
    413: "请压缩图片或拆分文件后再上传。",
}
FIELDS = {"year": "年度", "before": "页码", "at": "位置"}
"""How people know the numbers that addresses carry."""


def error_page(request: Request, status: int, message: str, reference: str = "") -> Response:
    """Render the error page, or its fragment for htmx."""
    template = "errors/_error.html" if wants_fragment(request) else "errors/error.html"
    title = TITLES.get(status, "不能完成")
    return page(
        request,
        template,
        status,
        status_code=status,
        title=title,
        message=message,
        reference=reference,
    )


async def _app_error(request: Request, error: Exception) -> Response:
    return error_page(request, edge.status_of(error), str(error))


async def _sign_in(request: Request, _: Exception) -> Response:
    url = "/sign-in"
    if request.method == "GET":
        way_back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
        url += f"?next={quote(way_back)}"
    if wants_fragment(request):
        return Response(status_code=401, headers={"HX-Redirect": url})
    return RedirectResponse(url, 303)


async def _http(request: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    _recognise(request)
    return error_page(request, status, REMEDIES.get(status, "请返回上一页重试。"))


def _recognise(request: Request) -> None:
    """Find out who asks, for the page's navigation, where no route did."""
    if hasattr(request.state, "visit"):
        return
    try:
        with transaction(request.app.state.engine) as session:
            visitor(request, session, edge.now(), request.app.state.settings)
    except (SignInNeeded, SQLAlchemyError):
        return


async def _malformed(request: Request, error: Exception) -> Response:
    faults = error.errors() if isinstance(error, RequestValidationError) else []
    _recognise(request)
    if any(one["loc"][0] == "path" for one in faults):
        return error_page(request, 404, REMEDIES[404])
    fields = [FIELDS.get(name := str(one["loc"][-1]), name) for one in faults]
    message = "这些内容缺少或格式不对：" + "、".join(fields) + "。请返回更正。"
    return error_page(request, 422, message)


async def _database_away(request: Request, error: Exception) -> Response:
    log.error("database unavailable: %s", error.__class__.__name__)
    answer = error_page(request, 503, "数据库正在恢复，您的操作没有保存。请稍等几秒后重试。")
    answer.headers["Retry-After"] = "5"
    return answer


async def _overtaken(request: Request, error: Exception) -> Response:
    log.warning("constraint refused: %s", error.__class__.__name__)
    message = "同样的内容刚被别人保存过，您的操作没有保存。请刷新页面核对后再试。"
    return error_page(request, 409, message)


async def _unstorable(request: Request, error: Exception) -> Response:
    log.warning("value refused: %s", error.__class__.__name__)
    message = "有内容不能保存：数字过大，或含有控制字符。请更正后再提交。"
    return error_page(request, 422, message)


async def _unexpected(request: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("unexpected error %s", reference, exc_info=error)
    return error_page(
        request, 500, "系统没能完成这次操作，内容没有保存。请把编号告诉系统管理员。", reference
    )


def install(app: FastAPI) -> None:
    """Give the application its answers to every kind of error."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(SignInNeeded, _sign_in)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(IntegrityError, _overtaken)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(Exception, _unexpected)
