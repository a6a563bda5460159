"""Every error's way to the other system: problem+json, nothing of the request kept."""

import logging
import re
import secrets
from collections.abc import Mapping, Sequence
from typing import Any

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import JSONResponse, Response
from sqlalchemy.exc import DataError, IntegrityError, OperationalError
from starlette.exceptions import HTTPException

from server.api.schemas.problem import Fault, Problem
from server.edge import status_of
from server.errors import AppError, Conflict, InvalidInput, TooMany, Unknown
from server.services.accounts import WINDOW

log = logging.getLogger(__name__)

MEDIA_TYPE = "application/problem+json"
TITLES = {
    400: "请求不完整",
    401: "需要有效的令牌",
    403: "令牌没有这项权限",
    404: "没有找到",
    405: "请求方式不对",
    409: "内容已有变化",
    413: "文件太大",
    422: "请更正后再提交",
    429: "请稍后再试",
    500: "系统出错",
    503: "数据库暂时不可用",
}
REMEDIES = {
    404: "没有这个地址，请对照 /api/v1/openapi.json 核对。",
    405: "这个地址不支持这种请求方式，请对照 /api/v1/openapi.json 核对。",
}
PLACES = {"query": "参数", "path": "地址", "header": "请求头", "body": "请求内容"}
FAULTS = {
    "missing": "缺少",
    "extra_forbidden": "不认识，请删去或更正名称",
    "int_parsing": "应是整数",
    "int_type": "应是整数",
    "bool_parsing": "应是 true 或 false",
    "bool_type": "应是 true 或 false",
    "string_type": "应是文字",
    "string_too_short": "不能为空",
    "string_too_long": "太长，最多 {max_length} 字",
    "string_pattern_mismatch": "格式不对",
    "date_from_datetime_parsing": "应是日期，如 2026-01-31",
    "date_parsing": "应是日期，如 2026-01-31",
    "greater_than_equal": "不能小于 {ge}",
    "less_than_equal": "不能大于 {le}",
    "enum": "应是其中之一：{expected}",
    "literal_error": "应是其中之一：{expected}",
    "json_invalid": "不是有效的 JSON",
    "model_attributes_type": "应是 JSON 对象，并以 Content-Type: application/json 发送",
}


class Overtaken(Conflict):
    """The thing is no longer as the other system saw it; `current` is how it is now."""

    def __init__(self, message: str, current: dict[str, Any]) -> None:
        super().__init__(message)
        self.current = current


def problem(
    status: int,
    code: str,
    detail: str,
    *,
    faults: Sequence[Fault] = (),
    current: dict[str, Any] | None = None,
    reference: str = "",
    headers: Mapping[str, str] | None = None,
) -> Response:
    """Return an error in the form of RFC 9457."""
    told = Problem(
        type=f"urn:duban:problem:{code}",
        title=TITLES.get(status, "不能完成"),
        status=status,
        detail=detail,
        code=code,
        faults=list(faults),
        current=current,
        reference=reference,
    )
    content = told.model_dump(mode="json", exclude_defaults=True)
    return JSONResponse(content, status, headers, media_type=MEDIA_TYPE)


async def _app_error(_: Request, error: Exception) -> Response:
    assert isinstance(error, AppError)  # noqa: S101 - installed for this family alone
    given = error.problems if isinstance(error, InvalidInput) else {}
    faults = [Fault(place=place, message=message) for place, message in given.items()]
    current = error.current if isinstance(error, Overtaken) else None
    return problem(
        status_of(error),
        error.code,
        str(error),
        faults=faults,
        current=current,
        headers=_headers(error),
    )


def _headers(error: AppError) -> dict[str, str]:
    if isinstance(error, Unknown):
        return {"WWW-Authenticate": 'Bearer realm="duban"'}
    if isinstance(error, TooMany):
        return {"Retry-After": str(int(WINDOW.total_seconds()))}
    return {}


async def _http(_: Request, error: Exception) -> Response:
    status = error.status_code if isinstance(error, HTTPException) else 500
    said = str(error.detail) if isinstance(error, HTTPException) else ""
    headers = error.headers if isinstance(error, HTTPException) else None
    detail = REMEDIES.get(status) or said or "请对照 /api/v1/openapi.json 更正后重试。"
    return problem(status, f"http_{status}", detail, headers=headers)


async def _malformed(_: Request, error: Exception) -> Response:
    found = error.errors() if isinstance(error, RequestValidationError) else []
    faults = [_fault(one) for one in found]
    told = "；".join(f"{fault.place}：{fault.message}" for fault in faults[:5])
    return problem(422, InvalidInput.code, f"{told}。请更正后重试。", faults=faults)


def _fault(one: dict[str, Any]) -> Fault:
    """Say one complaint of the form in Chinese."""
    where, *names = one["loc"]
    if one["type"] == "json_invalid":
        names = []
    expected = re.sub(r", | or ", "、", str(one.get("ctx", {}).get("expected", ""))).replace(
        "'", ""
    )
    said = FAULTS.get(one["type"], "格式不对")
    said = said.format_map({**one.get("ctx", {}), "expected": expected})
    place = ".".join(map(str, names))
    return Fault(place=f"{PLACES.get(where, where)} {place}".strip(), message=said)


async def _database_away(_: Request, error: Exception) -> Response:
    log.error("database unavailable: %s", error.__class__.__name__)
    detail = "数据库正在恢复，请求没有办理，也没有保存。请稍等几秒后原样重试。"
    return problem(503, "database_away", detail, headers={"Retry-After": "5"})


async def _overtaken(_: Request, error: Exception) -> Response:
    log.warning("constraint refused: %s", error.__class__.__name__)
    detail = "同样的内容刚被别人保存过，请求没有办理。请重新读取后再试。"
    return problem(409, Conflict.code, detail)


async def _unstorable(_: Request, error: Exception) -> Response:
    log.warning("value refused: %s", error.__class__.__name__)
    detail = "有内容不能保存：数字过大，或含有控制字符。请更正后重试。"
    return problem(422, InvalidInput.code, detail)


async def _unexpected(_: Request, error: Exception) -> Response:
    reference = secrets.token_hex(4)
    log.error("unexpected error %s", reference, exc_info=error)
    detail = "系统没能完成这次请求，内容没有保存。请把编号告诉系统管理员。"
    return problem(500, "unexpected", detail, reference=reference)


def install(app: FastAPI) -> None:
    """Give the interface its answers to every kind of error."""
    app.add_exception_handler(AppError, _app_error)
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _malformed)
    app.add_exception_handler(OperationalError, _database_away)
    app.add_exception_handler(IntegrityError, _overtaken)
    app.add_exception_handler(DataError, _unstorable)
    app.add_exception_handler(Exception, _unexpected)
