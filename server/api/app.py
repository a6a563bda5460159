"""The JSON interface v1, an application of its own below /api/v1."""

from functools import partial
from typing import Any

from fastapi import FastAPI
from fastapi.routing import APIRoute
from sqlalchemy import Engine

from server.api import problems
from server.api.routes import (
    acts,
    audit,
    checklists,
    commitments,
    contacts,
    dates,
    description,
    matters,
    obligations,
    overview,
    reminders,
    reports,
    sign_offs,
    units,
)
from server.api.schemas.problem import Problem
from server.settings import Settings

PREFIX = "/api/v1"
NOUNS = (
    units,
    contacts,
    obligations,
    matters,
    acts,
    commitments,
    checklists,
    reports,
    reminders,
    sign_offs,
    dates,
    overview,
    audit,
    description,
)
ABOUT = """供办公自动化、绩效考核、门户等系统使用。

- 每个请求都要出示令牌：`Authorization: Bearer duban_…`，由领导小组办公室签发，
  有权限、有期限，可随时撤销。
- 单位的令牌只看到本单位，办公室的令牌看到所辖单位；看不到的与不存在的一样答 404。
- 列表按 `next` 翻页；日期为 `2026-01-31`，时刻为带时区的 ISO 8601。
- 出错时为 `application/problem+json`（RFC 9457），`detail` 说明哪里不对、怎么办。
- 办理（POST）须带 `Idempotency-Key`：同一个键、同样的内容重发，得到第一次的答复；
  并带所看到的 `version`，别人改过时答 409 和现在的内容。
"""
REFUSALS: dict[int | str, dict[str, Any]] = {
    status: {
        "description": problems.TITLES[status],
        "content": {problems.MEDIA_TYPE: {"schema": {"$ref": "#/components/schemas/Problem"}}},
    }
    for status in (400, 401, 403, 404, 409, 413, 422, 429, 500, 503)
}


def create_api(settings: Settings, engine: Engine) -> FastAPI:
    """Build the interface on the application's engine and settings."""
    api = FastAPI(
        title="督办系统接口",
        version="1",
        description=ABOUT,
        openapi_url=None,
        redirect_slashes=False,
        responses=REFUSALS,
        generate_unique_id_function=_name,
    )
    api.state.settings, api.state.engine = settings, engine
    problems.install(api)
    for noun in NOUNS:
        api.include_router(noun.router)
    api.state.describe = partial(describe, api)
    return api


def describe(api: FastAPI) -> dict[str, Any]:
    """Return the OpenAPI document of the interface."""
    told = api.openapi()
    told["servers"] = [{"url": PREFIX}]
    schemas = told["components"]["schemas"]
    if "Problem" not in schemas:
        ours = Problem.model_json_schema(ref_template="#/components/schemas/{model}")
        schemas |= ours.pop("$defs") | {"Problem": ours}
    for unused in ("HTTPValidationError", "ValidationError"):
        schemas.pop(unused, None)
    _leave_out_docstrings(told)
    return told


def _leave_out_docstrings(told: dict[str, Any]) -> None:
    """Keep the Chinese descriptions alone: docstrings are English and for our own readers."""
    for schema in told["components"]["schemas"].values():
        schema.pop("description", None)
    for path in told["paths"].values():
        for operation in path.values():
            operation.pop("description", None)


def _name(route: APIRoute) -> str:
    return route.name
